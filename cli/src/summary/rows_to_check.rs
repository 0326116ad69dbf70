//! The rows of a dry run that a person should look at: rows that are no contacts, that a provider refuses, or that lose a cell.

use unicontact::{DroppedField, Plan};

use super::counts::error_reason;
use super::first_rows::{InputLine, NamedRow};
use crate::arguments::Detail;
use crate::output;

/// A limit on the rows that are listed, and on those with `--verbose`.
const MAX_ROWS: usize = 10;
const MAX_ROWS_VERBOSE: usize = 10_000;

/// The first rows that need a look, and the number of all. Memory does not grow with the number of rows.
pub(crate) struct RowsToCheck {
    rows: Vec<RowToCheck>,
    count: u64,
    limit: usize,
}

/// A row that needs a look, with the reasons.
pub(crate) struct RowToCheck {
    pub(super) row: NamedRow,
    pub(super) reasons: Vec<String>,
    /// Whether no provider gets the row.
    pub(super) is_rejected: bool,
}

impl Default for RowsToCheck {
    fn default() -> Self {
        Self { rows: Vec::new(), count: 0, limit: output::limit(MAX_ROWS, MAX_ROWS_VERBOSE) }
    }
}

impl RowsToCheck {
    /// Adds the row of a plan if it needs a look.
    pub(crate) fn add_plan(&mut self, plan: &Plan) {
        let mut reasons: Vec<String> = plan.source.dropped.iter().map(dropped_cell).collect();
        reasons.extend(refusals(plan));
        if reasons.is_empty() {
            return;
        }
        self.count += 1;
        if self.rows.len() < self.limit {
            self.add(NamedRow::new(&plan.source), reasons, plan.drafts.iter().all(|it| it.draft.is_err()));
        }
    }

    /// Adds a row that is no contact. The line is not a row number.
    pub(crate) fn add_reject(&mut self, line: InputLine, name: Option<&str>, reason: &str) {
        self.add(NamedRow::with_line(line, name), vec![brief(reason).to_owned()], true);
    }

    /// Counts rows that are not listed.
    pub(crate) fn count(&mut self, rows: u64) {
        self.count += rows;
    }

    fn add(&mut self, row: NamedRow, reasons: Vec<String>, is_rejected: bool) {
        self.rows.push(RowToCheck { row, reasons, is_rejected });
    }

    /// Replaces row numbers by lines.
    pub(crate) fn locate(&mut self, to_line: impl Fn(u64) -> InputLine) {
        self.rows.iter_mut().for_each(|it| it.row.locate(&to_line));
    }

    /// Orders the rows by their lines, after the last row was added.
    pub(crate) fn sort(&mut self) {
        self.rows.sort_by(|one, other| one.row.line.cmp(&other.row.line));
        self.rows.truncate(self.limit);
    }

    pub(super) fn rows(&self) -> &[RowToCheck] {
        &self.rows
    }

    /// Returns the number of rows that need a look.
    pub(super) fn total(&self) -> u64 {
        self.count
    }

    /// Returns the number of rows that need a look and are not listed.
    pub(super) fn unlisted(&self) -> u64 {
        self.count.saturating_sub(self.rows.len() as u64)
    }
}

/// Returns a reason without the advice at its end. With `--verbose`, it is returned whole.
fn brief(reason: &str) -> &str {
    if output::detail() == Detail::Verbose {
        return reason;
    }
    let without_advice = reason.split(". ").next().unwrap_or(reason);
    match without_advice.rfind(" (") {
        Some(end) if without_advice.ends_with(')') => &without_advice[..end],
        _ => without_advice,
    }
}

fn dropped_cell(cell: &DroppedField) -> String {
    format!("{}: {}; the cell is dropped", cell.field.escape_debug(), brief(&cell.reason))
}

/// Returns which providers refuse the contact. Providers with the same reason share a text.
fn refusals(plan: &Plan) -> Vec<String> {
    let mut refusals: Vec<(String, Vec<&str>)> = Vec::new();
    for planned in &plan.drafts {
        let Err(error) = &planned.draft else { continue };
        let (provider, reason) = (planned.provider.as_str(), error_reason(error));
        match refusals.iter_mut().find(|(other, _)| *other == reason) {
            Some((_, providers)) => providers.push(provider),
            None => refusals.push((reason, vec![provider])),
        }
    }
    let text = |(reason, providers): &(String, Vec<&str>)| {
        format!("refused by {}: {reason}", output::and_list(providers))
    };
    refusals.iter().map(text).collect()
}
