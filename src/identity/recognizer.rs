//! Recognizes contacts, with a journal or for one input alone.

use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, ready};
use rusqlite::Connection;
use unicontact_providers::{UnifiedContact, contact_key};

use super::hashes::Identity;
use super::key::IdentityKey;
use super::method::IdentifyBy;
use super::rules::{Identification, Recognition};
use crate::journal::{IdentifyRequest, Journal, JournalError, people};

/// Finds the keys under which the deliveries of contacts are recorded.
#[derive(Clone)]
pub(crate) struct Recognizer {
    method: IdentifyBy,
    store: Store,
}

#[derive(Clone)]
enum Store {
    Journal {
        journal: Arc<dyn Journal>,
        providers: Arc<[String]>,
    },
    Temporary(Arc<TemporaryPeople>),
    /// Nobody is recognized; every contact has the key of its id or content.
    Nothing,
}

/// People that are forgotten with the process, and the key of their hashes.
pub(crate) struct TemporaryPeople {
    key: IdentityKey,
    /// `None` where no file can be made for them: then contacts are recognized by their ids and contents.
    table: Option<Mutex<Connection>>,
}

impl Recognizer {
    pub(crate) fn with_journal(
        journal: Arc<dyn Journal>,
        providers: Arc<[String]>,
        method: IdentifyBy,
    ) -> Self {
        let keeps_identities = journal.identity_key().is_some();
        let store = if keeps_identities { Store::Journal { journal, providers } } else { Store::Nothing };
        Self { method, store }
    }

    pub(crate) fn with_temporary_people(people: TemporaryPeople, method: IdentifyBy) -> Self {
        Self { method, store: Store::Temporary(Arc::new(people)) }
    }

    pub(crate) fn without_store(method: IdentifyBy) -> Self {
        Self { method, store: Store::Nothing }
    }

    /// Returns who a contact is. A journal is asked when this returns, not first when the future is polled.
    pub(crate) fn recognize(
        &self,
        contact: &UnifiedContact,
    ) -> BoxFuture<'static, Result<Identification, JournalError>> {
        if self.method == IdentifyBy::Id && contact.external_id.is_none() {
            return ready(Ok(Identification::Unidentifiable)).boxed();
        }
        if self.method != IdentifyBy::Content {
            match &self.store {
                Store::Journal { journal, providers } => {
                    let identity =
                        journal.identity_key().and_then(|key| Identity::new(contact, self.method, key));
                    if let Some(identity) = identity {
                        return journal
                            .identify(IdentifyRequest { identity, providers: Arc::clone(providers) });
                    }
                }
                Store::Temporary(people) => {
                    if let Some(identification) = people.identify(contact, self.method) {
                        return ready(Ok(identification)).boxed();
                    }
                }
                Store::Nothing => {}
            }
        }
        let contact = contact_key(contact);
        ready(Ok(Identification::Person { contact, recognition: Recognition::New })).boxed()
    }
}

impl TemporaryPeople {
    pub(crate) fn new(open: impl FnOnce(&str) -> rusqlite::Result<Connection>) -> Self {
        Self { key: random_key(), table: open(people::TABLES).ok().map(Mutex::new) }
    }

    fn identify(&self, contact: &UnifiedContact, method: IdentifyBy) -> Option<Identification> {
        let identity = Identity::new(contact, method, &self.key)?;
        let table = self.table.as_ref()?.lock().unwrap_or_else(PoisonError::into_inner);
        people::identify(&table, &identity, &mut people::NoDeliveries).ok()
    }
}

/// Returns a key that is not stored.
#[expect(clippy::disallowed_methods, reason = "nobody can tell one key from another")]
pub(crate) fn random_key() -> IdentityKey {
    let mut bytes = [0; IdentityKey::LENGTH];
    for part in bytes.chunks_exact_mut(8) {
        part.copy_from_slice(&RandomState::new().hash_one(()).to_le_bytes());
    }
    IdentityKey::from_bytes(bytes)
}

impl fmt::Debug for Recognizer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Recognizer").field("method", &self.method).finish_non_exhaustive()
    }
}
