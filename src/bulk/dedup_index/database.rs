//! The indexed rows in a temporary database.

use rusqlite::{Connection, params};

use super::memory::MemoryRows;
use super::{IndexedRow, RowHash};
use crate::bulk::temporary_database::OpenDatabase;
use crate::identity::{ContentEntries, IdentityHashes};

/// Rows are appended; only the small indices of the hashes are written in random order.
const TABLES: &str = "CREATE TABLE seen (hash BLOB NOT NULL UNIQUE, line INTEGER NOT NULL, id INTEGER NOT NULL, \
                      content BLOB NOT NULL, traits BLOB NOT NULL); \
                      CREATE TABLE ids (hash BLOB NOT NULL UNIQUE, line INTEGER NOT NULL, traits BLOB NOT NULL)";
const INSERT_ID: &str = "INSERT OR IGNORE INTO ids VALUES (?1, ?2, ?3)";
const SELECT_ID: &str = "SELECT line, traits FROM ids WHERE hash = ?1";
const INSERT: &str = "INSERT OR IGNORE INTO seen VALUES (?1, ?2, ?3, ?4, ?5)";
const SELECT: &str = "SELECT line, id, content, traits FROM seen WHERE hash = ?1";
const UPDATE: &str = "UPDATE seen SET content = ?2, traits = ?3 WHERE hash = ?1";

/// The rows in a temporary database.
pub(super) struct DatabaseRows(Connection);

impl DatabaseRows {
    /// Opens a database with the rows in memory.
    pub(super) fn with_rows(memory: &MemoryRows, open: OpenDatabase) -> rusqlite::Result<Self> {
        let rows = Self(open(TABLES)?);
        for (id, line, traits) in memory.ids() {
            rows.add_id(id, line, &traits)?;
        }
        for (key, row) in memory.rows() {
            rows.add(key, &row)?;
        }
        Ok(rows)
    }

    /// Returns the line and the traits of the first row with an id, or adds this row as the first.
    pub(super) fn of_id_or_add(
        &self,
        id: RowHash,
        line: u64,
        traits: &IdentityHashes,
    ) -> rusqlite::Result<Option<(u64, IdentityHashes)>> {
        if self.add_id(id, line, traits)? {
            return Ok(None);
        }
        let mut select = self.0.prepare_cached(SELECT_ID)?;
        select.query_row([bytes(id)], |first| {
            let (line, traits): (i64, Vec<u8>) = (first.get(0)?, first.get(1)?);
            Ok(IdentityHashes::from_bytes(&traits).map(|traits| (line.cast_unsigned(), traits)))
        })
    }

    /// Returns the row with a key, or adds this one.
    pub(super) fn of_key_or_add(
        &self,
        key: RowHash,
        row: &IndexedRow,
    ) -> rusqlite::Result<Option<IndexedRow>> {
        if self.add(key, row)? {
            return Ok(None);
        }
        self.0.prepare_cached(SELECT)?.query_row([bytes(key)], |earlier| {
            let content = ContentEntries::from_bytes(&earlier.get::<_, Vec<u8>>(2)?);
            let traits = IdentityHashes::from_bytes(&earlier.get::<_, Vec<u8>>(3)?);
            let (line, id): (i64, i64) = (earlier.get(0)?, earlier.get(1)?);
            let (line, id) = (line.cast_unsigned(), id.cast_unsigned());
            Ok(content.zip(traits).map(|(content, traits)| IndexedRow { line, id, content, traits }))
        })
    }

    /// Replaces the content and the traits of the row with a key.
    pub(super) fn replace(&self, key: RowHash, row: &IndexedRow) -> rusqlite::Result<()> {
        let values = params![bytes(key), row.content.as_bytes(), row.traits.to_bytes()];
        self.0.prepare_cached(UPDATE)?.execute(values).map(drop)
    }

    fn add_id(&self, id: RowHash, line: u64, traits: &IdentityHashes) -> rusqlite::Result<bool> {
        let values = params![bytes(id), line.cast_signed(), traits.to_bytes()];
        Ok(self.0.prepare_cached(INSERT_ID)?.execute(values)? > 0)
    }

    fn add(&self, key: RowHash, row: &IndexedRow) -> rusqlite::Result<bool> {
        let (line, id) = (row.line.cast_signed(), row.id.cast_signed());
        let values = params![bytes(key), line, id, row.content.as_bytes(), row.traits.to_bytes()];
        Ok(self.0.prepare_cached(INSERT)?.execute(values)? > 0)
    }
}

fn bytes(hash: RowHash) -> Vec<u8> {
    hash.map(u64::to_le_bytes).concat()
}
