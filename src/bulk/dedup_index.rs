//! The contacts that came before in the same import, and what became of a person that comes twice.
//!
//! Memory does not grow with the contacts: hashes of their keys and contents are in a temporary file that `SQLite` deletes.
//! They spare work and are reported; that nothing is sent twice is the journal's business.

use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use rusqlite::{Connection, params};
use unicontact_providers::UnifiedContact;

use super::SourceRow;
use super::temporary_file;
use crate::identity::{ContentDigest, Exactness, IdentityHashes};

pub(crate) const UNUSABLE: &str = "the temporary file by which contacts are noticed that come twice in the input is not usable: a \
                                   journal still keeps them from being sent twice, without one they are";
/// The rows are appended, so that only the small indices of the hashes are written in no order.
const TABLES: &str = "CREATE TABLE seen (hash BLOB NOT NULL UNIQUE, line INTEGER NOT NULL, id INTEGER NOT NULL, \
                      digest BLOB NOT NULL, traits BLOB NOT NULL); \
                      CREATE TABLE ids (hash BLOB NOT NULL UNIQUE, line INTEGER NOT NULL, traits BLOB NOT NULL)";
const INSERT_ID: &str = "INSERT OR IGNORE INTO ids VALUES (?1, ?2, ?3)";
const SELECT_ID: &str = "SELECT line, traits FROM ids WHERE hash = ?1";
const INSERT: &str = "INSERT OR IGNORE INTO seen VALUES (?1, ?2, ?3, ?4, ?5)";
const SELECT: &str = "SELECT line, id, digest, traits FROM seen WHERE hash = ?1";

/// The contacts that came before.
pub(crate) struct DedupIndex {
    /// Opened for the first contact; nothing where that failed.
    table: OnceLock<Option<Mutex<Connection>>>,
    halves: [RandomState; 2],
    repeated: AtomicU64,
    differing: AtomicU64,
    is_unusable: AtomicBool,
}

/// How a contact of the same key came before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Duplicate {
    /// With the same content.
    Same,
    /// With other content, of the same person; these fields differ.
    Other { fields: Vec<&'static str> },
    /// With the same identity and contradicting content.
    Conflict { line: u64, fields: Vec<&'static str> },
    /// With the same id, of another person.
    OtherPerson { line: u64 },
}

/// A row as it is kept.
struct Kept {
    line: u64,
    /// A hash of the `external_id`, 0 without one.
    id: u64,
    digest: ContentDigest,
    traits: IdentityHashes,
}

impl DedupIndex {
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

    /// Returns the line of the row that came before with the same id for another person. It is asked before the journal, which
    /// would take the later row for a correction of the first as long as nobody was sent.
    pub(crate) fn other_person_of_id(&self, row: &SourceRow, traits: &IdentityHashes) -> Option<u64> {
        let id = row.contact.external_id.as_ref()?;
        let answer = self.first_of_id(&*self.table()?, id, row.line, traits);
        let (line, first) = answer.inspect_err(|_| self.unusable()).ok().flatten()?;
        (!traits.agrees_with(&first)).then_some(line)
    }

    /// Returns the line and the traits of the row that came first with this id, unless this is it.
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

    /// Returns how the contact of this key came before, and keeps it if it did not.
    pub(crate) fn before(&self, key: &str, row: &SourceRow, traits: &IdentityHashes) -> Option<Duplicate> {
        let kept = Kept {
            line: row.line,
            id: row.contact.external_id.as_ref().map_or(0, |id| self.halves[0].hash_one(id)),
            digest: self.digest(&row.contact),
            traits: traits.clone(),
        };
        let answer = self.earlier(&*self.table()?, key, &kept);
        let earlier = answer.inspect_err(|_| self.unusable()).ok().flatten()?;
        let before = kept.compared_with(&earlier);
        if matches!(before, Duplicate::Other { .. }) {
            let added = self.add(&*self.table()?, key, &earlier.with(&kept));
            added.inspect_err(|_| self.unusable()).ok();
        }
        let is_repeated = matches!(before, Duplicate::Same | Duplicate::Other { .. });
        self.repeated.fetch_add(u64::from(is_repeated), Ordering::Relaxed);
        self.differing.fetch_add(u64::from(matches!(before, Duplicate::Other { .. })), Ordering::Relaxed);
        Some(before)
    }

    /// Returns a digest in one form for all spellings. A hash without a secret key suffices in a file that nobody else opens.
    fn digest(&self, contact: &UnifiedContact) -> ContentDigest {
        ContentDigest::with_hash(contact, Exactness::Folded, &|parts| self.halves[0].hash_one(parts))
    }

    /// Returns the row of this key that came first, unless this is it.
    fn earlier(&self, table: &Connection, key: &str, row: &Kept) -> rusqlite::Result<Option<Kept>> {
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
            Ok(digest.zip(traits).map(|(digest, traits)| Kept { line, id, digest, traits }))
        })
    }

    /// Keeps what a later row of the same person adds, so that the next one is compared with both.
    fn add(&self, table: &Connection, key: &str, both: &Kept) -> rusqlite::Result<()> {
        let update = "UPDATE seen SET digest = ?2, traits = ?3 WHERE hash = ?1";
        let values = params![self.hash(key), both.digest.as_bytes(), both.traits.to_bytes()];
        table.prepare_cached(update)?.execute(values).map(drop)
    }

    fn hash(&self, text: &str) -> Vec<u8> {
        self.halves.each_ref().map(|half| half.hash_one(text).to_le_bytes()).concat()
    }

    /// Returns how many came before with other content of the same person.
    pub(crate) fn differing(&self) -> u64 {
        self.differing.load(Ordering::Relaxed)
    }

    /// Returns whether something may have come before unnoticed.
    pub(crate) fn is_unusable(&self) -> bool {
        self.is_unusable.load(Ordering::Relaxed)
    }

    /// Returns how many came before.
    pub(crate) fn repeated(&self) -> u64 {
        self.repeated.load(Ordering::Relaxed)
    }

    fn unusable(&self) {
        if !self.is_unusable.swap(true, Ordering::Relaxed) {
            tracing::warn!("{UNUSABLE}");
        }
    }
}

impl Kept {
    /// Returns the row with the content and the traits that another one of the same person adds.
    fn with(mut self, other: &Self) -> Self {
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
        // An id says that both rows are of one person; a corrected row may contradict the first. And where one of them has an id,
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
