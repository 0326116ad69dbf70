//! The index of the contacts of one input, by which duplicates are found.
//!
//! It stores hashes of keys and contents in a temporary database, so that memory does not grow with the input. The index saves
//! work and serves reports; the journal, not the index, guarantees that nothing is sent twice.

use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use rusqlite::{Connection, params};
use unicontact_providers::UnifiedContact;

use super::temporary_database;
use crate::identity::{ContentDigest, Exactness, IdentityHashes};
use crate::source_row::SourceRow;

pub(crate) const UNUSABLE: &str = "the temporary file that finds duplicates in the input cannot be used: the journal still \
                                   keeps them from being sent twice, without a journal they are sent twice; check the space in the folder of temporary files";
/// Rows are appended; only the small indices of the hashes are written in random order.
const TABLES: &str = "CREATE TABLE seen (hash BLOB NOT NULL UNIQUE, line INTEGER NOT NULL, id INTEGER NOT NULL, \
                      digest BLOB NOT NULL, traits BLOB NOT NULL); \
                      CREATE TABLE ids (hash BLOB NOT NULL UNIQUE, line INTEGER NOT NULL, traits BLOB NOT NULL)";
const INSERT_ID: &str = "INSERT OR IGNORE INTO ids VALUES (?1, ?2, ?3)";
const SELECT_ID: &str = "SELECT line, traits FROM ids WHERE hash = ?1";
const INSERT: &str = "INSERT OR IGNORE INTO seen VALUES (?1, ?2, ?3, ?4, ?5)";
const SELECT: &str = "SELECT line, id, digest, traits FROM seen WHERE hash = ?1";

/// The contacts of one input so far.
pub(crate) struct DedupIndex {
    /// Opened for the first contact; `None` where that failed.
    table: OnceLock<Option<Mutex<Connection>>>,
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

/// A row in the index.
struct IndexedRow {
    line: u64,
    /// A hash of the `external_id`, 0 without one.
    id: u64,
    digest: ContentDigest,
    traits: IdentityHashes,
}

impl DedupIndex {
    #[expect(clippy::disallowed_methods, reason = "the random keys of the hashes change no result")]
    pub(crate) fn new() -> Self {
        Self {
            table: OnceLock::new(),
            hashers: [RandomState::new(), RandomState::new()],
            repeated: AtomicU64::new(0),
            differing: AtomicU64::new(0),
            is_unusable: AtomicBool::new(false),
        }
    }

    fn table(&self) -> Option<MutexGuard<'_, Connection>> {
        let open = || {
            temporary_database::open_with_tables(TABLES)
                .inspect_err(|_| self.mark_unusable())
                .ok()
                .map(Mutex::new)
        };
        let table = self.table.get_or_init(open).as_ref()?;
        Some(table.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Returns the line of an earlier row with the same id and another person. The index is searched before the journal: as long
    /// as neither row was sent, the journal would treat the later one as a correction of the first.
    pub(crate) fn other_person_of_id(&self, row: &SourceRow, traits: &IdentityHashes) -> Option<u64> {
        let id = row.contact.external_id.as_ref()?;
        let answer = self.first_of_id(&*self.table()?, id, row.line, traits);
        let (line, first) = answer.inspect_err(|_| self.mark_unusable()).ok().flatten()?;
        (!traits.agrees_with(&first)).then_some(line)
    }

    /// Returns the line and the traits of the first row with this id, unless this row is the first.
    fn first_of_id(
        &self,
        table: &Connection,
        id: &str,
        line: u64,
        traits: &IdentityHashes,
    ) -> rusqlite::Result<Option<(u64, IdentityHashes)>> {
        let hash = self.hash(id);
        let insert = params![hash, line.cast_signed(), traits.to_bytes()];
        if table.prepare_cached(INSERT_ID)?.execute(insert)? > 0 {
            return Ok(None);
        }
        table.prepare_cached(SELECT_ID)?.query_row([&hash], |first| {
            let (line, traits): (i64, Vec<u8>) = (first.get(0)?, first.get(1)?);
            Ok(IdentityHashes::from_bytes(&traits).map(|traits| (line.cast_unsigned(), traits)))
        })
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
            digest: self.digest(&row.contact),
            traits: traits.clone(),
        };
        let answer = self.earlier(&*self.table()?, key, &row);
        let earlier = answer.inspect_err(|_| self.mark_unusable()).ok().flatten()?;
        let duplicate = row.compared_with(&earlier);
        if matches!(duplicate, Duplicate::Other { .. }) {
            let added = self.add(&*self.table()?, key, &earlier.merged_with(&row));
            added.inspect_err(|_| self.mark_unusable()).ok();
        }
        let is_repeated = matches!(duplicate, Duplicate::Same | Duplicate::Other { .. });
        self.repeated.fetch_add(u64::from(is_repeated), Ordering::Relaxed);
        self.differing.fetch_add(u64::from(matches!(duplicate, Duplicate::Other { .. })), Ordering::Relaxed);
        Some(duplicate)
    }

