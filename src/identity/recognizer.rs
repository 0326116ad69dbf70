//! Recognizes contacts, with a journal or for one input alone.

use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, ready};
use rusqlite::Connection;
use unicontact_providers::{UnifiedContact, contact_key};

use super::hashes::{EarlierKey, Identity, TraitHashes};
use super::key::IdentityKey;
use super::method::IdentifyBy;
use super::rules::Identification;
use crate::journal::{IdentifyRequest, Journal, JournalError, people};

/// The answer who a contact is.
pub(crate) type IdentifyFuture = BoxFuture<'static, Result<Identification, JournalError>>;

/// Finds the keys under which the deliveries of contacts are recorded.
#[derive(Clone)]
pub(crate) struct Recognizer {
    method: IdentifyBy,
    store: Store,
    /// Whether contacts become known.
    registers: bool,
    /// Whether other numbers make another person.
    separates: bool,
}

#[derive(Clone)]
enum Store {
    /// A journal without a key recognizes nobody: every contact has the key of its id or content.
    Journal {
        journal: Arc<dyn Journal>,
        providers: Arc<[String]>,
    },
    Temporary(Arc<TemporaryPeople>),
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
        Self { method, store: Store::Journal { journal, providers }, registers: true, separates: false }
    }

    /// Returns the same recognizer, which writes nothing.
    pub(crate) fn without_registering(self) -> Self {
        Self { registers: false, ..self }
    }

    pub(crate) fn with_temporary_people(people: TemporaryPeople, method: IdentifyBy) -> Self {
        Self { method, store: Store::Temporary(Arc::new(people)), registers: true, separates: false }
    }

    /// Returns the same recognizer, for which a person with other numbers only is somebody else.
    pub(crate) fn separating(self) -> Self {
        Self { separates: true, ..self }
    }

    /// Asks who a contact is, and returns the hashes of its traits with the answer to come. A journal is asked when this
    /// returns, not first when the answer is polled.
    pub(crate) fn recognize(&self, contact: &UnifiedContact) -> (TraitHashes, IdentifyFuture) {
        self.recognize_unless(contact, None, |_| false)
    }

    /// The same for a contact that version 0.1.0 may have read otherwise, unless its traits tell already that its id is another
    /// person's.
    pub(crate) fn recognize_unless(
        &self,
        contact: &UnifiedContact,
        earlier: Option<&UnifiedContact>,
        is_other_person: impl FnOnce(&TraitHashes) -> bool,
    ) -> (TraitHashes, IdentifyFuture) {
        if self.method == IdentifyBy::Id && contact.external_id.is_none() {
            return (TraitHashes::default(), ready(Ok(Identification::Unidentifiable)).boxed());
        }
        let earlier = EarlierKey::of(contact, earlier);
        let identity =
            self.identity(contact).filter(|_| self.method != IdentifyBy::Content || earlier.is_some());
        let Some(identity) = identity else {
            return (TraitHashes::default(), new_person(contact_key(contact)));
        };
        let traits = identity.traits.clone();
        if is_other_person(&traits) {
            return (traits, ready(Ok(Identification::OtherPerson)).boxed());
        }
        (traits, self.ask(identity.with_earlier(earlier)))
    }

    fn identity(&self, contact: &UnifiedContact) -> Option<Identity> {
        let key = match &self.store {
            Store::Journal { journal, .. } => journal.identity_key(),
            Store::Temporary(people) => Some(&people.key),
        };
        let identity = Identity::new(contact, self.method, key?)?;
        Some(if self.separates { identity.separating() } else { identity })
    }

    fn ask(&self, identity: Identity) -> IdentifyFuture {
        match &self.store {
            Store::Journal { journal, providers } => {
                let request = IdentifyRequest { identity, providers: Arc::clone(providers) };
                if self.registers { journal.identify(request) } else { journal.recognize(request) }
            }
            Store::Temporary(people) => match people.identify(&identity) {
                Some(identification) => ready(Ok(identification)).boxed(),
                None => new_person(identity.new_key),
            },
        }
    }
}

fn new_person(contact: String) -> IdentifyFuture {
    ready(Ok(Identification::of_key(contact))).boxed()
}

impl TemporaryPeople {
    pub(crate) fn new(open: impl FnOnce(&str) -> rusqlite::Result<Connection>) -> Self {
        Self { key: random_key(), table: open(people::TABLES).ok().map(Mutex::new) }
    }

    fn identify(&self, identity: &Identity) -> Option<Identification> {
        let table = self.table.as_ref()?.lock().unwrap_or_else(PoisonError::into_inner);
        people::identify(&table, identity, &mut people::NoDeliveries).ok()
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
