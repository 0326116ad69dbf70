//! An index of random hashes that is written in the order of the hashes, many at a time.
//!
//! A table that is sorted by a hash is written at random: each insert changes another page. This index collects entries in memory
//! and appends them to a small table, one row for each transaction. When there are many, all are written to the sorted table in
//! one pass. The sorted table holds chunks of entries in few bytes ([`entries`]). All indices of a file share the small table, so
//! that a transaction writes one page for them.
//!
//! It is a log-structured merge index with one sorted level. The hashes are short, so that different keys may share one: the caller
//! compares the whole key in the row of each number that is found.

mod entries;

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use rusqlite::{Connection, OptionalExtension, params};

use self::entries::{Entry, decode, encode};
use super::column::sound;

/// A limit on the bytes of a chunk. A fuller one is divided.
const CHUNK: usize = 500;
/// Limits on the entries in memory before they are written to the sorted table. Writing them changes most pages of the table.
const RECENT: RangeInclusive<u64> = 4096..=65536;
/// Within the limits, an entry in memory for this many sorted ones.
const SORTED_PER_RECENT: u64 = 4;

/// An index: the entries in the sorted table, and those that are not in it yet.
pub(crate) struct HashIndex {
    statements: Statements,
    /// The changes that are not in the sorted table.
    recent: Changes,
    /// The changes of this transaction.
    unwritten: Changes,
    /// The number of the last transaction whose entries were read or written.
    position: i64,
    /// The number of the last transaction whose entries are in the sorted table.
    sorted_until: i64,
    /// The number of entries in the sorted table.
    sorted: u64,
    /// Whether the sorted table has a row.
    has_sorted: bool,
}

/// Entries that were added and removed. None is in both sets.
#[derive(Default)]
struct Changes {
    added: BTreeSet<Entry>,
    removed: BTreeSet<Entry>,
}

impl Changes {
    fn add(&mut self, entry: Entry) {
        self.removed.remove(&entry);
        self.added.insert(entry);
    }

    fn remove(&mut self, entry: Entry) {
        self.added.remove(&entry);
        self.removed.insert(entry);
    }

    fn len(&self) -> usize {
        self.added.len() + self.removed.len()
    }
}

impl HashIndex {
    /// Returns the index with this sorted table, which has read nothing yet.
    pub(crate) fn new(table: &'static str) -> Self {
        Self {
            statements: Statements::new(table),
            recent: Changes::default(),
            unwritten: Changes::default(),
            position: 0,
            sorted_until: 0,
            sorted: 0,
            has_sorted: false,
        }
    }

    /// Reads what other processes have added since the last call.
    pub(crate) fn refresh(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        let mut state = connection.prepare_cached(STATE)?;
        let (sorted_until, sorted): (i64, i64) =
            state.query_row([self.statements.table], |row| Ok((row.get(0)?, row.get(1)?)))?;
        self.sorted = sorted.try_into().unwrap_or_default();
        let mut exists = connection.prepare_cached(&self.statements.exists)?;
        self.has_sorted = exists.query_row([], |row| row.get(0))?;
        if sorted_until > self.sorted_until {
            self.recent = Changes::default();
            (self.position, self.sorted_until) = (sorted_until, sorted_until);
        }
        let mut select = connection.prepare_cached(READ)?;
        let mut rows = select.query(params![self.position, self.statements.table])?;
        while let Some(row) = rows.next()? {
            self.position = row.get(0)?;
            for entry in decode(row.get_ref(1)?.as_blob()?) {
                self.recent.add(sound(1, entry)?);
            }
            for entry in decode(row.get_ref(2)?.as_blob()?) {
                self.recent.remove(sound(2, entry)?);
            }
        }
        Ok(())
    }

    /// Drops what was read, and the changes of a transaction that was rolled back.
    pub(crate) fn clear(&mut self) {
        self.recent = Changes::default();
        self.unwritten = Changes::default();
        (self.position, self.sorted_until, self.sorted) = (0, 0, 0);
    }

    /// Adds a row. The entry is in the file after [`Self::write`].
    pub(crate) fn add(&mut self, hash: u32, number: u64) {
        self.recent.add((hash, number));
        self.unwritten.add((hash, number));
    }

    /// Removes a row.
    pub(crate) fn remove(&mut self, hash: u32, number: u64) {
        self.recent.remove((hash, number));
        self.unwritten.remove((hash, number));
    }

    /// Returns the numbers of the rows with this hash, in ascending order. Rows with other keys may be among them.
    pub(crate) fn find(&self, connection: &Connection, hash: u32) -> rusqlite::Result<Vec<u64>> {
        self.find_all(connection, hash..=hash)
    }