    /// Returns a digest that is the same for all spellings. No secret key is needed, as only this process can open the file.
    fn digest(&self, contact: &UnifiedContact) -> ContentDigest {
        ContentDigest::with_hash(contact, Exactness::Folded, &|parts| self.hashers[0].hash_one(parts))
    }

    /// Returns the first row with this key, unless this row is the first.
    fn earlier(
        &self,
        table: &Connection,
        key: &str,
        row: &IndexedRow,
    ) -> rusqlite::Result<Option<IndexedRow>> {
        let key = self.hash(key);
        let (line, id) = (row.line.cast_signed(), row.id.cast_signed());
        let inserted = table.prepare_cached(INSERT)?.execute(params![
            key,
            line,
            id,
            row.digest.as_bytes(),
            row.traits.to_bytes()
        ])?;
        if inserted > 0 {
            return Ok(None);
        }
        table.prepare_cached(SELECT)?.query_row([&key], |earlier| {
            let digest = ContentDigest::from_bytes(&earlier.get::<_, Vec<u8>>(2)?);
            let traits = IdentityHashes::from_bytes(&earlier.get::<_, Vec<u8>>(3)?);
            let (line, id): (i64, i64) = (earlier.get(0)?, earlier.get(1)?);
            let (line, id) = (line.cast_unsigned(), id.cast_unsigned());
            Ok(digest.zip(traits).map(|(digest, traits)| IndexedRow { line, id, digest, traits }))
        })
    }

    /// Adds the values of a later row of the same person, so that the next row is compared with both.
    fn add(&self, table: &Connection, key: &str, both: &IndexedRow) -> rusqlite::Result<()> {
        let update = "UPDATE seen SET digest = ?2, traits = ?3 WHERE hash = ?1";
        let values = params![self.hash(key), both.digest.as_bytes(), both.traits.to_bytes()];
        table.prepare_cached(update)?.execute(values).map(drop)
    }

    fn hash(&self, text: &str) -> Vec<u8> {
        self.hashers.each_ref().map(|hasher| hasher.hash_one(text).to_le_bytes()).concat()
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
        Self { digest: self.digest.union(&other.digest), ..self }
    }

    fn compared_with(&self, earlier: &Self) -> Duplicate {
        let line = earlier.line;
        let has_same_id = self.id != 0 && self.id == earlier.id;
        if has_same_id && !self.traits.agrees_with(&earlier.traits) {
            return Duplicate::OtherPerson { line };
        }
        let is_same = self.digest == earlier.digest && self.traits.names == earlier.traits.names;
        if is_same {
            return Duplicate::Same;
        }
        let fields = self.digest.conflicts(&earlier.digest);
        // Rows with the same id are of one person, and a corrected row may contradict the first. Where one of the rows has an id,
        // the journal has compared their numbers.
        let is_decided = self.id != 0 || earlier.id != 0;
        if is_decided || fields.is_empty() {
            let has_other_name = self.traits.names != earlier.traits.names;
            let name = has_other_name.then_some("name");
            Duplicate::Other {
                fields: name.into_iter().chain(self.digest.differences(&earlier.digest)).collect(),
            }
        } else {
            Duplicate::Conflict { line, fields }
        }
    }
}
