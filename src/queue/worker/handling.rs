//! One message, from the queue through a delivery to what becomes of it.
//!
//! Its rule: the servers are told that it is under way for as long as it is, and that it is done after the journal knows.

use std::sync::Arc;
use std::time::Duration;

use async_nats::jetstream::{AckKind, Message};
use jiff::Timestamp;
use tokio::sync::watch;
use tracing::Instrument;
use unicontact_providers::{ErrorKind, ProviderError};

use super::{Course, Then, Worked, Worker};
use crate::delivery::{Delivery, Outcome};
use crate::fan_out::FanOut;
use crate::import::{Gate, Pause, unsent};
use crate::queue::Queue;
use crate::queue::message::Incoming;
use crate::queue::streams::dead_subject_of;
use crate::target::STOPPED;

/// How long it is before a delivery comes again that another worker has, or whose journal gives no answer.
const LONGEST_WHILE: Duration = Duration::from_secs(15);
/// The header with why a message could not be read.
const REASON: &str = "Unicontact-Reason";
/// How often a worker says within a lease that a delivery is under way.
const SIGNS: u32 = 4;

/// What the messages of one provider need.
pub(super) struct Handling {
    queue: Queue,
    fan_out: FanOut,
    gates: Arc<[Arc<Gate>]>,
    place: usize,
    course: watch::Receiver<Course>,
}

/// What came of a message.
pub(super) struct Handled {
    pub(super) worked: Worked,
    /// A pause that it brought about.
    pub(super) pause: Option<Pause>,
    /// Whether the provider works again, as it shows.
    pub(super) is_trial_passed: bool,
}

impl Handling {
    pub(super) fn of(worker: &Worker, place: usize) -> Self {
        Self {
            queue: worker.queue.clone(),
            fan_out: worker.fan_out.clone(),
            gates: Arc::clone(&worker.gates),
            place,
            course: worker.course.subscribe(),
        }
    }

    pub(super) async fn handle(self: Arc<Self>, message: Message) -> Handled {
        match Incoming::read(&message.payload, message.headers.as_ref()) {
            Ok(incoming) => {
                let trace = incoming.trace.as_deref().unwrap_or_default();
                let span = tracing::info_span!("message", trace_id = trace);
                self.deliver(&message, incoming).instrument(span).await
            }
            Err(reason) => self.bury(&message, reason).await,
        }
    }

    fn gate(&self) -> &Gate {
        &self.gates[self.place]
    }

    async fn deliver(&self, message: &Message, incoming: Incoming) -> Handled {
        let Incoming { contact, key, .. } = incoming;
        let (was_paused, was_on_trial) = (self.gate().is_paused(), self.gate().is_on_trial());
        let contact = Arc::new(contact);
        let tenure = self.queue.0.journal.tenure();
        let mut running = self.fan_out.start_through(&contact, key.clone(), &[self.place], &self.gates);
        tokio::select! {
            biased;
            () = running.ended() => {}
            () = self.abandoned() => {}
            () = self.signs(message) => {}
        }
        let is_cut_off = running.waiting_for().next().is_some();
        let mut report = running.abandon();
        let delivery = report.deliveries.pop().unwrap_or_else(|| self.nothing());
        let has_lapsed = tenure.is_none() || self.queue.0.journal.tenure() != tenure;
        let then = if is_cut_off {
            self.after_cutting_off(&delivery)
        } else if has_lapsed && self.is_for_another_time(&delivery) {
            Then::PutBack(self.a_while())
        } else {
            self.verdict(&delivery)
        };
        self.conclude(message, then).await;
        let pause = self.gate().pause().filter(|_| !was_paused && brings_a_pause(&delivery));
        let is_trial_passed = was_on_trial && !self.gate().is_on_trial() && !self.gate().is_paused();
        let queued_at = queued_at(message);
        let worked = Worked::Delivered { contact: key, delivery: Box::new(delivery), then, queued_at };
        Handled { worked, pause, is_trial_passed }
    }

