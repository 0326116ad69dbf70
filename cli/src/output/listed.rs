//! The output of a list of deliveries: a table with the next step of each row and a sum, or a line of JSON for each delivery.

use std::fmt::Write as _;

use jiff::Timestamp;
use serde::Serialize;
use textwrap::core::display_width;
use unicontact::Outcome;
use unicontact::bulk::Counts;
use unicontact::journal::Record;
use unicontact::providers::clock::{Clock, SystemClock};
use unicontact::providers::{ContactId, UnifiedContact};

use super::names::first_address;
use super::plain::in_one_line;
use super::progress::outcome_counts;
use super::records::{candidates, failure_or_id, is_in_doubt};
use super::style::{Stream, Style};
use super::table::{Cell, outcome_cell, outcome_style};
use super::time::{local_date_and_minute, local_minute};
use super::{Line, Page, Table};

/// A record in a list, with the name and the first address of its contact while the journal keeps it.
#[derive(Serialize)]
pub(crate) struct Listed<'a> {
    #[serde(flatten)]
    record: &'a Record,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
}

impl<'a> Listed<'a> {
    pub(crate) fn new(record: &'a Record) -> Self {
        let contact = record.contact();
        let email = contact.as_ref().and_then(first_address);
        Self { record, name: contact.as_ref().and_then(UnifiedContact::display_name), email }
    }
}

/// Returns the records: a line for each where the page is wide enough, else two lines.
pub(crate) fn listed(records: &[Record]) -> Page {
    let now = SystemClock.now();
    let rows: Vec<ListedRow> = records.iter().map(|record| ListedRow::new(record, now)).collect();
    let mut page = Page::default();
    let columns = used_columns(&rows);
    if Stream::Stdout.width().is_none_or(|width| one_line_width(&rows, &columns) <= width.into()) {
        page.table(&one_line_each(&rows, &columns));
    } else {
        add_two_lines_each(&mut page, &rows);
    }
    page
}

const COLUMNS: [&str; 7] = ["delivery", "name", "e-mail", "outcome", "id or error", "changed", "next"];

/// The heading of the second line of a record.
const CONTACT: &str = "name, e-mail, changed";

/// The text of a cell without a value.
const NONE: &str = "-";

/// The cells of one record.
struct ListedRow {
    key: String,
    name: String,
    email: String,
    outcome: Outcome,
    id_or_error: String,
    changed: String,
    next: String,
}

impl ListedRow {
    fn new(record: &Record, now: Timestamp) -> Self {
        let Listed { name, email, .. } = Listed::new(record);
        let shown = |text: Option<String>| in_one_line(text.as_deref().unwrap_or(NONE)).into();
        Self {
            key: in_one_line(&record.key.to_string()).into(),
            name: shown(name),
            email: shown(email),
            outcome: record.outcome(),
            id_or_error: in_one_line(&failure_or_id(record)).into(),
            changed: local_date_and_minute(record.changed_at),
            next: next_step(record, now),
        }
    }

    fn texts(&self) -> [&str; COLUMNS.len()] {
        let Self { key, name, email, outcome, id_or_error, changed, next } = self;
        [key, name, email, outcome.as_str(), id_or_error, changed, next]
    }

    /// Returns the id or the error, with the next step of a doubt.
    fn result(&self) -> String {
        if self.next == NONE {
            self.id_or_error.clone()
        } else {
            format!("{}; {}", self.id_or_error, self.next)
        }
    }
}

/// Returns the columns that have a value in some row.
fn used_columns(rows: &[ListedRow]) -> Vec<usize> {
    let is_used = |column: &usize| rows.iter().any(|row| row.texts()[*column] != NONE);
    (0..COLUMNS.len()).filter(is_used).collect()
}

/// Returns the width of the table with a line for each record. Each column has a blank on both sides.
fn one_line_width(rows: &[ListedRow], columns: &[usize]) -> usize {
    let widest = |column: &usize| {
        let texts = rows.iter().map(|row| row.texts()[*column]);
        texts.chain([COLUMNS[*column]]).map(display_width).max().unwrap_or_default()
    };
    columns.iter().map(|column| widest(column) + 2).sum()
}

