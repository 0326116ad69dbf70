//! Finds the key under which the deliveries of a contact are recorded, by a journal or by the people of one import alone.

#[cfg(feature = "sqlite")]
mod temporary_people;

use std::fmt;
use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::ready;
use unicontact_providers::{UnifiedContact, contact_key};

#[cfg(feature = "sqlite")]
pub(crate) use self::temporary_people::TemporaryPeople;
use crate::identity::{EarlierKey, Identification, IdentifyBy, Identity, IdentityHashes};
use crate::journal::{IdentifyFuture, IdentifyRequest, Journal};

/// Finds the key under which the deliveries of a contact are recorded.
#[derive(Clone)]
pub(crate) struct Recognizer {
    method: IdentifyBy,
    store: Store,
    /// Whether new people are registered.
    registers: bool,
    /// Whether a person with only other telephone numbers is another person.
    separates: bool,
}

#[derive(Clone)]
enum Store {
    /// A journal without an identity key recognizes nobody: a contact has the key of its id or content.
    Journal { journal: Arc<dyn Journal>, providers: Arc<[String]> },
    #[cfg(feature = "sqlite")]
    Temporary(Arc<TemporaryPeople>),
}

impl Recognizer {
    pub(crate) fn with_journal(
        journal: Arc<dyn Journal>,
        providers: Arc<[String]>,
        method: IdentifyBy,
    ) -> Self {
        Self { method, store: Store::Journal { journal, providers }, registers: true, separates: false }
    }

    /// Registers nobody from now on.
    pub(crate) fn without_registering(self) -> Self {
        Self { registers: false, ..self }
    }

    #[cfg(feature = "sqlite")]
    pub(crate) fn with_temporary_people(people: TemporaryPeople, method: IdentifyBy) -> Self {
        Self { method, store: Store::Temporary(Arc::new(people)), registers: true, separates: false }
    }

    /// Takes a person with only other telephone numbers for another person from now on.
    pub(crate) fn separating(self) -> Self {
        Self { separates: true, ..self }
    }

    /// Identifies a contact, and returns the hashes of its traits with the pending answer. The journal is asked before this
    /// returns, not when the answer is polled.
    pub(crate) fn recognize(&self, contact: &UnifiedContact) -> (IdentityHashes, IdentifyFuture) {
        self.recognize_unless(contact, None, |_| false)
    }

    /// Identifies a contact that version 0.1.0 may have read otherwise (`earlier`). Does not ask the journal if
    /// `is_other_person` says that the id belongs to another person.
    pub(crate) fn recognize_unless(
        &self,
        contact: &UnifiedContact,
        earlier: Option<&UnifiedContact>,
        is_other_person: impl FnOnce(&IdentityHashes) -> bool,
    ) -> (IdentityHashes, IdentifyFuture) {
        if self.method == IdentifyBy::Id && contact.external_id.is_none() {
            return (IdentityHashes::default(), ready(Ok(Identification::Unidentifiable)).boxed());
        }
        let earlier = EarlierKey::new(contact, earlier);
        let identity =
            self.identity(contact).filter(|_| self.method != IdentifyBy::Content || earlier.is_some());
        let Some(identity) = identity else {
            return (IdentityHashes::default(), new_person(contact_key(contact)));
        };
        let traits = identity.traits.clone();
        if is_other_person(&traits) {
            return (traits, ready(Ok(Identification::OtherPerson)).boxed());
        }
        (traits, self.ask(identity.with_earlier(earlier)))
    }

    fn identity(&self, contact: &UnifiedContact) -> Option<Identity> {
        let identity = match &self.store {
            Store::Journal { journal, .. } => Identity::new(contact, self.method, journal.identity_key()?)?,
            #[cfg(feature = "sqlite")]
            Store::Temporary(people) => Identity::new(contact, self.method, people.key())?,
        };
        Some(if self.separates { identity.separating() } else { identity })
    }

    fn ask(&self, identity: Identity) -> IdentifyFuture {
        match &self.store {
            Store::Journal { journal, providers } => {
                let request = IdentifyRequest { identity, providers: Arc::clone(providers) };
                if self.registers { journal.identify(request) } else { journal.recognize(request) }
            }
            #[cfg(feature = "sqlite")]
            Store::Temporary(people) => {
                let key = identity.new_key.clone();
                match people.identify(identity) {
                    Some(identification) => ready(Ok(identification)).boxed(),
                    None => new_person(key),
                }
            }
        }
    }
}

fn new_person(contact: String) -> IdentifyFuture {
    ready(Ok(Identification::new_person(contact))).boxed()
}

impl fmt::Debug for Recognizer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Recognizer").field("method", &self.method).finish_non_exhaustive()
    }
}
