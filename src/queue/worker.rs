//! Working off a queue.
//!
//! A delivery is acknowledged after the journal holds it as settled or parked; what was not sent, or could not be recorded, goes
//! back.
//!
//! # What becomes of a delivery
//!
//! | it | then |
//! |---|---|
//! | is created, existing, skipped or rejected, or failed for a reason of its own | is acknowledged: the journal has it |
//! | is in doubt, and the journal holds it with the time when looking is worth it, or for a person | is acknowledged; it is queued again when that time has come |
//! | met too many requests or a quota that is used up | goes back until the vendor may be asked again, and the provider is paused for all workers |
//! | met refused credentials or a wrong set-up, or failed as so many before it | goes back for a while, and the provider is paused for all workers; until then nobody asks for it |
//! | is in doubt, and was not settled because another worker has it or it was stopped before | goes back for a while, or until the pause is over |
//! | was not sent, because the worker ends or the provider is paused | goes back at once, or until the pause is over |
//! | is being sent by another worker, or the journal gives no answer | goes back for a while |
//! | cannot be read | goes to the dead letters, with the reason |
//!
//! A worker that is killed acknowledges nothing: after the lease its deliveries come to another one, which finds claims without a
//! holder and reconciles them.

mod acknowledge;
mod consumer;
mod forgetting;
mod handling;
mod lane;
mod options;
mod pull;
mod sweeper;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::{self, Stream};
use jiff::Timestamp;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use unicontact_providers::ContactProvider;

pub(super) use self::acknowledge::is_put_back;
#[cfg(test)]
pub(crate) use self::acknowledge::{Ended, acknowledges};
use self::lane::Lane;
use self::options::check;
#[cfg(test)]
pub(crate) use self::sweeper::is_queued_again;
use self::sweeper::{End, Sweeper};
use super::Queue;
use super::error::{QueueError, patiently};
use super::pauses::Pauses;
use super::slots::SharedSlots;
use crate::circuit_breaker::{CircuitBreaker, OnOpen, OpenReason, passes_by_itself};
use crate::fan_out::FanOut;
use crate::journal::Journal;
use crate::pipeline::Pipeline;
use crate::report::Delivery;
use crate::shutdown::Shutdown;
use crate::watch;

/// How long between two questions to servers that give no answer.
pub(super) const PAUSE: Duration = Duration::from_millis(500);
/// So many outcomes are kept until they are taken. After that no more deliveries begin.
const UNTAKEN: usize = 64;
const PATIENCE: u32 = 20;

/// A worker. Its clones are the same worker, so that one of them can stop what another one runs.
///
/// ```no_run
/// use futures_util::StreamExt;
/// use unicontact::queue::{Queue, WorkerEvent, Worker};
///
/// # async fn example(queue: Queue, fan_out: unicontact::FanOut) -> Result<(), Box<dyn std::error::Error>> {
/// let worker = Worker::new(queue.clone(), fan_out);
/// let mut worked = std::pin::pin!(worker.run().await?);
/// while let Some(worked) = worked.next().await {
///     if let WorkerEvent::Delivered { contact, delivery, .. } = worked {
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
    gates: Arc<[Arc<CircuitBreaker>]>,
    most: Option<usize>,
    ends_when_empty: bool,
    patience: u32,
    course: watch::Sender<Shutdown>,
}

/// What a worker did, with one message mostly.
#[derive(Debug)]
#[non_exhaustive]
pub enum WorkerEvent {
    /// A delivery came to its end here.
    Delivered {
        /// The contact's `external_id`, else the fingerprint of its content.
        contact: String,
        /// How it ended.
        delivery: Box<Delivery>,
        /// What became of its message.
        then: Disposition,
        /// When it was put into the queue, by the servers' clock.
        queued_at: Timestamp,
    },
    /// How many of a provider's deliveries all workers together may have in flight follows the configuration of this one from now on.
    Adjusted {
        /// The provider's name.
        provider: String,
        /// How many from now on.
        in_flight: i64,
        /// How many before.
        before: i64,
    },
    /// A delivery that had left the queue unfinished was queued again.
    Requeued {
        /// The provider's name.
        provider: String,
        /// The contact's `external_id`, else the fingerprint of its content.
        contact: String,
        /// Why.
        reason: RequeueReason,
    },
    /// It could not be read.
    DeadLetter {
        /// The provider whose subject it came on.
        provider: String,
        /// Why it could not be read.
        reason: String,
    },
}

/// Why a delivery was queued again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RequeueReason {
    /// It was in doubt, and the time has come to look for it.
    Parked,
    /// The journal called it pending, or nobody had its claim any more, and the queue did not hold it.
    Lost,
}

impl RequeueReason {
    /// Every reason.
    pub const ALL: [Self; 2] = [Self::Parked, Self::Lost];

    /// Returns the word for it in output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Parked => "parked",
            Self::Lost => "lost",
        }
    }
}

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disposition {
    /// It left the queue.
    Acknowledged,
    /// It is back, and comes again after so long.
    PutBack(Duration),
}

