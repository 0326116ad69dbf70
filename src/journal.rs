//! The durable record of deliveries: what was sent where, and what became of it, in every run.
//!
//! Its rule: a claim is on disk before the first byte of a create goes out, and whatever is not settled counts as
//! possibly created.
//!
//! # The rules that every journal keeps
//!
//! 1. There is one [`Record`] for each [`DeliveryKey`]: one contact for one provider.
//! 2. [`Journal::claim`] is durable when it returns. It grants a delivery to one holder at a time; for the others it is
//!    [`ClaimOutcome::Held`].
//! 3. A delivery that the vendor has (`created`, `existing`) is [`ClaimOutcome::Done`]. Only a claim made [`Claim::again`] is
//!    granted nevertheless; if nothing comes of it, the record still says that the vendor has the first.
//! 4. A claim whose holder is gone is `interrupted`. An interrupted or doubtful delivery is granted as
//!    [`ClaimOutcome::Interrupted`]: its holder reconciles, and does not simply send. Its record keeps the contact that
//!    was sent.
//! 5. A delivery that failed, was rejected or is pending is granted as [`ClaimOutcome::New`], each time anew: credentials,
//!    limits and the contact itself may have been put right meanwhile.
//! 6. [`Journal::settle`] changes a claimed record only with the ticket of its claim. Without a claim it records only
//!    what may be sent again, so that nobody settles over what another did or doubted; and `pending` only where it knows
//!    nothing of this content, so that what was not tried again keeps the error with which it failed. Its answer says
//!    which of these it was ([`SettleOutcome`]): a delivery that the journal does not hold as settled is not finished.
//! 7. The contact itself is kept only while its delivery is unfinished. A record that the vendor has holds the id and
//!    a fingerprint, by which a later change is noticed.
//! 8. A person may resolve what is not held and not done; the record says that it is a person's word. Until another run claims
//!    or settles the delivery, the resolution can be taken back ([`Journal::reopen`]): the record is again what it was.
//!    For that, the contact of a delivery that was resolved as created is kept for seven days.
//! 9. A claim permits attempts until [`Claim::may_send_until`]. A record that may be at the vendor keeps that time, or that
//!    of its last attempt ([`Record::may_send_until`]): from then on the quiet time counts, before which a contact that is not
//!    found is not sent. Looking does not move it.
//! 10. A journal that fails says so and has changed nothing, or is not asked again.
//! 11. The story of a delivery ([`Journal::story`]) is written together with the claim, the settlement or the resolution
//!     that it belongs to. A success at the first attempt adds nothing to it. What a run did after its last claim is lost if
//!     its process is killed; the next claim records that it was interrupted.

mod attempts;
mod claim;
mod contacts;
mod content;
mod debug;
mod error;
#[cfg(feature = "queue")]
#[allow(clippy::disallowed_methods, reason = "the servers have clocks of their own")]
pub(crate) mod jetstream;
mod journal_entry;
mod memory;
mod record;
mod resolution;
pub(crate) mod rules;
mod search;
mod selection;
mod settlement;
#[cfg(feature = "sqlite")]
mod sqlite;
mod state;
mod story;
mod unresolved;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, ready};
use unicontact_providers::clock::Clock;
use unicontact_providers::{DeliveryKey, Stamp};

pub use self::contacts::{ContactPage, ContactRecords};
pub(crate) use self::content::Content;
pub use self::error::{JournalError, JournalErrorKind};
pub(crate) use self::journal_entry::{JournalEntry, NotSent, ResendOptions, past_attempts};
use crate::counts::Counts;
use crate::identity::{Identification, IdentifyBy, Identity, IdentityKey};
/// The client of the version that [`JetStreamJournal`] takes.
#[cfg(feature = "queue")]
pub use async_nats;

pub use self::claim::{Claim, ClaimOutcome};
#[cfg(feature = "queue")]
pub use self::jetstream::{Holder, JetStreamJournal, JetStreamOptions, Migration, Storage};
pub use self::memory::MemoryJournal;
pub use self::record::Record;
pub use self::resolution::{Act, Resolution};
pub use self::selection::Selection;
pub use self::settlement::{SettleOutcome, Settlement};
#[cfg(feature = "sqlite")]
pub use self::sqlite::SqliteJournal;
#[cfg(feature = "sqlite")]
pub(crate) use self::sqlite::people;
pub use self::state::{ClaimId, RecordState};
pub use self::story::{AttemptResult, LookResult, ResolutionWord, Run, RunId, Story, StoryEntry, StoryEvent};
pub use self::unresolved::Unresolved;

/// How a settlement ends. It is under way already; dropping this only forgoes the answer.
pub type SettleFuture = BoxFuture<'static, Result<SettleOutcome, JournalError>>;

/// The answer to [`Journal::identify`].
pub type IdentifyFuture = BoxFuture<'static, Result<Identification, JournalError>>;

/// A question who a contact is.
#[derive(Debug, Clone)]
pub struct IdentifyRequest {
    /// The contact's identity, hashed under the journal's key.
    pub identity: Identity,
    /// The names of the providers that it is to be delivered to. Deliveries to other providers count as well.
    pub providers: Arc<[String]>,
}

/// The durable record of deliveries. The rules are those of [this module](self).
///
/// [`SqliteJournal`] keeps it in a file, [`MemoryJournal`] nowhere. One of your own may keep it where many machines
/// reach it.
#[async_trait]
pub trait Journal: fmt::Debug + Send + Sync {
    /// What is known of a delivery. Changes nothing.
    ///
    /// # Errors
    ///
    /// The journal cannot be read. Nothing is known then: do not send.
    async fn look(&self, key: &DeliveryKey) -> Result<Option<Record>, JournalError>;

