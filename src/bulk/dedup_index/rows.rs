//! The indexed rows of one input: in memory up to a limit in bytes, from then on in a temporary database.

use super::database::DatabaseRows;
use super::memory::MemoryRows;
use super::{IndexedRow, RowHash};
use crate::bulk::temporary_database::OpenDatabase;
use crate::identity::IdentityHashes;

/// The rows of one input so far.
pub(super) struct Rows {
    storage: Storage,
    /// A limit on the bytes in memory.
    limit: usize,
    open: OpenDatabase,
}

enum Storage {
    Memory(MemoryRows),
    /// No database could be opened for the rows beyond the limit. The rows in memory are still found.
    FullMemory(MemoryRows),
    Database(DatabaseRows),
}

impl Rows {
    pub(super) fn new(limit: usize, open: OpenDatabase) -> Self {
        Self { storage: Storage::Memory(MemoryRows::default()), limit, open }
    }

    /// Returns the line and the traits of the first row with an id, or adds this row as the first.
    ///
    /// # Errors
    ///
    /// The temporary database failed.
    pub(super) fn of_id_or_add(
        &mut self,
        id: RowHash,
        line: u64,
        traits: &IdentityHashes,
    ) -> rusqlite::Result<Option<(u64, IdentityHashes)>> {
        match &mut self.storage {
            Storage::Memory(rows) => {
                let first = rows.of_id_or_add(id, line, traits);
                self.spill_beyond_limit().map(|()| first)
            }
            Storage::FullMemory(rows) => Ok(rows.of_id(id)),
            Storage::Database(rows) => rows.of_id_or_add(id, line, traits),
        }
    }

    /// Returns the row with a key, or adds this one.
    ///
    /// # Errors
    ///
    /// The temporary database failed.
    pub(super) fn of_key_or_add(
        &mut self,
        key: RowHash,
        row: &IndexedRow,
    ) -> rusqlite::Result<Option<IndexedRow>> {
        match &mut self.storage {
            Storage::Memory(rows) => {
                let earlier = rows.of_key_or_add(key, row);
                self.spill_beyond_limit().map(|()| earlier)
            }
            Storage::FullMemory(rows) => Ok(rows.of_key(key)),
            Storage::Database(rows) => rows.of_key_or_add(key, row),
        }
    }

    /// Replaces the row with a key.
    ///
    /// # Errors
    ///
    /// The temporary database failed.
    pub(super) fn replace(&mut self, key: RowHash, row: &IndexedRow) -> rusqlite::Result<()> {
        match &mut self.storage {
            Storage::Memory(rows) => {
                rows.replace(key, row);
                self.spill_beyond_limit()
            }
            Storage::FullMemory(_) => Ok(()),
            Storage::Database(rows) => rows.replace(key, row),
        }
    }

    fn spill_beyond_limit(&mut self) -> rusqlite::Result<()> {
        let Storage::Memory(rows) = &mut self.storage else { return Ok(()) };
        if rows.bytes() <= self.limit {
            return Ok(());
        }
        let rows = std::mem::take(rows);
        match DatabaseRows::with_rows(&rows, self.open) {
            Ok(database) => self.storage = Storage::Database(database),
            Err(error) => {
                self.storage = Storage::FullMemory(rows);
                return Err(error);
            }
        }
        Ok(())
    }
}
