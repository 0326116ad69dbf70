//! The human output of records of the journal. A delivery is shown by the key that the commands accept.

use unicontact::Outcome;
use unicontact::journal::{Record, RecordState, Story};
use unicontact::providers::ContactId;

use super::table::{Cell, outcome_cell};
use super::{Page, Table, doubts, local_minute, next_command, story};

/// Returns a table with one record.
fn table(record: &Record) -> Table {
    let mut table = Table::with_columns(&["delivery", "vendor", "outcome", "id or error", "changed"]);
    table.row([
        Cell::new(&record.key),
        Cell::new(&record.vendor),
        outcome_cell(record.outcome()),
        Cell::new(id_or_error(record)),
        Cell::new(record.changed_at.strftime("%Y-%m-%d %H:%M:%SZ")),
    ]);
    table
}

/// Returns one delivery with its story, and the contact while the journal keeps it.
pub(crate) fn record(record: &Record, story: &Story) -> Page {
    let mut page = Page::default();
    page.table(&table(record));
    let message = record.error.as_ref().and_then(|error| error.get("message")?.as_str());
    let look_again = record.look_again_at().map(doubts::look_again);
    let candidates = doubts::resembling(&candidates(record));
    let lines = [message, record.note(), look_again.as_deref(), candidates.as_deref()];
    let contact = record.contact().and_then(|contact| serde_json::to_string_pretty(&contact).ok());
    let resolving = if needs_person(record) { next_command::resolving(&record.key) } else { Vec::new() };
    let lines: Vec<&str> = lines.into_iter().flatten().chain(resolving.iter().map(String::as_str)).collect();
    if !lines.is_empty() {
        page.blank_line();
    }
    for line in lines {
        page.line(line);
    }
    page.blank_line();
    if let Some(omitted) = story::omitted(story) {
        page.line(&omitted);
    }
    page.table(&story::story(record, story));
    if contact.is_some() {
        page.blank_line();
    }
    if let Some(contact) = contact {
        page.lines(&contact);
    }
    page
}

/// Returns whether the delivery is in doubt and only a person can settle it.
fn needs_person(record: &Record) -> bool {
    is_in_doubt(record) && record.look_again_at().is_none()
}

/// Returns whether the delivery is in doubt and no run is sending it.
pub(super) fn is_in_doubt(record: &Record) -> bool {
    record.outcome() == Outcome::InDoubt && !matches!(record.state, RecordState::Claimed(_))
}

/// Returns the commands that settle the first of these deliveries that needs a person.
pub(crate) fn resolving(records: &[Record]) -> Vec<String> {
    let mut doubts = records.iter().filter(|record| needs_person(record));
    let Some(first) = doubts.next() else { return Vec::new() };
    next_command::resolving(&first.key)
}

/// Returns the ids of the vendor's contacts that may be the one in doubt.
pub(super) fn candidates(record: &Record) -> Vec<ContactId> {
    let error = record.error.as_ref().filter(|_| record.outcome() == Outcome::InDoubt);
    let ids = error.and_then(|error| error.get("candidates")?.as_array());
    ids.into_iter().flatten().filter_map(|id| ContactId::new(id.as_str()?)).collect()
}

/// Returns the vendor's id, the kind of the error, or that the delivery is being sent.
pub(super) fn failure_or_id(record: &Record) -> String {
    if matches!(record.state, RecordState::Claimed(_)) {
        return "being sent".to_owned();
    }
    let id = record.id.as_ref().filter(|_| record.outcome().is_delivered()).map(ToString::to_string);
    id.or_else(|| record.error_kind().map(str::to_owned)).unwrap_or_else(|| "-".to_owned())
}

fn id_or_error(record: &Record) -> String {
    match record.look_again_at() {
        Some(time) => {
            let kind = record.error_kind().unwrap_or("in doubt");
            format!("{kind}, look again after {}", local_minute(time))
        }
        None => failure_or_id(record),
    }
}
