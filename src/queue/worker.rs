//! A worker delivers the contacts of a queue.
//!
//! # What happens to a delivery
//!
//! | the delivery | its message |
//! |---|---|
//! | is created, existing, skipped or rejected, or failed for a reason of its own | is acknowledged: the journal has the outcome |
//! | is in doubt, and the journal has it for a person or with the time of the next look-up | is acknowledged; the sweeper queues the delivery again at that time |
//! | met too many requests | waits in the worker for its next attempt, as in an import; the limit that all workers share gives fewer slots |
//! | met too many requests again, or a used-up quota | returns to the queue; the circuit breaker opens for all workers until the vendor accepts requests again |
//! | met refused credentials or a wrong configuration, or is one failure too many in a row | returns for the retry delay; the circuit breaker opens for all workers, and none pulls messages while it is open |
//! | is in doubt, and is not settled because another worker has it or it was stopped before | returns for the retry delay, or until the breaker is half-open |
//! | was not sent, because the worker stops or the breaker is open | returns at once, or until the breaker is half-open |
//! | is being sent by another worker, or the journal does not answer | returns for the retry delay |
//! | cannot be parsed, or its record is damaged at the fifth try | moves to the dead letters, with the reason |
//! | or its record was written by a newer version | returns for the retry delay, for workers of that version |
//!
//! A killed worker acknowledges nothing. After the lease, the servers redeliver its messages; the next worker finds claims without a
//! living holder and reconciles them.

mod acknowledge;
mod clock_check;
mod consumer;
mod consumer_loop;
mod drain;
mod event;
mod handler;
mod probe;
mod pull;
mod retention;
mod sweeper;
mod validate;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::{self, Stream};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use unicontact_providers::ContactProvider;
use unicontact_providers::clock::SharedClock;

#[cfg(test)]
pub(crate) use self::acknowledge::{DeliveryResult, acknowledges};
use self::consumer_loop::ConsumerLoop;
pub use self::event::{Disposition, RequeueReason, WorkerEvent};
#[cfg(test)]
pub(crate) use self::sweeper::is_queued_again;
use self::sweeper::{Stop, Sweeper};
use self::validate::validate;
use super::Queue;
use super::error::QueueError;
use super::servers_clock::ServersClock;
use super::shared_breakers::SharedBreakers;
use super::slots::SharedSlots;
use super::unfinished_counts::{SharedCounts, UnfinishedCounts};
use crate::circuit_breaker::{CircuitBreaker, OnOpen, OpenReason};
use crate::fan_out::FanOut;
use crate::journal::Journal;
use crate::pipeline::Pipeline;
use crate::shutdown::Shutdown;
use crate::watch;

/// The wait between two requests to servers that do not answer.
pub(super) const RETRY_WAIT: Duration = Duration::from_millis(500);
/// The number of events that are buffered. While the buffer is full, no delivery begins.
const EVENT_BUFFER: usize = 64;
const FAILURE_THRESHOLD: u32 = 20;
const STILL_DRAINING: &str = "The worker ends before its deliveries are settled, since the servers do not answer in time; another \
                              worker continues with them after the lease";

/// A worker of a queue. Its clones are the same worker: one can stop what another one runs.
///
/// ```no_run
/// use futures_util::StreamExt;
/// use unicontact::queue::{Queue, Worker, WorkerEvent};
///
/// # async fn example(queue: Queue, fan_out: unicontact::FanOut) -> Result<(), Box<dyn std::error::Error>> {
/// let worker = Worker::new(queue.clone(), fan_out);
/// let mut events = std::pin::pin!(worker.run().await?);
/// while let Some(event) = events.next().await {
///     if let WorkerEvent::Delivered { contact, delivery, .. } = event {
///         println!("{contact} to {}: {}", delivery.provider, delivery.outcome.as_str());
///     }
/// }
/// queue.journal().leave().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Worker {
    queue: Queue,
    fan_out: FanOut,
    /// One for each provider, in the order of the fan-out.
    breakers: Arc<[Arc<CircuitBreaker>]>,
    max_concurrency: Option<usize>,
    is_until_empty: bool,
    failure_threshold: u32,
    shutdown: watch::Sender<Shutdown>,
    unfinished: SharedCounts,
}

impl Worker {
    /// Returns a worker that delivers through `fan_out`, with the journal of the queue.
    pub fn new(queue: Queue, fan_out: FanOut) -> Self {
        let journal: Arc<dyn Journal> = queue.journal();
        let mut worker = Self {
            fan_out: fan_out.with_journal(journal),
            queue,
            breakers: Arc::new([]),
            max_concurrency: None,
            is_until_empty: false,
            failure_threshold: FAILURE_THRESHOLD,
            shutdown: watch::Sender::new(Shutdown::Running),
            unfinished: SharedCounts::default(),
        };
        worker.create_breakers();
        worker
    }

    /// Limits the deliveries of each provider that this worker has in flight, in addition to the limit of all workers together.
    #[must_use]
    pub fn with_concurrency(mut self, deliveries: usize) -> Self {
        self.max_concurrency = Some(deliveries.max(1));
        self
    }

    /// Opens a provider's circuit breaker after so many failures in a row, 20 by default.
    #[must_use]
    pub fn with_failure_threshold(mut self, failures: u32) -> Self {
        self.failure_threshold = failures.max(1);
        self.create_breakers();
        self
    }

