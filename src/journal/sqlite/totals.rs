//! The number of deliveries in each state, by provider, written once for each transaction.

use std::collections::BTreeMap;

use rusqlite::{Connection, params};

use super::rows::{CLAIMED, INTERRUPTED, word};
use crate::counts::Counts;
use crate::journal::Record;
use crate::outcome::Outcome;

/// The changes of a transaction that are not written yet.
#[derive(Default)]
pub(super) struct Totals {
    changes: Vec<(String, &'static str, i64)>,
}

/// The number of deliveries of one provider in one state.
pub(super) struct Total {
    pub(super) provider: String,
    pub(super) standing: String,
    pub(super) count: u64,
}

impl Totals {
    /// Counts a record that has changed or is new.
    pub(super) fn record(&mut self, before: Option<&Record>, after: &Record) {
        let provider = after.key.provider();
        if let Some(before) = before {
            self.add(provider, word(before.state), -1);
        }
        self.add(provider, word(after.state), 1);
    }

    pub(super) fn add(&mut self, provider: &str, standing: &'static str, number: i64) {
        let mut changes = self.changes.iter_mut();
        match changes.find(|change| change.0 == provider && change.1 == standing) {
            Some(change) => change.2 += number,
            None => self.changes.push((provider.to_owned(), standing, number)),
        }
    }

    /// Writes the changes of this transaction.
    pub(super) fn write(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        for (provider, standing, number) in self.changes.drain(..).filter(|change| change.2 != 0) {
            let upsert = "INSERT INTO totals VALUES (?1, ?2, ?3) \
                          ON CONFLICT DO UPDATE SET count = count + excluded.count";
            connection.prepare_cached(upsert)?.execute(params![provider, standing, number])?;
        }
        Ok(())
    }

    /// Drops the changes of a transaction that was rolled back.
    pub(super) fn clear(&mut self) {
        self.changes.clear();
    }
}

/// Returns the totals that are not zero, in the order of the providers.
pub(super) fn all(connection: &Connection) -> rusqlite::Result<Vec<Total>> {
    let select = "SELECT provider, standing, count FROM totals WHERE count > 0 ORDER BY provider, standing";
    let mut statement = connection.prepare_cached(select)?;
    let total = |row: &rusqlite::Row<'_>| {
        Ok(Total {
            provider: row.get(0)?,
            standing: row.get(1)?,
            count: row.get::<_, i64>(2)?.try_into().unwrap_or_default(),
        })
    };
    statement.query_map([], total)?.collect()
}

/// Returns the number of deliveries with each outcome, by provider.
pub(super) fn by_outcome(connection: &Connection) -> rusqlite::Result<BTreeMap<String, Counts>> {
    let mut totals: BTreeMap<String, Counts> = BTreeMap::new();
    for Total { provider, standing, count } in all(connection)? {
        totals.entry(provider).or_default().add_many(outcome(&standing), count);
    }
    Ok(totals)
}

/// Returns the outcome of reports for a stored state.
fn outcome(standing: &str) -> Outcome {
    match standing {
        CLAIMED | INTERRUPTED => Outcome::InDoubt,
        word => Outcome::from_word(word).unwrap_or(Outcome::InDoubt),
    }
}
