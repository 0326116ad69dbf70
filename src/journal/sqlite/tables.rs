//! The tables of the file that a transaction reads and changes.

use rusqlite::Connection;

use super::hash_index;
use super::people::People;
use super::records::Records;
use crate::identity::IdentityKey;

/// The records and the people, with what is kept of them in memory.
pub(super) struct Tables {
    pub(super) records: Records,
    pub(super) people: People,
    /// The version of the file's data when it was last read. `None` after a transaction that was rolled back.
    version: Option<i64>,
    /// The number of the last transaction that added to an index.
    transaction: i64,
}

impl Tables {
    pub(super) fn new(key: &IdentityKey) -> Self {
        Self {
            records: Records::new(key.clone()),
            people: People::new(key.clone()),
            version: None,
            transaction: 0,
        }
    }

    /// Reads what other processes have written. Called at the beginning of a transaction, when no other process writes.
    pub(super) fn refresh(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        // It changes with the transactions of other connections only.
        let version = connection.prepare_cached("PRAGMA data_version")?.query_row([], |row| row.get(0))?;
        if self.version != Some(version) {
            self.records.refresh(connection)?;
            self.people.refresh(connection)?;
            self.transaction = hash_index::last_transaction(connection)?;
            self.version = Some(version);
        }
        Ok(())
    }

    /// Writes the rest of a transaction.
    pub(super) fn finish(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        self.transaction += 1;
        self.records.finish(connection, self.transaction)?;
        self.people.finish(connection, self.transaction)
    }

    /// Drops the changes of a transaction that was rolled back, and everything that was read.
    pub(super) fn clear(&mut self) {
        self.records.clear();
        self.people.clear();
        self.version = None;
    }
}
