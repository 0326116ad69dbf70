//! The indexed rows in memory: the hashes in two maps, contents and traits one after another in one buffer.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::ops::Range;

use super::{IndexedRow, RowHash};
use crate::identity::{ContentEntries, IdentityHashes};

/// The bytes of a row and of an id in their maps, a third of which are empty on average.
const BYTES_OF_ROW: usize = size_of::<(RowHash, MemoryRow)>() * 3 / 2;
const BYTES_OF_ID: usize = size_of::<(RowHash, FirstOfId)>() * 3 / 2;

/// The rows in memory.
#[derive(Default)]
pub(super) struct MemoryRows {
    rows: HashMap<RowHash, MemoryRow>,
    ids: HashMap<RowHash, FirstOfId>,
    contents: Vec<u8>,
}

/// A row, with the positions of its content and traits in the contents.
#[derive(Clone, Copy)]
struct MemoryRow {
    line: u64,
    id: u64,
    start: u32,
    traits: u32,
    end: u32,
}

/// The first row with an id, with the position of its traits in the contents.
#[derive(Clone, Copy)]
struct FirstOfId {
    line: u64,
    start: u32,
    end: u32,
}

impl MemoryRows {
    /// Returns the bytes that the rows take in memory.
    pub(super) fn bytes(&self) -> usize {
        self.contents.len() + self.rows.len() * BYTES_OF_ROW + self.ids.len() * BYTES_OF_ID
    }

    /// Returns the line and the traits of the first row with an id, unless there is none.
    pub(super) fn of_id(&self, id: RowHash) -> Option<(u64, IdentityHashes)> {
        self.ids.get(&id).and_then(|first| self.read_id(first))
    }

    /// Returns the line and the traits of the first row with an id, or adds this row as the first.
    pub(super) fn of_id_or_add(
        &mut self,
        id: RowHash,
        line: u64,
        traits: &IdentityHashes,
    ) -> Option<(u64, IdentityHashes)> {
        match self.ids.entry(id) {
            Entry::Occupied(first) => {
                let first = *first.get();
                self.read_id(&first)
            }
            Entry::Vacant(vacant) => {
                let Range { start, end } = append(&mut self.contents, |contents| traits.write_to(contents));
                vacant.insert(FirstOfId { line, start, end });
                None
            }
        }
    }

    /// Returns the row with a key.
    pub(super) fn of_key(&self, key: RowHash) -> Option<IndexedRow> {
        self.rows.get(&key).and_then(|row| self.read_row(row))
    }

    /// Returns the row with a key, or adds this one.
    pub(super) fn of_key_or_add(&mut self, key: RowHash, row: &IndexedRow) -> Option<IndexedRow> {
        match self.rows.entry(key) {
            Entry::Occupied(earlier) => {
                let earlier = *earlier.get();
                self.read_row(&earlier)
            }
            Entry::Vacant(vacant) => {
                vacant.insert(append_row(&mut self.contents, row));
                None
            }
        }
    }

    /// Replaces the row with a key. Its former content stays in the buffer.
    pub(super) fn replace(&mut self, key: RowHash, row: &IndexedRow) {
        let row = append_row(&mut self.contents, row);
        self.rows.insert(key, row);
    }

    /// Returns the rows with their keys.
    pub(super) fn rows(&self) -> impl Iterator<Item = (RowHash, IndexedRow)> {
        self.rows.iter().filter_map(|(key, row)| Some((*key, self.read_row(row)?)))
    }

    /// Returns the first line and the traits of each id.
    pub(super) fn ids(&self) -> impl Iterator<Item = (RowHash, u64, IdentityHashes)> {
        self.ids.iter().filter_map(|(id, first)| {
            let (line, traits) = self.read_id(first)?;
            Some((*id, line, traits))
        })
    }

    fn read_id(&self, first: &FirstOfId) -> Option<(u64, IdentityHashes)> {
        Some((first.line, IdentityHashes::from_bytes(self.content(first.start, first.end)?)?))
    }

    fn read_row(&self, row: &MemoryRow) -> Option<IndexedRow> {
        Some(IndexedRow {
            line: row.line,
            id: row.id,
            content: ContentEntries::from_bytes(self.content(row.start, row.traits)?)?,
            traits: IdentityHashes::from_bytes(self.content(row.traits, row.end)?)?,
        })
    }

    fn content(&self, start: u32, end: u32) -> Option<&[u8]> {
        self.contents.get(usize::try_from(start).ok()?..usize::try_from(end).ok()?)
    }
}

fn append_row(contents: &mut Vec<u8>, row: &IndexedRow) -> MemoryRow {
    let Range { start, .. } = append(contents, |contents| contents.extend_from_slice(row.content.as_bytes()));
    let Range { start: traits, end } = append(contents, |contents| row.traits.write_to(contents));
    MemoryRow { line: row.line, id: row.id, start, traits, end }
}

/// Returns the position of what is appended. The limit on the memory keeps it far below the largest number.
fn append(contents: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) -> Range<u32> {
    let position = |contents: &Vec<u8>| u32::try_from(contents.len()).unwrap_or(u32::MAX);
    let start = position(contents);
    write(contents);
    start..position(contents)
}
