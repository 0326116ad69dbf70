//! `unicontact deliveries forget`: erases the content of a person's contacts, and keeps that they were delivered.

use std::collections::BTreeSet;

use unicontact::journal::{Journal, Record, RecordState, Selection};

use super::read_pages;
use crate::arguments::Forget;
use crate::commands::ask;
use crate::exit::{Exit, Failure};
use crate::output;

pub(super) async fn run(journal: &dyn Journal, forget: &Forget) -> Result<Exit, Failure> {
    let records = deliveries_of(journal, &forget.person).await?;
    if records.is_empty() {
        return Err(Failure::new(
            "the journal has no delivery of this person; search: unicontact deliveries list --search",
        ));
    }
    if records.iter().any(|record| matches!(record.state, RecordState::Claimed(_))) {
        return Err(Failure::new(
            "a delivery of this person is being sent; nothing was erased. Wait until it has ended",
        ));
    }
    if !forget.yes {
        confirm(&records)?;
    }
    for (erased, record) in records.iter().enumerate() {
        if !journal.forget(&record.key).await? {
            return Err(Failure::new(format!(
                "{}: it is being sent now; {erased} of {} deliveries were erased. Run it again when it has ended",
                record.key,
                records.len()
            )));
        }
    }
    output::message(&format!(
        "Erased the content of {}. That it was delivered stays known.",
        counted(&records)
    ));
    Ok(Exit::Done)
}

/// Returns the deliveries of the contacts with that address, id or key, to all providers.
async fn deliveries_of(journal: &dyn Journal, person: &str) -> Result<Vec<Record>, Failure> {
    let person = person_of(person);
    let named = all(journal, person).await?;
    let contacts: BTreeSet<&str> = named.iter().map(|record| record.key.contact()).collect();
    let mut records = Vec::new();
    for contact in contacts {
        let of_contact = all(journal, contact).await?;
        records.extend(of_contact.into_iter().filter(|record| record.key.contact() == contact));
    }
    Ok(records)
}

/// Returns an address, an id, or the contact of a key as lists name it.
fn person_of(text: &str) -> &str {
    match text.split_once('/') {
        Some((provider, contact)) if !provider.contains('@') && contact.starts_with("sha256:") => contact,
        _ => text,
    }
}

async fn all(journal: &dyn Journal, person: &str) -> Result<Vec<Record>, Failure> {
    let selection = Selection { person: Some(person.to_owned()), ..Selection::default() };
    let mut records = Vec::new();
    read_pages(journal, &selection, |page| records.extend(page)).await?;
    Ok(records)
}

fn counted(records: &[Record]) -> String {
    let contacts: BTreeSet<&str> = records.iter().map(|record| record.key.contact()).collect();
    let plural =
        |count: usize, one: &str, many: &str| format!("{count} {}", if count == 1 { one } else { many });
    let deliveries = plural(records.len(), "delivery", "deliveries");
    format!("{} ({deliveries})", plural(contacts.len(), "contact", "contacts"))
}

/// Asks whether the content is erased.
///
/// # Errors
///
/// The person says no, or there is no terminal to ask on.
fn confirm(records: &[Record]) -> Result<(), Failure> {
    let unfinished = records.iter().filter(|record| !record.outcome().is_delivered()).count();
    let and_unfinished = match unfinished {
        0 => String::new(),
        _ => format!(" {unfinished} of them are unfinished and cannot be retried or looked for afterwards."),
    };
    let warning = format!("The content of {} is erased for good.{and_unfinished}", counted(records));
    ask::confirm(&warning, "Erase it?", "erased")
}
