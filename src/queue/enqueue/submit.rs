//! Queues one delivery: asks the journal whether it has to be queued, publishes it, and retries while the servers do not answer.

use std::iter;
use std::time::Duration;

use jiff::Timestamp;
use unicontact_providers::DeliveryKey;

use super::{Enqueue, EnqueueOutcome, Enqueued};
use crate::journal::{Journal, Record, RecordState};
use crate::outcome::Outcome;
use crate::queue::error::{QueueError, QueueErrorKind};
use crate::queue::message::Outgoing;
use crate::queue::provider_failure::is_requeued;

/// The first and the longest wait between two attempts to reach the servers.
pub(super) const FIRST_WAIT: Duration = Duration::from_millis(200);
const MAX_WAIT: Duration = Duration::from_secs(5);

impl Enqueue {
    pub(super) async fn submit(&self, outgoing: Outgoing) -> Enqueued {
        let (contact, provider) = (outgoing.reported_as.clone(), outgoing.key.provider().to_owned());
        let outcome = self.try_submit(outgoing).await.unwrap_or_else(EnqueueOutcome::Unsent);
        Enqueued { contact, provider, outcome }
    }

    async fn try_submit(&self, outgoing: Outgoing) -> Result<EnqueueOutcome, QueueError> {
        let record = self.record(&outgoing.key).await?;
        if let Some(record) = &record
            && let Some(outcome) = self.without_queueing(record, &outgoing)
        {
            return Ok(outcome);
        }
        let has_left = record.as_ref().is_some_and(has_left_the_queue);
        let changed_at = record.map(|record| record.changed_at);
        // The message with an id may have left the queue within the duplicate window. Then the delivery is published with another id.
        let first = changed_at.filter(|_| has_left);
        let second = Some(changed_at).filter(|second| *second != first);
        for tried_at in iter::once(first).chain(second) {
            let Some(sequence) = self.publish(&outgoing, tried_at).await? else {
                return Ok(EnqueueOutcome::Queued);
            };
            if self.has_message(sequence).await? {
                return Ok(EnqueueOutcome::AlreadyQueued);
            }
        }
        self.publish(&outgoing, Some(self.queue.0.journal.servers_time())).await?;
        Ok(EnqueueOutcome::Queued)
    }

    /// Returns the outcome of a delivery that its record keeps out of the queue.
    fn without_queueing(&self, record: &Record, outgoing: &Outgoing) -> Option<EnqueueOutcome> {
        match (record.state, record.look_again_at) {
            (RecordState::Claimed(_), _) => Some(EnqueueOutcome::Held),
            (RecordState::Settled(outcome), _) if outcome.is_delivered() => {
                let has_changed = *record.fingerprint != *outgoing.fingerprint;
                Some(EnqueueOutcome::Delivered { has_changed })
            }
            (RecordState::Settled(Outcome::InDoubt), Some(look_again_at))
                if look_again_at > self.queue.0.journal.servers_time() =>
            {
                Some(EnqueueOutcome::InDoubt { look_again_at })
            }
            _ => None,
        }
    }

    async fn record(&self, key: &DeliveryKey) -> Result<Option<Record>, QueueError> {
        let mut wait = FIRST_WAIT;
        loop {
            match self.queue.0.journal.look(key).await {
                Ok(record) => return Ok(record),
                Err(error) => self.wait_to_retry(error.into(), &mut wait).await?,
            }
        }
    }

    /// Publishes a delivery. Returns the sequence number of an earlier message with the same id, if there was one.
    async fn publish(
        &self,
        outgoing: &Outgoing,
        tried_at: Option<Timestamp>,
    ) -> Result<Option<u64>, QueueError> {
        let mut wait = FIRST_WAIT;
        // After a lost acknowledgement, the duplicate is the message of this call.
        let mut is_first = true;
        loop {
            match self.queue.publish(outgoing, tried_at).await {
                Ok(acknowledged) => {
                    self.set_error(None);
                    return Ok((acknowledged.duplicate && is_first).then_some(acknowledged.sequence));
                }
                Err(error) => self.wait_to_retry(error, &mut wait).await?,
            }
            is_first = false;
        }
    }

    async fn has_message(&self, sequence: u64) -> Result<bool, QueueError> {
        let mut wait = FIRST_WAIT;
        loop {
            match self.queue.has_message(sequence).await {
                Ok(has) => return Ok(has),
                Err(error) => self.wait_to_retry(error, &mut wait).await?,
            }
        }
    }

    /// Waits before the next attempt. Returns the error if no attempt can succeed, or the caller stopped it.
    pub(super) async fn wait_to_retry(
        &self,
        error: QueueError,
        wait: &mut Duration,
    ) -> Result<(), QueueError> {
        let is_final = match error.kind() {
            QueueErrorKind::Unfit => true,
            QueueErrorKind::Journal(kind) => kind.concerns_one_record(),
            _ => false,
        };
        if is_final || *self.is_stopped.borrow() {
            return Err(error);
        }
        self.set_error(Some(error));
        let mut stopped = self.is_stopped.subscribe();
        let _ = tokio::time::timeout(*wait, stopped.wait_for(|is_stopped| *is_stopped)).await;
        *wait = wait.saturating_mul(2).min(MAX_WAIT);
        Ok(())
    }
}

/// Returns whether the message of the recorded attempt has probably left the queue. A delivery that was interrupted, or that failed
/// while its provider's breaker opened, is probably still in the same message.
fn has_left_the_queue(record: &Record) -> bool {
    match record.outcome() {
        _ if record.state == RecordState::Interrupted => false,
        // A person resolved a doubt as not created. The message left the queue when the doubt was recorded.
        Outcome::Pending => record.by_person || record.is_purged(),
        Outcome::Failed => !record.error_kind().is_some_and(is_requeued),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn record(outcome: Outcome, kind: Option<&str>, by_person: bool) -> Record {
        Record {
            error: kind.map(|kind| json!({"kind": kind})),
            by_person,
            ..Record::after_one_attempt(RecordState::Settled(outcome))
        }
    }

    #[test]
    fn failures_that_open_the_breaker_stay_in_the_queue_and_other_ends_and_resolved_doubts_do_not() {
        let is_in_the_queue =
            |outcome, kind, by_person| !has_left_the_queue(&record(outcome, kind, by_person));
        assert!(is_in_the_queue(Outcome::Pending, None, false));
        for kind in ["rate_limited", "quota_exhausted", "unauthenticated", "config"] {
            assert!(is_in_the_queue(Outcome::Failed, Some(kind), false), "{kind}");
        }
        assert!(!is_in_the_queue(Outcome::Pending, None, true));
        assert!(!is_in_the_queue(Outcome::Failed, Some("unreachable"), false));
        assert!(!is_in_the_queue(Outcome::Rejected, Some("invalid"), false));
        assert!(!is_in_the_queue(Outcome::InDoubt, Some("interrupted"), false));
    }
}
