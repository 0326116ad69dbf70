//! Finds records by a text: words of kept contacts, contact keys, the vendors' ids, and people by an address or own id.

use std::fmt::Write;

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension};

use super::query::{Query, standings};
use super::{identities, rows};
use crate::identity::{IdentityHashes, beginning_like, email_hash};
use crate::journal::Selection;
use crate::journal::search::{SearchText, SearchWord};

/// Names all providers, so that an index whose first column is the provider can be used.
const OF_ANY: &str = "provider IN (SELECT provider FROM totals)";

/// Subqueries that each find numbers of records.
#[derive(Default)]
struct Parts {
    selects: Vec<String>,
    values: Vec<Value>,
}

/// Returns the statement for a search or a person, with the other conditions of the selection.
pub(super) fn queries(connection: &Connection, selection: &Selection) -> rusqlite::Result<Vec<Query>> {
    let mut query = Query::new("");
    let mut tables = Vec::new();
    let texts = [(&selection.search, false), (&selection.person, true)];
    for (text, is_whole) in texts.into_iter().filter_map(|(text, is_whole)| Some((text.as_ref()?, is_whole)))
    {
        let Parts { selects, values } = parts(connection, &SearchText::new(text), is_whole)?;
        if selects.is_empty() {
            return Ok(Vec::new());
        }
        tables.push(selects.join(" UNION "));
        query.values.extend(values);
    }
    let [first, others @ ..] = tables.as_slice() else { return Ok(Vec::new()) };
    query.sql = format!("WITH found (number) AS ({first})");
    for (index, other) in others.iter().enumerate() {
        let _ = write!(query.sql, ", found_{index} (number) AS ({other})");
    }
    query.sql.push_str(" SELECT number FROM found CROSS JOIN deliveries USING (number) WHERE true");
    for index in 0..others.len() {
        let _ = write!(query.sql, " AND number IN (SELECT number FROM found_{index})");
    }
    let mut query = query.after(selection).changed(selection);
    query.one_of("provider", selection.providers.iter().map(String::as_str));
    query.one_of("standing", selection.outcomes.iter().flat_map(|outcome| standings(*outcome)));
    query.kind(selection);
    Ok(vec![query.ordered(selection)])
}

fn parts(connection: &Connection, text: &SearchText, is_whole: bool) -> rusqlite::Result<Parts> {
    let mut parts = Parts::default();
    if text.text.is_empty() {
        return Ok(parts);
    }
    let contacts = contacts_known_as(connection, text)?;
    for contact in contacts.iter().filter(|contact| **contact != text.text) {
        parts.of_contact(contact);
    }
    if is_whole {
        parts.of_contact(&text.text);
        let address = text.address().map(|text| SearchWord { text, is_whole: true });
        parts.of_words(connection, address.as_slice())?;
    } else {
        parts.of_contacts_beginning_with(&text.text);
        let select = "SELECT number FROM deliveries INDEXED BY deliveries_by_id WHERE id = ?";
        parts.add(select, [text.text.clone().into()]);
        parts.of_words(connection, &text.words)?;
    }
    let being_sent = serde_json::to_string(&being_sent(connection, text, is_whole)?).unwrap_or_default();
    parts.add("SELECT value FROM json_each(?)", [being_sent.into()]);
    Ok(parts)
}

/// Returns the contact keys of the people with this own id or e-mail address.
fn contacts_known_as(connection: &Connection, text: &SearchText) -> rusqlite::Result<Vec<String>> {
    let by_id = "SELECT contact FROM people INDEXED BY people_by_external_id WHERE external_id = ?1";
    let own: Option<String> = connection.query_row(by_id, [&text.text], |row| row.get(0)).optional()?;
    let mut contacts: Vec<String> = own.into_iter().collect();
    if let Some(address) = text.address() {
        contacts.extend(contacts_with_address(connection, &address)?);
    }
    Ok(contacts)
}

