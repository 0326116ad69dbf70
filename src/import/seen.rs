//! What came before in the same import.
//!
//! Its rule: memory does not grow with what came: hashes of the keys and contents stand in a temporary file that `SQLite`
//! deletes. It spares work and tells people; that nothing is sent twice is the journal's business.

use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use rusqlite::Connection;
use unicontact_providers::UnifiedContact;

use super::temporary_file;

pub(crate) const UNUSABLE: &str = "the temporary file by which contacts are noticed that come twice in the input is not usable: a \
                                   journal still keeps them from being sent twice, without one they are";
const TABLES: &str = "CREATE TABLE seen (hash BLOB PRIMARY KEY, content INTEGER NOT NULL) WITHOUT ROWID";
const INSERT: &str = "INSERT OR IGNORE INTO seen VALUES (?1, ?2)";
const IS_SAME: &str = "SELECT content = ?2 FROM seen WHERE hash = ?1";

/// The contacts that came.
pub(crate) struct Seen {
    /// Opened for the first contact; nothing where that failed.
    table: OnceLock<Option<Mutex<Connection>>>,
    halves: [RandomState; 2],
    repeated: AtomicU64,
    differing: AtomicU64,
    is_unusable: AtomicBool,
}

/// How a contact came before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Before {
    /// With the same content.
    Same,
    /// With other content under the same `external_id`.
    Other,
}

impl Seen {
    #[expect(clippy::disallowed_methods, reason = "nobody can tell a hash from another one")]
    pub(crate) fn new() -> Self {
        Self {
            table: OnceLock::new(),
            halves: [RandomState::new(), RandomState::new()],
            repeated: AtomicU64::new(0),
            differing: AtomicU64::new(0),
            is_unusable: AtomicBool::new(false),
        }
    }

    fn table(&self) -> Option<MutexGuard<'_, Connection>> {
        let open =
            || temporary_file::with_tables(TABLES).inspect_err(|_| self.unusable()).ok().map(Mutex::new);
        let table = self.table.get_or_init(open).as_ref()?;
        Some(table.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether and how the contact of this key came before. From now on it did.
    pub(crate) fn before(&self, key: &str, contact: &UnifiedContact) -> Option<Before> {
        let answer = self.ask(&*self.table()?, key, contact);
        let before = answer.inspect_err(|_| self.unusable()).ok().flatten()?;
        self.repeated.fetch_add(1, Ordering::Relaxed);
        self.differing.fetch_add(u64::from(before == Before::Other), Ordering::Relaxed);
        Some(before)
    }

    fn ask(
        &self,
        table: &Connection,
        key: &str,
        contact: &UnifiedContact,
    ) -> rusqlite::Result<Option<Before>> {
        let key = self.halves.each_ref().map(|half| half.hash_one(key).to_le_bytes()).concat();
        // Without an id, the content is the key.
        let content =
            contact.external_id.as_ref().map_or(0, |_| self.halves[0].hash_one(contact).cast_signed());
        if table.prepare_cached(INSERT)?.execute((&key, content))? > 0 {
            return Ok(None);
        }
        let is_same = table.prepare_cached(IS_SAME)?.query_row((&key, content), |row| row.get(0))?;
        Ok(Some(if is_same { Before::Same } else { Before::Other }))
    }

    /// How many came before under their key with other content.
    pub(crate) fn differing(&self) -> u64 {
        self.differing.load(Ordering::Relaxed)
    }

    /// Whether something may have come before unnoticed.
    pub(crate) fn is_unusable(&self) -> bool {
        self.is_unusable.load(Ordering::Relaxed)
    }

    pub(crate) fn repeated(&self) -> u64 {
        self.repeated.load(Ordering::Relaxed)
    }

    fn unusable(&self) {
        if !self.is_unusable.swap(true, Ordering::Relaxed) {
            tracing::warn!("{UNUSABLE}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contact(id: Option<&str>, name: &str) -> UnifiedContact {
        serde_json::from_value(serde_json::json!({"external_id": id, "name": name})).unwrap()
    }

    #[test]
    fn a_contact_came_before_with_the_same_content_or_with_other() {
        let seen = Seen::new();
        let came = [("a", "Ada"), ("b", "Ben"), ("a", "Ada"), ("a", "Eve"), ("a", "Ada")];
        let before = came.map(|(id, name)| seen.before(id, &contact(Some(id), name)));
        assert_eq!(before, [None, None, Some(Before::Same), Some(Before::Other), Some(Before::Same)]);
        assert_eq!((seen.repeated(), seen.differing(), seen.is_unusable()), (3, 1, false));
    }

    #[test]
    fn without_an_id_the_key_says_it_all() {
        let seen = Seen::new();
        let before = ["x", "y", "x"].map(|key| seen.before(key, &contact(None, "Ada")));
        assert_eq!(before, [None, None, Some(Before::Same)]);
    }

    #[test]
    fn a_file_that_is_not_usable_is_told() {
        let seen = Seen::new();
        seen.table().unwrap().execute_batch("DROP TABLE seen").unwrap();
        assert_eq!([(); 2].map(|()| seen.before("a", &contact(None, "Ada"))), [None, None]);
        assert!(seen.is_unusable());
    }
}
