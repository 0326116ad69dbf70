//! The deliveries of one contact while they run: stopped, cut off, panicking or ended.

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

/// A fan-out under way.
///
/// Dropping it cuts every delivery off; those whose attempt had begun are told as in doubt in the log and the journal.
/// [`Running::abandon`] does the same and returns the report.
pub struct Running {
    pub(super) contact: String,
    pub(super) policy: Policy,
    pub(super) deliveries: Vec<RunningDelivery>,
}

pub(super) struct RunningDelivery {
    target: Arc<Pipeline>,
    entry: Option<Arc<JournalEntry>>,
    gate: Option<Arc<CircuitBreaker>>,
    stop: watch::Sender<bool>,
    progress: Arc<Progress>,
    started: Duration,
    task: Option<JoinHandle<Delivery>>,
    ended: Option<Delivery>,
}

impl Running {
    /// Begins no new attempt. Attempts under way come to their end; what was not sent stays `pending`.
    pub fn stop(&self) {
        for delivery in &self.deliveries {
            delivery.stop.send_replace(true);
        }
    }

    /// The providers whose deliveries have not ended.
    pub fn waiting_for(&self) -> impl Iterator<Item = &str> {
        let open = self.deliveries.iter().filter(|delivery| delivery.ended.is_none());
        open.map(|delivery| delivery.target.provider().info().name())
    }

    /// Waits for every delivery to end. Dropping the future loses nothing; call it again.
    pub async fn ended(&mut self) {
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

    /// Waits for every delivery to end, and reports.
    pub async fn finish(mut self) -> Report {
        self.ended().await;
        self.report()
    }

    /// Cuts off every delivery that has not ended, and reports: what may have been sent is in doubt.
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
        target: &Arc<Pipeline>,
        contact: &Arc<UnifiedContact>,
        key: DeliveryKey,
        entry: Option<Arc<JournalEntry>>,
        gate: Option<Arc<CircuitBreaker>>,
        stop: watch::Sender<bool>,
    ) -> Self {
        let progress = Arc::new(Progress::default());
        let started = target.uptime();
        if let Some(gate) = &gate {
            gate.enters();
        }
        let task = tokio::spawn({
            let (target, contact) = (Arc::clone(target), Arc::clone(contact));
            let (entry, gate) = (entry.clone(), gate.clone());
            let (progress, mut stop) = (Arc::clone(&progress), stop.subscribe());
            let delivering = async move {
                let (entry, gate, progress) = (entry.as_deref(), gate.as_deref(), &progress);
                target
                    .deliver(
                        &DeliveryContext { contact: &contact, key: &key, entry, breaker: gate, progress },
                        &mut stop,
                    )
                    .await
            };
            delivering.in_current_span()
        });
        Self {
            target: Arc::clone(target),
            entry,
            gate,
            stop,
            progress,
            started,
            task: Some(task),
            ended: None,
        }
    }

    pub(super) fn ended(target: &Arc<Pipeline>, delivery: Delivery) -> Self {
        Self {
            target: Arc::clone(target),
            entry: None,
            gate: None,
            stop: watch::Sender::new(true),
            progress: Arc::new(Progress::default()),
            started: target.uptime(),
            task: None,
            ended: Some(delivery),
        }
    }

    async fn end(&mut self) -> Outcome {
        if let Some(task) = &mut self.task {
            let ended = task.await;
            self.task = None;
            let has_broken_off = ended.is_err();
            let delivery = ended.unwrap_or_else(|error| self.broken_off(&error));
            if let Some(gate) = &self.gate {
                if has_broken_off {
                    gate.judge(delivery.outcome, delivery.attempts, delivery.error.as_ref());
                }
                gate.leaves();
            }
            let delivery = self.ended.insert(delivery);
            if let Some(entry) = self.entry.as_ref().filter(|_| has_broken_off) {
                delivery.unrecorded = entry.settle(delivery).await.err().map(Into::into);
            }
        }
        self.ended.as_ref().map_or(Outcome::Pending, |delivery| delivery.outcome)
    }

    /// Ends it now, whatever it is doing.
    fn cut_off(&mut self) -> Delivery {
        self.progress.close();
        if let Some(delivery) = self.ended.take() {
            return delivery;
        }
        if let Some(gate) = &self.gate {
            gate.leaves();
        }
        let unawaited = self.task.take().and_then(|task| {
            task.abort();
            task.now_or_never()?.ok()
        });
        if let Some(delivery) = unawaited {
            return delivery;
        }
        let delivery = self.as_far_as_it_came();
        if let Some(entry) = &self.entry {
            // Whoever cuts off does not wait. A journal that is closed in order writes it.
            drop(entry.settle(&delivery));
        }
        delivery
    }

    /// What is known of a delivery whose task is no more.
    fn as_far_as_it_came(&self) -> Delivery {
        if let Some(delivery) = self.created() {
            return delivery;
        }
        if self.progress.is_in_doubt() {
            tracing::warn!(
                provider = self.target.provider().info().name(),
                outcome = Outcome::InDoubt.as_str(),
                "The delivery was cut off after an attempt had begun"
            );
            return self.unfinished(Outcome::InDoubt, "it was cut off after an attempt had begun");
        }
        self.without_error(Outcome::Pending).with_note(Note::Stopped)
    }

    /// What the last attempt created before the task came to its end.
    fn created(&self) -> Option<Delivery> {
        let created = self.progress.created()?;
        let outcome = Outcome::from_created(&created);
        Some(Delivery { id: Some(created.id), ..self.without_error(outcome) })
    }

    fn broken_off(&self, error: &JoinError) -> Delivery {
        if let Some(delivery) = self.created() {
            return delivery;
        }
        let what = if error.is_panic() { "the adapter panicked" } else { "its task was ended" };
        let outcome = if self.progress.is_in_doubt() { Outcome::InDoubt } else { Outcome::Failed };
        self.unfinished(outcome, what)
    }

    fn unfinished(&self, outcome: Outcome, what: &'static str) -> Delivery {
        let effect = if outcome == Outcome::InDoubt { Effect::Unknown } else { Effect::NotSent };
        let info = self.target.provider().info();
        let error = ProviderError::new(info, Operation::Create, ErrorKind::Interrupted, effect);
        let delivery = Delivery { error: Some(error.with_message(what)), ..self.without_error(outcome) };
        Delivery { look_again_at: self.look_again_at(&delivery), ..delivery }
    }

    /// Returns when looking for a delivery that was cut off is worth it.
    fn look_again_at(&self, delivery: &Delivery) -> Option<Timestamp> {
        let entry = self.entry.as_ref().filter(|_| delivery.outcome == Outcome::InDoubt)?;
        if delivery.attempts == 0 { entry.look_again_at() } else { entry.look_again_at_after_attempt() }
    }

    fn without_error(&self, outcome: Outcome) -> Delivery {
        Delivery {
            attempts: self.progress.attempts(),
            elapsed: self.target.elapsed(self.started),
            fields: self.progress.take_fields(),
            ..Delivery::new(self.target.provider().info(), outcome)
        }
    }
}
