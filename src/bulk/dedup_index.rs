//! The index of the contacts of one input, by which duplicates are found.
//!
//! It stores hashes of keys and contents: in memory up to a limit, and a larger index in a temporary database, so that memory
//! does not grow with the input. The index saves work and serves reports; the journal, not the index, guarantees that nothing is
//! sent twice.

mod database;
mod memory;
mod rows;

use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use unicontact_providers::UnifiedContact;

use self::rows::Rows;
use super::temporary_database::{OpenDatabase, open_with_tables};
use crate::identity::{ContentEntries, Exactness, IdentityHashes};
use crate::source_row::SourceRow;

pub(crate) const UNUSABLE: &str = "the temporary file that finds duplicates in the input cannot be used: the journal still \
                                   keeps them from being sent twice, without a journal they are sent twice; check the space in the folder of temporary files";
/// The bytes of the index in memory: about 6,000 rows. A larger index is stored in a temporary database.
const MEMORY_LIMIT: usize = 2 << 20;

/// The contacts of one input so far.
pub(crate) struct DedupIndex {
    rows: Mutex<Rows>,
    hashers: [RandomState; 2],
    repeated: AtomicU64,
    differing: AtomicU64,
    is_unusable: AtomicBool,
}

/// The relation of a contact to an earlier one with the same key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Duplicate {
    /// The content is the same.
    Same,
    /// The person is the same, and these fields differ.
    Other { fields: Vec<&'static str> },
    /// The identity is the same, and these fields contradict each other.
    Conflict { line: u64, fields: Vec<&'static str> },
    /// The id is the same, and the person is another one.
    OtherPerson { line: u64 },
}

/// A hash of a key or an id.
type RowHash = [u64; 2];

/// A row in the index.
struct IndexedRow {
    line: u64,
    /// A hash of the `external_id`, 0 without one.
    id: u64,
    content: ContentEntries,
    traits: IdentityHashes,
}

impl DedupIndex {
    pub(crate) fn new() -> Self {
        Self::with_memory_limit(MEMORY_LIMIT, open_with_tables)
    }

    /// Creates an index that stores at most `limit` bytes in memory.
    #[expect(clippy::disallowed_methods, reason = "the random keys of the hashes change no result")]
    pub(super) fn with_memory_limit(limit: usize, open: OpenDatabase) -> Self {
        Self {
            rows: Mutex::new(Rows::new(limit, open)),
            hashers: [RandomState::new(), RandomState::new()],
            repeated: AtomicU64::new(0),
            differing: AtomicU64::new(0),
            is_unusable: AtomicBool::new(false),
        }
    }

    fn rows(&self) -> MutexGuard<'_, Rows> {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the line of an earlier row with the same id and another person. The index is searched before the journal: as long
    /// as neither row was sent, the journal would treat the later one as a correction of the first.
    pub(crate) fn other_person_of_id(&self, row: &SourceRow, traits: &IdentityHashes) -> Option<u64> {
        let id = row.contact.external_id.as_ref()?;
        let answer = self.rows().of_id_or_add(self.hash(id), row.line, traits);
        let (line, first) = answer.inspect_err(|_| self.mark_unusable()).ok().flatten()?;
        (!traits.agrees_with(&first)).then_some(line)
    }

    /// Returns the relation to the earlier contact with this key, or adds the contact where there is none.
    pub(crate) fn check_and_insert(
        &self,
        key: &str,
        row: &SourceRow,
        traits: &IdentityHashes,
    ) -> Option<Duplicate> {
        let row = IndexedRow {
            line: row.line,
            id: row.contact.external_id.as_ref().map_or(0, |id| self.hashers[0].hash_one(id)),
            content: self.content(&row.contact),
            traits: traits.clone(),
        };
        let key = self.hash(key);
        let answer = self.rows().of_key_or_add(key, &row);
        let earlier = answer.inspect_err(|_| self.mark_unusable()).ok().flatten()?;
        let duplicate = row.compared_with(&earlier);
        if matches!(duplicate, Duplicate::Other { .. }) {
            // The next row is compared with both.
            let replaced = self.rows().replace(key, &earlier.merged_with(&row));
            replaced.inspect_err(|_| self.mark_unusable()).ok();
        }
        let is_repeated = matches!(duplicate, Duplicate::Same | Duplicate::Other { .. });
        self.repeated.fetch_add(u64::from(is_repeated), Ordering::Relaxed);
        self.differing.fetch_add(u64::from(matches!(duplicate, Duplicate::Other { .. })), Ordering::Relaxed);
        Some(duplicate)
    }

    /// Returns the content in a form that is the same for all spellings. No secret key is needed, as only this process can open the file.
    fn content(&self, contact: &UnifiedContact) -> ContentEntries {
        ContentEntries::new(contact, Exactness::Folded, &|parts| self.hashers[0].hash_one(parts))
    }

    fn hash(&self, text: &str) -> RowHash {
        self.hashers.each_ref().map(|hasher| hasher.hash_one(text))
    }

    /// Returns the number of duplicates whose content differs.
    pub(crate) fn differing(&self) -> u64 {
        self.differing.load(Ordering::Relaxed)
    }

    /// Returns whether duplicates may have been missed.
    pub(crate) fn is_unusable(&self) -> bool {
        self.is_unusable.load(Ordering::Relaxed)
    }

    /// Returns the number of duplicates.
    pub(crate) fn repeated(&self) -> u64 {
        self.repeated.load(Ordering::Relaxed)
    }

    fn mark_unusable(&self) {
        if !self.is_unusable.swap(true, Ordering::Relaxed) {
            tracing::warn!("{UNUSABLE}");
        }
    }
}

impl IndexedRow {
    /// Returns the row with the content and the traits of another row of the same person added.
    fn merged_with(mut self, other: &Self) -> Self {
        self.traits.add(&other.traits);
        Self { content: self.content.union(&other.content), ..self }
    }

    fn compared_with(&self, earlier: &Self) -> Duplicate {
        let line = earlier.line;
        let has_same_id = self.id != 0 && self.id == earlier.id;
        if has_same_id && !self.traits.agrees_with(&earlier.traits) {
            return Duplicate::OtherPerson { line };
        }
        let is_same = self.content == earlier.content && self.traits.names == earlier.traits.names;
        if is_same {
            return Duplicate::Same;
        }
        let fields = self.content.conflicts(&earlier.content);
        // Rows with the same id are of one person, and a corrected row may contradict the first. Where one of the rows has an id,
        // the journal has compared their numbers.
        let is_decided = self.id != 0 || earlier.id != 0;
        if is_decided || fields.is_empty() {
            let has_other_name = self.traits.names != earlier.traits.names;
            let name = has_other_name.then_some("name");
            Duplicate::Other {
                fields: name.into_iter().chain(self.content.differences(&earlier.content)).collect(),
            }
        } else {
            Duplicate::Conflict { line, fields }
        }
    }
}