    /// Ends the worker when the queue is empty: no message waits or is with another worker. Doubts that are due at the start are
    /// queued first; the worker does not wait for doubts that are due later.
    #[must_use]
    pub fn until_empty(mut self) -> Self {
        self.is_until_empty = true;
        self
    }

    /// Returns the providers and the way to deliver to them.
    pub fn fan_out(&self) -> &FanOut {
        &self.fan_out
    }

    /// Returns why nothing is sent to providers whose circuit breaker is open, in the order of the configuration.
    pub fn open_breakers(&self) -> Vec<OpenReason> {
        self.breakers.iter().filter_map(|breaker| breaker.open_reason()).collect()
    }

    /// Returns the numbers of unfinished deliveries in the journal by provider, as of the last sweep. Of all workers with the same
    /// providers one sweeps; the others return `None`.
    pub fn unfinished(&self) -> Option<BTreeMap<String, UnfinishedCounts>> {
        self.unfinished.get()
    }

    /// Takes no more messages and begins no attempt. Attempts in flight are finished; unsent deliveries return to the queue at once.
    /// The events end at the latest five seconds after the longest possible attempt, also if the servers do not answer: deliveries
    /// that are not settled by then are interrupted, as those of a killed worker.
    pub fn stop(&self) {
        // First, so that a task that the shutdown wakes finds the breakers shut down.
        self.breakers.iter().for_each(|breaker| breaker.shut_down());
        Shutdown::Draining.advance(&self.shutdown);
    }

    /// Stops the worker and cuts attempts in flight off. A create that may have been sent is in doubt.
    pub fn abort(&self) {
        self.stop();
        Shutdown::Aborted.advance(&self.shutdown);
    }

    /// Returns whether the worker was stopped or aborted.
    pub fn is_stopped(&self) -> bool {
        self.shutdown.get() != Shutdown::Running
    }

    /// Delivers the messages of the queue, and returns the events in the order in which they happen. Backpressure: a caller that does
    /// not take the events holds the worker back. The stream ends early, with the reason in the log, if the task of a provider
    /// panics. Where a circuit breaker is open for refused credentials or a wrong configuration, the worker sends one delivery at
    /// once, since it may have other ones.
    ///
    /// Needs a Tokio runtime. Dropping the stream cuts attempts in flight off.
    ///
    /// # Errors
    ///
    /// The configuration cannot be used with the queue, or the servers cannot be reached.
    pub async fn run(&self) -> Result<impl Stream<Item = WorkerEvent> + use<>, QueueError> {
        validate(&self.queue, &self.fan_out)?;
        let shared_breakers = SharedBreakers::new(&self.queue);
        let (events, receiver) = mpsc::channel(EVENT_BUFFER);
        let mut tasks = JoinSet::new();
        let (swept, is_swept) = tokio::sync::watch::channel(false);
        let (loop_guard, loops_ended) = tokio::sync::watch::channel(());
        for (index, pipeline) in self.fan_out.pipelines().iter().enumerate() {
            self.share_slots(pipeline);
            let consumer_loop =
                ConsumerLoop::open(self, index, shared_breakers.clone(), events.clone(), is_swept.clone())
                    .await?;
            let loop_guard = loop_guard.clone();
            tasks.spawn(async move {
                Box::pin(consumer_loop.run()).await;
                drop(loop_guard);
            });
        }
        drop(loop_guard);
        if let Some(pipeline) = self.fan_out.pipelines().first() {
            tasks.spawn(clock_check::run(self.queue.journal(), pipeline.clock(), events.downgrade()));
        }
        let stop = Stop { shutdown: self.shutdown.subscribe(), loops_ended };
        tasks.spawn(Sweeper::new(self, events).run(swept, stop));
        if let Some(retention) = self.queue.options().retention {
            tasks.spawn(retention::run(self.queue.journal(), self.queue.0.deliveries.clone(), retention));
        }
        let deadline = drain::deadline(self.shutdown.subscribe(), drain::longest_attempt(&self.fan_out));
        let state = (receiver, tasks, Box::pin(deadline));
        Ok(stream::unfold(state, async |(mut receiver, mut tasks, mut deadline)| {
            loop {
                tokio::select! {
                    biased;
                    event = receiver.recv() => return Some((event?, (receiver, tasks, deadline))),
                    () = &mut deadline => {
                        tracing::warn!("{STILL_DRAINING}");
                        return None;
                    },
                    Some(ended) = tasks.join_next() => if let Err(error) = ended {
                        tracing::error!(%error, "The worker ends: the task of a provider panicked");
                        return None;
                    },
                }
            }
        }))
    }

    fn share_slots(&self, pipeline: &Pipeline) {
        let name = pipeline.provider().info().name();
        let per_second = pipeline.settings().requests_per_second;
        let slots = SharedSlots::new(name, per_second, self.queue.0.shared.clone(), pipeline.clock());
        pipeline.share_slots(Arc::new(slots));
    }

    fn create_breakers(&mut self) {
        let servers_clock = |pipeline: &Pipeline| -> SharedClock {
            Arc::new(ServersClock::new(self.queue.journal(), pipeline.clock()))
        };
        self.breakers = self.fan_out.breakers(self.failure_threshold, OnOpen::Requeue, servers_clock);
    }
}

impl fmt::Debug for Worker {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = formatter.debug_struct("Worker");
        debug.field("queue", &self.queue).field("shutdown", &self.shutdown.get()).finish_non_exhaustive()
    }
}
