//! The bucket of people: the persons that a journal recognizes, index entries by which it finds them, and its settings.
//!
//! The servers write one key at a time, so a person is registered in steps: references to it are written to all its index
//! entries, in the order of their keys and each with a compare-and-set; then the person's own value is created, which completes
//! the registration. A process that finds a reference without a person waits for that registration, and voids it if it is too old
//! ([`unfinished`]). A registration that meets another one, or was voided, starts again. Invariant: of two processes that
//! register one person at the same time, one succeeds and the other one finds that person.

mod identify;
mod keyed_lock;
mod settings;
mod unfinished;
mod values;

use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use async_nats::jetstream::kv::Store;
use jiff::Timestamp;

use self::identify::IdentifyOperation;
use self::keyed_lock::KeyedLock;
pub(super) use self::settings::Settings;
use self::values::{IndexEntry, PersonState};
use super::error::ErrorContext;
use super::kv::{self, WriteOutcome};
use super::records::RecordStore;
use crate::identity::{Identification, IdentifyBy, IdentityKey};
use crate::journal::{IdentifyRequest, JournalError};

/// The people of a journal.
pub(super) struct People {
    store: Store,
    errors: ErrorContext,
    identity_key: IdentityKey,
    /// Whether all people with deliveries are registered. Version 0.1.0 registered none.
    is_complete: bool,
    lock: KeyedLock,
}

/// The value of a person with its revision; 0 if there is none.
#[derive(Clone)]
struct PersonValue {
    state: PersonState,
    revision: u64,
}

impl People {
    pub(super) fn new(store: Store, errors: ErrorContext, settings: &Settings) -> Self {
        Self {
            store,
            errors,
            identity_key: IdentityKey::from_bytes(settings.identity_key),
            is_complete: !settings.has_unknown_people,
            lock: KeyedLock::default(),
        }
    }

    pub(super) fn identity_key(&self) -> &IdentityKey {
        &self.identity_key
    }

    /// Returns the recorded method by which contacts are recognized.
    pub(super) async fn identify_by(&self) -> Result<Option<IdentifyBy>, JournalError> {
        Ok(Settings::load(&self.store, &self.errors).await?.and_then(|settings| settings.identify_by))
    }

    pub(super) async fn set_identify_by(&self, method: IdentifyBy) -> Result<(), JournalError> {
        if self.identify_by().await? == Some(method) {
            return Ok(());
        }
        let change = |settings: &mut Settings| settings.identify_by = Some(method);
        Settings::update(&self.store, change, &self.errors).await
    }

    /// Finds the person of a contact, and registers it under all its addresses and numbers. Enters the queue of its index entries
    /// before the future is polled.
    pub(super) fn identify(
        self: Arc<Self>,
        request: IdentifyRequest,
        records: Arc<RecordStore>,
    ) -> impl Future<Output = Result<Identification, JournalError>> + Send + 'static {
        let registration = random_number();
        let keys = values::entry_keys(&request.identity, &self.identity_key);
        let mut guard = self.lock.enqueue(registration, keys);
        async move {
            guard.acquire().await;
            IdentifyOperation::new(&self, &records, &request, registration).run().await
        }
    }

    /// Finds the person of a contact, and writes nothing.
    pub(super) async fn recognize(
        self: Arc<Self>,
        request: IdentifyRequest,
        records: Arc<RecordStore>,
    ) -> Result<Identification, JournalError> {
        IdentifyOperation::new(&self, &records, &request, random_number()).recognize().await
    }

    async fn person(&self, hash: &str) -> Result<PersonValue, JournalError> {
        let Some(value) = kv::get(&self.store, &values::person_key(hash), &self.errors).await? else {
            return Ok(PersonValue { state: PersonState::Empty, revision: 0 });
        };
        let state = PersonState::from_bytes(&value.bytes, value.revision);
        Ok(PersonValue { state: state.map_err(|error| self.errors.decode(error))?, revision: value.revision })
    }

    async fn index_entry(&self, key: String) -> Result<IndexEntry, JournalError> {
        let Some(value) = kv::get(&self.store, &key, &self.errors).await? else {
            return Ok(IndexEntry { key, references: Vec::new(), revision: 0, written_at: Timestamp::MAX });
        };
        let references = IndexEntry::references_from_bytes(&value.bytes);
        let references = references.map_err(|error| self.errors.decode(error))?;
        Ok(IndexEntry { key, references, revision: value.revision, written_at: value.written_at })
    }

    /// Writes the value of a key if its revision is still `revision`; 0 means that there is none. Returns `false` on a conflict.
    async fn write(&self, key: &str, value: Vec<u8>, revision: u64) -> Result<bool, JournalError> {
        let outcome = kv::compare_and_set(&self.store, key, value, revision, &self.errors).await?;
        Ok(matches!(outcome, WriteOutcome::Written(_)))
    }
}

fn random_number() -> u64 {
    RandomState::new().hash_one(())
}
