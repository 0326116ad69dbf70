//! The journal: the durable record of deliveries, by which no contact is created twice.
//!
//! A run claims a delivery in the journal before it sends it, and settles it afterwards. A claim is durable before the first
//! byte of its create leaves; a delivery that was claimed and not settled may have been created.
//!
//! # The contract of a journal
//!
//! [`rules`] has the decisions as pure functions. The cargo feature `testkit` has the checks that are named here
//! (`journal::testkit`); they hold any journal to these rules.
//!
//! 1. There is one [`Record`] for each [`DeliveryKey`]: one contact and one provider.
//!    (`an_unknown_delivery_is_granted_once`, `each_provider_has_a_record_of_its_own`)
//! 2. [`Journal::claim`] is durable when it returns, and grants a delivery to one claim at a time. Every other claim is
//!    [`ClaimOutcome::Held`]. (`one_of_many_claims_at_the_same_time_is_granted`,
//!    `an_unsettled_claim_is_interrupted_after_its_process`)
//! 3. A delivered contact (`created`, `existing`) is [`ClaimOutcome::Done`]. Only a claim with [`Claim::again`] is granted; if
//!    its delivery fails, the record still has the first contact. (`a_delivered_contact_is_not_granted_again`,
//!    `a_repeated_delivery_that_fails_leaves_the_first`, `a_delivery_is_repeated_only_if_it_is_older_than_the_time`)
//! 4. A claim is interrupted once its holder is gone. An interrupted delivery, or one in doubt, is granted as
//!    [`ClaimOutcome::Interrupted`], with the contact that was sent: it must be looked for before it is sent again.
//!    (`an_unsettled_claim_is_interrupted_after_its_process`, `a_doubt_is_granted_as_interrupted_until_it_is_settled`)
//! 5. A delivery that failed, was rejected or is pending is granted as [`ClaimOutcome::New`]: the credentials, the limits or the
//!    contact may have been corrected. (`an_unfinished_delivery_is_granted_again`)
//! 6. [`Journal::settle`] changes a claimed record only with the id of its claim. Without a claim it writes only outcomes after
//!    which the contact may be sent again, and never over a delivered contact, a claim or a doubt. [`SettleOutcome`] says whether it wrote; a delivery that
//!    was not written must not leave its queue. (`only_its_claim_settles_a_claimed_delivery`,
//!    `a_settlement_without_a_claim_replaces_only_unfinished_deliveries`, `a_pending_settlement_keeps_the_error_of_the_same_content`,
//!    `a_claim_without_attempts_leaves_an_earlier_doubt`, `a_claim_of_an_ended_process_settles_nothing`,
//!    `a_second_settlement_of_a_claim_changes_nothing`, `an_attempt_without_a_claim_is_counted`,
//!    `a_settlement_is_written_without_waiting_for_it`)
//! 7. The contact is stored only while its delivery is unfinished. The record of a delivered contact has the vendor's id, and a
//!    fingerprint by which later changes are found. (`a_delivered_contact_is_erased`)
//! 8. A person may resolve a delivery that is neither held nor delivered; the record says so. Until another run claims or settles
//!    the delivery, the resolution can be taken back ([`Journal::reopen`]). The contact of a delivery that was resolved as created
//!    is kept for that for seven days. (`a_person_resolves_only_unfinished_deliveries_without_a_claim`,
//!    `a_person_changes_only_the_record_that_was_seen`, `a_resolution_that_is_taken_back_leaves_the_earlier_state`,
//!    `a_reopened_interruption_is_interrupted_again`, `a_resolution_is_not_taken_back_after_another_claim`)
//! 9. A claim permits attempts until [`Claim::may_send_until`]. The record of a delivery in doubt keeps the time of its last
//!    attempt ([`Record::may_send_until`]), from which the quiet time counts. A look does not move it.
//!    (`a_second_claim_with_the_same_id_extends_the_first`, `a_lost_claim_is_not_extended`,
//!    `a_look_does_not_move_the_time_of_the_last_attempt`, `a_time_in_the_future_is_corrected_by_the_next_claim`)
//! 10. A journal that fails returns an error and has changed nothing, or it refuses every later request. (The testkit cannot check
//!     this.)
//! 11. The story of a delivery ([`Journal::story`]) is written together with the claim, the settlement or the resolution that it
//!     belongs to. A success at the first attempt adds no entry. The events after the last claim of a killed process are lost; the
//!     next claim records the interruption. (`a_story_is_stored_with_its_runs`, `a_success_at_the_first_attempt_adds_only_its_run`,
//!     `an_extended_claim_stores_the_attempts_before_it`, `an_attempt_without_a_claim_is_in_the_story`,
//!     `the_oldest_of_many_attempts_are_dropped`, `a_resolution_is_in_the_story`)

