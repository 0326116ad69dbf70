//! Decides whether a delivery may leave the queue: only once the journal holds it as settled or parked.
//!
//! Pure functions, so that the model checks them.

use jiff::Timestamp;
use unicontact_providers::{ErrorKind, ProviderError};

use crate::delivery::{Delivery, Outcome};
use crate::journal::{Record, Standing};

/// The end of a delivery that came from a queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Ended {
    pub(crate) outcome: Outcome,
    /// The kind of its error.
    pub(crate) kind: Option<ErrorKind>,
    /// Whether the journal took the settlement, or had nothing to take.
    pub(crate) is_recorded: bool,
    /// Whether the provider is paused.
    pub(crate) is_paused: bool,
}

impl Ended {
    pub(crate) fn new(delivery: &Delivery, is_paused: bool) -> Self {
        Self {
            outcome: delivery.outcome,
            kind: delivery.error.as_ref().map(ProviderError::kind),
            is_recorded: delivery.unrecorded.is_none(),
            is_paused,
        }
    }
}

/// Returns whether the message of a delivery may leave the queue. `record` is what the journal holds of a delivery in
/// doubt; others are settled when they end.
pub(crate) fn acknowledges(ended: &Ended, record: Option<&Record>, now: Timestamp) -> bool {
    let is_finished = match ended.outcome {
        Outcome::Created | Outcome::Existing | Outcome::Skipped | Outcome::Rejected => true,
        Outcome::Failed => !ended.is_paused && !ended.kind.is_some_and(meets_all),
        Outcome::InDoubt => record.is_some_and(|record| is_parked(record, now)),
        Outcome::Pending => false,
    };
    ended.is_recorded && is_finished
}

/// Returns whether a delivery in doubt is settled, and nothing can be done about it now.
fn is_parked(record: &Record, now: Timestamp) -> bool {
    matches!(record.standing, Standing::Settled(_)) && record.look_again_at.is_none_or(|time| time > now)
}

/// Returns whether a failure lies outside the contact, so that the next delivery would meet it, too.
pub(in crate::queue) fn meets_all(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::Config | ErrorKind::Unauthenticated | ErrorKind::RateLimited | ErrorKind::QuotaExhausted
    )
}
