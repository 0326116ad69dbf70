//! The human output of records of the journal. A delivery is shown by the key that the commands accept.

use unicontact::Outcome;
use unicontact::journal::{Record, RecordState, Story};
use unicontact::providers::{ContactId, UnifiedContact};

use super::names::{contact_name, vendor_title};
use super::table::{Cell, outcome_cell, outcome_style};
use super::time::local_second;
use super::{CONTINUATION, Line, Page, Style, Table, doubts, next_command, story};

/// Returns one delivery with its story, and the contact while the journal keeps it.
pub(crate) fn record(record: &Record, story: &Story) -> Page {
    let contact = record.contact();
    let mut page = Page::default();
    page.styled_line(&heading(record, contact.as_ref()), 0);
    page.blank_line();
    page.table(&facts(record));
    add_notes(&mut page, record, contact.as_ref());
    page.blank_line();
    if let Some(omitted) = story::omitted(story) {
        page.line(&omitted);
    }
    page.table(&story::story(record, story));
    if let Some(json) = contact.and_then(|contact| serde_json::to_string_pretty(&contact).ok()) {
        page.blank_line();
        page.lines(&json);
    }
    page
}

/// Returns the contact's name and the key: `Ada King: emnify/42 is in_doubt`.
fn heading(record: &Record, contact: Option<&UnifiedContact>) -> Line {
    let name = contact.and_then(contact_name).map(|name| format!("{name}: ")).unwrap_or_default();
    let outcome = record.outcome();
    Line::default()
        .styled(Style::Heading, &name)
        .text(&format!("{} is ", record.key))
        .styled(outcome_style(outcome), outcome.as_str())
}

fn facts(record: &Record) -> Table {
    let mut table =
        Table::with_columns(&["outcome", "vendor", "id or error", "changed"]).with_unbroken_columns(0..4);
    table.row([
        outcome_cell(record.outcome()),
        Cell::new(vendor_title(&record.vendor)),
        Cell::new(failure_or_id(record)),
        Cell::new(local_second(record.changed_at)),
    ]);
    table
}

/// Appends the vendor's message, the note on the state, and the next steps.
fn add_notes(page: &mut Page, record: &Record, contact: Option<&UnifiedContact>) {
    let message = record.error.as_ref().and_then(|error| error.get("message")?.as_str());
    let mut lines: Vec<Line> = message.into_iter().chain(record.note()).map(Line::new).collect();
    lines.extend(doubts::resembling(&candidates(record)).as_deref().map(Line::new));
    lines.extend(record.look_again_at().map(doubts::look_again));
    let commands = commands(record, contact);
    if !(lines.is_empty() && commands.is_empty()) {
        page.blank_line();
    }
    for line in &lines {
        page.styled_line(line, CONTINUATION);
    }
    for line in &commands {
        page.unfolded_line(line);
    }
}

/// Returns the commands that settle a delivery that needs a person.
fn commands(record: &Record, contact: Option<&UnifiedContact>) -> Vec<Line> {
    if !needs_person(record) {
        return Vec::new();
    }
    let name = contact.and_then(contact_name);
    next_command::resolving(&record.key, name.as_deref(), &vendor_title(&record.vendor))
}

/// Returns whether the delivery is in doubt and only a person can settle it.
pub(crate) fn needs_person(record: &Record) -> bool {
    is_in_doubt(record) && record.look_again_at().is_none()
}

/// Returns whether the delivery is in doubt and no run is sending it.
pub(super) fn is_in_doubt(record: &Record) -> bool {
    record.outcome() == Outcome::InDoubt && !matches!(record.state, RecordState::Claimed(_))
}

/// Returns the commands that settle the first of these deliveries that needs a person.
pub(crate) fn resolving(records: &[Record]) -> Vec<Line> {
    let first = records.iter().find(|record| needs_person(record));
    first.map(|record| commands(record, record.contact().as_ref())).unwrap_or_default()
}

/// Returns the ids of the vendor's contacts that may be the one in doubt.
pub(super) fn candidates(record: &Record) -> Vec<ContactId> {
    let error = record.error.as_ref().filter(|_| record.outcome() == Outcome::InDoubt);
    let ids = error.and_then(|error| error.get("candidates")?.as_array());
    ids.into_iter().flatten().filter_map(|id| ContactId::new(id.as_str()?)).collect()
}

/// Returns the vendor's id, the kind of the error with the id of the existing contact, or that the delivery is being sent.
pub(super) fn failure_or_id(record: &Record) -> String {
    if matches!(record.state, RecordState::Claimed(_)) {
        return "being sent".to_owned();
    }
    let id = record.id.as_ref().filter(|_| record.outcome().is_delivered()).map(ToString::to_string);
    id.or_else(|| failure(record)).unwrap_or_else(|| "-".to_owned())
}

/// Returns `already_exists`, or `already_exists: 4711` where the vendor named the existing contact.
fn failure(record: &Record) -> Option<String> {
    let kind = record.error_kind()?;
    let existing = record.error.as_ref().and_then(|error| error.get("existing_id")?.as_str());
    Some(existing.map_or_else(|| kind.to_owned(), |id| format!("{kind}: {id}")))
}
