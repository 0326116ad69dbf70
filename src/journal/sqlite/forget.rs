//! Erasing contacts, and deleting finished deliveries that are older than the retention.

use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::totals::Totals;
use crate::outcome::Outcome;

/// The number of records that one transaction reads, so that other requests do not wait for long.
const BATCH: i64 = 2000;

/// The position in the index of changes up to which records were read.
#[derive(Debug, Clone)]
pub(super) struct Reached {
    changed_at: i64,
    provider: String,
    standing: String,
    number: i64,
}

/// One batch of deletions.
#[derive(Debug)]
pub(super) struct Deleted {
    pub(super) deleted: u64,
    /// Where the next batch begins. `None` after the last.
    pub(super) next: Option<Reached>,
}

/// Deletes a batch of finished deliveries that were last changed before a time, from a position on.
pub(super) fn finished(
    connection: &Connection,
    from: Option<Reached>,
    before: Timestamp,
    totals: &mut Totals,
) -> rusqlite::Result<Deleted> {
    let first =
        || Reached { changed_at: i64::MIN, provider: String::new(), standing: String::new(), number: 0 };
    let from = from.unwrap_or_else(first);
    let select = "SELECT changed_at, provider, standing, number FROM deliveries INDEXED BY deliveries_by_change \
                  WHERE standing <> 'claimed' AND changed_at < ?1 \
                  AND (changed_at, provider, standing, number) > (?2, ?3, ?4, ?5) \
                  ORDER BY changed_at, provider, standing, number LIMIT ?6";
    let mut statement = connection.prepare_cached(select)?;
    let reached = |row: &rusqlite::Row<'_>| {
        let (provider, standing) = (row.get(1)?, row.get(2)?);
        Ok(Reached { changed_at: row.get(0)?, provider, standing, number: row.get(3)? })
    };
    let Reached { changed_at, provider, standing, number } = &from;
    let wanted = params![before.as_millisecond(), changed_at, provider, standing, number, BATCH];
    let found: rusqlite::Result<Vec<Reached>> = statement.query_map(wanted, reached)?.collect();
    let found = found?;
    let mut deleted = 0;
    for Reached { provider, standing, number, .. } in &found {
        let delivered = Outcome::from_word(standing).filter(|outcome| outcome.is_delivered());
        let Some(outcome) = delivered else { continue };
        // Rows with foreign keys to the delivery are deleted first.
        story(connection, *number)?;
        connection.prepare_cached("DELETE FROM contents WHERE number = ?1")?.execute([number])?;
        connection.prepare_cached("DELETE FROM deliveries WHERE number = ?1")?.execute([number])?;
        totals.add(provider, outcome.as_str(), -1);
        deleted += 1;
    }
    let is_last = i64::try_from(found.len()).is_ok_and(|count| count < BATCH);
    Ok(Deleted { deleted, next: found.into_iter().next_back().filter(|_| !is_last) })
}

/// Deletes the story of a delivery, with the vendor's messages and people's notes.
fn story(connection: &Connection, number: i64) -> rusqlite::Result<()> {
    connection.prepare_cached("DELETE FROM story WHERE delivery = ?1")?.execute([number]).map(drop)
}
