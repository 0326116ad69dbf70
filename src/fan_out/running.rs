//! The deliveries of one contact in flight: each runs in a task of its own, and can be stopped or cut off.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::stream::{FuturesUnordered, StreamExt};
use jiff::Timestamp;
use tokio::task::{JoinError, JoinHandle};
use tracing::Instrument;
use unicontact_providers::{
    ContactProvider, DeliveryKey, Effect, ErrorKind, Operation, ProviderError, UnifiedContact,
};

use crate::circuit_breaker::CircuitBreaker;
use crate::journal::JournalEntry;
use crate::outcome::Outcome;
use crate::pipeline::{DeliveryContext, Pipeline};
use crate::progress::Progress;
use crate::report::{Delivery, Note, Policy, Report};
use crate::watch;

/// The deliveries of one contact in flight.
///
/// Dropping it cuts off every delivery; one with an attempt in flight is logged and recorded as in doubt. [`Running::abandon`] does
/// the same and returns the report.
pub struct Running {
    pub(super) contact: String,
    pub(super) policy: Policy,
    pub(super) deliveries: Vec<RunningDelivery>,
}

pub(super) struct RunningDelivery {
    pipeline: Arc<Pipeline>,
    entry: Option<Arc<JournalEntry>>,
    breaker: Option<Arc<CircuitBreaker>>,
    stop: watch::Sender<bool>,
    progress: Arc<Progress>,
    started: Duration,
    task: Option<JoinHandle<Delivery>>,
    ended: Option<Delivery>,
}

impl Running {
    /// Starts no more attempts. Attempts in flight finish; deliveries without an attempt stay `pending`.
    pub fn stop(&self) {
        for delivery in &self.deliveries {
            delivery.stop.send_replace(true);
        }
    }

    /// Returns the names of the providers whose deliveries have not ended.
    pub fn waiting_for(&self) -> impl Iterator<Item = &str> {
        let open = self.deliveries.iter().filter(|delivery| delivery.ended.is_none());
        open.map(|delivery| delivery.pipeline.provider().info().name())
    }

    /// Waits until every delivery has ended. The future is cancel-safe: after dropping it, call the method again.
    pub async fn ended(&mut self) {
        // A single delivery stops no other one.
        if let [delivery] = &mut self.deliveries[..] {
            delivery.end().await;
            return;
        }
        let stops: Vec<_> = self.deliveries.iter().map(|delivery| delivery.stop.clone()).collect();
        let mut tasks: FuturesUnordered<_> = self
            .deliveries
            .iter_mut()
            .filter(|delivery| delivery.ended.is_none())
            .map(RunningDelivery::end)
            .collect();
        while let Some(outcome) = tasks.next().await {
            if self.policy == Policy::FirstFailure && !outcome.is_delivered() {
                for stop in &stops {
                    stop.send_replace(true);
                }
            }
        }
    }

    /// Waits until every delivery has ended, and returns the report.
    pub async fn finish(mut self) -> Report {
        self.ended().await;
        self.report()
    }

    /// Cuts off every delivery that has not ended, and returns the report. A delivery with an attempt in flight is in doubt.
    pub fn abandon(mut self) -> Report {
        self.report()
    }

    fn report(&mut self) -> Report {
        let deliveries = self.deliveries.iter_mut().map(RunningDelivery::cut_off).collect();
        Report::new(std::mem::take(&mut self.contact), deliveries)
    }
}

impl fmt::Debug for Running {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let waiting_for: Vec<&str> = self.waiting_for().collect();
        formatter.debug_struct("Running").field("waiting_for", &waiting_for).finish_non_exhaustive()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        for delivery in &mut self.deliveries {
            if delivery.task.is_some() {
                delivery.cut_off();
            }
        }
    }
}

impl RunningDelivery {
    pub(super) fn start(
        pipeline: &Arc<Pipeline>,
        contact: &Arc<UnifiedContact>,
        key: DeliveryKey,
        entry: Option<Arc<JournalEntry>>,
        breaker: Option<Arc<CircuitBreaker>>,
        stop: watch::Sender<bool>,
    ) -> Self {
        let progress = Arc::new(Progress::default());
        let started = pipeline.uptime();
        if let Some(breaker) = &breaker {
            breaker.delivery_started();
        }
        let task = tokio::spawn({
            let (pipeline, contact) = (Arc::clone(pipeline), Arc::clone(contact));
            let (entry, breaker) = (entry.clone(), breaker.clone());
            let (progress, mut stop) = (Arc::clone(&progress), stop.subscribe());
            // Boxed: it is moved several times before it runs, and a task would hold its whole size.
            let delivering = Box::pin(async move {
                let (entry, breaker, progress) = (entry.as_deref(), breaker.as_deref(), &progress);
                pipeline
                    .deliver(
                        &DeliveryContext { contact: &contact, key: &key, entry, breaker, progress },
                        &mut stop,
                    )
                    .await
            });
            delivering.in_current_span()
        });
        Self {
            pipeline: Arc::clone(pipeline),
            entry,
            breaker,
            stop,
            progress,
            started,
            task: Some(task),
            ended: None,
        }
    }

