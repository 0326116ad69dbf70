//! Stories and runs as rows.
//!
//! A delivery keeps at most [`MAX_ENTRIES`] attempts and looks, and everything that people did. The sequence numbers show how
//! many were dropped.

use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension, Row, params};
use unicontact_providers::DeliveryKey;

use super::column::{sound, time};
use crate::journal::story::{MAX_ENTRIES, Run, RunId, Story, StoryEntry, StoryEvent};

const NEXT: &str = "INSERT INTO story (delivery, sequence, at, run, by_person, event) \
     SELECT ?1, coalesce(max(sequence), 0) + 1, ?2, ?3, ?4, ?5 FROM story WHERE delivery = ?1";
const DROP_OLDEST: &str = "DELETE FROM story WHERE delivery = ?1 AND NOT by_person \
     AND sequence <= (SELECT max(sequence) FROM story WHERE delivery = ?1) - ?2";

/// Appends the entries to the story of a delivery.
pub(super) fn append(connection: &Connection, delivery: i64, story: &Story) -> rusqlite::Result<()> {
    if story.entries.is_empty() {
        return Ok(());
    }
    let mut insert = connection.prepare_cached(NEXT)?;
    for entry in &story.entries {
        let run = entry.run.map(|run| run.number().cast_signed());
        // Serializing cannot fail: the values are texts, numbers and JSON.
        let event = serde_json::to_string(&entry.event).unwrap_or_default();
        insert.execute(params![delivery, entry.at.as_millisecond(), run, entry.is_by_person(), event])?;
    }
    let most = i64::try_from(MAX_ENTRIES).unwrap_or(i64::MAX);
    connection.prepare_cached(DROP_OLDEST)?.execute(params![delivery, most]).map(drop)
}

/// Erases the vendor's messages and people's notes from the story of a delivery.
pub(super) fn forget_words(connection: &Connection, key: &DeliveryKey) -> rusqlite::Result<()> {
    let select = "SELECT delivery, sequence, event FROM story \
         WHERE delivery = (SELECT number FROM deliveries WHERE provider = ?1 AND contact = ?2)";
    let mut statement = connection.prepare(select)?;
    let mut rows = statement.query(params![key.provider(), key.contact()])?;
    let mut update =
        connection.prepare("UPDATE story SET event = ?3 WHERE delivery = ?1 AND sequence = ?2")?;
    while let Some(row) = rows.next()? {
        let (delivery, sequence, event): (i64, i64, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let event: StoryEvent = sound(2, serde_json::from_str(&event).ok())?;
        let event = serde_json::to_string(&event.without_words()).unwrap_or_default();
        update.execute(params![delivery, sequence, event])?;
    }
    Ok(())
}

/// Registers a run, unless it is registered already.
pub(super) fn register(connection: &Connection, run: &Run) -> rusqlite::Result<()> {
    let insert =
        "INSERT OR IGNORE INTO runs (id, command, worker, started_at, version) VALUES (?1, ?2, ?3, ?4, ?5)";
    let (id, started_at) = (run.id.number().cast_signed(), run.started_at.as_millisecond());
    connection.execute(insert, params![id, run.command, run.worker, started_at, run.version]).map(drop)
}

/// Returns the story of a delivery, with the runs that it and the record name.
pub(super) fn of(connection: &Connection, key: &DeliveryKey) -> rusqlite::Result<Story> {
    let record = "SELECT number, run FROM deliveries WHERE provider = ?1 AND contact = ?2";
    let record = connection.query_row(record, params![key.provider(), key.contact()], |row| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, Option<i64>>(1)?))
    });
    let Some((delivery, run)) = record.optional()? else { return Ok(Story::default()) };
    let entries = "SELECT at, run, event, sequence FROM story WHERE delivery = ?1 ORDER BY sequence";
    let mut statement = connection.prepare(entries)?;
    let entries = statement.query_map([delivery], entry)?.collect::<rusqlite::Result<Vec<_>>>()?;
    let last = entries.last().map_or(0, |(sequence, _)| *sequence);
    let omitted = last.saturating_sub(u32::try_from(entries.len()).unwrap_or(u32::MAX));
    let entries = entries.into_iter().map(|(_, entry)| entry).collect();
    Ok(Story { entries, runs: runs(connection, delivery, run)?, omitted })
}

fn runs(connection: &Connection, delivery: i64, run: Option<i64>) -> rusqlite::Result<Vec<Arc<Run>>> {
    let runs = "SELECT id, command, worker, started_at, version FROM runs \
         WHERE id = ?2 OR id IN (SELECT run FROM story WHERE delivery = ?1) ORDER BY started_at, id";
    let run_of_row = |row: &Row<'_>| {
        Ok(Arc::new(Run {
            id: RunId::from_number(row.get::<_, i64>(0)?.cast_unsigned()),
            command: row.get(1)?,
            worker: row.get(2)?,
            started_at: time(row, 3)?,
            version: row.get(4)?,
        }))
    };
    connection.prepare(runs)?.query_map(params![delivery, run], run_of_row)?.collect()
}

fn entry(row: &Row<'_>) -> rusqlite::Result<(u32, StoryEntry)> {
    let run: Option<i64> = row.get(1)?;
    let event: String = row.get(2)?;
    let event: StoryEvent = sound(2, serde_json::from_str(&event).ok())?;
    let at = time(row, 0)?;
    let run = run.map(|number| RunId::from_number(number.cast_unsigned()));
    Ok((row.get(3)?, StoryEntry { at, run, event }))
}
