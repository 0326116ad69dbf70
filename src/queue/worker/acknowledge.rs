//! Decides whether a delivery may leave the queue: only once the journal holds it as settled or parked.
//!
//! Pure functions, so that the model checks them.

use jiff::Timestamp;
use unicontact_providers::{ErrorKind, ProviderError};

use crate::journal::{Record, RecordState};
use crate::outcome::Outcome;
use crate::report::Delivery;

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
pub(crate) fn acknowledges(ended: Ended, record: Option<&Record>, now: Timestamp) -> bool {
    let is_finished = match ended.outcome {
        Outcome::Created | Outcome::Existing | Outcome::Skipped | Outcome::Rejected => true,
        Outcome::Failed => !ended.is_paused && !ended.kind.is_some_and(meets_all),
        Outcome::InDoubt => record.is_some_and(|record| is_settled_or_parked(record, now)),
        Outcome::Pending => false,
    };
    ended.is_recorded && is_finished
}

/// Returns whether nothing can be done now about a delivery that ended in doubt. While this worker only looked at it, another
/// one may have settled it, also as pending.
fn is_settled_or_parked(record: &Record, now: Timestamp) -> bool {
    match record.state {
        RecordState::Settled(Outcome::InDoubt) => record.look_again_at.is_none_or(|time| time > now),
        RecordState::Settled(outcome) => outcome.is_delivered() || outcome == Outcome::Rejected,
        RecordState::Claimed(_) | RecordState::Interrupted => false,
    }
}

/// Returns whether a failure lies outside the contact, so that the next delivery would meet it, too.
fn meets_all(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::Config | ErrorKind::Unauthenticated | ErrorKind::RateLimited | ErrorKind::QuotaExhausted
    )
}

/// Returns whether a worker puts back a delivery whose recorded error is of this kind: a pause that is over does not end it.
pub(in crate::queue) fn is_put_back(kind: &str) -> bool {
    ErrorKind::ALL.into_iter().any(|it| it.as_str() == kind && meets_all(it))
}

#[cfg(test)]
mod tests {
    use unicontact_providers::DeliveryKey;

    use super::*;
    use crate::journal::{ClaimId, Story};

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn record(state: RecordState, look_again_in: Option<i64>) -> Record {
        Record {
            number: 1,
            key: DeliveryKey::from_contact_key("acme", "42".to_owned()),
            vendor: "emnify".into(),
            fingerprint: "f1".into(),
            state,
            id: None,
            attempts: 1,
            error: None,
            by_person: false,
            changed_at: NOW,
            may_send_until: None,
            looked_at: None,
            look_again_at: look_again_in.map(|seconds| Timestamp::from_second(seconds).unwrap()),
            settled_by: None,
            overruns: 0,
            digest: None,
            content: None,
            run: None,
            unresolved: None,
            story: Story::default(),
        }
    }

    fn ended(outcome: Outcome) -> Ended {
        Ended { outcome, kind: None, is_recorded: true, is_paused: false }
    }

    #[test]
    fn a_delivery_in_doubt_leaves_the_queue_only_once_the_journal_holds_it_as_settled_or_parked() {
        let leaves = |state, look_again_in| {
            acknowledges(ended(Outcome::InDoubt), Some(&record(state, look_again_in)), NOW)
        };
        assert!(!acknowledges(ended(Outcome::InDoubt), None, NOW), "the journal gave no answer");
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
    fn what_was_not_sent_or_recorded_and_what_met_a_pause_stays_in_the_queue() {
        for outcome in Outcome::ALL {
            assert!(!acknowledges(Ended { is_recorded: false, ..ended(outcome) }, None, NOW), "{outcome:?}");
        }
        assert!(!acknowledges(ended(Outcome::Pending), None, NOW));
        assert!(acknowledges(ended(Outcome::Failed), None, NOW));
        assert!(!acknowledges(Ended { is_paused: true, ..ended(Outcome::Failed) }, None, NOW));
        for (kind, leaves) in [(ErrorKind::RateLimited, false), (ErrorKind::Unreachable, true)] {
            let ended = Ended { kind: Some(kind), ..ended(Outcome::Failed) };
            assert_eq!(acknowledges(ended, None, NOW), leaves, "{kind:?}");
        }
    }
}
