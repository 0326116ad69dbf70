//! What belongs to one delivery on its way through the pipeline.

use std::sync::Arc;

use unicontact_providers::{Created, DeliveryKey, ProviderError, SendPermit, UnifiedContact};

use super::delivery_end::DeliveryEnd;
use crate::circuit_breaker::CircuitBreaker;
use crate::journal::JournalEntry;
use crate::outcome::Outcome;
use crate::progress::Progress;

/// A contact, its key, and the journal entry, circuit breaker and progress of its delivery.
pub(crate) struct DeliveryContext<'a> {
    pub(crate) contact: &'a UnifiedContact,
    pub(crate) key: &'a DeliveryKey,
    pub(crate) entry: Option<&'a JournalEntry>,
    pub(crate) breaker: Option<&'a CircuitBreaker>,
    pub(crate) progress: &'a Arc<Progress>,
}

impl DeliveryContext<'_> {
    /// Returns whether an earlier run left it in doubt.
    pub(super) fn is_in_doubt(&self) -> bool {
        self.entry.is_some_and(JournalEntry::is_in_doubt)
    }

    /// Returns whether its claim still keeps others from sending it.
    pub(super) fn is_held(&self) -> bool {
        self.entry.is_none_or(JournalEntry::is_held)
    }

    /// Returns whether it comes from a queue.
    pub(super) fn is_queue_backed(&self) -> bool {
        self.breaker.is_some_and(CircuitBreaker::is_queue_backed)
    }

    /// Returns whether it goes back into its queue after that failure, instead of waiting here for another attempt.
    pub(super) fn is_put_back(&self, error: &ProviderError) -> bool {
        self.breaker.is_some_and(|breaker| breaker.requeues(error))
    }

    /// Records the beginning of an attempt.
    pub(super) fn attempt_begins(&self, permit: &SendPermit) {
        if let Some(entry) = self.entry {
            entry.attempt_begins(permit);
        }
    }

    /// Records the end of an attempt.
    pub(super) fn attempt_ended(&self, result: &Result<Created, ProviderError>) {
        #[cfg(feature = "queue")]
        if let Some(breaker) = self.breaker {
            breaker.attempt_ended(result.as_ref().err());
        }
        if let Some(entry) = self.entry {
            entry.attempt_ended(result);
        }
    }

    /// Reports the end to the provider's breaker and returns it. Of a refusal that confirms a limit of the account's plan, the
    /// kind becomes `quota_exhausted`.
    pub(super) fn judge(&self, end: DeliveryEnd) -> DeliveryEnd {
        let Some(breaker) = self.breaker else { return end };
        let end = match end {
            DeliveryEnd::Refused(error) if breaker.confirms_plan_limit(&error) => {
                DeliveryEnd::Refused(error.with_plan_limit_confirmed())
            }
            end => end,
        };
        let attempts = self.progress.attempts();
        match &end {
            DeliveryEnd::Done(created, _) => breaker.record(Outcome::from_created(created), attempts, None),
            DeliveryEnd::Refused(error) => breaker.record(Outcome::from_error(error), attempts, Some(error)),
            DeliveryEnd::Stopped
            | DeliveryEnd::Lapsed
            | DeliveryEnd::Unpermitted(_)
            | DeliveryEnd::NotSent(_) => {}
        }
        end
    }
}