    /// Returns a delivery that ended without a task.
    pub(super) fn from_ended(pipeline: &Arc<Pipeline>, delivery: Delivery) -> Self {
        Self {
            pipeline: Arc::clone(pipeline),
            entry: None,
            breaker: None,
            stop: watch::Sender::new(true),
            progress: Arc::new(Progress::default()),
            started: pipeline.uptime(),
            task: None,
            ended: Some(delivery),
        }
    }

    async fn end(&mut self) -> Outcome {
        if let Some(task) = &mut self.task {
            let ended = task.await;
            self.task = None;
            let is_aborted = ended.is_err();
            let delivery = ended.unwrap_or_else(|error| self.aborted(&error));
            if let Some(breaker) = &self.breaker {
                if is_aborted {
                    breaker.record(delivery.outcome, delivery.attempts, delivery.error.as_ref());
                }
                breaker.delivery_ended();
            }
            let delivery = self.ended.insert(delivery);
            if let Some(entry) = self.entry.as_ref().filter(|_| is_aborted) {
                delivery.unrecorded = entry.settle(delivery).await.err().map(Into::into);
            }
        }
        self.ended.as_ref().map_or(Outcome::Pending, |delivery| delivery.outcome)
    }

    /// Ends the delivery now. An attempt in flight is aborted.
    fn cut_off(&mut self) -> Delivery {
        self.progress.close();
        if let Some(delivery) = self.ended.take() {
            return delivery;
        }
        if let Some(breaker) = &self.breaker {
            breaker.delivery_ended();
        }
        let finished = self.task.take().and_then(|task| {
            task.abort();
            task.now_or_never()?.ok()
        });
        if let Some(delivery) = finished {
            return delivery;
        }
        let delivery = self.delivery_from_progress();
        if let Some(entry) = &self.entry {
            // The settlement is queued and not awaited. The journal writes it before it is closed.
            drop(entry.settle(&delivery));
        }
        delivery
    }

    /// Returns the delivery of an aborted task, as far as its progress shows.
    fn delivery_from_progress(&self) -> Delivery {
        if let Some(delivery) = self.created() {
            return delivery;
        }
        if self.progress.is_in_doubt() {
            tracing::warn!(
                provider = self.pipeline.provider().info().name(),
                outcome = Outcome::InDoubt.as_str(),
                "The delivery was cut off after an attempt had begun"
            );
            return self.unfinished(Outcome::InDoubt, "it was cut off after an attempt had begun");
        }
        self.without_error(Outcome::Pending).with_note(Note::Stopped)
    }

    /// Returns the delivery with the contact that the last attempt created before the task ended.
    fn created(&self) -> Option<Delivery> {
        let created = self.progress.created()?;
        let outcome = Outcome::from_created(&created);
        Some(Delivery { id: Some(created.id), ..self.without_error(outcome) })
    }

    /// Returns the delivery of a task that panicked or was ended.
    fn aborted(&self, error: &JoinError) -> Delivery {
        if let Some(delivery) = self.created() {
            return delivery;
        }
        let message = if error.is_panic() { "the adapter panicked" } else { "its task was ended" };
        let outcome = if self.progress.is_in_doubt() { Outcome::InDoubt } else { Outcome::Failed };
        self.unfinished(outcome, message)
    }

    fn unfinished(&self, outcome: Outcome, message: &'static str) -> Delivery {
        let effect = if outcome == Outcome::InDoubt { Effect::Unknown } else { Effect::NotSent };
        let info = self.pipeline.provider().info();
        let error = ProviderError::new(info, Operation::Create, ErrorKind::Interrupted, effect);
        let delivery = Delivery { error: Some(error.with_message(message)), ..self.without_error(outcome) };
        Delivery { look_again_at: self.look_again_at(&delivery), ..delivery }
    }

    /// Returns the time from which a search can settle a delivery that was cut off.
    fn look_again_at(&self, delivery: &Delivery) -> Option<Timestamp> {
        let entry = self.entry.as_ref().filter(|_| delivery.outcome == Outcome::InDoubt)?;
        if delivery.attempts == 0 { entry.look_again_at() } else { entry.look_again_at_after_attempt() }
    }

    fn without_error(&self, outcome: Outcome) -> Delivery {
        Delivery {
            attempts: self.progress.attempts(),
            elapsed: self.pipeline.elapsed(self.started),
            fields: self.progress.take_fields(),
            ..self.pipeline.new_delivery(outcome)
        }
    }
}
