//! Compares the contacts in a vendor's list with the deliveries in a journal, and adopts listed contacts into the journal.
//!
//! A comparison reads the list first and the journal after it, and changes nothing. Deliveries that are being sent are not
//! compared.

mod adopt;
mod compare;
mod finding;
mod groups;
mod input;
mod match_keys;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;

use futures_util::stream::{self, StreamExt, TryStreamExt};
use thiserror::Error;
use unicontact_providers::{
    ContactProvider, DeliveryKey, ListedContact, ProviderError, Stamp, UnifiedContact, contact_key,
};

pub use self::adopt::Adoption;
use self::compare::{AdoptAs, Comparison};
pub use self::finding::{Finding, FindingKind, VerificationCounts};
use self::input::{DeliveryState, Listed, RecordedDelivery};
use self::match_keys::{MatchKeys, listed_identity, method_for_vendor};
use crate::identity::{Identification, IdentifyBy, Identity, IdentityKey};
use crate::journal::{
    IdentifyFuture, IdentifyRequest, Journal, JournalError, Record, RecordState, Selection,
};
use crate::outcome::Outcome;
use crate::pipeline::Pipeline;

/// A limit on concurrent look-ups in the journal.
const MAX_LOOKUPS: usize = 256;

/// Compares the contacts at one provider with a journal.
///
/// ```
/// use std::sync::Arc;
/// use unicontact::identity::IdentifyBy;
/// use unicontact::journal::Journal;
/// use unicontact::verify::Verifier;
///
/// # async fn example(pipeline: Arc<unicontact::Pipeline>, journal: Arc<dyn Journal>) -> Result<(), Box<dyn std::error::Error>> {
/// let verifier = Verifier::new(pipeline, journal, IdentifyBy::Identity);
/// let verification = verifier.verify(&|_| {}).await?;
/// for finding in &verification.findings {
///     println!("{}: {:?}", finding.kind.as_str(), finding.ids);
/// }
/// let adoption = verifier.adopt(&verification, &|_| {}).await?;
/// println!("{} contacts are recorded as existing", adoption.recorded);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Verifier {
    pipeline: Arc<Pipeline>,
    journal: Arc<dyn Journal>,
    method: IdentifyBy,
}

/// The progress of a verification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VerifyStep {
    /// The vendor's list is being read.
    Listing,
    /// Listed contacts are being looked up in the journal.
    Recognizing {
        /// The number of contacts so far.
        done: usize,
        /// The number of all listed contacts.
        all: usize,
    },
    /// Deliveries of the journal are being compared.
    Comparing {
        /// The number of deliveries so far.
        done: u64,
    },
    /// Contacts are being adopted into the journal.
    Adopting {
        /// The number of contacts so far.
        done: usize,
        /// The number of all contacts to be adopted.
        all: usize,
    },
}

/// A callback for each step of a verification.
pub type OnStep<'a> = &'a (dyn Fn(VerifyStep) + Sync);

/// The result of a comparison. `Debug` shows no contact data.
pub struct Verification {
    /// The differences, ordered by kind.
    pub findings: Vec<Finding>,
    /// The numbers of compared contacts and deliveries, and of differences.
    pub counts: VerificationCounts,
    /// Whether all contacts of the vendor were read. Otherwise no contact is reported as missing.
    pub is_complete: bool,
    adoptable: Vec<Adoptable>,
}

/// A listed contact that the journal can adopt.
struct Adoptable {
    contact: ListedContact,
    adopt_as: AdoptAs,
}

