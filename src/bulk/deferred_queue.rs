//! The queue of deliveries in doubt that an import delivers again later.
//!
//! They are stored in a temporary database, ordered by the time when they are due, so that memory does not grow with their
//! number. Each is taken once, even if the database fails.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};
use unicontact_providers::UnifiedContact;

use super::earlier_attempts::EarlierAttempts;
use super::temporary_database;
use crate::source_row::SourceLocation;

const TABLES: &str = "CREATE TABLE deferred (provider INTEGER, due INTEGER, number INTEGER, contact TEXT NOT NULL, \
                      content TEXT NOT NULL, attempts TEXT NOT NULL, source TEXT NOT NULL, \
                      PRIMARY KEY (provider, due, number)) WITHOUT ROWID";
const PUT: &str = "INSERT INTO deferred VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
const FIRST: &str = "SELECT due FROM deferred WHERE provider = ?1 ORDER BY due, number LIMIT 1";
const TAKE: &str = "DELETE FROM deferred WHERE (provider, due, number) = (SELECT provider, due, number FROM deferred \
                    WHERE provider = ?1 ORDER BY due, number LIMIT 1) RETURNING contact, content, attempts, source";
/// The shortest wait.
const MIN_WAIT: Duration = Duration::from_secs(1);
/// Deliveries are due at multiples of one of these, so that those with close times share a search at the vendor.
const STEPS: [Duration; 3] = [Duration::from_mins(1), Duration::from_secs(10), Duration::from_secs(1)];
const UNUSABLE: &str = "the temporary file of deliveries in doubt cannot be used: the import reports them instead of waiting; check the \
                        space in the folder of temporary files";

/// The deferred deliveries of one provider in an import: they are in doubt, and a later search or attempt can settle them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Deferred {
    /// The number of deliveries.
    pub count: u64,
    /// The time when the first of them is due.
    pub until: Option<Timestamp>,
}

/// [`Deferred`] by the index of the provider, shared with the [`Import`](super::Import).
pub(super) type SharedDeferred = Arc<[Mutex<Deferred>]>;

/// The deferred deliveries of one run.
pub(super) struct DeferredQueue {
    /// Opened for the first delivery.
    table: Option<Connection>,
    states: Vec<ProviderState>,
    shared: SharedDeferred,
    last_number: i64,
    is_broken: bool,
}

#[derive(Debug, Clone, Copy, Default)]
struct ProviderState {
    count: u64,
    /// In milliseconds since 1970.
    first_due: Option<i64>,
}

/// A deferred delivery that is resumed. What cannot be read back is `None`.
#[derive(Debug, Default, PartialEq)]
pub(super) struct DeferredDelivery {
    pub(super) key: Option<String>,
    pub(super) contact: Option<UnifiedContact>,
    pub(super) attempts: Option<EarlierAttempts>,
    /// The location of the row that the contact was read from.
    pub(super) source: SourceLocation,
}

impl DeferredQueue {
    /// Creates an empty queue.
    pub(super) fn new(shared: SharedDeferred) -> Self {
        let states = vec![ProviderState::default(); shared.len()];
        Self { table: None, states, shared, last_number: 0, is_broken: false }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.states.iter().all(|state| state.count == 0)
    }

    pub(super) fn has_any(&self, provider: usize) -> bool {
        self.states[provider].count > 0
    }

    /// Returns the time when the first delivery of a provider is due.
    pub(super) fn first_due(&self, provider: usize) -> Option<Timestamp> {
        let due = self.states[provider].first_due?;
        Some(Timestamp::from_millisecond(due).unwrap_or(Timestamp::MAX))
    }

    /// Adds a delivery. Returns `false` where it was not added: the contact cannot be read back from JSON, as may happen with one
    /// built in code, or the database failed.
    pub(super) fn put(
        &mut self,
        provider: usize,
        key: &str,
        (contact, source): (&UnifiedContact, &SourceLocation),
        attempts: &EarlierAttempts,
        now: Timestamp,
    ) -> bool {
        let content = serde_json::to_string(contact).unwrap_or_default();
        let is_readable = serde_json::from_str(&content).is_ok_and(|read: UnifiedContact| read == *contact);
        let Some(attempts_json) = serde_json::to_string(attempts).ok().filter(|_| is_readable) else {
            return false;
        };
        if self.is_broken {
            return false;
        }
        let due = due(attempts.look_again_at, now);
        let source = serde_json::to_string(source).unwrap_or_default();
        if self.try_put(provider, due, [key, &content, &attempts_json, &source]).is_err() {
            self.mark_broken();
            return false;
        }
        let state = &mut self.states[provider];
        state.count += 1;
        state.first_due = Some(state.first_due.map_or(due, |first| first.min(due)));
        self.share(provider);
        true
    }

