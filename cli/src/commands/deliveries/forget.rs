//! `unicontact deliveries forget`: erases the content of a person's contacts. The journal keeps that they were delivered.

use std::collections::BTreeSet;

use unicontact::journal::{Journal, Record, RecordState, Selection};

use super::read_pages;
use crate::arguments::Forget;
use crate::commands::ask;
use crate::exit::{Exit, Failure};
use crate::failure_code::FailureCode;
use crate::output;

pub(super) async fn run(journal: &dyn Journal, forget: &Forget) -> Result<Exit, Failure> {
    let records = deliveries_of(journal, &forget.person).await?;
    if records.is_empty() {
        let search = output::next_command::of_deliveries("list --search TEXT");
        return Err(Failure::new(FailureCode::NotFound, "the journal has no delivery of this person")
            .with_hint(format!("search: {search}")));
    }
    if records.iter().any(|record| matches!(record.state, RecordState::Claimed(_))) {
        return Err(Failure::new(
            FailureCode::Conflict,
            "a delivery of this person is being sent; nothing was erased; run it again when the delivery has ended",
        ));
    }
    if !forget.yes {
        confirm(&records)?;
    }
    for (erased, record) in records.iter().enumerate() {
        if !journal.forget(&record.key).await? {
            return Err(Failure::new(
                FailureCode::Conflict,
                format!(
                    "{}: it is being sent now; {erased} of {} deliveries were erased. Run it again when it has ended",
                    record.key,
                    records.len()
                ),
            ));
        }
    }
    output::message(&format!(
        "Erased the content of {}. The journal keeps that it was delivered.",
        counted(&records)
    ));
    Ok(Exit::Done)
}

/// Returns the deliveries of the contacts with this address, id or key to all providers.
async fn deliveries_of(journal: &dyn Journal, person: &str) -> Result<Vec<Record>, Failure> {
    let person = person_of(person);
    let named = records_of(journal, person).await?;
    let contacts: BTreeSet<&str> = named.iter().map(|record| record.key.contact()).collect();
    let mut records = Vec::new();
    for contact in contacts {
        let of_contact = records_of(journal, contact).await?;
        records.extend(of_contact.into_iter().filter(|record| record.key.contact() == contact));
    }
    Ok(records)
}

/// Returns the address or the id in `text`, or the contact of a delivery key.
fn person_of(text: &str) -> &str {
    match text.split_once('/') {
        Some((provider, contact)) if !provider.contains('@') && contact.starts_with("sha256:") => contact,
        _ => text,
    }
}

async fn records_of(journal: &dyn Journal, person: &str) -> Result<Vec<Record>, Failure> {
    let selection = Selection { person: Some(person.to_owned()), ..Selection::default() };
    let mut records = Vec::new();
    read_pages(journal, &selection, |page| records.extend(page)).await?;
    Ok(records)
}

fn counted(records: &[Record]) -> String {
    let contacts: BTreeSet<&str> = records.iter().map(|record| record.key.contact()).collect();
    let deliveries = output::counted(records.len() as u64, "delivery", "deliveries");
    format!("{} ({deliveries})", output::counted(contacts.len() as u64, "contact", "contacts"))
}

/// Asks for confirmation before the content is erased.
///
/// # Errors
///
/// The person answers no, or there is no terminal.
fn confirm(records: &[Record]) -> Result<(), Failure> {
    let unfinished = records.iter().filter(|record| !record.outcome().is_delivered()).count();
    let and_unfinished = if unfinished == 0 {
        String::new()
    } else {
        let of_them = output::counted(unfinished as u64, "delivery is", "deliveries are");
        format!(" {of_them} unfinished and cannot be retried or searched for afterwards.")
    };
    let warning = format!("The content of {} would be erased for good.{and_unfinished}", counted(records));
    ask::confirm(&warning, "Erase it?", "erased")
}