/// Returns the contact keys of the people with this normalized address, by its keyed hash.
fn contacts_with_address(connection: &Connection, address: &str) -> rusqlite::Result<Vec<String>> {
    let hash = email_hash(address, &identities::key(connection)?);
    let (first, last) = beginning_like(hash);
    let select = "SELECT DISTINCT people.contact, people.traits FROM identities JOIN people ON people.number = identities.person \
                  WHERE identities.hash BETWEEN ?1 AND ?2";
    let mut statement = connection.prepare_cached(select)?;
    let mut rows = statement.query([first.cast_signed(), last.cast_signed()])?;
    let mut contacts = Vec::new();
    while let Some(row) = rows.next()? {
        let traits = IdentityHashes::from_bytes(&row.get::<_, Vec<u8>>(1)?);
        if traits.is_some_and(|traits| traits.emails.contains(&hash)) {
            contacts.push(row.get(0)?);
        }
    }
    Ok(contacts)
}

/// Returns the numbers of claimed deliveries that the text finds. They are not in the table of words.
fn being_sent(connection: &Connection, text: &SearchText, is_whole: bool) -> rusqlite::Result<Vec<i64>> {
    let mut found = Vec::new();
    for number in rows::claimed(connection)? {
        let record = rows::of_number(connection, number)?;
        if record.is_some_and(|record| if is_whole { text.names(&record) } else { text.finds(&record) }) {
            found.push(number);
        }
    }
    Ok(found)
}

impl Parts {
    fn add(&mut self, select: &str, values: impl IntoIterator<Item = Value>) {
        self.selects.push(select.to_owned());
        self.values.extend(values);
    }

    fn of_contact(&mut self, contact: &str) {
        let condition = format!("{OF_ANY} AND contact = ?");
        self.by_contact(&condition, [contact.to_owned().into()]);
    }

    fn of_contacts_beginning_with(&mut self, beginning: &str) {
        let condition = format!("{OF_ANY} AND contact >= ? AND contact < ?");
        self.by_contact(&condition, [beginning.to_owned().into(), end_of(beginning).into()]);
    }

    fn by_contact(&mut self, condition: &str, values: impl IntoIterator<Item = Value>) {
        let select = "SELECT number FROM deliveries INDEXED BY sqlite_autoindex_deliveries_1 WHERE";
        self.add(&format!("{select} {condition}"), values);
    }

    /// Adds the stored contacts with words that match all of these.
    fn of_words(&mut self, connection: &Connection, words: &[SearchWord]) -> rusqlite::Result<()> {
        let mut counted = Vec::with_capacity(words.len());
        for word in words {
            counted.push((count(connection, &word.text)?, word));
        }
        let Some((_, rarest)) = counted.into_iter().min() else { return Ok(()) };
        let condition = |table: &str, word: &SearchWord| {
            if word.is_whole {
                format!("{table}.word = ?")
            } else {
                format!("{table}.word >= ? AND {table}.word < ?")
            }
        };
        let mut select = format!("SELECT words.number FROM words WHERE {}", condition("words", rarest));
        let mut values = bounds(rarest);
        for word in words.iter().filter(|word| *word != rarest) {
            let _ = write!(
                select,
                " AND EXISTS (SELECT 1 FROM words AS others INDEXED BY words_by_number \
                 WHERE others.number = words.number AND {})",
                condition("others", word)
            );
            values.extend(bounds(word));
        }
        self.add(&select, values);
        Ok(())
    }
}

/// Returns the number of stored contacts with a word that begins so, counted up to 10,000.
fn count(connection: &Connection, beginning: &str) -> rusqlite::Result<u32> {
    let select = "SELECT count(*) FROM (SELECT 1 FROM words WHERE word >= ?1 AND word < ?2 LIMIT 10000)";
    let mut statement = connection.prepare_cached(select)?;
    statement.query_row([beginning, &end_of(beginning)], |row| row.get(0))
}

fn bounds(word: &SearchWord) -> Vec<Value> {
    let mut bounds = vec![word.text.clone().into()];
    if !word.is_whole {
        bounds.push(end_of(&word.text).into());
    }
    bounds
}

/// Returns a text that sorts after all texts that begin with this one.
fn end_of(beginning: &str) -> String {
    format!("{beginning}{}", char::MAX)
}