    /// Asks for a delivery, to send it. What is granted is durable.
    ///
    /// # Errors
    ///
    /// The journal cannot be written. Nothing is granted: do not send.
    async fn claim(&self, claim: Claim) -> Result<ClaimOutcome, JournalError>;

    /// Records how a delivery ended. The write is under way when this returns, after all that were asked for before;
    /// the future tells when it is durable.
    ///
    /// # Errors
    ///
    /// The journal cannot be written. What was sent was sent; the delivery counts as interrupted later.
    fn settle(&self, settlement: Settlement) -> SettleFuture;

    /// Records what a person says of a delivery that is neither held nor done. Returns `false` when there is no such, or it
    /// has changed since the person saw it.
    ///
    /// # Errors
    ///
    /// The journal cannot be written, and nothing was changed.
    async fn resolve(
        &self,
        key: &DeliveryKey,
        resolution: Resolution,
        act: Act,
    ) -> Result<bool, JournalError>;

    /// Erases the content of a record's contact and the words of its error. How the delivery ended and the vendor's id stay, so
    /// that the contact is not created again. Returns `false` without such a record, and while it is being sent.
    ///
    /// # Errors
    ///
    /// The journal cannot be written, and nothing was changed.
    async fn forget(&self, key: &DeliveryKey) -> Result<bool, JournalError>;

    /// Takes a person's resolution back: the record is again what it was before. Returns `false` when no person resolved the
    /// delivery, or another run has claimed or settled it since. A journal that does not override this takes nothing back.
    ///
    /// # Errors
    ///
    /// The journal cannot be written, and nothing was changed.
    async fn reopen(&self, _key: &DeliveryKey, _act: Act) -> Result<bool, JournalError> {
        Ok(false)
    }

    /// Returns the story of a delivery. A journal that does not override this keeps none.
    ///
    /// # Errors
    ///
    /// The journal cannot be read.
    async fn story(&self, _key: &DeliveryKey) -> Result<Story, JournalError> {
        Ok(Story::default())
    }

    /// Returns how many records of each provider have each outcome. `None` in a journal that would have to read all records
    /// to count them.
    ///
    /// # Errors
    ///
    /// The journal cannot be read.
    async fn totals(&self) -> Result<Option<BTreeMap<String, Counts>>, JournalError> {
        Ok(None)
    }

    /// Returns the records that `selection` asks for by contact, in the order of the contact keys: those of at most
    /// [`Self::page`] contacts whose keys come after `after`. The number and the limit of the selection do not count.
    ///
    /// # Errors
    ///
    /// The journal cannot be read.
    async fn contacts(&self, selection: &Selection, after: &str) -> Result<ContactPage, JournalError> {
        let all = Selection { after: 0, limit: None, ..selection.clone() };
        let limit = usize::try_from(self.page()).unwrap_or(usize::MAX);
        Ok(ContactPage::from_records(self.list(&all).await?, after, limit))
    }

    /// The records that `selection` asks for, in the order in which they were first made.
    ///
    /// # Errors
    ///
    /// The journal cannot be read.
    async fn list(&self, selection: &Selection) -> Result<Vec<Record>, JournalError>;

    /// Returns the time by which the stamps of this journal count: that of `clock`, unless several machines share the
    /// journal and it has a clock of its own.
    fn now(&self, clock: &dyn Clock) -> Stamp {
        clock.stamp()
    }

    /// Returns a ticket for a delivery's claims. No other claim has it.
    fn new_claim_id(&self) -> ClaimId {
        ClaimId::new()
    }

    /// Returns the method by which contacts were recognized that this journal records. `None` where none is recorded.
    ///
    /// # Errors
    ///
    /// The journal cannot be read.
    async fn identify_by(&self) -> Result<Option<IdentifyBy>, JournalError> {
        Ok(None)
    }

    /// Records the method by which contacts are recognized from now on. A journal without identities ignores it.
    ///
    /// # Errors
    ///
    /// The journal cannot be written.
    async fn set_identify_by(&self, _method: IdentifyBy) -> Result<(), JournalError> {
        Ok(())
    }

    /// Returns the key under which this journal hashes identities and contents. `None` in a journal that keeps neither.
    fn identity_key(&self) -> Option<&IdentityKey> {
        None
    }

    /// Returns the run that the deliveries through this journal belong to.
    fn run(&self) -> Option<Arc<Run>> {
        None
    }

    /// Returns who a contact is, and records it as known from now on, under all its addresses and numbers at once. The
    /// question is under way when this returns. Asked only of a journal with an identity key.
    ///
    /// # Errors
    ///
    /// The journal cannot be read or written. Do not send: the contact may be known.
    fn identify(&self, request: IdentifyRequest) -> IdentifyFuture {
        let contact = request.identity.new_key;
        ready(Ok(Identification::of_key(contact))).boxed()
    }

    /// Returns who a contact is, and records nothing: the same answer as that of [`identify`](Self::identify). Asked only of a
    /// journal with an identity key.
    ///
    /// # Errors
    ///
    /// The journal cannot be read.
    fn recognize(&self, request: IdentifyRequest) -> IdentifyFuture {
        let contact = request.identity.new_key;
        ready(Ok(Identification::of_key(contact))).boxed()
    }

    /// How many records are best listed at a time. A journal that reads all of them for every list wants many.
    fn page(&self) -> u32 {
        1000
    }

    /// Whether the claim that was granted here to that ticket is still this process's own, and was all along. Asked before every
    /// attempt; where it is not, none begins. A journal whose claims end only with their process says yes.
    fn holds(&self, _ticket: ClaimId) -> bool {
        true
    }
}
