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
use super::style::{self, Style};
use super::table::{Cell, outcome_cell, outcome_style};
use super::time::{local_minute, local_second};
use super::{Line, Page, Table};

/// The widest name in a list of two lines for each record.
const MAX_CONTACT: usize = 28;

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
    if style::width().is_none_or(|width| one_line_width(&rows) <= width.into()) {
        page.table(&one_line_each(&rows));
    } else {
        add_two_lines_each(&mut page, &rows);
    }
    page
}

const COLUMNS: [&str; 7] = ["delivery", "name", "e-mail", "outcome", "id or error", "changed", "next"];

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
        let shown = |text: Option<String>| text.map_or_else(|| "-".to_owned(), |text| in_one_line(&text).into());
        Self {
            key: in_one_line(&record.key.to_string()).into(),
            name: shown(name),
            email: shown(email),
            outcome: record.outcome(),
            id_or_error: in_one_line(&failure_or_id(record)).into(),
            changed: local_second(record.changed_at),
            next: next_step(record, now),
        }
    }

    fn texts(&self) -> [&str; 7] {
        let Self { key, name, email, outcome, id_or_error, changed, next } = self;
        [key, name, email, outcome.as_str(), id_or_error, changed, next]
    }

    /// Returns the name, or else the e-mail address.
    fn contact(&self) -> &str {
        if self.name == "-" { &self.email } else { &self.name }
    }

    /// Returns the id or the error, with the next step of a doubt.
    fn result(&self) -> String {
        if self.next == "-" { self.id_or_error.clone() } else { format!("{}; {}", self.id_or_error, self.next) }
    }
}

/// Returns the width of the table with a line for each record. Each column has a blank on both sides.
fn one_line_width(rows: &[ListedRow]) -> usize {
    let texts = || rows.iter().map(ListedRow::texts).chain([COLUMNS]);
    let widest = |column: usize| texts().filter_map(|row| Some(display_width(row.get(column)?))).max();
    (0..COLUMNS.len()).filter_map(widest).map(|width| width + 2).sum()
}

fn one_line_each(rows: &[ListedRow]) -> Table {
    let mut table = Table::with_columns(&COLUMNS);
    for row in rows {
        let [key, name, email, _, id_or_error, changed, next] = row.texts();
        table.row([
            Cell::new(key),
            Cell::new(name),
            Cell::new(email),
            outcome_cell(row.outcome),
            Cell::new(id_or_error),
            Cell::new(changed),
            Cell::new(next),
        ]);
    }
    table
}

/// Appends for each record the outcome, the contact and the result, and below them the key and the time.
fn add_two_lines_each(page: &mut Page, rows: &[ListedRow]) {
    let widest = rows.iter().map(|row| display_width(row.contact())).max().unwrap_or_default();
    let contact_width = widest.min(MAX_CONTACT);
    let outcome_width = Outcome::ALL.iter().map(|outcome| outcome.as_str().len()).max().unwrap_or_default();
    let blanks = |text: &str, width: usize| " ".repeat(width.saturating_sub(display_width(text)) + 2);
    for row in rows {
        let outcome = row.outcome.as_str();
        let line = Line::new(" ")
            .styled(outcome_style(row.outcome), outcome)
            .text(&blanks(outcome, outcome_width))
            .text(row.contact())
            .text(&blanks(row.contact(), contact_width))
            .text(&row.result());
        page.styled_line(&line, outcome_width + 3);
        let key = Line::new(&" ".repeat(outcome_width + 3)).text(&row.key);
        page.unfolded_line(&key.styled(Style::Muted, &format!("  {}", row.changed)));
    }
}

/// Returns the next step of a delivery in doubt.
fn next_step(record: &Record, now: Timestamp) -> String {
    if !is_in_doubt(record) {
        return "-".to_owned();
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