    async fn abandoned(&self) {
        let mut course = self.course.clone();
        // The sender lives as long as the worker. Without it nothing is cut off.
        if course.wait_for(|course| *course == Course::Abandoned).await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// Says again and again that it is under way, so that nobody else gets it.
    async fn signs(&self, message: &Message) {
        let pause = self.queue.options().journal.lease / SIGNS;
        loop {
            tokio::time::sleep(pause).await;
            if let Err(error) = message.ack_with(AckKind::Progress).await {
                tracing::warn!(%error, "The queue does not know that a delivery is under way");
            }
        }
    }

    /// What is cut off is settled when this process ends in order, and not yet. What may have been sent is with the vendor for a
    /// while still, so that looking for it now would tell nothing.
    fn after_cutting_off(&self, delivery: &Delivery) -> Then {
        let is_sent = delivery.outcome == Outcome::InDoubt;
        Then::PutBack(if is_sent { self.queue.options().journal.lease } else { Duration::ZERO })
    }

    /// Whether a doubt was left because the provider was paused or the worker ends, and can be settled at another time.
    fn is_left(&self, delivery: &Delivery) -> bool {
        *self.gate().stop().borrow() && self.can_be_settled(delivery)
    }

    /// Whether a doubt can be settled at another time: one that an earlier holder left long ago, or at a vendor that may be sent it
    /// again.
    fn can_be_settled(&self, delivery: &Delivery) -> bool {
        let target = &self.fan_out.targets()[self.place];
        target.dedupes() || (delivery.attempts == 0 && target.can_reconcile())
    }

    /// Whether a delivery may have ended so because the servers did not hear of this worker, so that no attempt began.
    fn is_for_another_time(&self, delivery: &Delivery) -> bool {
        match delivery.outcome {
            Outcome::Failed => true,
            Outcome::InDoubt => self.can_be_settled(delivery),
            _ => false,
        }
    }

    /// What becomes of the message after its delivery.
    fn verdict(&self, delivery: &Delivery) -> Then {
        if delivery.unrecorded.is_some() {
            return Then::PutBack(self.a_while());
        }
        match (delivery.outcome, delivery.error.as_ref().map(ProviderError::kind)) {
            (Outcome::Pending, _) if delivery.note != Some(STOPPED) => Then::PutBack(self.a_while()),
            (Outcome::Pending, _) => Then::PutBack(self.until_reopened().unwrap_or_default()),
            (Outcome::InDoubt, _) if self.is_left(delivery) => {
                Then::PutBack(self.until_reopened().unwrap_or_default())
            }
            (Outcome::Failed, Some(kind)) if self.gate().is_paused() || meets_all(kind) => {
                Then::PutBack(self.until_reopened().unwrap_or_else(|| self.a_while()))
            }
            _ => Then::Acknowledged,
        }
    }

    fn a_while(&self) -> Duration {
        (self.queue.options().journal.lease / 8).min(LONGEST_WHILE)
    }

    fn until_reopened(&self) -> Option<Duration> {
        let resumes = self.gate().resumes()?;
        Some(Duration::try_from(resumes.duration_since(Timestamp::now())).unwrap_or_default())
    }

    async fn conclude(&self, message: &Message, then: Then) {
        let concluded = match then {
            Then::Acknowledged => message.ack().await,
            Then::PutBack(after) => {
                message.ack_with(AckKind::Nak(Some(after).filter(|it| !it.is_zero()))).await
            }
        };
        if let Err(error) = concluded {
            tracing::warn!(%error, "The queue does not know how a delivery ended, and delivers it again");
        }
    }

    /// Puts away what cannot be read. It leaves the queue when it is kept elsewhere.
    async fn bury(&self, message: &Message, reason: String) -> Handled {
        let provider = self.gate().provider().to_owned();
        tracing::error!(provider, reason, "A message cannot be read");
        let subject = dead_subject_of(self.queue.name(), &provider);
        let mut headers = message.headers.clone().unwrap_or_default();
        headers.insert(REASON, reason.as_str());
        let context = &self.queue.0.context;
        let kept = match context.publish_with_headers(subject, headers, message.payload.clone()).await {
            Ok(kept) => kept.await.map(drop),
            Err(error) => Err(error),
        };
        let concluded = match kept {
            Ok(()) => message.ack_with(AckKind::Term).await,
            Err(error) => {
                tracing::warn!(%error, "It cannot be kept with the dead letters, and goes back");
                message.ack_with(AckKind::Nak(Some(self.a_while()))).await
            }
        };
        if let Err(error) = concluded {
            tracing::warn!(%error, "The queue delivers it again");
        }
        Handled { worked: Worked::DeadLetter { provider, reason }, pause: None, is_trial_passed: false }
    }

    /// A report has an entry for every provider.
    fn nothing(&self) -> Delivery {
        unsent(&self.fan_out.targets()[self.place], Outcome::Pending, STOPPED)
    }
}

/// Failures that lie outside the contact, so that the next one would meet them, too.
fn meets_all(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::Config | ErrorKind::Unauthenticated | ErrorKind::RateLimited | ErrorKind::QuotaExhausted
    )
}

fn brings_a_pause(delivery: &Delivery) -> bool {
    matches!(delivery.outcome, Outcome::Failed | Outcome::InDoubt)
}

fn queued_at(message: &Message) -> Timestamp {
    let published = message.info().ok().map(|info| info.published.unix_timestamp_nanos());
    published.and_then(|nanoseconds| Timestamp::from_nanosecond(nanoseconds).ok()).unwrap_or_default()
}
