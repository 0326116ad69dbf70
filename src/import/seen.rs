//! What came before in the same import.
//!
//! Its rule: memory does not grow with what came: hashes of the keys stand in a temporary file that `SQLite` deletes. It
//! spares work and tells people; that nothing is sent twice is the journal's business.

use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use rusqlite::Connection;

/// Kept in memory at most, in KiB.
const SETTINGS: &str = "PRAGMA cache_size = -2048; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; \
                        CREATE TABLE seen (hash BLOB PRIMARY KEY) WITHOUT ROWID; BEGIN";
const INSERT: &str = "INSERT OR IGNORE INTO seen VALUES (?1)";

/// The keys that came.
pub(super) struct Seen {
    table: Option<Mutex<Connection>>,
    halves: [RandomState; 2],
    repeated: AtomicU64,
}

impl Seen {
    pub(super) fn new() -> Self {
        let table = open().inspect_err(|_| unusable()).ok().map(Mutex::new);
        Self { table, halves: [RandomState::new(), RandomState::new()], repeated: AtomicU64::new(0) }
    }

    /// Whether the key came before. From now on it did.
    pub(super) fn is_repeated(&self, key: &str) -> bool {
        let Some(table) = &self.table else {
            return false;
        };
        let hash = self.halves.each_ref().map(|half| half.hash_one(key).to_le_bytes()).concat();
        let table = table.lock().unwrap_or_else(PoisonError::into_inner);
        let added = table.prepare_cached(INSERT).and_then(|mut insert| insert.execute([hash]));
        let is_repeated = added.inspect_err(|_| unusable()).is_ok_and(|rows| rows == 0);
        self.repeated.fetch_add(u64::from(is_repeated), Ordering::Relaxed);
        is_repeated
    }

    pub(super) fn repeated(&self) -> u64 {
        self.repeated.load(Ordering::Relaxed)
    }
}

fn open() -> rusqlite::Result<Connection> {
    // The empty name is a file of its own that is deleted when it is closed.
    let connection = Connection::open("")?;
    connection.execute_batch(SETTINGS)?;
    Ok(connection)
}

fn unusable() {
    tracing::warn!(
        "Without a temporary file, contacts that come twice are not noticed before the journal does"
    );
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
}