mod attempts;
mod claim;
mod contacts;
mod content;
mod debug;
mod error;
#[cfg(feature = "queue")]
#[expect(clippy::disallowed_methods, reason = "the servers have clocks of their own")]
pub(crate) mod jetstream;
mod journal_entry;
mod memory;
mod record;
mod recorded_method;
mod resolution;
pub mod rules;
mod search;
mod selection;
mod settlement;
#[cfg(feature = "sqlite")]
mod sqlite;
mod state;
mod story;
#[cfg(feature = "testkit")]
pub mod testkit;
mod unreadable;
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
pub use self::jetstream::{Holder, JetStreamJournal, JetStreamOptions, Migration, RecordCounts, Storage};
pub use self::memory::MemoryJournal;
#[cfg(feature = "sqlite")]
pub(crate) use self::memory::People as MemoryPeople;
pub use self::record::Record;
pub use self::recorded_method::RecordedMethod;
pub use self::resolution::{Act, Resolution};
pub use self::selection::Selection;
pub use self::settlement::{SettleOutcome, Settlement};
#[cfg(feature = "sqlite")]
pub(crate) use self::sqlite::people;
#[cfg(feature = "sqlite")]
pub use self::sqlite::{JournalCheck, JournalDefect, SqliteJournal};
pub use self::state::{ClaimId, RecordState};
pub use self::story::{AttemptResult, LookResult, ResolutionWord, Run, RunId, Story, StoryEntry, StoryEvent};
pub use self::unreadable::UnreadableRecord;
pub use self::unresolved::Unresolved;

/// The answer to a settlement that is being written. Dropping it does not stop the write.
pub type SettleFuture = BoxFuture<'static, Result<SettleOutcome, JournalError>>;

/// The answer to [`Journal::identify`] or [`Journal::recognize`].
pub type IdentifyFuture = BoxFuture<'static, Result<Identification, JournalError>>;

/// The question which person a contact is.
#[derive(Debug, Clone)]
pub struct IdentifyRequest {
    /// The contact's identity, hashed under the journal's key.
    pub identity: Identity,
    /// The names of the providers that the contact is to be delivered to. Deliveries to other providers count, too.
    pub providers: Arc<[String]>,
}

/// The durable record of deliveries. The rules are those of [this module](self).
///
/// `SqliteJournal` stores it in a file (cargo feature `sqlite`), `JetStreamJournal` on servers (cargo feature `queue`), and
/// [`MemoryJournal`] in memory. [`rules`] has an example of a journal of one's own.
#[async_trait]
pub trait Journal: fmt::Debug + Send + Sync {
    /// Returns the record of a delivery, if there is one. Changes nothing.
    ///
    /// # Errors
    ///
    /// The journal cannot be read. Do not send: the contact may have been created.
    async fn look(&self, key: &DeliveryKey) -> Result<Option<Record>, JournalError>;

    /// Returns whether the journal may have a record of a delivery. After `false` the delivery is claimed without
    /// [`look`](Self::look). The journal may have a record all the same, which another process wrote: the claim decides. The
    /// default is `true`.
    fn may_have_record(&self, _key: &DeliveryKey) -> bool {
        true
    }

    /// Claims a delivery, so that it may be sent. A granted claim is durable when this returns.
    ///
    /// # Errors
    ///
    /// The journal cannot be written. Do not send: nothing was granted.
    async fn claim(&self, claim: Claim) -> Result<ClaimOutcome, JournalError>;

    /// Records the end of a delivery. The write begins before this returns, after all earlier requests; the future ends when the
    /// write is durable.
    ///
    /// # Errors
    ///
    /// The journal cannot be written. The delivery counts as interrupted later.
    fn settle(&self, settlement: Settlement) -> SettleFuture;

    /// Records a person's answer for a delivery that is neither held nor delivered. Returns `false` for another delivery, and for
    /// one that has changed since the person saw it.
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

    /// Erases the contact of a record and the message of its error. The outcome and the vendor's id stay, so that the contact is
    /// not created again. Returns `false` without a record, and while a run holds the delivery.
    /// (`a_forgotten_contact_keeps_its_outcome`, `a_claimed_delivery_is_not_forgotten`)
    ///
    /// # Errors
    ///
    /// The journal cannot be written, and nothing was changed.
    async fn forget(&self, key: &DeliveryKey) -> Result<bool, JournalError>;

    /// Takes a person's resolution back, and restores the record. Returns `false` if no person resolved the delivery, or another
    /// run has claimed or settled it since. The default takes nothing back.
    ///
    /// # Errors
    ///
    /// The journal cannot be written, and nothing was changed.
    async fn reopen(&self, _key: &DeliveryKey, _act: Act) -> Result<bool, JournalError> {
        Ok(false)
    }

