//! The people of one import without a journal, in a temporary file.

use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, PoisonError};

use rusqlite::Connection;

use crate::identity::{Identification, Identity, IdentityKey};
use crate::journal::people;

/// The people of one import, and the key of their hashes.
pub(crate) struct TemporaryPeople {
    key: IdentityKey,
    /// `None` if no temporary file can be created. Contacts are then recognized by their ids and contents.
    table: Option<Mutex<Connection>>,
}

impl TemporaryPeople {
    pub(crate) fn new(open: impl FnOnce(&str) -> rusqlite::Result<Connection>) -> Self {
        Self { key: random_key(), table: open(people::TABLES).ok().map(Mutex::new) }
    }

    pub(super) fn key(&self) -> &IdentityKey {
        &self.key
    }

    /// Returns who a contact is, and registers it. `None` if the temporary file cannot be used.
    pub(super) fn identify(&self, identity: &Identity) -> Option<Identification> {
        let table = self.table.as_ref()?.lock().unwrap_or_else(PoisonError::into_inner);
        people::identify(&table, identity, &mut people::NoDeliveries).ok()
    }
}

/// Returns a random key that is not stored.
#[expect(clippy::disallowed_methods, reason = "the answers do not depend on the key")]
fn random_key() -> IdentityKey {
    let mut bytes = [0; IdentityKey::LENGTH];
    for part in bytes.chunks_exact_mut(8) {
        part.copy_from_slice(&RandomState::new().hash_one(()).to_le_bytes());
    }
    IdentityKey::from_bytes(bytes)
}
