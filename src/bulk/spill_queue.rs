//! The backlog of each provider in an import: contacts that wait until the provider has room.
//!
//! They are stored in a temporary database, so that memory does not grow with their number. Each provider's contacts are taken
//! in the order in which they were put, each once, even if the database fails.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use rusqlite::{Connection, OptionalExtension, params};
use unicontact_providers::UnifiedContact;

use super::temporary_database;
use crate::source_row::SourceLocation;

pub(super) const UNUSABLE: &str = "the temporary file of contacts that wait for slow providers cannot be used: from now on \
                                   the slowest provider sets the pace; check the space in the folder of temporary files";
const TABLES: &str = "CREATE TABLE spilled (provider INTEGER, number INTEGER, contact TEXT NOT NULL, content TEXT NOT NULL, \
                      source TEXT NOT NULL, PRIMARY KEY (provider, number)) WITHOUT ROWID";
const PUT: &str = "INSERT INTO spilled VALUES (?1, ?2, ?3, ?4, ?5)";
const TAKE: &str = "DELETE FROM spilled WHERE provider = ?1 AND number = \
                    (SELECT min(number) FROM spilled WHERE provider = ?1 AND number <= ?2) RETURNING contact, content, source";

/// The number of spilled contacts by the index of the provider, shared with the [`Import`](super::Import).
pub(super) type SharedCounts = Arc<[AtomicU64]>;

/// The spilled contacts of one run.
pub(super) struct SpillQueue {
    /// Opened for the first contact.
    table: Option<Connection>,
    counts: Vec<u64>,
    shared_counts: SharedCounts,
    /// The number of the last contact that was written for all its providers. Later numbers are never taken.
    last_complete: i64,
    is_broken: bool,
    is_shared_broken: Arc<AtomicBool>,
}

/// A contact that is taken from the queue.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Spilled {
    /// The key of its deliveries, unless that cannot be read either.
    pub(super) key: Option<String>,
    /// The contact, unless it cannot be read.
    pub(super) contact: Option<UnifiedContact>,
    /// The location of the row that it was read from.
    pub(super) source: SourceLocation,
}

impl SpillQueue {
    /// Creates an empty queue.
    pub(super) fn new(shared_counts: SharedCounts, is_shared_broken: Arc<AtomicBool>) -> Self {
        let counts = vec![0; shared_counts.len()];
        Self { table: None, counts, shared_counts, last_complete: 0, is_broken: false, is_shared_broken }
    }

    /// Returns whether a provider has spilled contacts.
    pub(super) fn has_any(&self, provider: usize) -> bool {
        self.counts[provider] > 0
    }

    /// Adds a contact for these providers. Returns `false` where it was not added: the contact cannot be read back from JSON, as
    /// may happen with one built in code, or the database failed. After a failure no contact is added any more.
    pub(super) fn put(
        &mut self,
        contact: &UnifiedContact,
        key: &str,
        source: &SourceLocation,
        providers: &[usize],
    ) -> bool {
        // A contact serializes without fail: its maps have text keys and its values are JSON already.
        let content = serde_json::to_string(contact).unwrap_or_default();
        if self.is_broken || read(&content).as_ref() != Some(contact) {
            return false;
        }
        let source = serde_json::to_string(source).unwrap_or_default();
        if self.try_put([key, &content, &source], providers).is_err() {
            self.mark_broken();
        }
        for provider in providers.iter().filter(|_| !self.is_broken) {
            self.counts[*provider] += 1;
            self.shared_counts[*provider].fetch_add(1, Ordering::Relaxed);
        }
        !self.is_broken
    }

    /// Takes the first contact of a provider. Where the database fails, it is taken without its content.
    pub(super) fn take(&mut self, provider: usize) -> Option<Spilled> {
        if !self.has_any(provider) {
            return None;
        }
        self.counts[provider] -= 1;
        self.shared_counts[provider].fetch_sub(1, Ordering::Relaxed);
        let row = self.try_take(provider).unwrap_or_else(|_| {
            self.table = None;
            self.mark_broken();
            None
        });
        let Some([key, content, source]) = row else {
            return Some(Spilled::default());
        };
        let source = serde_json::from_str(&source).unwrap_or_default();
        Some(Spilled { key: Some(key), contact: read(&content), source })
    }

    fn mark_broken(&mut self) {
        self.is_broken = true;
        self.is_shared_broken.store(true, Ordering::Relaxed);
        tracing::warn!("{UNUSABLE}");
    }

    fn try_put(&mut self, [key, content, source]: [&str; 3], providers: &[usize]) -> rusqlite::Result<()> {
        let table = match &mut self.table {
            Some(table) => table,
            none => none.insert(temporary_database::open_with_tables(TABLES)?),
        };
        for provider in providers {
            let row = params![integer(*provider), self.last_complete + 1, key, content, source];
            table.prepare_cached(PUT)?.execute(row)?;
        }
        self.last_complete += 1;
        Ok(())
    }

