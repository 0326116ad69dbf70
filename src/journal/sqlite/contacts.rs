//! Records by contact, in the order in which the contacts were first recorded.

use rusqlite::Connection;
use unicontact_providers::DeliveryKey;

use super::tables::Tables;
use super::{listing, people, totals};
use crate::journal::{ContactPage, ContactRecords, Record, Selection};

/// Returns the next page of contacts with their selected records.
pub(super) fn page(
    connection: &Connection,
    tables: &Tables,
    selection: &Selection,
    after: u64,
    limit: u32,
) -> rusqlite::Result<ContactPage> {
    let mut page = if selection.search.is_some() || selection.person.is_some() {
        found(connection, tables, selection, after, limit)?
    } else {
        in_order(connection, tables, selection, after, limit)?
    };
    for contact in &mut page.contacts {
        if let Some(later_id) = people::later_id(connection, &contact.contact)? {
            contact.external_id = Some(later_id);
        }
    }
    Ok(page)
}

/// Reads the next records, each with those of its contact for other providers.
fn in_order(
    connection: &Connection,
    tables: &Tables,
    selection: &Selection,
    after: u64,
    limit: u32,
) -> rusqlite::Result<ContactPage> {
    let providers = totals::providers(connection, selection)?;
    let following = Selection { after, limit: Some(limit), ..selection.clone() };
    let all = Selection { after: 0, ..selection.clone() };
    let records = listing::list(connection, tables, &following)?;
    let is_full = u32::try_from(records.len()).is_ok_and(|count| count >= limit);
    let next = records.last().map(|record| record.number).filter(|_| is_full);
    let mut page = ContactPage { contacts: Vec::new(), next };
    for record in records {
        let mut of_contact: Vec<Record> = Vec::with_capacity(providers.len());
        for provider in providers.iter().filter(|provider| *provider != record.key.provider()) {
            let key = DeliveryKey::from_contact_key(provider, record.key.contact().to_owned());
            let other = tables.records.look(connection, &key)?;
            of_contact.extend(other.filter(|other| all.includes(other)));
        }
        // The contact belongs to the place of its first record.
        if of_contact.iter().all(|other| other.number > record.number) {
            of_contact.push(record);
            page.contacts.push(ContactRecords::new(of_contact));
        }
    }
    Ok(page)
}

/// Returns a page of the contacts that a search finds. All of them are read.
fn found(
    connection: &Connection,
    tables: &Tables,
    selection: &Selection,
    after: u64,
    limit: u32,
) -> rusqlite::Result<ContactPage> {
    let all = Selection { after: 0, limit: None, ..selection.clone() };
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    Ok(ContactPage::from_records(listing::list(connection, tables, &all)?, after, limit))
}