impl Worker {
    /// A worker that delivers through `fan_out`, with the journal of the queue.
    pub fn new(queue: Queue, fan_out: FanOut) -> Self {
        let journal: Arc<dyn Journal> = queue.journal();
        let mut worker = Self {
            fan_out: fan_out.with_journal(journal),
            queue,
            gates: Arc::new([]),
            most: None,
            ends_when_empty: false,
            patience: PATIENCE,
            course: watch::Sender::new(Shutdown::Going),
        };
        worker.make_gates();
        worker
    }

    /// At most so many deliveries of each provider are under way in this worker, however many all workers together may have.
    #[must_use]
    pub fn with_concurrency(mut self, deliveries: usize) -> Self {
        self.most = Some(deliveries.max(1));
        self
    }

    /// After how many failures in a row a provider is paused, 20 by default.
    #[must_use]
    pub fn with_patience(mut self, failures: u32) -> Self {
        self.patience = failures.max(1);
        self.make_gates();
        self
    }

    /// Ends when nothing is in the queue any more, neither waiting nor with another worker. Doubts that are due when it begins
    /// are queued before; those that are parked for later are not waited for.
    #[must_use]
    pub fn ending_when_empty(mut self) -> Self {
        self.ends_when_empty = true;
        self
    }

    /// The providers.
    pub fn fan_out(&self) -> &FanOut {
        &self.fan_out
    }

    /// The providers that are paused, in the order of the configuration.
    pub fn pauses(&self) -> Vec<OpenReason> {
        self.gates.iter().filter_map(|gate| gate.pause()).collect()
    }

    /// Takes nothing more and begins no attempt. Attempts under way come to their end; what was not sent goes back at once.
    pub fn stop(&self) {
        // Whoever is woken by the course must find the gates shut.
        self.gates.iter().for_each(|gate| gate.shut());
        Shutdown::Ending.advance(&self.course);
    }

    /// Cuts off what is under way, too: what may have been sent is in doubt.
    pub fn abandon(&self) {
        self.stop();
        Shutdown::Abandoned.advance(&self.course);
    }

    /// Works the queue off. What was done comes in the order in which it ended; whoever does not take it holds the worker back. The
    /// stream ends early, with the reason in the log, where a provider broke off. A pause for refused credentials or a wrong set-up is lifted: this worker may have others.
    ///
    /// Needs a Tokio runtime. Dropping the stream cuts off what is under way.
    ///
    /// # Errors
    ///
    /// The configuration does not go with the queue, or the servers cannot be reached.
    pub async fn run(&self) -> Result<impl Stream<Item = WorkerEvent> + use<>, QueueError> {
        check(&self.queue, &self.fan_out)?;
        let pauses = Pauses::of(&self.queue);
        self.lift_what_may_be_mended(&pauses).await?;
        let (tell, told) = mpsc::channel(UNTAKEN);
        let mut lanes = JoinSet::new();
        let (swept, is_swept) = tokio::sync::watch::channel(false);
        let (is_working, have_ended) = tokio::sync::watch::channel(());
        for (place, target) in self.fan_out.pipelines().iter().enumerate() {
            self.share_moments(target);
            let lane = Lane::open(self, place, pauses.clone(), tell.clone(), is_swept.clone()).await?;
            let is_working = is_working.clone();
            lanes.spawn(async move {
                Box::pin(lane.run()).await;
                drop(is_working);
            });
        }
        drop(is_working);
        let end = End { course: self.course.subscribe(), lanes: have_ended };
        lanes.spawn(Sweeper::new(self, tell).run(swept, end));
        if let Some(retention) = self.queue.options().retention {
            lanes.spawn(forgetting::go_on(self.queue.journal(), self.queue.0.deliveries.clone(), retention));
        }
        Ok(stream::unfold((told, lanes), async |(mut told, mut lanes)| {
            loop {
                tokio::select! {
                    biased;
                    worked = told.recv() => return Some((worked?, (told, lanes))),
                    Some(ended) = lanes.join_next() => if let Err(error) = ended {
                        tracing::error!(%error, "The worker ends: one of its providers broke off");
                        return None;
                    },
                }
            }
        }))
    }

    async fn lift_what_may_be_mended(&self, pauses: &Pauses) -> Result<(), QueueError> {
        let all = patiently(|| pauses.all()).await?;
        for pause in all {
            let is_ours = self.gates.iter().any(|gate| gate.provider() == pause.provider);
            if is_ours && !passes_by_itself(pause.kind) {
                pauses.lift(&pause.provider, |pause| !passes_by_itself(pause.kind)).await;
            }
        }
        Ok(())
    }

    fn share_moments(&self, target: &Pipeline) {
        let name = target.provider().info().name();
        let per_second = target.settings().requests_per_second;
        let moments = SharedSlots::of(name, per_second, self.queue.0.shared.clone(), target.clock());
        target.share_moments(Arc::new(moments));
    }

    fn make_gates(&mut self) {
        let gate =
            |target: &Arc<Pipeline>| Arc::new(CircuitBreaker::of(target, self.patience, OnOpen::PutsBack));
        self.gates = self.fan_out.pipelines().iter().map(gate).collect();
    }
}

impl fmt::Debug for Worker {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = formatter.debug_struct("Worker");
        debug.field("queue", &self.queue).field("course", &self.course.get()).finish_non_exhaustive()
    }
}
