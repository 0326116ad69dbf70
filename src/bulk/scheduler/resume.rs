//! Resumes the deferred deliveries of an import when they are due.

use std::sync::Arc;
use std::task::Context;

use futures_util::FutureExt;
use futures_util::stream::Stream;
use unicontact_providers::clock::sleep_until;

use super::Scheduler;
use crate::bulk::deferred_queue::DeferredDelivery;
use crate::bulk::dispatch::Dispatch;
use crate::bulk::intake::InputRow;
use crate::bulk::unsent;

impl<S: Stream<Item = InputRow>> Scheduler<S> {
    /// Returns the first provider with a deferred delivery that is due and has room, or that is not sent any more.
    pub(super) fn provider_to_resume(&self) -> Option<usize> {
        let is_due = |provider: usize| {
            let due = self.deferred.first_due(provider);
            due.is_some_and(|due| due <= self.pipeline(provider).clock().now())
                && self.has_room_for_deferred(provider)
        };
        (0..self.breakers().len()).find(|provider| {
            self.deferred.has_any(*provider)
                && (self.breakers()[*provider].is_open_for_good() || is_due(*provider))
        })
    }

    /// Starts a deferred delivery that is due, or reports one that this import does not resume. Returns whether there was one.
    pub(super) fn resume_deferred(&mut self) -> bool {
        let Some(provider) = self.provider_to_resume() else {
            return false;
        };
        let Some(deferred) = self.deferred.take(provider) else {
            return false;
        };
        match deferred {
            DeferredDelivery { key: Some(key), contact: Some(contact), attempts: Some(attempts), source }
                if !self.breakers()[provider].is_open_for_good() =>
            {
                let dispatch =
                    Dispatch { contact: Arc::new(contact), key, source, providers: vec![provider] };
                let (breakers, shutdown) = (&self.import.breakers, self.import.shutdown.subscribe());
                let fan_out = &self.fan_out_of_deferred;
                self.in_flight.push(dispatch.start(fan_out, breakers, shutdown, Some(attempts)));
            }
            deferred => self.unsent.push_back(unsent::deferred(deferred, self.pipeline(provider))),
        }
        true
    }

    /// Waits for the next deferred delivery. Returns whether it is due.
    pub(super) fn poll_wake_timer(&mut self, context: &mut Context<'_>) -> bool {
        let dues = (0..self.breakers().len())
            .filter(|provider| self.has_room_for_deferred(*provider))
            .filter_map(|provider| Some((self.deferred.first_due(provider)?, provider)));
        let Some((due, provider)) = dues.min() else {
            self.wake_timer = None;
            return false;
        };
        if self.wake_timer.as_ref().is_none_or(|(time, _)| *time != due) {
            let clock = self.pipeline(provider).clock();
            self.wake_timer = Some((due, async move { sleep_until(&*clock, due).await }.boxed()));
        }
        let is_due = self.wake_timer.as_mut().is_some_and(|(_, timer)| timer.poll_unpin(context).is_ready());
        if is_due {
            self.wake_timer = None;
        }
        is_due
    }

    fn has_room_for_deferred(&self, provider: usize) -> bool {
        self.breakers()[provider].admits_parked(self.import.window)
    }
}