    /// Takes the delivery of a provider that is due first. Where the database fails, the delivery is taken without its content.
    pub(super) fn take(&mut self, provider: usize) -> Option<DeferredDelivery> {
        if !self.has_any(provider) {
            return None;
        }
        self.states[provider].count -= 1;
        let row = self.try_take(provider).unwrap_or_else(|_| {
            self.table = None;
            self.mark_broken();
            None
        });
        self.states[provider].first_due = self.read_first_due(provider);
        self.share(provider);
        let Some([key, content, attempts, source]) = row else {
            return Some(DeferredDelivery::default());
        };
        let (contact, attempts) = (serde_json::from_str(&content).ok(), serde_json::from_str(&attempts).ok());
        let source = serde_json::from_str(&source).unwrap_or_default();
        Some(DeferredDelivery { key: Some(key), contact, attempts, source })
    }

    fn mark_broken(&mut self) {
        self.is_broken = true;
        tracing::warn!("{UNUSABLE}");
    }

    fn try_put(&mut self, provider: usize, due: i64, texts: [&str; 4]) -> rusqlite::Result<()> {
        let table = match &mut self.table {
            Some(table) => table,
            none => none.insert(temporary_database::open_with_tables(TABLES)?),
        };
        self.last_number += 1;
        let [key, content, attempts, source] = texts;
        let row = params![integer(provider), due, self.last_number, key, content, attempts, source];
        table.prepare_cached(PUT)?.execute(row).map(drop)
    }

    fn try_take(&self, provider: usize) -> rusqlite::Result<Option<[String; 4]>> {
        let Some(table) = &self.table else { return Ok(None) };
        let mut take = table.prepare_cached(TAKE)?;
        take.query_row([integer(provider)], |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?]))
            .optional()
    }

    /// Without a usable database every delivery is due at once, so that each is reported.
    fn read_first_due(&self, provider: usize) -> Option<i64> {
        if !self.has_any(provider) {
            return None;
        }
        let first = self.table.as_ref().and_then(|table| {
            table.prepare_cached(FIRST).ok()?.query_row([integer(provider)], |row| row.get(0)).ok()
        });
        Some(first.unwrap_or_default())
    }

    fn share(&self, provider: usize) {
        let deferred = Deferred { count: self.states[provider].count, until: self.first_due(provider) };
        *self.shared[provider].lock().unwrap_or_else(PoisonError::into_inner) = deferred;
    }
}

impl Drop for DeferredQueue {
    fn drop(&mut self) {
        self.states.fill(ProviderState::default());
        (0..self.states.len()).for_each(|provider| self.share(provider));
    }
}

/// Returns the due time of a delivery in milliseconds since 1970. It is never early, and late by at most an eighth of the wait or
/// a second.
fn due(look_again_at: Timestamp, now: Timestamp) -> i64 {
    let wait = Duration::try_from(look_again_at.duration_since(now)).unwrap_or_default().max(MIN_WAIT);
    let step = STEPS.into_iter().find(|step| *step <= wait / 8).unwrap_or(MIN_WAIT);
    let step = i64::try_from(step.as_millis()).unwrap_or(1);
    let due = now.saturating_add(wait).unwrap_or(Timestamp::MAX).as_millisecond();
    (due / step + 1).saturating_mul(step)
}

