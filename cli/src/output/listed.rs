//! The output of a list of deliveries: a table with the next step of each row and a sum, or a line of JSON for each delivery.

use std::fmt::Write as _;

use jiff::Timestamp;
use serde::Serialize;
use unicontact::Outcome;
use unicontact::bulk::Counts;
use unicontact::journal::Record;
use unicontact::providers::{ContactId, UnifiedContact};

use super::progress::outcome_counts;
use super::records::{candidates, failure_or_id, is_in_doubt};
use super::table::{Cell, outcome_cell};
use super::{Table, local_minute};

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

/// Returns the first e-mail address of a contact.
pub(crate) fn first_address(contact: &UnifiedContact) -> Option<String> {
    contact.emails.first().map(|email| email.address.as_str().to_owned())
}

/// Returns a table of records.
pub(crate) fn listed(records: &[Record]) -> Table {
    let columns = ["delivery", "name", "e-mail", "vendor", "outcome", "id or error", "changed", "next"];
    let mut table = Table::with_columns(&columns);
    let now = Timestamp::now();
    for record in records {
        let Listed { name, email, .. } = Listed::new(record);
        table.row([
            Cell::new(&record.key),
            Cell::new(name.as_deref().unwrap_or("-")),
            Cell::new(email.as_deref().unwrap_or("-")),
            Cell::new(&record.vendor),
            outcome_cell(record.outcome()),
            Cell::new(failure_or_id(record)),
            Cell::new(record.changed_at.strftime("%Y-%m-%d %H:%M:%SZ")),
            Cell::new(next_step(record, now)),
        ]);
    }
    table
}

/// Returns the next step of a delivery in doubt.
fn next_step(record: &Record, now: Timestamp) -> String {
    if !is_in_doubt(record) {
        return "-".to_owned();
    }
    let mut step = match record.look_again_at() {
        Some(time) if time > now => format!("look again after {}", local_minute(time)),
        Some(_) => "look again: deliveries retry".to_owned(),
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
    /// The command that lists the next page.
    pub(crate) next: Option<String>,
}

/// Returns the line below a list.
pub(crate) fn sum(sum: &Sum) -> String {
    let total: u64 = Outcome::ALL.iter().map(|outcome| sum.counts.get(*outcome)).sum();
    let words = outcome_counts(&sum.counts).collect::<Vec<_>>().join(", ");
    let deliveries = if total == 1 { "delivery" } else { "deliveries" };
    let mut line = match (&sum.next, sum.is_whole) {
        (_, true) if total > sum.listed => format!("{} of {total} {deliveries}: {words}.", sum.listed),
        (Some(_), false) => format!("The first {total} {deliveries}: {words}."),
        _ => format!("{total} {deliveries}: {words}."),
    };
    if let Some(next) = &sum.next {
        let _ = write!(line, " More follow: {next}");
    }
    line
}
