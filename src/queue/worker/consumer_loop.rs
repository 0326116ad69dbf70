//! The loop that pulls and delivers the messages of one provider. It pulls while it has room and the provider's circuit breaker
//! admits deliveries: one at a time while the breaker is half-open, if this worker has the right to probe. It ends when every
//! delivery that it began has ended and was reported.

use std::sync::Arc;
use std::time::Duration;

use async_nats::jetstream::Message;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{Interval, MissedTickBehavior};

use super::consumer::open_consumer;
use super::handler::MessageHandler;
use super::probe::ProbeLease;
use super::pull::PullRequests;
use super::{RETRY_WAIT, Worker, WorkerEvent};
use crate::queue::error::{QueueError, with_retries};
use crate::queue::shared_breakers::{AppliedRevisions, SharedBreakers};
use crate::shutdown::Shutdown;
use crate::watch;

/// The interval at which an idle loop asks whether the queue is empty, if the worker ends then.
const EMPTY_CHECK_INTERVAL: Duration = Duration::from_millis(250);
/// The interval at which a loop asks for the right to probe that another worker has.
const PROBE_CHECK_INTERVAL: Duration = Duration::from_secs(1);
/// The number of rejected pull requests in a row after which the consumer is opened again.
const MAX_REJECTED: u32 = 4;

/// The loop of one provider.
pub(super) struct ConsumerLoop {
    handler: Arc<MessageHandler>,
    max_concurrency: usize,
    pulls: PullRequests,
    probe: ProbeLease,
    applied: AppliedRevisions,
    shutdown: watch::Receiver<Shutdown>,
    events: mpsc::Sender<WorkerEvent>,
    empty_checks: Interval,
    /// Whether the sweeper has queued the doubts that were due when the worker began.
    is_swept: tokio::sync::watch::Receiver<bool>,
    /// Tasks, so that no delivery waits for the report of another one.
    deliveries: JoinSet<WorkerEvent>,
}

/// The next event of a loop.
enum Event {
    Ended(WorkerEvent),
    Message(Option<Box<Message>>),
    HalfOpened,
    StateChanged,
    CheckEmpty,
}

impl ConsumerLoop {
    pub(super) async fn open(
        worker: &Worker,
        index: usize,
        breakers: SharedBreakers,
        events: mpsc::Sender<WorkerEvent>,
        is_swept: tokio::sync::watch::Receiver<bool>,
    ) -> Result<Self, QueueError> {
        let handler = MessageHandler::new(worker, index, breakers, events.clone());
        let pipeline = handler.pipeline();
        let consumer = with_retries(|| open_consumer(&worker.queue, pipeline, &events)).await?;
        let context = worker.queue.0.context.clone();
        let pulls = PullRequests::open(consumer, context, worker.is_until_empty).await;
        let pulls = pulls.map_err(|error| QueueError::unreachable(worker.queue.name(), &error))?;
        let shared = pipeline.settings().concurrency.max();
        let probe = with_retries(|| ProbeLease::open(worker, pipeline, handler.shared_breakers())).await?;
        let breaker = handler.breaker();
        let applied = with_retries(|| handler.shared_breakers().apply(breaker)).await?;
        let mut empty_checks = tokio::time::interval(EMPTY_CHECK_INTERVAL);
        empty_checks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Ok(Self {
            probe,
            applied,
            max_concurrency: worker.max_concurrency.map_or(shared, |own| own.min(shared)),
            pulls,
            shutdown: worker.shutdown.subscribe(),
            events,
            is_swept,
            empty_checks,
            handler: Arc::new(handler),
            deliveries: JoinSet::new(),
        })
    }

    pub(super) async fn run(self) {
        let breaker = Arc::clone(self.handler.breaker());
        let breakers = self.handler.shared_breakers().clone();
        let follow = breakers.follow(breaker, self.applied);
        tokio::select! {
            () = self.consume() => {}
            () = follow => {}
        }
    }

