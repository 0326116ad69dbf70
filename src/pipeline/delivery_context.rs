//! One delivery, as it goes through the layers.
//!
//! Its rule: it only carries what belongs to the delivery; the layers do the work.

use std::sync::Arc;

use unicontact_providers::preparation::Preparing;
use unicontact_providers::{Created, DeliveryKey, ProviderError, UnifiedContact};

use super::DeliveryEnd;
use crate::circuit_breaker::CircuitBreaker;
use crate::delivery::Outcome;
use crate::journal::Entry;
use crate::progress::Progress;

/// One delivery, as it goes through the layers.
pub(crate) struct DeliveryContext<'a> {
    pub(crate) contact: &'a UnifiedContact,
    pub(crate) key: &'a DeliveryKey,
    pub(crate) entry: Option<&'a Entry>,
    pub(crate) gate: Option<&'a CircuitBreaker>,
    pub(crate) progress: &'a Arc<Progress>,
}

impl DeliveryContext<'_> {
    /// Whether an earlier run left it in doubt.
    pub(super) fn is_in_doubt(&self) -> bool {
        self.entry.is_some_and(Entry::is_in_doubt)
    }

    /// Whether its claim still keeps others from sending it.
    pub(super) fn is_held(&self) -> bool {
        self.entry.is_none_or(Entry::is_held)
    }

    /// Whether it leaves a queue when it is told how it ended.
    pub(super) fn is_queue_backed(&self) -> bool {
        self.gate.is_some_and(CircuitBreaker::is_queue_backed)
    }

    /// Whether it goes back to where it came from after that failure, instead of waiting here for another attempt.
    pub(super) fn is_put_back(&self, error: &ProviderError) -> bool {
        self.gate.is_some_and(|gate| gate.requeues(error.kind()))
    }

    /// Records that an attempt begins.
    pub(super) fn attempt_begins(&self, preparing: &Preparing) {
        if let Some(entry) = self.entry {
            entry.attempt_begins(preparing);
        }
    }

    /// Records that an attempt ended.
    pub(super) fn attempt_ended(&self, result: &Result<Created, ProviderError>) {
        if let Some(entry) = self.entry {
            entry.attempt_ended(result);
        }
    }

    /// Reports the end to the provider's gate and returns it. Of a refusal that confirms a limit of the account's plan, the
    /// kind becomes `quota_exhausted`.
    pub(super) fn judge(&self, ending: DeliveryEnd) -> DeliveryEnd {
        let Some(gate) = self.gate else { return ending };
        let ending = match ending {
            DeliveryEnd::Refused(error) if gate.confirms_plan_limit(&error) => {
                DeliveryEnd::Refused(error.with_plan_limit_confirmed())
            }
            ending => ending,
        };
        let attempts = self.progress.attempts();
        match &ending {
            DeliveryEnd::Done(created, _) => gate.record(Outcome::of_created(created), attempts, None),
            DeliveryEnd::Refused(error) => gate.record(Outcome::of_error(error), attempts, Some(error)),
            DeliveryEnd::Stopped
            | DeliveryEnd::Lapsed
            | DeliveryEnd::Unpermitted(_)
            | DeliveryEnd::Known(_) => {}
        }
        ending
    }
}
