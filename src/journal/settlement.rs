//! The settlement that records how a delivery ended and the journal's answer.

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;
use unicontact_providers::{ContactId, DeliveryKey, Stamp};

#[cfg(feature = "queue")]
use super::claim::Claim;
use super::state::ClaimId;
use super::story::{Run, StoryEntry};
use crate::identity::ContentDigest;
use crate::outcome::Outcome;

/// The end of a delivery, to be recorded.
#[derive(Clone, PartialEq)]
pub struct Settlement {
    /// The provider and the contact.
    pub key: DeliveryKey,
    /// The claim that is settled. `None` for a delivery that ended before it was claimed.
    pub claim_id: Option<ClaimId>,
    /// The provider's vendor.
    pub vendor: Arc<str>,
    /// The fingerprint of the contact.
    pub fingerprint: Arc<str>,
    /// The contact as JSON. The journal keeps it only while the delivery is unfinished.
    pub content: Arc<str>,
    /// The digest of the contact.
    pub digest: Option<ContentDigest>,
    /// The outcome of the delivery.
    pub outcome: Outcome,
    /// The vendor's id of the contact.
    pub id: Option<ContactId>,
    /// The number of requests that could change data.
    pub attempts: u32,
    /// The error, in its JSON form of a report. It holds no contact data.
    pub error: Option<Value>,
    /// The time of the last attempt, for a delivery in doubt that attempted something or knows that it did not.
    pub last_attempt: Option<Stamp>,
    /// The time at which this delivery looked for the contact at the vendor. A settlement that resolves a doubt as not created
    /// has it.
    pub looked_at: Option<Timestamp>,
    /// The time from which another look or another create is useful, for a delivery in doubt that can be resolved without a
    /// person.
    pub look_again_at: Option<Timestamp>,
    /// Now.
    pub at: Timestamp,
    /// The run that settles.
    pub run: Option<Arc<Run>>,
    /// The attempts and looks of this delivery. Empty for a success at the first attempt.
    pub story: Vec<StoryEntry>,
}

/// The answer to a [`Settlement`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "a delivery whose settlement was not written must not leave its queue"]
pub enum SettleOutcome {
    /// The record has the outcome of the settlement.
    Written,
    /// The record holds more than the settlement, and stays. A pending delivery does not replace the error of a failed one. A
    /// delivery that was in doubt before its claim stays in doubt, without the claim, unless the settlement sent it or looked
    /// for it.
    TellsLess,
    /// Another claim holds or settled the delivery, or it is in doubt and was not claimed. The record stays, except that it
    /// counts an attempt without a claim ([`Record::overruns`](super::Record::overruns)).
    NotHolder,
}

#[cfg(feature = "queue")]
impl Settlement {
    /// Returns the settlement of a claim that the journal did not answer, and under which nothing was sent. A delivery that was
    /// in doubt before the claim stays in doubt.
    pub(super) fn withdrawing(claim: Claim) -> Self {
        let Claim { key, claim_id, vendor, fingerprint, content, digest, at, run, story, .. } = claim;
        Self {
            key,
            claim_id: Some(claim_id),
            vendor,
            fingerprint,
            content,
            digest,
            outcome: Outcome::Pending,
            id: None,
            attempts: 0,
            error: None,
            last_attempt: None,
            looked_at: None,
            look_again_at: None,
            at: at.time,
            run,
            story,
        }
    }
}

impl fmt::Debug for Settlement {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = formatter.debug_struct("Settlement");
        debug.field("key", &self.key).field("outcome", &self.outcome).finish_non_exhaustive()
    }
}