    fn try_take(&self, provider: usize) -> rusqlite::Result<Option<[String; 3]>> {
        let Some(table) = &self.table else { return Ok(None) };
        let mut take = table.prepare_cached(TAKE)?;
        take.query_row([integer(provider), self.last_complete], |row| {
            Ok([row.get(0)?, row.get(1)?, row.get(2)?])
        })
        .optional()
    }
}

impl Drop for SpillQueue {
    fn drop(&mut self) {
        for (shared, count) in self.shared_counts.iter().zip(&self.counts) {
            shared.fetch_sub(*count, Ordering::Relaxed);
        }
    }
}

fn read(content: &str) -> Option<UnifiedContact> {
    serde_json::from_str(content).ok()
}

fn integer(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contact(number: u32) -> UnifiedContact {
        let person = serde_json::json!({"external_id": number.to_string(), "name": "Ada King"});
        serde_json::from_value(person).unwrap()
    }

    fn put(queue: &mut SpillQueue, number: u32, providers: &[usize]) -> bool {
        let source = SourceLocation { line: number.into(), ..SourceLocation::default() };
        queue.put(&contact(number), &number.to_string(), &source, providers)
    }

    fn empty() -> SpillQueue {
        SpillQueue::new((0..3).map(|_| AtomicU64::new(0)).collect(), Arc::default())
    }

    fn take_all(queue: &mut SpillQueue, provider: usize) -> Vec<String> {
        std::iter::from_fn(|| queue.take(provider))
            .map(|taken| taken.contact.unwrap().external_id.unwrap())
            .collect()
    }

    fn execute(queue: &SpillQueue, statements: &str) {
        queue.table.as_ref().unwrap().execute_batch(statements).unwrap();
    }

    #[test]
    fn contacts_are_taken_per_provider_in_the_order_in_which_they_were_put() {
        let mut queue = empty();
        for (number, providers) in [(1, &[0, 2][..]), (2, &[2]), (3, &[0]), (4, &[0, 2])] {
            assert!(put(&mut queue, number, providers));
        }
        assert_eq!(queue.counts, [3, 0, 3]);
        assert_eq!(take_all(&mut queue, 2), ["1", "2", "4"]);
        assert_eq!(take_all(&mut queue, 0), ["1", "3", "4"]);
        assert_eq!([0, 1, 2].map(|provider| queue.has_any(provider)), [false; 3]);
    }

    #[test]
    fn the_shared_counts_fall_by_what_is_left_when_the_run_ends() {
        let shared: SharedCounts = (0..2).map(|_| AtomicU64::new(7)).collect();
        let mut queue = SpillQueue::new(Arc::clone(&shared), Arc::default());
        assert!(put(&mut queue, 1, &[0, 1]));
        assert!(queue.take(0).is_some());
        drop(queue);
        assert!(shared.iter().all(|count| count.load(Ordering::Relaxed) == 7));
    }

    #[test]
    fn a_contact_that_cannot_be_read_is_taken_with_its_key() {
        let mut queue = empty();
        assert!(put(&mut queue, 1, &[0]));
        execute(&queue, "UPDATE spilled SET content = '{'");
        let source = SourceLocation { line: 1, ..SourceLocation::default() };
        assert_eq!(queue.take(0), Some(Spilled { key: Some("1".to_owned()), contact: None, source }));
        assert_eq!(queue.take(0), None);
    }

    #[test]
    fn after_a_failure_of_the_database_every_contact_is_taken_once_without_content_and_none_is_added() {
        let mut queue = empty();
        for number in 1..=3 {
            assert!(put(&mut queue, number, &[1]));
        }
        execute(&queue, "ALTER TABLE spilled RENAME TO elsewhere");
        let taken: Vec<Spilled> = std::iter::from_fn(|| queue.take(1)).collect();
        assert!(taken.iter().all(|spilled| *spilled == Spilled::default()));
        assert_eq!(taken.len(), 3);
        assert!(!put(&mut queue, 4, &[1]));
    }

    #[test]
    fn a_contact_that_cannot_be_read_back_is_not_added_and_later_ones_are() {
        let mut queue = empty();
        assert!(!queue.put(&UnifiedContact::default(), "", &SourceLocation::default(), &[0]));
        assert!(put(&mut queue, 1, &[0]));
        assert_eq!(take_all(&mut queue, 0), ["1"]);
    }

    #[test]
    fn a_contact_that_was_added_for_some_of_its_providers_only_is_never_taken() {
        let mut queue = empty();
        assert!(put(&mut queue, 1, &[0]));
        execute(&queue, "INSERT INTO spilled VALUES (1, 2, 'in the way', '', '')");
        assert!(!put(&mut queue, 2, &[0, 1]));
        assert!(!put(&mut queue, 3, &[0]));
        assert_eq!(take_all(&mut queue, 0), ["1"]);
    }
}
