//! The claim by which a run reserves a delivery before it sends it, and the journal's answer.

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use unicontact_providers::{DeliveryKey, Stamp};

use super::record::Record;
use super::state::ClaimId;
use super::story::{Run, StoryEntry};
use crate::identity::ContentDigest;

/// A request to reserve a delivery for sending it.
#[derive(Clone, PartialEq, Eq)]
pub struct Claim {
    /// The provider and the contact.
    pub key: DeliveryKey,
    /// The id by which the claim is extended and settled.
    pub claim_id: ClaimId,
    /// The provider's vendor.
    pub vendor: Arc<str>,
    /// The fingerprint of the contact.
    pub fingerprint: Arc<str>,
    /// The contact as JSON.
    pub content: Arc<str>,
    /// The digest of the contact.
    pub digest: Option<ContentDigest>,
    /// Claims a delivered contact, too, if it was recorded as delivered before this time.
    pub again: Option<Timestamp>,
    /// Whether this only extends the claim with the same id. It is [`ClaimOutcome::Held`] if that claim is gone.
    pub extends: bool,
    /// Now, by the clock of [`Journal::now`](super::Journal::now).
    pub at: Stamp,
    /// The time until which the claim permits attempts. A later claim with the same id extends it.
    pub may_send_until: Stamp,
    /// The time from which a look at the vendor is useful if this claim is never settled.
    pub look_again_at: Option<Timestamp>,
    /// The run that claims.
    pub run: Option<Arc<Run>>,
    /// The events since the last claim or settlement with the same id.
    pub story: Vec<StoryEntry>,
}

/// The answer to a [`Claim`].
///
/// `New` and `Interrupted` grant the delivery, `Extended` keeps it, `Done` and `Held` refuse it.
#[derive(Debug, Clone, PartialEq)]
pub enum ClaimOutcome {
    /// Granted: the contact may be sent. The vendor does not have it, or another one was asked for ([`Claim::again`]).
    New,
    /// Granted: an earlier run may have created the contact, so that it must be looked for before it is sent.
    ///
    /// The record is that of before this claim. If the time of its last attempt lies in the future, the record has the time
    /// of this claim instead.
    Interrupted(Box<Record>),
    /// The claim with this id permits attempts until the new time.
    Extended,
    /// Refused: the vendor has the contact.
    Done(Box<Record>),
    /// Refused: another claim holds the delivery.
    Held,
}

impl fmt::Debug for Claim {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Claim").field("key", &self.key).finish_non_exhaustive()
    }
}