    /// Returns the story of a delivery. The default stores none.
    ///
    /// # Errors
    ///
    /// The journal cannot be read.
    async fn story(&self, _key: &DeliveryKey) -> Result<Story, JournalError> {
        Ok(Story::default())
    }

    /// Returns the number of records with each outcome, by provider. `None` in a journal that would have to read all records for
    /// it, which is the default. (`totals_agree_with_lists`)
    ///
    /// # Errors
    ///
    /// The journal cannot be read.
    async fn totals(&self) -> Result<Option<BTreeMap<String, Counts>>, JournalError> {
        Ok(None)
    }

    /// Returns the selected records by contact, in the order in which the contacts were first recorded: those of at most
    /// [`Self::page`] contacts whose first selected record has a greater number than `after`. [`Selection::after`] and [`Selection::limit`] do not count.
    ///
    /// # Errors
    ///
    /// The journal cannot be read.
    async fn contacts(&self, selection: &Selection, after: u64) -> Result<ContactPage, JournalError> {
        let all = Selection { after: 0, limit: None, ..selection.clone() };
        let limit = usize::try_from(self.page()).unwrap_or(usize::MAX);
        Ok(ContactPage::from_records(self.list(&all).await?, after, limit))
    }

    /// Returns the selected records, in the order in which they were first written.
    /// (`a_list_has_the_selected_records_in_order`, `a_list_agrees_with_the_conditions_of_the_selection`,
    /// `a_settlement_that_was_not_awaited_is_listed`, `a_search_finds_contacts_by_words_and_ids`,
    /// `a_search_does_not_find_a_delivered_contact_by_words`, `a_person_is_found_by_a_whole_key_or_address`)
    ///
    /// # Errors
    ///
    /// The journal cannot be read.
    async fn list(&self, selection: &Selection) -> Result<Vec<Record>, JournalError>;

    /// Returns the records that the lists since the last call left out because they cannot be read, each once. The default has
    /// none: a journal that cannot read single records returns an error instead of a list.
    fn take_unreadable(&self) -> Vec<UnreadableRecord> {
        Vec::new()
    }

    /// Returns the time that this journal records: that of `clock`, unless several machines share the journal and it has a clock
    /// of its own.
    fn now(&self, clock: &dyn Clock) -> Stamp {
        clock.stamp()
    }

    /// Returns a new id for the claims of one delivery.
    fn new_claim_id(&self) -> ClaimId {
        ClaimId::new()
    }

    /// Returns the recorded method by which contacts are recognized. `None` if none is recorded, which is the default.
    ///
    /// # Errors
    ///
    /// The journal cannot be read.
    async fn identify_by(&self) -> Result<Option<IdentifyBy>, JournalError> {
        Ok(None)
    }

    /// Records the method by which contacts are recognized from now on. The default ignores it.
    ///
    /// # Errors
    ///
    /// The journal cannot be written.
    async fn set_identify_by(&self, _method: IdentifyBy) -> Result<(), JournalError> {
        Ok(())
    }

    /// Returns the key under which the journal hashes identities and contents. `None` in a journal that stores neither, which is
    /// the default.
    fn identity_key(&self) -> Option<&IdentityKey> {
        None
    }

    /// Returns the run that the deliveries through this journal belong to. The default has none.
    fn run(&self) -> Option<Arc<Run>> {
        None
    }

    /// Returns which person a contact is, and registers the contact under all its addresses and numbers. The request is sent
    /// before this returns. The caller asks only a journal with an identity key.
    /// (`a_person_is_recognized_by_any_address` and the other checks in `people`)
    ///
    /// # Errors
    ///
    /// The journal cannot be read or written. Do not send: the contact may be a known person.
    fn identify(&self, request: IdentifyRequest) -> IdentifyFuture {
        let contact = request.identity.new_key;
        ready(Ok(Identification::new_person(contact))).boxed()
    }

    /// Returns the same answer as [`identify`](Self::identify), and registers nobody. (`recognizing_registers_nobody`)
    ///
    /// # Errors
    ///
    /// The journal cannot be read.
    fn recognize(&self, request: IdentifyRequest) -> IdentifyFuture {
        let contact = request.identity.new_key;
        ready(Ok(Identification::new_person(contact))).boxed()
    }

    /// Returns the best number of records for one list. A journal that reads all records for every list returns a large number.
    fn page(&self) -> u32 {
        1000
    }

    /// Returns whether this process still holds the claim, without an interruption. It is asked before every attempt; no attempt
    /// begins after `false`. The default is `true`, for a journal whose claims end only with their process.
    fn holds(&self, _claim_id: ClaimId) -> bool {
        true
    }
}
