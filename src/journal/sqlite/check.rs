//! The whole check of a journal: its pages and indices, and the tables that are derived from the records.

use std::fmt;

use rusqlite::{Connection, params};
use serde::Serialize;

use super::tables::Tables;
use super::{rows, spans, story, words};

/// The result of [`SqliteJournal::check`](super::SqliteJournal::check).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct JournalCheck {
    /// The number of records.
    pub deliveries: u64,
    /// The defects that were found. Empty for a sound journal.
    pub defects: Vec<JournalDefect>,
}

/// A defect of a journal. It names no contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum JournalDefect {
    /// A page is damaged, or an index does not agree with its table.
    Pages,
    /// A row belongs to a delivery or a person that does not exist.
    References,
    /// The totals, or the summaries of numbers, do not agree with the records.
    Totals,
    /// The words of searches do not agree with the kept contacts.
    Words,
    /// A record or a person is not found by its key or id, or two records have one key: the contact could be sent again.
    Keys,
}

impl fmt::Display for JournalDefect {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Pages => "a page or an index is damaged",
            Self::References => "a row belongs to a delivery or a person that does not exist",
            Self::Totals => "the totals do not agree with the records",
            Self::Words => "the words of searches do not agree with the kept contacts",
            Self::Keys => "a record or a person is not found by its key or id, or two records have one key",
        })
    }
}

/// Checks a journal as it is at one time; other processes may write it meanwhile. The derived tables are compared only if the pages
/// are sound.
pub(super) fn run(connection: &Connection, tables: &mut Tables) -> rusqlite::Result<JournalCheck> {
    connection.execute_batch("BEGIN")?;
    let checked = check(connection, tables);
    connection.execute_batch("COMMIT")?;
    checked
}

fn check(connection: &Connection, tables: &mut Tables) -> rusqlite::Result<JournalCheck> {
    if !are_pages_sound(connection)? {
        return Ok(JournalCheck { deliveries: 0, defects: vec![JournalDefect::Pages] });
    }
    tables.refresh(connection)?;
    story::read_all(connection)?;
    let deliveries: i64 = connection.query_row(COUNT, [], |row| row.get(0))?;
    let has_wrong_total = exists(connection, WRONG_TOTAL)? || exists(connection, &wrong_span())?;
    let checks = [
        (JournalDefect::References, exists(connection, STRAY_STORY)?),
        (JournalDefect::Totals, has_wrong_total),
        (JournalDefect::Words, has_wrong_words(connection)?),
        (JournalDefect::Keys, has_wrong_keys(connection, tables)?),
    ];
    let defects = checks.into_iter().filter(|(_, is_found)| *is_found).map(|(defect, _)| defect).collect();
    Ok(JournalCheck { deliveries: deliveries.try_into().unwrap_or_default(), defects })
}

const COUNT: &str = "SELECT (SELECT count(*) FROM deliveries) + (SELECT count(*) FROM delivered)";
const STRAY_STORY: &str = "SELECT 1 FROM story WHERE delivery NOT IN (SELECT number FROM deliveries) \
     AND delivery NOT IN (SELECT number FROM delivered)";
const WRONG_TOTAL: &str = "SELECT 1 FROM (\
        SELECT standing, provider, count FROM totals \
        UNION ALL SELECT standing, provider, -count(*) FROM deliveries WHERE standing <> 'claimed' GROUP BY standing, provider) \
     GROUP BY standing, provider HAVING sum(count) <> 0";
fn wrong_span() -> String {
    let first = format!("number - number % {}", spans::LENGTH);
    format!(
        "SELECT 1 FROM (\
            SELECT provider, outcome, first, count FROM spans \
            UNION ALL SELECT provider, outcome, {first}, -count(*) FROM delivered GROUP BY 1, 2, 3) \
         GROUP BY provider, outcome, first HAVING sum(count) <> 0 \
         UNION ALL SELECT 1 FROM delivered JOIN spans USING (provider, outcome) \
         WHERE first = {first} AND changed_at NOT BETWEEN earliest AND latest"
    )
}
const STRAY_WORD: &str =
    "SELECT 1 FROM words WHERE number NOT IN (SELECT number FROM deliveries WHERE content IS NOT NULL)";
const NUMBERS: &str = "SELECT number FROM deliveries UNION ALL SELECT number FROM delivered";

/// Returns whether the pages are sound and each index has exactly the rows of its table. The messages of `SQLite` are dropped: they
/// may quote a contact.
fn are_pages_sound(connection: &Connection) -> rusqlite::Result<bool> {
    let found: String = connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    Ok(found == "ok")
}

fn exists(connection: &Connection, query: &str) -> rusqlite::Result<bool> {
    connection.prepare(query)?.exists([])
}

fn has_wrong_words(connection: &Connection) -> rusqlite::Result<bool> {
    if exists(connection, STRAY_WORD)? {
        return Ok(true);
    }
    let mut kept = connection.prepare("SELECT number FROM deliveries WHERE content IS NOT NULL")?;
    let mut stored = connection.prepare("SELECT word FROM words WHERE number = ?1 ORDER BY word")?;
    let mut numbers = kept.query([])?;
    while let Some(row) = numbers.next()? {
        let number: i64 = row.get(0)?;
        let Some(record) = rows::of_number(connection, number)? else { return Ok(true) };
        let stored: rusqlite::Result<Vec<String>> =
            stored.query_map(params![number], |row| row.get(0))?.collect();
        if stored? != words::expected(&record) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Returns whether a record is not the one that is found by its key, or something is not found by its id.
fn has_wrong_keys(
    connection: &Connection,
    Tables { records, people, .. }: &Tables,
) -> rusqlite::Result<bool> {
    if !records.is_index_complete(connection)? || !people.are_found(connection)? {
        return Ok(true);
    }
    let mut statement = connection.prepare(NUMBERS)?;
    let mut numbers = statement.query([])?;
    while let Some(row) = numbers.next()? {
        let number: i64 = row.get(0)?;
        let Some(record) = records.of_number(connection, number)? else { return Ok(true) };
        let found = records.look(connection, &record.key)?;
        let is_found = found.is_some_and(|found| found.number == record.number);
        if !is_found || !records.is_found_by_id(connection, &record)? {
            return Ok(true);
        }
    }
    Ok(false)
}
