//! Handles the deliveries of an import that have ended: defers them, spills them again or reports them.

use futures_util::stream::Stream;
use unicontact_providers::{ErrorKind, ProviderError};

use super::Scheduler;
use crate::bulk::dispatch::{Dispatch, Finished};
use crate::bulk::earlier_attempts::EarlierAttempts;
use crate::bulk::intake::InputRow;
use crate::circuit_breaker::CircuitBreaker;
use crate::outcome::Outcome;
use crate::report::{Delivery, Note, Report};

impl<S: Stream<Item = InputRow>> Scheduler<S> {
    /// Returns the report on ended deliveries, without those that this import delivers again later.
    pub(super) fn finish(&mut self, finished: Finished) -> Option<Report> {
        let Finished { dispatch, mut earlier, mut report } = finished;
        let mut providers = dispatch.providers.iter().copied();
        report.deliveries.retain_mut(|delivery| {
            let Some(provider) = providers.next() else { return true };
            if let Some(earlier) = earlier.take() {
                earlier.add_to(delivery, self.pipeline(provider));
            }
            if self.defer(delivery, provider, &dispatch) || self.spill_again(delivery, provider, &dispatch) {
                return false;
            }
            if is_stopped(delivery) && self.breakers()[provider].is_open() {
                delivery.note = Some(Note::Paused);
            }
            true
        });
        (!report.deliveries.is_empty()).then_some(Report { source: dispatch.source, ..report })
    }

    /// Defers a delivery in doubt that a later search or attempt can settle, if the import waits for such deliveries. One that
    /// is not recorded is not deferred: the journal would treat it as being in flight.
    fn defer(&mut self, delivery: &Delivery, provider: usize, dispatch: &Dispatch) -> bool {
        if !self.import.waits || self.breakers()[provider].is_open_for_good() || delivery.unrecorded.is_some()
        {
            return false;
        }
        let pipeline = self.pipeline(provider);
        let Some(attempts) = EarlierAttempts::from_delivery(delivery, pipeline) else {
            return false;
        };
        let now = pipeline.clock().now();
        self.deferred.put(provider, &dispatch.key, (&dispatch.contact, &dispatch.source), &attempts, now)
    }

    /// Spills a contact again whose provider was paused before it could be sent.
    fn spill_again(&mut self, delivery: &Delivery, provider: usize, dispatch: &Dispatch) -> bool {
        let breaker = &self.import.breakers[provider];
        !breaker.is_open_for_good()
            && is_sent_after_pause(delivery, breaker)
            && self.spill.put(&dispatch.contact, &dispatch.key, &dispatch.source, &[provider])
    }
}

/// Returns whether the delivery was stopped before an attempt.
fn is_stopped(delivery: &Delivery) -> bool {
    delivery.outcome == Outcome::Pending && delivery.note == Some(Note::Stopped)
}

/// Returns whether the delivery can start over after the pause of its provider: no attempt created anything.
fn is_sent_after_pause(delivery: &Delivery, breaker: &CircuitBreaker) -> bool {
    let is_out_of_quota = || {
        let kind = delivery.error.as_ref().map(ProviderError::kind);
        delivery.outcome == Outcome::Failed && kind == Some(ErrorKind::QuotaExhausted)
    };
    is_stopped(delivery) || (breaker.recovers() && is_out_of_quota())
}
