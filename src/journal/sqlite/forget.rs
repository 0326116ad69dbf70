//! Deleting finished deliveries that are older than the retention.

use jiff::Timestamp;
use rusqlite::Connection;

use super::tables::Tables;
use super::{listing, spans};
use crate::journal::Selection;
use crate::outcome::Outcome;

/// The number of records that one transaction deletes, so that other requests do not wait for long.
const BATCH: u32 = 2000;

/// One batch of deletions.
#[derive(Debug)]
pub(super) struct Deleted {
    pub(super) deleted: u64,
    /// The number after which the next batch begins. `None` after the last.
    pub(super) next: Option<u64>,
}

/// Deletes a batch of finished deliveries that were last changed before a time, after a number.
pub(super) fn finished(
    connection: &Connection,
    tables: &mut Tables,
    after: u64,
    before: Timestamp,
) -> rusqlite::Result<Deleted> {
    let finished = Selection {
        outcomes: vec![Outcome::Created, Outcome::Existing, Outcome::Skipped],
        changed_before: Some(before),
        after,
        limit: Some(BATCH),
        ..Selection::default()
    };
    tables.records.write_summaries(connection)?;
    let records = listing::list(connection, tables, &finished)?;
    if records.is_empty() {
        return Ok(Deleted { deleted: 0, next: None });
    }
    tables.records.keep_last_number(connection)?;
    for record in &records {
        tables.records.delete(connection, record)?;
    }
    tables.records.write_summaries(connection)?;
    spans::delete_empty(connection)?;
    let deleted = u64::try_from(records.len()).unwrap_or(u64::MAX);
    let is_full = deleted >= u64::from(BATCH);
    Ok(Deleted { deleted, next: records.last().map(|record| record.number).filter(|_| is_full) })
}
