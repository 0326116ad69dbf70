//! The words by which stored contacts are found.
//!
//! A contact has words while its delivery is unfinished and not claimed, so that a delivery that succeeds at once writes none.

use rusqlite::{Connection, OptionalExtension, params};

use super::totals::Totals;
use super::{in_transaction, rows, settings};
use crate::journal::rules;
use crate::journal::search::words_of;
use crate::journal::{Record, RecordState};

/// A claim without a time counts from now.
const INTERRUPT: &str = "UPDATE deliveries SET standing = 'interrupted', ticket = NULL, \
                         may_send_until = coalesce(may_send_until, CAST(unixepoch('subsec') * 1000 AS INTEGER)) \
                         WHERE number = ?1";
const SETTING: &str = "words_are_missing";

/// Writes or deletes the words of a record that has changed.
pub(super) fn change(
    connection: &Connection,
    before: Option<&Record>,
    after: &Record,
    number: u64,
) -> rusqlite::Result<()> {
    if before.is_some_and(has_words) {
        delete(connection, number.cast_signed())?;
    }
    if has_words(after) { insert(connection, after, number.cast_signed()) } else { Ok(()) }
}

fn has_words(record: &Record) -> bool {
    match record.state {
        RecordState::Claimed(_) => false,
        RecordState::Interrupted => true,
        RecordState::Settled(outcome) => !outcome.is_delivered(),
    }
}

/// Returns the words that the file stores for a record, each once, in order.
pub(super) fn expected(record: &Record) -> Vec<String> {
    let contact = if has_words(record) { record.contact() } else { None };
    let mut words = contact.map(|contact| words_of(&contact)).unwrap_or_default();
    words.sort_unstable();
    words.dedup();
    words
}

fn insert(connection: &Connection, record: &Record, number: i64) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached("INSERT INTO words VALUES (?1, ?2)")?;
    for word in expected(record) {
        statement.execute(params![word, number])?;
    }
    Ok(())
}

fn delete(connection: &Connection, number: i64) -> rusqlite::Result<()> {
    connection.prepare_cached("DELETE FROM words WHERE number = ?1")?.execute([number]).map(|_| ())
}

/// Writes the words of all stored contacts, once after the migration that created their table.
pub(super) fn index_missing(connection: &Connection) -> rusqlite::Result<()> {
    if !settings::is_set(connection, SETTING)? {
        return Ok(());
    }
    let mut statement = connection.prepare(
        "SELECT number FROM deliveries WHERE content IS NOT NULL AND number > ?1 ORDER BY number LIMIT 1",
    )?;
    let mut last = 0;
    while let Some(number) = statement.query_row([last], |row| row.get::<_, i64>(0)).optional()? {
        if let Some(record) = rows::of_number(connection, number)?.filter(has_words) {
            insert(connection, &record, number)?;
        }
        last = number;
    }
    settings::delete(connection, SETTING)
}

/// Marks every claim as interrupted: its holder is gone.
pub(super) fn interrupt_claims(connection: &Connection) -> rusqlite::Result<()> {
    in_transaction(connection, interrupt_all)
}

fn interrupt_all(connection: &Connection) -> rusqlite::Result<()> {
    let numbers = rows::claimed(connection)?;
    let mut totals = Totals::default();
    let mut interrupt = connection.prepare(INTERRUPT)?;
    for number in numbers {
        let Some(claimed) = rows::of_number(connection, number)? else { continue };
        let interrupted = rules::interrupt(claimed.clone());
        interrupt.execute([number])?;
        change(connection, Some(&claimed), &interrupted, interrupted.number)?;
        totals.change(Some(&claimed), Some(&interrupted));
    }
    totals.write(connection)
}
