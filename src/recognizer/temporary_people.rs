//! The people of one import without a journal: in memory up to a limit in bytes, from then on in a temporary database.

use std::sync::{Mutex, PoisonError};

use rusqlite::Connection;

use crate::identity::{Identification, Identity, IdentityKey};
use crate::journal::MemoryPeople;
use crate::journal::people::{self, NoDeliveries, People};

/// The bytes of the people in memory: about 3,000. More people are stored in a temporary database.
const MEMORY_LIMIT: usize = 1 << 20;

/// The people of one import, and the key of their hashes.
pub(crate) struct TemporaryPeople {
    key: IdentityKey,
    storage: Mutex<Storage>,
    /// A limit on the bytes in memory.
    limit: usize,
    open: OpenDatabase,
}

/// Opens a temporary database with tables.
type OpenDatabase = fn(&str) -> rusqlite::Result<Connection>;

enum Storage {
    Memory(MemoryPeople),
    /// No database could be opened for the people beyond the limit. Those in memory are still recognized, others by their ids and
    /// contents.
    FullMemory(MemoryPeople),
    Database(Box<(Connection, People)>),
    /// The temporary database failed, which may have lost people.
    Failed,
}

impl TemporaryPeople {
    pub(crate) fn new(open: OpenDatabase) -> Self {
        Self::with_memory_limit(MEMORY_LIMIT, open)
    }

    /// Creates a store that keeps at most `limit` bytes in memory.
    pub(crate) fn with_memory_limit(limit: usize, open: OpenDatabase) -> Self {
        let storage = Mutex::new(Storage::Memory(MemoryPeople::default()));
        Self { key: IdentityKey::for_this_process(), storage, limit, open }
    }

    pub(super) fn key(&self) -> &IdentityKey {
        &self.key
    }

    /// Returns who a contact is, and registers it. `None` if the temporary database fails.
    pub(super) fn identify(&self, identity: Identity) -> Option<Identification> {
        let mut storage = self.storage.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut *storage {
            Storage::Memory(people) => {
                let identification = people.identify(&identity, &mut NoDeliveries).ok();
                if people.bytes() > self.limit {
                    *storage = self.spilled(std::mem::take(people));
                }
                identification
            }
            Storage::FullMemory(people) => people.recognize(&identity, &mut NoDeliveries).ok(),
            Storage::Database(stored) => {
                let (database, people) = &mut **stored;
                let identification = identify(database, people, identity).ok();
                if identification.is_none() {
                    *storage = Storage::Failed;
                }
                identification
            }
            Storage::Failed => None,
        }
    }

    fn spilled(&self, people: MemoryPeople) -> Storage {
        let database = (self.open)(&people::tables()).and_then(|database| {
            let mut stored = People::new(self.key.clone());
            for person in people.persons() {
                stored.add(&database, person)?;
            }
            for (hash, number) in people.hashes() {
                stored.add_hash(hash, number);
            }
            stored.sort_if_many(&database)?;
            Ok((database, stored))
        });
        database.map_or_else(|_| Storage::FullMemory(people), |stored| Storage::Database(Box::new(stored)))
    }
}

fn identify(
    database: &Connection,
    people: &mut People,
    identity: Identity,
) -> rusqlite::Result<Identification> {
    let identification = people.identify(database, identity, &mut NoDeliveries)?;
    people.sort_if_many(database)?;
    Ok(identification)
}
