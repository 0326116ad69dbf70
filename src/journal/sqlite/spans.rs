//! A summary of each span of numbers in the table of delivered records: how many there are of a provider and an outcome, and when
//! they changed. Lists read only the spans that may have what they look for.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, params};

use super::query::Query;

pub(super) const TABLE: &str = "
    CREATE TABLE spans (            -- of 1024 numbers of delivered records
        provider INTEGER NOT NULL,
        outcome INTEGER NOT NULL,
        first INTEGER NOT NULL,
        count INTEGER NOT NULL,
        earliest INTEGER NOT NULL,  -- of the times of the last changes
        latest INTEGER NOT NULL,
        PRIMARY KEY (provider, outcome, first)
    ) STRICT, WITHOUT ROWID;
    ";
/// The numbers in a span.
pub(super) const LENGTH: i64 = 1024;

/// A provider, an outcome, and the first number of a span.
type SpanKey = (i64, i64, i64);

/// The changes of a transaction that are not written yet.
#[derive(Default)]
pub(super) struct Spans {
    changes: BTreeMap<SpanKey, Change>,
}

struct Change {
    count: i64,
    earliest: i64,
    latest: i64,
}

const WRITE: &str = "INSERT INTO spans VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO UPDATE SET \
                     count = count + excluded.count, earliest = min(earliest, excluded.earliest), \
                     latest = max(latest, excluded.latest)";

impl Spans {
    /// Counts a record that was added at this time, in milliseconds since 1970.
    pub(super) fn add(&mut self, number: i64, provider: i64, outcome: i64, changed_at: i64) {
        let change = self.change(number, provider, outcome);
        change.count += 1;
        change.earliest = change.earliest.min(changed_at);
        change.latest = change.latest.max(changed_at);
    }

    /// Counts a record that was removed.
    pub(super) fn remove(&mut self, number: i64, provider: i64, outcome: i64) {
        self.change(number, provider, outcome).count -= 1;
    }

    fn change(&mut self, number: i64, provider: i64, outcome: i64) -> &mut Change {
        let key = (provider, outcome, number - number.rem_euclid(LENGTH));
        self.changes.entry(key).or_insert(Change { count: 0, earliest: i64::MAX, latest: i64::MIN })
    }

    /// Writes the changes of this transaction.
    pub(super) fn write(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        for ((provider, outcome, first), Change { count, earliest, latest }) in
            std::mem::take(&mut self.changes)
        {
            let values = params![provider, outcome, first, count, earliest, latest];
            connection.prepare_cached(WRITE)?.execute(values)?;
        }
        Ok(())
    }

    /// Drops the changes of a transaction that was rolled back.
    pub(super) fn clear(&mut self) {
        self.changes.clear();
    }
}

/// Deletes the spans that have no records any more.
pub(super) fn delete_empty(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute("DELETE FROM spans WHERE count = 0", []).map(drop)
}

/// Returns the first and the last number of each span that meets a condition on its provider, outcome and times.
pub(super) fn matching(
    connection: &Connection,
    condition: Query,
    after: i64,
) -> rusqlite::Result<BTreeSet<(i64, i64)>> {
    let sql = format!("SELECT first FROM spans WHERE count > 0 AND first > ? {}", condition.sql);
    let mut statement = connection.prepare(&sql)?;
    let values = std::iter::once((after - LENGTH).into()).chain(condition.values);
    let spans = statement.query_map(rusqlite::params_from_iter(values), |row| {
        let first: i64 = row.get(0)?;
        Ok((first, first + LENGTH - 1))
    })?;
    spans.collect()
}
