//! Records in the order of the contact keys, merged from one run of keys for each provider.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, params};

use super::{listing, rows, totals};
use crate::journal::Selection;
use crate::journal::{ContactPage, ContactRecords};

const RUN: &str = "SELECT contact, number FROM deliveries INDEXED BY sqlite_autoindex_deliveries_1 \
                   WHERE provider = ?1 AND contact > ?2 ORDER BY contact LIMIT ?3";
const LATER_ID: &str = "SELECT external_id FROM people INDEXED BY people_with_later_id \
                        WHERE contact = ?1 AND external_id <> contact";

/// Returns the next page of contacts with their selected records.
pub(super) fn page(
    connection: &Connection,
    selection: &Selection,
    after: &str,
    limit: u32,
) -> rusqlite::Result<ContactPage> {
    if selection.search.is_some() || selection.person.is_some() {
        return found(connection, selection, after, limit);
    }
    let mut providers: Vec<String> =
        totals::all(connection)?.into_iter().map(|total| total.provider).collect();
    providers.dedup();
    providers.retain(|name| selection.providers.is_empty() || selection.providers.contains(name));
    let mut numbers: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    let mut statement = connection.prepare_cached(RUN)?;
    for provider in &providers {
        let mut run = statement.query(params![provider, after, limit])?;
        while let Some(row) = run.next()? {
            numbers.entry(row.get(0)?).or_default().push(row.get(1)?);
        }
    }
    // The smallest keys of all are among the smallest keys of each provider, so that no record of these contacts is missing.
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let is_last = numbers.len() < limit;
    let mut page = ContactPage::default();
    let all = Selection { after: 0, ..selection.clone() };
    for (contact, numbers) in numbers.into_iter().take(limit) {
        let mut records = Vec::with_capacity(numbers.len());
        for number in numbers {
            records.extend(rows::of_number(connection, number)?.filter(|record| all.includes(record)));
        }
        if !is_last {
            page.next = Some(contact.clone());
        }
        if !records.is_empty() {
            let later_id = later_id(connection, &contact)?;
            page.contacts.push(ContactRecords::new(contact, later_id, records));
        }
    }
    Ok(page)
}

/// Returns a page of the contacts that a search finds. All of them are read.
fn found(
    connection: &Connection,
    selection: &Selection,
    after: &str,
    limit: u32,
) -> rusqlite::Result<ContactPage> {
    let all = Selection { after: 0, limit: None, ..selection.clone() };
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let mut page = ContactPage::from_records(listing::list(connection, &all)?, after, limit);
    for contact in &mut page.contacts {
        if let Some(later_id) = later_id(connection, &contact.contact)? {
            contact.external_id = Some(later_id);
        }
    }
    Ok(page)
}

fn later_id(connection: &Connection, contact: &str) -> rusqlite::Result<Option<String>> {
    connection.prepare_cached(LATER_ID)?.query_row([contact], |row| row.get(0)).optional()
}
