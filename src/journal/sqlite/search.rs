//! Finds records by a text: words of kept contacts, contact keys, the vendors' ids, and people by an address or own id.

use std::collections::BTreeSet;
use std::fmt::Write;

use rusqlite::Connection;
use rusqlite::types::Value;

use super::query::{Query, standings};
use super::tables::Tables;
use super::{delivered, rows, totals};
use crate::journal::Selection;
use crate::journal::search::{SearchText, SearchWord};

/// Subqueries that each find numbers of records.
#[derive(Default)]
struct Parts {
    selects: Vec<String>,
    values: Vec<Value>,
}

/// What a search finds, with the other conditions of the selection.
pub(super) struct Found {
    /// The statements on the table of deliveries.
    pub(super) queries: Vec<Query>,
    /// The numbers of delivered records.
    pub(super) delivered: Vec<i64>,
}

/// Searches for the texts of a selection.
pub(super) fn find(
    connection: &Connection,
    tables: &Tables,
    selection: &Selection,
) -> rusqlite::Result<Found> {
    let texts = [(&selection.search, false), (&selection.person, true)];
    let texts =
        texts.into_iter().filter_map(|(text, is_whole)| Some((SearchText::new(text.as_ref()?), is_whole)));
    let (mut parts, mut delivered) = (Vec::new(), Vec::new());
    for (text, is_whole) in texts {
        if text.text.is_empty() {
            return Ok(Found { queries: Vec::new(), delivered: Vec::new() });
        }
        let known = known_as(connection, tables, selection, &text, is_whole)?;
        parts.push(of_text(connection, &text, known.deliveries, is_whole)?);
        delivered.push(known.delivered);
    }
    let delivered = delivered.into_iter().reduce(|one, other| &one & &other).unwrap_or_default();
    Ok(Found { queries: vec![query(&parts, selection)], delivered: delivered.into_iter().collect() })
}

/// Returns the statement that finds the records of all parts in the table of deliveries.
fn query(parts: &[Parts], selection: &Selection) -> Query {
    let mut query = Query::new("WITH ");
    for (index, Parts { selects, values }) in parts.iter().enumerate() {
        let comma = if index == 0 { "" } else { ", " };
        let _ = write!(query.sql, "{comma}found_{index} (number) AS ({})", selects.join(" UNION "));
        query.values.extend(values.iter().cloned());
    }
    query.sql.push_str(" SELECT number FROM found_0 CROSS JOIN deliveries USING (number) WHERE true");
    for index in 1..parts.len() {
        let _ = write!(query.sql, " AND number IN (SELECT number FROM found_{index})");
    }
    let mut query = query.after(selection).changed(selection);
    query.one_of("provider", selection.providers.iter().cloned());
    query.one_of(
        "standing",
        selection.outcomes.iter().flat_map(|outcome| standings(*outcome)).map(str::to_owned),
    );
    query.kind(selection);
    query.ordered(selection)
}

fn of_text(
    connection: &Connection,
    text: &SearchText,
    mut known: Vec<i64>,
    is_whole: bool,
) -> rusqlite::Result<Parts> {
    let mut parts = Parts::default();
    if is_whole {
        let address = text.address().map(|text| SearchWord { text, is_whole: true });
        parts.of_words(connection, address.as_slice())?;
    } else {
        let select = "SELECT number FROM deliveries INDEXED BY deliveries_by_id WHERE id = ?";
        parts.add(select, [text.text.clone().into()]);
        parts.of_words(connection, &text.words)?;
    }
    known.extend(being_sent(connection, text, is_whole)?);
    let known = serde_json::to_string(&known).unwrap_or_default();
    parts.add("SELECT value FROM json_each(?)", [known.into()]);
    Ok(parts)
}

/// Returns the keys of the contacts with this key, own id or e-mail address.
fn contacts_known_as(
    connection: &Connection,
    tables: &Tables,
    text: &SearchText,
) -> rusqlite::Result<BTreeSet<String>> {
    let mut contacts = BTreeSet::from([text.text.clone()]);
    contacts.extend(tables.people.key_of_id(connection, &text.text)?);
    if let Some(address) = text.address() {
        contacts.extend(tables.people.keys_with_address(connection, &address)?);
    }
    Ok(contacts)
}

/// The numbers of records that were found by their keys, or by the vendor's id, in each table.
#[derive(Default)]
struct KnownRecords {
    deliveries: Vec<i64>,
    delivered: BTreeSet<i64>,
}

fn known_as(
    connection: &Connection,
    tables: &Tables,
    selection: &Selection,
    text: &SearchText,
    is_whole: bool,
) -> rusqlite::Result<KnownRecords> {
    let contacts = contacts_known_as(connection, tables, text)?;
    let providers = totals::providers(connection, selection)?;
    let id = (!is_whole).then_some(&*text.text);
    let others = Selection { search: None, person: None, ..selection.clone() };
    let mut known = KnownRecords::default();
    for record in tables.records.known_as(connection, &providers, &contacts, id)? {
        let number = record.number.cast_signed();
        if !delivered::belongs(&record) {
            known.deliveries.push(number);
        } else if others.includes(&record) {
            known.delivered.insert(number);
        }
    }
    Ok(known)
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
