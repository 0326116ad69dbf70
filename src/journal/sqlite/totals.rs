//! The number of deliveries in each state, by provider.
//!
//! The file stores those of unfinished deliveries that nobody sends now. Claims are few, and counted in their index; delivered
//! records are counted in their spans. So a delivery that succeeds at once writes no total.

use std::collections::BTreeMap;

use rusqlite::{Connection, params};

use super::delivered::OUTCOME_WORD;
use super::rows::{CLAIMED, INTERRUPTED, word};
use crate::counts::Counts;
use crate::journal::{Record, RecordState, Selection};
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
    /// Counts a record of the table of deliveries that has changed, is new or was deleted.
    pub(super) fn change(&mut self, before: Option<&Record>, after: Option<&Record>) {
        for (record, number) in [(before, -1), (after, 1)] {
            let Some(record) = record.filter(|record| !matches!(record.state, RecordState::Claimed(_)))
            else {
                continue;
            };
            self.add(record.key.provider(), word(record.state), number);
        }
    }

    fn add(&mut self, provider: &str, standing: &'static str, number: i64) {
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

/// Returns whether there are deliveries that are unfinished, or kept in full, and not claimed.
pub(super) fn are_kept(connection: &Connection) -> rusqlite::Result<bool> {
    let select = "SELECT EXISTS (SELECT 1 FROM deliveries INDEXED BY deliveries_by_standing WHERE standing > 'claimed') \
                  OR EXISTS (SELECT 1 FROM deliveries INDEXED BY deliveries_by_standing WHERE standing < 'claimed')";
    connection.prepare_cached(select)?.query_row([], |row| row.get(0))
}

fn select_all() -> String {
    format!(
        "SELECT provider, standing, sum(count) FROM (\
            SELECT provider, standing, count FROM totals \
            UNION ALL SELECT provider, standing, 1 FROM deliveries INDEXED BY deliveries_by_standing WHERE standing = 'claimed' \
            UNION ALL SELECT name, {OUTCOME_WORD}, count FROM spans JOIN names ON names.number = spans.provider) \
         GROUP BY provider, standing HAVING sum(count) > 0 ORDER BY provider, standing"
    )
}

/// Returns the totals that are not zero, in the order of the providers.
pub(super) fn all(connection: &Connection) -> rusqlite::Result<Vec<Total>> {
    let mut statement = connection.prepare_cached(&select_all())?;
    let total = |row: &rusqlite::Row<'_>| {
        Ok(Total {
            provider: row.get(0)?,
            standing: row.get(1)?,
            count: row.get::<_, i64>(2)?.try_into().unwrap_or_default(),
        })
    };
    statement.query_map([], total)?.collect()
}

/// Returns the selected providers that have records.
pub(super) fn providers(connection: &Connection, selection: &Selection) -> rusqlite::Result<Vec<String>> {
    let mut providers: Vec<String> = all(connection)?.into_iter().map(|total| total.provider).collect();
    providers.dedup();
    providers.retain(|name| selection.providers.is_empty() || selection.providers.contains(name));
    Ok(providers)
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
