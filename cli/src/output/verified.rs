//! The text of a verification: the differences between a vendor's contacts and the journal.

use unicontact::providers::ContactId;
use unicontact::verify::{Adoption, Finding, FindingKind, Verification, VerificationCounts};

use super::table::Cell;
use super::{Line, Page, Style, Table, and_list, counted, next_command};

/// Returns a table of the differences.
pub(crate) fn verified(verification: &Verification) -> Page {
    let mut page = Page::default();
    let mut table =
        Table::with_columns(&["finding", "delivery", "vendor's id", "name"]).with_unbroken_columns([1]);
    for finding in &verification.findings {
        table.row([
            Cell::new(kind_in_words(finding.kind)),
            Cell::new(finding.delivery.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string)),
            Cell::new(ids(finding)),
            Cell::new(finding.name.as_deref().unwrap_or("-")),
        ]);
    }
    page.table(&table);
    page
}

/// Returns the message with the counts.
pub(crate) fn verified_counts(provider: &str, verification: &Verification) -> String {
    let VerificationCounts {
        listed,
        recorded,
        twice,
        missing,
        other_id,
        in_doubt_but_there,
        unknown,
        in_doubt,
        being_sent,
    } = verification.counts;
    let counts = [
        (twice, "there twice"),
        (missing, "missing"),
        (other_id, "there under another id"),
        (in_doubt_but_there, "in doubt but there"),
        (unknown, "unknown to the journal"),
        (in_doubt, "in doubt and not found"),
        (being_sent, "being sent and not compared"),
    ];
    let counts: Vec<String> = counts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    let differences = if counts.is_empty() { "nothing differs".to_owned() } else { counts.join(", ") };
    let mut line = format!(
        "{provider}: {} at the vendor, {} in the journal: {differences}.",
        counted(listed, "contact", "contacts"),
        counted(recorded, "delivery", "deliveries")
    );
    if !verification.is_complete {
        line.push_str(
            " The vendor's list was not read completely, so no contact counts as missing: the list is too long, announces further \
             pages, or holds unreadable entries.",
        );
    }
    line
}

/// Returns the lines about providers whose vendors list no contacts: `1 of 4 providers was compared; …`.
pub(crate) fn not_compared(compared: usize, all: usize, unlisted: &[&str]) -> [Line; 2] {
    let was = if compared == 1 { "was" } else { "were" };
    let names = and_list(unlisted);
    let text = format!(
        "{compared} of {all} providers {was} compared; {names} cannot be listed: no list of contacts is documented."
    );
    let doubts = Line::new("Look their deliveries in doubt up at the vendor: ");
    [Line::new(&text), doubts.styled(Style::Command, &doubts_of(unlisted))]
}

/// Returns the command that lists the deliveries in doubt of some providers.
pub(crate) fn doubts_of(providers: &[&str]) -> String {
    let to = next_command::to_option(providers);
    next_command::of_deliveries(&format!("list --outcome in_doubt {to}"))
}

/// Returns the messages about recorded contacts.
pub(crate) fn adopted(provider: &str, adoption: &Adoption) -> Vec<String> {
    let Adoption { recorded, settled, recognized_by_content, left, unidentifiable } = adoption;
    let mut lines = vec![format!(
        "{provider}: {} recorded as existing, and {} in doubt settled.",
        counted(*recorded, "contact", "contacts"),
        counted(*settled, "delivery", "deliveries")
    )];
    let notes = [
        (
            recognized_by_content,
            "of these have no e-mail address or number: an import recognizes them only if a contact has exactly the same \
             content",
        ),
        (
            left,
            "were not recorded: they are being sent, were delivered meanwhile, or share name and number with another \
             person",
        ),
        (
            unidentifiable,
            "were not recorded: people are recognized by your ids (identify_by = \"id\"), and the vendor has none of these ids",
        ),
    ];
    lines.extend(
        notes
            .iter()
            .filter(|(count, _)| **count > 0)
            .map(|(count, note)| format!("{provider}: {count} {note}.")),
    );
    lines
}

fn kind_in_words(kind: FindingKind) -> &'static str {
    match kind {
        FindingKind::Twice => "there twice",
        FindingKind::Missing => "missing",
        FindingKind::OtherId => "other id",
        FindingKind::InDoubtButThere => "in doubt but there",
        FindingKind::Unknown => "unknown",
    }
}

fn ids(finding: &Finding) -> String {
    let ids: Vec<&str> = finding.ids.iter().map(ContactId::as_str).collect();
    match (&finding.recorded_id, ids.join(", ")) {
        (Some(recorded), ids) if ids.is_empty() => recorded.to_string(),
        (Some(recorded), ids) => format!("{recorded}, now {ids}"),
        (None, ids) if ids.is_empty() => "-".to_owned(),
        (None, ids) => ids,
    }
}
