//! Decides whether a delivery may leave the queue. Pure functions, which the model checks.
//!
//! Invariant: a message is acknowledged only after the journal holds its delivery as settled or parked.

use jiff::Timestamp;
use unicontact_providers::{ErrorKind, ProviderError};

use crate::journal::{Record, RecordState};
use crate::outcome::Outcome;
use crate::queue::provider_failure::is_provider_failure;
use crate::report::Delivery;

/// The result of a delivery that came from a queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct DeliveryResult {
    pub(crate) outcome: Outcome,
    /// The kind of its error.
    pub(crate) kind: Option<ErrorKind>,
    /// Whether the journal recorded the outcome, or has none to record.
    pub(crate) is_recorded: bool,
    /// Whether the provider's circuit breaker is open.
    pub(crate) is_breaker_open: bool,
}

impl DeliveryResult {
    pub(crate) fn new(delivery: &Delivery, is_breaker_open: bool) -> Self {
        Self {
            outcome: delivery.outcome,
            kind: delivery.error.as_ref().map(ProviderError::kind),
            is_recorded: delivery.unrecorded.is_none(),
            is_breaker_open,
        }
    }
}

/// Returns whether the message of a delivery may leave the queue. `record` is the journal's record of a delivery in doubt; other
/// deliveries are settled when they end.
pub(crate) fn acknowledges(result: DeliveryResult, record: Option<&Record>, now: Timestamp) -> bool {
    let is_finished = match result.outcome {
        Outcome::Created | Outcome::Existing | Outcome::Skipped | Outcome::Rejected => true,
        Outcome::Failed => !result.is_breaker_open && !result.kind.is_some_and(is_provider_failure),
        Outcome::InDoubt => record.is_some_and(|record| is_settled_or_parked(record, now)),
        Outcome::Pending => false,
    };
    result.is_recorded && is_finished
}

/// Returns whether nothing can be done now about a delivery that ended in doubt. Another worker may have settled it while this one
/// looked it up, even as pending.
fn is_settled_or_parked(record: &Record, now: Timestamp) -> bool {
    match record.state {
        RecordState::Settled(Outcome::InDoubt) => record.look_again_at.is_none_or(|time| time > now),
        RecordState::Settled(outcome) => outcome.is_delivered() || outcome == Outcome::Rejected,
        RecordState::Claimed(_) | RecordState::Interrupted => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::ClaimId;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn record(state: RecordState, look_again_in: Option<i64>) -> Record {
        Record {
            look_again_at: look_again_in.map(|seconds| Timestamp::from_second(seconds).unwrap()),
            ..Record::after_one_attempt(state)
        }
    }

    fn result(outcome: Outcome) -> DeliveryResult {
        DeliveryResult { outcome, kind: None, is_recorded: true, is_breaker_open: false }
    }

    #[test]
    fn a_delivery_in_doubt_leaves_the_queue_only_once_the_journal_holds_it_as_settled_or_parked() {
        let leaves = |state, look_again_in| {
            acknowledges(result(Outcome::InDoubt), Some(&record(state, look_again_in)), NOW)
        };
        assert!(!acknowledges(result(Outcome::InDoubt), None, NOW), "the journal gave no answer");
        assert!(leaves(RecordState::Settled(Outcome::InDoubt), Some(60)));
        assert!(leaves(RecordState::Settled(Outcome::InDoubt), None), "a person resolves it");
        assert!(!leaves(RecordState::Settled(Outcome::InDoubt), Some(0)), "it is due");
        assert!(leaves(RecordState::Settled(Outcome::Created), None), "another worker found it");
        assert!(leaves(RecordState::Settled(Outcome::Rejected), None));
        for unfinished in [
            RecordState::Interrupted,
            RecordState::Claimed(ClaimId::from_number(1)),
            RecordState::Settled(Outcome::Pending),
            RecordState::Settled(Outcome::Failed),
        ] {
            assert!(!leaves(unfinished, None), "{unfinished:?}");
        }
    }

    #[test]
    fn unsent_and_unrecorded_deliveries_and_provider_failures_stay_in_the_queue() {
        for outcome in Outcome::ALL {
            let unrecorded = DeliveryResult { is_recorded: false, ..result(outcome) };
            assert!(!acknowledges(unrecorded, None, NOW), "{outcome:?}");
        }
        assert!(!acknowledges(result(Outcome::Pending), None, NOW));
        assert!(acknowledges(result(Outcome::Failed), None, NOW));
        assert!(!acknowledges(
            DeliveryResult { is_breaker_open: true, ..result(Outcome::Failed) },
            None,
            NOW
        ));
        for (kind, leaves) in [(ErrorKind::RateLimited, false), (ErrorKind::Unreachable, true)] {
            let failed = DeliveryResult { kind: Some(kind), ..result(Outcome::Failed) };
            assert_eq!(acknowledges(failed, None, NOW), leaves, "{kind:?}");
        }
    }
}
