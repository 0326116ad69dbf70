//! The whole check of a journal: its pages and indices, and the tables that are derived from the records.

use std::fmt;

use rusqlite::{Connection, params};
use serde::Serialize;

use super::{rows, words};

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
    /// The totals do not agree with the records.
    Totals,
    /// The words of searches do not agree with the kept contacts.
    Words,
}

impl fmt::Display for JournalDefect {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Pages => "a page or an index is damaged",
            Self::References => "a row belongs to a delivery or a person that does not exist",
            Self::Totals => "the totals do not agree with the records",
            Self::Words => "the words of searches do not agree with the kept contacts",
        })
    }
}

/// Checks a journal as it is at one time; other processes may write it meanwhile. The derived tables are compared only if the pages
/// are sound.
pub(super) fn run(connection: &Connection) -> rusqlite::Result<JournalCheck> {
    connection.execute_batch("BEGIN")?;
    let checked = check(connection);
    connection.execute_batch("COMMIT")?;
    checked
}

fn check(connection: &Connection) -> rusqlite::Result<JournalCheck> {
    if !are_pages_sound(connection)? {
        return Ok(JournalCheck { deliveries: 0, defects: vec![JournalDefect::Pages] });
    }
    let deliveries: i64 = connection.query_row("SELECT count(*) FROM deliveries", [], |row| row.get(0))?;
    let checks = [
        (JournalDefect::References, exists(connection, "SELECT 1 FROM pragma_foreign_key_check")?),
        (JournalDefect::Totals, exists(connection, WRONG_TOTAL)?),
        (JournalDefect::Words, has_wrong_words(connection)?),
    ];
    let defects = checks.into_iter().filter(|(_, is_found)| *is_found).map(|(defect, _)| defect).collect();
    Ok(JournalCheck { deliveries: deliveries.try_into().unwrap_or_default(), defects })
}

const WRONG_TOTAL: &str = "SELECT 1 FROM (\
        SELECT standing, provider, count FROM totals \
        UNION ALL SELECT standing, provider, -count(*) FROM deliveries GROUP BY standing, provider) \
     GROUP BY standing, provider HAVING sum(count) <> 0";
const STRAY_WORD: &str = "SELECT 1 FROM words WHERE number NOT IN (SELECT number FROM contents)";

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
    let mut kept = connection.prepare("SELECT number FROM contents")?;
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