    /// Returns the numbers of the rows with hashes within a range, in ascending order.
    pub(crate) fn find_all(
        &self,
        connection: &Connection,
        hashes: RangeInclusive<u32>,
    ) -> rusqlite::Result<Vec<u64>> {
        let (first, last) = (*hashes.start(), *hashes.end());
        let mut found: Vec<Entry> = self.recent.added.range((first, 0)..=(last, u64::MAX)).copied().collect();
        if self.has_sorted {
            let mut select = connection.prepare_cached(&self.statements.find)?;
            let mut chunks = select.query([first, last])?;
            while let Some(chunk) = chunks.next()? {
                sound(0, entries::find(chunk.get_ref(0)?.as_blob()?, &hashes, &mut found))?;
            }
        }
        found.retain(|entry| !self.recent.removed.contains(entry));
        let mut numbers: Vec<u64> = found.into_iter().map(|(_, number)| number).collect();
        numbers.sort_unstable();
        numbers.dedup();
        Ok(numbers)
    }

    /// Writes the changes of the transaction with this number, and many recent entries to the sorted table.
    pub(crate) fn write(&mut self, connection: &Connection, transaction: i64) -> rusqlite::Result<()> {
        if self.unwritten.len() == 0 {
            return Ok(());
        }
        let Changes { added, removed } = std::mem::take(&mut self.unwritten);
        self.position = transaction;
        let bytes = |entries: BTreeSet<Entry>| encode(&entries.into_iter().collect::<Vec<_>>());
        let mut insert = connection.prepare_cached(APPEND)?;
        insert.execute(params![transaction, self.statements.table, bytes(added), bytes(removed)])?;
        if self.has_many_recent() { self.sort(connection) } else { Ok(()) }
    }

    /// Writes many recent entries to the sorted table, in a database or a transaction that no other process reads.
    pub(crate) fn sort_if_many(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        self.unwritten = Changes::default();
        if self.has_many_recent() { self.sort(connection) } else { Ok(()) }
    }

    fn has_many_recent(&self) -> bool {
        len(self.recent.len()) >= (self.sorted / SORTED_PER_RECENT).clamp(*RECENT.start(), *RECENT.end())
    }

    /// Writes all recent entries to the sorted table, in one pass in the order of the hashes.
    pub(crate) fn sort(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        let Changes { added, removed } = std::mem::take(&mut self.recent);
        let (mut added, mut removed) = (added.into_iter().peekable(), removed.into_iter().peekable());
        loop {
            let next = added.peek().into_iter().chain(removed.peek()).map(|(hash, _)| *hash).min();
            let Some(hash) = next else { break };
            let mut chunk = Chunk::with(connection, &self.statements, hash)?;
            let before = chunk.entries.len();
            let is_in_chunk = |entry: &Entry| chunk.end.is_none_or(|end| entry.0 < end);
            chunk.entries.extend(std::iter::from_fn(|| added.next_if(is_in_chunk)));
            chunk.entries.sort_unstable();
            chunk.entries.dedup();
            let gone: BTreeSet<Entry> = std::iter::from_fn(|| removed.next_if(is_in_chunk)).collect();
            chunk.entries.retain(|entry| !gone.contains(entry));
            self.sorted = (self.sorted + len(chunk.entries.len())).saturating_sub(len(before));
            self.has_sorted = true;
            chunk.write(connection, &self.statements)?;
        }
        connection.prepare_cached(DELETE_RECENT)?.execute([self.statements.table])?;
        self.sorted_until = self.position;
        let sorted = i64::try_from(self.sorted).unwrap_or(i64::MAX);
        let values = params![self.statements.table, self.sorted_until, sorted];
        connection.prepare_cached(SET_STATE)?.execute(values).map(drop)
    }

    /// Returns whether the sorted table has as many entries as were counted.
    pub(crate) fn is_complete(&self, connection: &Connection) -> rusqlite::Result<bool> {
        let mut select = connection.prepare(&format!("SELECT entries FROM {}", self.statements.table))?;
        let mut chunks = select.query([])?;
        let mut count = 0;
        while let Some(chunk) = chunks.next()? {
            for entry in decode(chunk.get_ref(0)?.as_blob()?) {
                sound(0, entry)?;
                count += 1;
            }
        }
        Ok(count == self.sorted)
    }
}