fn one_line_each(rows: &[ListedRow], columns: &[usize]) -> Table {
    let names: Vec<&str> = columns.iter().map(|column| COLUMNS[*column]).collect();
    let mut table = Table::with_columns(&names);
    for row in rows {
        let texts = row.texts();
        table.row(columns.iter().map(|column| match COLUMNS[*column] {
            "outcome" => outcome_cell(row.outcome),
            _ => Cell::new(texts[*column]),
        }));
    }
    table
}

/// Appends for each record the outcome, the key and the result, and below them the contact and the time.
fn add_two_lines_each(page: &mut Page, rows: &[ListedRow]) {
    let widest = |text: fn(&ListedRow) -> &str| {
        rows.iter().map(|row| display_width(text(row))).max().unwrap_or_default()
    };
    let (outcome_width, key_width) = (widest(|row| row.outcome.as_str()), widest(|row| &row.key));
    let indent = outcome_width + 3;
    let blanks = |text: &str, width: usize| " ".repeat(width.saturating_sub(display_width(text)) + 2);
    let heading = |text: &str| Line::default().styled(Style::Heading, text);
    let key = format!("{}{}", COLUMNS[0], blanks(COLUMNS[0], key_width));
    page.unfolded_line(&heading(&format!(" outcome{}{key}{}", blanks("outcome", outcome_width), COLUMNS[4])));
    page.unfolded_line(&heading(&format!("{}{}", " ".repeat(indent), CONTACT)));
    for row in rows {
        let outcome = row.outcome.as_str();
        let line = Line::new(" ")
            .styled(outcome_style(row.outcome), outcome)
            .text(&blanks(outcome, outcome_width))
            .text(&row.key)
            .text(&blanks(&row.key, key_width))
            .text(&row.result());
        page.styled_line(&line, indent);
        let known = [&row.name, &row.email, &row.changed].into_iter().filter(|text| *text != NONE);
        let known: Vec<&str> = known.map(String::as_str).collect();
        let line = Line::new(&" ".repeat(indent)).styled(Style::Muted, &known.join("  "));
        page.styled_line(&line, indent);
    }
}

/// Returns the next step of a delivery in doubt.
fn next_step(record: &Record, now: Timestamp) -> String {
    if !is_in_doubt(record) {
        return NONE.to_owned();
    }
    let mut step = match record.look_again_at() {
        Some(time) if time > now => format!("look again after {}", local_minute(time)),
        Some(_) => "look again now".to_owned(),
        None => "needs a person".to_owned(),
    };
    let candidates = candidates(record);
    if !candidates.is_empty() {
        let ids: Vec<&str> = candidates.iter().map(ContactId::as_str).collect();
        let _ = write!(step, "; compare {}", ids.join(", "));
    }
    step
}

/// The numbers below a list.
pub(crate) struct Sum {
    /// The number of listed deliveries.
    pub(crate) listed: u64,
    /// The counts of all selected deliveries, or of the listed ones.
    pub(crate) counts: Counts,
    /// Whether the counts are those of all selected deliveries.
    pub(crate) is_whole: bool,
    /// Whether more deliveries follow.
    pub(crate) has_more: bool,
}

/// Returns the line below a list.
pub(crate) fn sum(sum: &Sum) -> String {
    let total: u64 = Outcome::ALL.iter().map(|outcome| sum.counts.get(*outcome)).sum();
    let words = outcome_counts(&sum.counts).collect::<Vec<_>>().join(", ");
    let deliveries = if total == 1 { "delivery" } else { "deliveries" };
    match (sum.has_more, sum.is_whole) {
        (_, true) if total > sum.listed => format!("{} of {total} {deliveries}: {words}.", sum.listed),
        (true, false) => format!("The first {total} {deliveries}: {words}."),
        _ => format!("{total} {deliveries}: {words}."),
    }
}