fn integer(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + seconds).unwrap()
    }

    #[test]
    fn a_delivery_is_never_due_early_and_late_by_at_most_an_eighth_of_its_wait_or_a_second() {
        for wait in [-5, 0, 1, 2, 9, 60, 99, 100, 599, 600, 3600, 86_400] {
            for begin in [0, 1, 17, 59] {
                let due = Timestamp::from_millisecond(due(at(begin + wait), at(begin))).unwrap();
                let late = due.duration_since(at(begin + wait.max(1))).as_millis();
                assert!((1..=i128::from(wait.max(8)) * 125).contains(&late), "{wait} {begin}: {late}");
            }
        }
    }

    #[test]
    fn deliveries_with_close_times_are_due_at_the_same_time() {
        let due_of = |second| due(at(600 + second), at(second));
        let dues: std::collections::BTreeSet<i64> = (0..60).map(due_of).collect();
        assert!(dues.len() <= 2, "{dues:?}");
    }

    fn contact(number: u32) -> UnifiedContact {
        let person = serde_json::json!({"external_id": number.to_string(), "name": "Ada King"});
        serde_json::from_value(person).unwrap()
    }

    fn attempts(seconds: i64) -> EarlierAttempts {
        let attempts = serde_json::json!({"look_again_at": at(seconds), "attempts": 1, "begun": {"secs": 1, "nanos": 0}});
        serde_json::from_value(attempts).unwrap()
    }

    fn source(number: u32) -> SourceLocation {
        let dropped =
            serde_json::json!([{"column": 3, "field": "Phone", "reason": "not a telephone number"}]);
        serde_json::from_value(serde_json::json!({"line": number, "dropped": dropped})).unwrap()
    }

    fn empty(providers: usize) -> DeferredQueue {
        DeferredQueue::new((0..providers).map(|_| Mutex::default()).collect())
    }

    fn put(queue: &mut DeferredQueue, provider: usize, number: u32, seconds: i64) -> bool {
        queue.put(
            provider,
            &number.to_string(),
            (&contact(number), &source(number)),
            &attempts(seconds),
            at(0),
        )
    }

    fn taken(queue: &mut DeferredQueue, provider: usize) -> Vec<String> {
        std::iter::from_fn(|| queue.take(provider)).filter_map(|deferred| deferred.key).collect()
    }

    #[test]
    fn deliveries_are_taken_per_provider_in_the_order_of_their_due_times() {
        let mut queue = empty(2);
        for (provider, number, seconds) in [(0, 1, 900), (1, 2, 600), (0, 3, 600), (0, 4, 700), (0, 5, 600)] {
            assert!(put(&mut queue, provider, number, seconds));
        }
        assert!(queue.first_due(0) <= queue.first_due(1));
        assert_eq!(taken(&mut queue, 0), ["3", "5", "4", "1"]);
        assert_eq!((queue.has_any(0), queue.first_due(0)), (false, None));
        assert_eq!(taken(&mut queue, 1), ["2"]);
        assert!(queue.is_empty());
    }

    #[test]
    fn a_delivery_is_taken_as_it_was_put() {
        let mut queue = empty(1);
        assert!(put(&mut queue, 0, 7, 600));
        let expected = DeferredDelivery {
            key: Some("7".to_owned()),
            contact: Some(contact(7)),
            attempts: Some(attempts(600)),
            source: source(7),
        };
        assert_eq!(queue.take(0), Some(expected));
        assert_eq!(queue.take(0), None);
    }

    #[test]
    fn after_a_failure_of_the_database_every_delivery_is_taken_once_without_content_and_none_is_added() {
        let mut queue = empty(1);
        assert!((0..3).all(|number| put(&mut queue, 0, number, 600)));
        let table = queue.table.as_ref().unwrap();
        table.execute_batch("ALTER TABLE deferred RENAME TO elsewhere").unwrap();
        let deferred: Vec<DeferredDelivery> = std::iter::from_fn(|| queue.take(0)).collect();
        assert_eq!(
            deferred,
            [DeferredDelivery::default(), DeferredDelivery::default(), DeferredDelivery::default()]
        );
        assert!(!put(&mut queue, 0, 4, 600));
    }

    #[test]
    fn a_contact_that_cannot_be_read_back_is_not_deferred() {
        let mut queue = empty(1);
        assert!(!queue.put(0, "", (&UnifiedContact::default(), &source(1)), &attempts(600), at(0)));
        assert!(queue.is_empty());
    }

    #[test]
    fn the_shared_state_shows_the_deferred_deliveries_until_the_run_ends() {
        let mut queue = empty(1);
        let shared = Arc::clone(&queue.shared);
        assert!(put(&mut queue, 0, 1, 600) && put(&mut queue, 0, 2, 900));
        let shown = *shared[0].lock().unwrap();
        assert_eq!((shown.count, shown.until), (2, queue.first_due(0)));
        drop(queue);
        assert_eq!(*shared[0].lock().unwrap(), Deferred::default());
    }
}