fn len(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

/// The entries whose hashes are not less than `first` and less than `end`.
struct Chunk {
    first: u32,
    end: Option<u32>,
    entries: Vec<Entry>,
}

impl Chunk {
    /// Reads the chunk with a hash.
    fn with(connection: &Connection, statements: &Statements, hash: u32) -> rusqlite::Result<Self> {
        let mut select = connection.prepare_cached(&statements.chunk)?;
        let chunk = select.query_row([hash], |row| {
            let entries = decode(row.get_ref(1)?.as_blob()?).collect::<Option<Vec<Entry>>>();
            Ok((row.get(0)?, sound(1, entries)?))
        });
        let (first, entries) = chunk.optional()?.unwrap_or_default();
        let mut select = connection.prepare_cached(&statements.next)?;
        let end = select.query_row([hash], |row| row.get(0)).optional()?;
        Ok(Self { first, end, entries })
    }

    /// Writes the chunk, or several if it is too large. Entries with one hash stay together.
    fn write(mut self, connection: &Connection, statements: &Statements) -> rusqlite::Result<()> {
        let parts = encode(&self.entries).len().div_ceil(CHUNK).max(1);
        let part = self.entries.len().div_ceil(parts).max(1);
        loop {
            let mut end = part.min(self.entries.len());
            while end < self.entries.len() && self.entries[end].0 == self.entries[end - 1].0 {
                end += 1;
            }
            let rest = self.entries.split_off(end);
            let mut insert = connection.prepare_cached(&statements.replace)?;
            insert.execute(params![self.first, encode(&self.entries)])?;
            let Some((first, _)) = rest.first() else { return Ok(()) };
            self = Self { first: *first, end: None, entries: rest };
        }
    }
}

/// The tables that all indices of a file share.
pub(crate) const SHARED_TABLES: &str = "
    CREATE TABLE hash_indices (
        name TEXT PRIMARY KEY,
        sorted_until INTEGER NOT NULL, -- the number of the last transaction whose entries are in the sorted table
        entries INTEGER NOT NULL       -- in the sorted table
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE recent_hashes (
        transaction_number INTEGER NOT NULL,
        name TEXT NOT NULL,
        added BLOB NOT NULL,
        removed BLOB NOT NULL,
        PRIMARY KEY (transaction_number, name)
    ) STRICT, WITHOUT ROWID;
    ";
const STATE: &str = "SELECT sorted_until, entries FROM hash_indices WHERE name = ?1";
const SET_STATE: &str = "UPDATE hash_indices SET sorted_until = ?2, entries = ?3 WHERE name = ?1";
const LAST_TRANSACTION: &str = "SELECT max(coalesce((SELECT max(transaction_number) FROM recent_hashes), 0), \
                                coalesce((SELECT max(sorted_until) FROM hash_indices), 0))";
const READ: &str = "SELECT transaction_number, added, removed FROM recent_hashes \
                    WHERE transaction_number > ?1 AND name = ?2 ORDER BY transaction_number";
const APPEND: &str = "INSERT INTO recent_hashes VALUES (?1, ?2, ?3, ?4)";
const DELETE_RECENT: &str = "DELETE FROM recent_hashes WHERE name = ?1";

/// Returns the statements that create the sorted table of an index.
pub(crate) fn table(name: &str) -> String {
    format!(
        "CREATE TABLE {name} (first INTEGER PRIMARY KEY, entries BLOB NOT NULL) STRICT;
         INSERT INTO hash_indices VALUES ('{name}', 0, 0);"
    )
}

/// Returns the number of the last transaction that added to an index.
pub(crate) fn last_transaction(connection: &Connection) -> rusqlite::Result<i64> {
    connection.prepare_cached(LAST_TRANSACTION)?.query_row([], |row| row.get(0))
}

/// The statements on the sorted table of an index.
struct Statements {
    table: &'static str,
    exists: String,
    find: String,
    chunk: String,
    next: String,
    replace: String,
}

impl Statements {
    fn new(table: &'static str) -> Self {
        Self {
            table,
            exists: format!("SELECT EXISTS (SELECT 1 FROM {table})"),
            find: format!(
                "SELECT entries FROM {table} WHERE first <= ?2 AND first >= coalesce(\
                 (SELECT first FROM {table} WHERE first <= ?1 ORDER BY first DESC LIMIT 1), 0)"
            ),
            chunk: format!(
                "SELECT first, entries FROM {table} WHERE first <= ?1 ORDER BY first DESC LIMIT 1"
            ),
            next: format!("SELECT first FROM {table} WHERE first > ?1 ORDER BY first LIMIT 1"),
            replace: format!("INSERT OR REPLACE INTO {table} VALUES (?1, ?2)"),
        }
    }
}

#[cfg(test)]
mod tests;
