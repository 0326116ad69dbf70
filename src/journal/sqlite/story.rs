//! Stories and runs as rows.
//!
//! A delivery keeps at most [`MAX_ENTRIES`] attempts and looks, and everything that people did. The sequence numbers show how
//! many were dropped.

use std::sync::Arc;

use rusqlite::{Connection, Row, params};

use super::column::{sound, time};
use crate::journal::Record;
use crate::journal::story::{MAX_ENTRIES, Run, RunId, Story, StoryEntry, StoryEvent};

const NEXT: &str = "INSERT INTO story (delivery, sequence, at, run, by_person, event) \
     SELECT ?1, coalesce(max(sequence), 0) + 1, ?2, ?3, ?4, ?5 FROM story WHERE delivery = ?1";
const DROP_OLDEST: &str = "DELETE FROM story WHERE delivery = ?1 AND NOT by_person \
     AND sequence <= (SELECT max(sequence) FROM story WHERE delivery = ?1) - ?2";

/// Appends the entries to the story of a delivery. Returns how many of the oldest were dropped.
pub(super) fn append(connection: &Connection, delivery: i64, story: &Story) -> rusqlite::Result<usize> {
    if story.entries.is_empty() {
        return Ok(0);
    }
    let mut insert = connection.prepare_cached(NEXT)?;
    for entry in &story.entries {
        let run = entry.run.map(|run| run.number().cast_signed());
        // Serializing cannot fail: the values are texts, numbers and JSON.
        let event = serde_json::to_string(&entry.event).unwrap_or_default();
        insert.execute(params![delivery, entry.at.as_millisecond(), run, entry.is_by_person(), event])?;
    }
    let most = i64::try_from(MAX_ENTRIES).unwrap_or(i64::MAX);
    connection.prepare_cached(DROP_OLDEST)?.execute(params![delivery, most])
}

/// Deletes the story of a delivery, with the vendor's messages and people's notes. Returns how many entries it had.
pub(super) fn delete(connection: &Connection, delivery: i64) -> rusqlite::Result<usize> {
    connection.prepare_cached("DELETE FROM story WHERE delivery = ?1")?.execute([delivery])
}

/// Erases the vendor's messages and people's notes from the story of a delivery.
pub(super) fn forget_words(connection: &Connection, delivery: i64) -> rusqlite::Result<()> {
    let select = "SELECT delivery, sequence, event FROM story WHERE delivery = ?1";
    let mut statement = connection.prepare(select)?;
    let mut rows = statement.query([delivery])?;
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

/// Reads every entry. One that cannot be read is an error.
pub(super) fn read_all(connection: &Connection) -> rusqlite::Result<()> {
    let mut select = connection.prepare("SELECT at, run, event, sequence FROM story")?;
    select.query_map([], entry)?.try_for_each(|entry| entry.map(drop))
}

/// Returns the story of a delivery, with the runs that it and the record name.
pub(super) fn of(connection: &Connection, record: &Record) -> rusqlite::Result<Story> {
    let delivery = record.number.cast_signed();
    let run = record.run.map(|run| run.number().cast_signed());
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