    async fn consume(mut self) {
        let mut is_queue_empty = false;
        let mut stop = self.handler.breaker().stop_signal().subscribe();
        loop {
            let is_running = self.shutdown.get() == Shutdown::Running && !is_queue_empty;
            let room = if is_running { self.room() } else { 0 };
            if self.probe.is_taken() && !self.handler.breaker().is_half_open() {
                self.probe.release().await;
            }
            if room > 0 && self.may_pull().await {
                self.pulls.request(room).await;
            }
            let is_idle = self.deliveries.is_empty() && self.pulls.outstanding() == 0;
            if is_idle && !is_running {
                return self.probe.release().await;
            }
            match self.next(&mut stop, is_running).await {
                // The caller may have dropped the stream of events.
                Event::Ended(event) => drop(self.events.send(event).await),
                Event::Message(Some(message)) => {
                    // It was requested before the breaker opened.
                    if self.handler.breaker().is_half_open() && !self.probe.is_taken() {
                        self.handler.nak(&message).await;
                    } else {
                        self.deliveries.spawn(Arc::clone(&self.handler).handle(*message));
                    }
                }
                Event::Message(None) => self.reopen_consumer().await,
                Event::CheckEmpty => {
                    is_queue_empty = *self.is_swept.borrow() && self.pulls.is_queue_empty().await;
                }
                Event::HalfOpened | Event::StateChanged => {}
            }
        }
    }

    /// Returns whether a message may be pulled: as a probe only by the worker that has the right to probe.
    async fn may_pull(&mut self) -> bool {
        if !self.handler.breaker().is_half_open() {
            return true;
        }
        self.probe.acquire().await.unwrap_or_else(|error| {
            tracing::warn!(%error, "The right to probe was not acquired and will be asked for again");
            false
        })
    }

    /// Returns how many more messages may be requested.
    fn room(&self) -> usize {
        let taken = self.deliveries.len() + self.pulls.outstanding();
        let breaker = self.handler.breaker();
        let room = if breaker.admits(usize::MAX) { self.max_concurrency } else { 0 };
        let room = if breaker.is_half_open() { room.min(1) } else { room };
        room.saturating_sub(taken)
    }

    async fn next(&mut self, stop: &mut watch::Receiver<bool>, is_running: bool) -> Event {
        let breaker = self.handler.breaker();
        let half_open_at = breaker.half_open_at();
        let half_opened = async {
            match half_open_at {
                Some(time) => breaker.half_open_after(time).await,
                None => std::future::pending().await,
            }
        };
        let has_requests = self.pulls.outstanding() > 0;
        let waits_for_probe = breaker.is_half_open() && self.deliveries.is_empty() && !has_requests;
        let may_be_empty = self.handler.worker().is_until_empty && self.deliveries.is_empty();
        tokio::select! {
            biased;
            Some(ended) = self.deliveries.join_next() => match ended {
                Ok(event) => Event::Ended(event),
                Err(error) => {
                    tracing::error!(%error, "A delivery panicked; the servers redeliver it after the lease");
                    Event::StateChanged
                }
            },
            () = self.shutdown.changed(), if is_running => Event::StateChanged,
            () = stop.changed() => Event::StateChanged,
            message = self.pulls.next(), if has_requests => Event::Message(message.map(Box::new)),
            () = half_opened => Event::HalfOpened,
            () = tokio::time::sleep(PROBE_CHECK_INTERVAL), if waits_for_probe && is_running => Event::StateChanged,
            _ = self.empty_checks.tick(), if may_be_empty && is_running => Event::CheckEmpty,
        }
    }

    /// Opens the consumer again after several rejected pull requests. Servers that keep it in memory may have lost it.
    async fn reopen_consumer(&mut self) {
        if self.pulls.rejected_in_a_row() < MAX_REJECTED {
            return;
        }
        let queue = &self.handler.worker().queue;
        match open_consumer(queue, self.handler.pipeline(), &self.events).await {
            Ok(consumer) => self.pulls.set_consumer(consumer),
            Err(error) => {
                tracing::warn!(%error, "The consumer cannot be opened");
                tokio::time::sleep(RETRY_WAIT).await;
            }
        }
    }
}