/// The error of a verification.
#[derive(Debug, Error)]
pub enum VerifyError {
    /// The vendor's contacts could not be read.
    #[error(transparent)]
    Provider(#[from] ProviderError),
    /// The journal could not be read.
    #[error(transparent)]
    Journal(#[from] JournalError),
}

impl Verifier {
    /// Creates a verifier. `method` must be the one by which contacts are recognized when they are delivered.
    pub fn new(pipeline: Arc<Pipeline>, journal: Arc<dyn Journal>, method: IdentifyBy) -> Self {
        Self { pipeline, journal, method }
    }

    /// Compares the vendor's contacts with the journal, and changes neither.
    ///
    /// # Errors
    ///
    /// The vendor's contacts or the journal cannot be read; `unsupported` where the vendor documents no list.
    pub async fn verify(&self, on_step: OnStep<'_>) -> Result<Verification, VerifyError> {
        on_step(VerifyStep::Listing);
        // The list may lack contacts that are recorded after this time.
        let listed_at = self.journal.now(&*self.pipeline.clock());
        let listing = self.pipeline.list_contacts().await?;
        let listed = self.listed(&listing.contacts, on_step).await?;
        let mut comparison = Comparison::new(listed, listing.is_complete);
        self.add_deliveries(&mut comparison, &listed_at, on_step).await?;
        let compared = comparison.finish();
        let adoptable = compared.adoptable.into_iter().filter_map(|(index, adopt_as)| {
            Some(Adoptable { contact: listing.contacts.get(index)?.clone(), adopt_as })
        });
        Ok(Verification {
            findings: compared.findings,
            counts: compared.counts,
            is_complete: listing.is_complete,
            adoptable: adoptable.collect(),
        })
    }

    async fn listed(
        &self,
        contacts: &[ListedContact],
        on_step: OnStep<'_>,
    ) -> Result<Vec<Listed>, JournalError> {
        let all = contacts.len();
        let key = self.identity_key();
        let lookups = contacts.iter().map(|contact| self.look_up_listed(contact, &key));
        let listed = stream::iter(lookups).buffered(MAX_LOOKUPS).enumerate().map(|(index, listed)| {
            on_step(VerifyStep::Recognizing { done: index + 1, all });
            listed
        });
        listed.try_collect().await
    }

    async fn look_up_listed(
        &self,
        listed: &ListedContact,
        key: &IdentityKey,
    ) -> Result<Listed, JournalError> {
        let contact = listed.contact();
        let method = method_for_vendor(self.method);
        let identity = listed_identity(contact, method, key);
        let match_keys = MatchKeys::from_listed(identity.as_ref(), method);
        // The journal can search for this identity if it has the same method and key.
        let is_for_journal = method == self.method && self.journal.identity_key().is_some();
        let recognize = |journal: &dyn Journal, request| journal.recognize(request);
        let key = match identity.filter(|_| is_for_journal) {
            Some(identity) => self.key_of(identity, recognize).await?,
            None => self.delivery_key(contact, recognize).await?,
        };
        let content = listed.content_fingerprint().to_owned();
        Ok(Listed { key, id: listed.id().clone(), name: listed.name(), match_keys, content })
    }

    /// Returns the key under which the delivery of a contact is recorded, as the journal answers `look_up`. `None` for a contact
    /// that cannot be recognized.
    async fn delivery_key(
        &self,
        contact: &UnifiedContact,
        look_up: impl Fn(&dyn Journal, IdentifyRequest) -> IdentifyFuture,
    ) -> Result<Option<DeliveryKey>, JournalError> {
        let of_contact = |contact| DeliveryKey::from_contact_key(self.provider(), contact);
        let identity_key = self.journal.identity_key().filter(|_| self.method != IdentifyBy::Content);
        let Some(identity_key) = identity_key else {
            return Ok(Some(of_contact(contact_key(contact))));
        };
        match listed_identity(contact, self.method, identity_key) {
            Some(identity) => self.key_of(identity, look_up).await,
            None => Ok(None),
        }
    }

    /// Returns the key under which the delivery of an identity is recorded, as the journal answers `look_up`.
    async fn key_of(
        &self,
        identity: Identity,
        look_up: impl Fn(&dyn Journal, IdentifyRequest) -> IdentifyFuture,
    ) -> Result<Option<DeliveryKey>, JournalError> {
        let of_contact = |contact| DeliveryKey::from_contact_key(self.provider(), contact);
        let providers = [self.provider().to_owned()].into();
        let identification = look_up(&*self.journal, IdentifyRequest { identity, providers }).await?;
        Ok(match identification {
            Identification::Person { contact, .. } => Some(of_contact(contact)),
            Identification::OtherPerson | Identification::Unidentifiable => None,
        })
    }

    async fn add_deliveries(
        &self,
        comparison: &mut Comparison,
        listed_at: &Stamp,
        on_step: OnStep<'_>,
    ) -> Result<(), JournalError> {
        let key = self.identity_key();
        let lag = self.pipeline.provider().capabilities().search_lag;
        let page = self.journal.page();
        let mut selection = Selection {
            providers: vec![self.provider().to_owned()],
            limit: Some(page),
            ..Selection::default()
        };
        let mut done = 0;
        loop {
            let records = self.journal.list(&selection).await?;
            let Some(last) = records.last() else { return Ok(()) };
            selection.after = last.number;
            let is_last = (records.len() as u64) < u64::from(page);
            done += records.len() as u64;
            for record in records {
                let changed_at = Stamp::from_time(record.changed_at).after(lag);
                let is_recent = changed_at.time >= listed_at.time;
                comparison.add(self.recorded(record, is_recent, &key));
            }
            on_step(VerifyStep::Comparing { done });
            if is_last {
                return Ok(());
            }
        }
    }

    fn recorded(&self, record: Record, is_recent: bool, key: &IdentityKey) -> RecordedDelivery {
        let contact = record.contact();
        let state = match record.state {
            RecordState::Claimed(_) => DeliveryState::BeingSent,
            RecordState::Interrupted | RecordState::Settled(Outcome::InDoubt) => DeliveryState::InDoubt,
            RecordState::Settled(outcome) if outcome.is_delivered() => DeliveryState::Delivered,
            RecordState::Settled(_) => DeliveryState::NotDelivered,
        };
        RecordedDelivery {
            state,
            match_keys: contact.as_ref().map(|contact| MatchKeys::from_contact(contact, self.method, key)),
            name: contact.and_then(|contact| contact.display_name()),
            id: record.id,
            key: record.key,
            is_recent,
        }
    }

    fn provider(&self) -> &str {
        self.pipeline.provider().info().name()
    }

    /// Returns the key of the hashes. They are compared in memory only, so that any key serves where the journal has none.
    fn identity_key(&self) -> IdentityKey {
        let any = || IdentityKey::from_bytes([0; IdentityKey::LENGTH]);
        self.journal.identity_key().cloned().unwrap_or_else(any)
    }
}

impl Verification {
    /// Returns the numbers of contacts that [`Verifier::adopt`] would adopt: those unknown to the journal, and those of deliveries
    /// in doubt.
    pub fn adoptable(&self) -> (usize, usize) {
        let doubts =
            self.adoptable.iter().filter(|adoptable| matches!(adoptable.adopt_as, AdoptAs::Doubt(_))).count();
        (self.adoptable.len() - doubts, doubts)
    }
}

impl fmt::Debug for Verification {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = formatter.debug_struct("Verification");
        debug.field("counts", &self.counts).field("is_complete", &self.is_complete).finish_non_exhaustive()
    }
}
