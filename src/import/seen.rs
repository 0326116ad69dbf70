//! What came before in the same import.
//!
//! Its rule: memory does not grow with what came: hashes of the keys stand in a temporary file that `SQLite` deletes. It
//! spares work and tells people; that nothing is sent twice is the journal's business.

use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use rusqlite::Connection;

/// Kept in memory at most, in KiB.
const SETTINGS: &str = "PRAGMA cache_size = -2048; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; \
                        CREATE TABLE seen (hash BLOB PRIMARY KEY) WITHOUT ROWID; \
                        CREATE TABLE compared (hash BLOB PRIMARY KEY, content BLOB NOT NULL) WITHOUT ROWID; BEGIN";
const INSERT: &str = "INSERT OR IGNORE INTO seen VALUES (?1)";
const INSERT_CONTENT: &str = "INSERT OR IGNORE INTO compared VALUES (?1, ?2)";
const HAS_OTHER: &str = "SELECT content <> ?2 FROM compared WHERE hash = ?1";

/// The keys that came.
pub(super) struct Seen {
    table: Option<Mutex<Connection>>,
    halves: [RandomState; 2],
    repeated: AtomicU64,
    differing: AtomicU64,
    is_unusable: AtomicBool,
}

impl Seen {
    pub(super) fn new() -> Self {
        let table = open().ok().map(Mutex::new);
        let seen = Self {
            halves: [RandomState::new(), RandomState::new()],
            repeated: AtomicU64::new(0),
            differing: AtomicU64::new(0),
            is_unusable: AtomicBool::new(false),
            table,
        };
        if seen.table.is_none() {
            seen.unusable();
        }
        seen
    }

    /// Whether the key came before. From now on it did.
    pub(super) fn is_repeated(&self, key: &str) -> bool {
        let is_repeated = self.ask(|table| {
            let rows = table.prepare_cached(INSERT)?.execute([self.hash(key)])?;
            Ok(rows == 0)
        });
        self.repeated.fetch_add(u64::from(is_repeated), Ordering::Relaxed);
        is_repeated
    }

    /// Compares the content with that with which the key came first.
    pub(super) fn compare(&self, key: &str, fingerprint: &str) {
        let differs = self.ask(|table| {
            let known = [self.hash(key), self.hash(fingerprint)];
            let is_first = table.prepare_cached(INSERT_CONTENT)?.execute(known.clone())? > 0;
            Ok(!is_first && table.prepare_cached(HAS_OTHER)?.query_row(known, |row| row.get(0))?)
        });
        self.differing.fetch_add(u64::from(differs), Ordering::Relaxed);
    }

    /// How many came before under their key with other content.
    pub(super) fn differing(&self) -> u64 {
        self.differing.load(Ordering::Relaxed)
    }

    /// Whether something may have come before unnoticed.
    pub(super) fn is_unusable(&self) -> bool {
        self.is_unusable.load(Ordering::Relaxed)
    }

    pub(super) fn repeated(&self) -> u64 {
        self.repeated.load(Ordering::Relaxed)
    }

    /// What the table says; without it, no.
    fn ask(&self, question: impl FnOnce(&Connection) -> rusqlite::Result<bool>) -> bool {
        let Some(table) = &self.table else {
            return false;
        };
        let answer = question(&table.lock().unwrap_or_else(PoisonError::into_inner));
        answer.inspect_err(|_| self.unusable()).unwrap_or(false)
    }

    fn hash(&self, text: &str) -> Vec<u8> {
        self.halves.each_ref().map(|half| half.hash_one(text).to_le_bytes()).concat()
    }

    fn unusable(&self) {
        if !self.is_unusable.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                "Without a temporary file, contacts that come twice are not noticed before the journal does"
            );
        }
    }
}

fn open() -> rusqlite::Result<Connection> {
    // The empty name is a file of its own that is deleted when it is closed.
    let connection = Connection::open("")?;
    connection.execute_batch(SETTINGS)?;
    Ok(connection)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_repeated_from_the_second_time_on() {
        let seen = Seen::new();
        let keys = ["a", "b", "a", "a", "c"];
        assert_eq!(keys.map(|key| seen.is_repeated(key)), [false, false, true, true, false]);
        assert_eq!(seen.repeated(), 2);
    }

    #[test]
    fn a_key_differs_when_it_came_first_with_other_content() {
        let seen = Seen::new();
        for (key, content) in [("a", "1"), ("b", "1"), ("a", "1"), ("a", "2"), ("a", "1"), ("b", "3")] {
            seen.compare(key, content);
        }
        assert_eq!((seen.differing(), seen.repeated(), seen.is_unusable()), (2, 0, false));
    }

    #[test]
    fn a_file_that_is_not_usable_is_told() {
        let seen = Seen::new();
        seen.table.as_ref().unwrap().lock().unwrap().execute_batch("DROP TABLE seen").unwrap();
        assert!(!seen.is_repeated("a") && !seen.is_repeated("a"));
        assert!(seen.is_unusable());
    }
}
