//! One message, from the queue through a delivery to what becomes of it.
//!
//! Its rule: the servers are told that it is under way for as long as it is, and that it is done after the journal knows.

use std::sync::Arc;
use std::time::Duration;

use async_nats::HeaderMap;
use async_nats::jetstream::{AckKind, Message};
use jiff::Timestamp;
use tracing::Instrument;
use unicontact_providers::{DeliveryKey, ErrorKind, ProviderError};

use super::{Then, Worked, Worker};
use crate::course::Course;
use crate::delivery::{Delivery, Outcome};
use crate::import::{Gate, passes_by_itself, unsent};
use crate::journal::{Journal, Standing};
use crate::queue::message::Incoming;
use crate::queue::pauses::Pauses;
use crate::queue::streams::dead_subject_of;
use crate::target::{STOPPED, Target};

/// How long it is before a delivery comes again that another worker has, or whose journal gives no answer.
const LONGEST_WHILE: Duration = Duration::from_secs(15);
/// The header with why a message could not be read.
const REASON: &str = "Unicontact-Reason";
/// How often a worker says within a lease that a delivery is under way.
const SIGNS: u32 = 4;

/// What the messages of one provider need.
pub(super) struct Handling {
    worker: Worker,
    place: usize,
    pauses: Pauses,
}

impl Handling {
    pub(super) fn of(worker: &Worker, place: usize, pauses: Pauses) -> Self {
        Self { worker: worker.clone(), place, pauses }
    }

    pub(super) fn worker(&self) -> &Worker {
        &self.worker
    }

    pub(super) fn target(&self) -> &Target {
        &self.worker.fan_out.targets()[self.place]
    }

    pub(super) fn pauses(&self) -> &Pauses {
        &self.pauses
    }

    pub(super) async fn handle(self: Arc<Self>, message: Message) -> Worked {
        match Incoming::read(&message.payload, message.headers.as_ref()) {
            Ok(incoming) => {
                let trace = incoming.trace.as_deref().unwrap_or_default();
                let span = tracing::info_span!("message", trace_id = trace);
                self.deliver(&message, incoming).instrument(span).await
            }
            Err(reason) => self.bury(&message, reason).await,
        }
    }

    pub(super) fn gate(&self) -> &Arc<Gate> {
        &self.worker.gates[self.place]
    }

    fn lease(&self) -> Duration {
        self.worker.queue.options().journal.lease
    }

    async fn deliver(&self, message: &Message, incoming: Incoming) -> Worked {
        let Incoming { contact, key, .. } = incoming;
        let was_on_trial = self.gate().is_on_trial();
        let contact = Arc::new(contact);
        let Worker { fan_out, gates, .. } = &self.worker;
        let mut running = fan_out.start_through(&contact, key.clone(), &[self.place], gates);
        tokio::select! {
            biased;
            () = running.ended() => {}
            () = self.abandoned() => {}
            () = self.signs(message) => {}
        }
        let is_cut_off = running.waiting_for().next().is_some();
        let mut report = running.abandon();
        let delivery = report.deliveries.pop().unwrap_or_else(|| self.nothing());
        let then =
            if is_cut_off { self.after_cutting_off(&delivery) } else { self.verdict(&key, &delivery).await };
        self.conclude(message, then).await;
        self.tell_the_others(was_on_trial).await;
        let queued_at = queued_at(message);
        Worked::Delivered { contact: key, delivery: Box::new(delivery), then, queued_at }
    }

    /// What was found out about the provider.
    async fn tell_the_others(&self, was_on_trial: bool) {
        let gate = self.gate();
        if let Some(pause) = gate.take_untold() {
            self.pauses.tell(&pause).await;
        } else if was_on_trial && !gate.is_on_trial() && !gate.is_paused() {
            self.pauses.lift_what_is_over(gate.provider(), Timestamp::now()).await;
        }
    }

    async fn abandoned(&self) {
        self.worker.course.subscribe().wait_for(|course| course == Course::Abandoned).await;
    }

    /// Says again and again that it is under way, so that nobody else gets it.
    async fn signs(&self, message: &Message) {
        let pause = self.lease() / SIGNS;
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
        Then::PutBack(if is_sent { self.lease() } else { Duration::ZERO })
    }

    /// Returns what becomes of the message after its delivery. It leaves the queue once the journal holds the delivery as
    /// settled or parked.
    async fn verdict(&self, contact: &str, delivery: &Delivery) -> Then {
        if delivery.unrecorded.is_some() {
            return Then::PutBack(self.a_while());
        }
        match (delivery.outcome, delivery.error.as_ref().map(ProviderError::kind)) {
            (Outcome::Pending, _) if delivery.note != Some(STOPPED) => Then::PutBack(self.a_while()),
            (Outcome::Pending, _) => Then::PutBack(self.until_reopened().unwrap_or_default()),
            (Outcome::InDoubt, _) if !self.is_parked(contact).await => {
                Then::PutBack(self.until_reopened().unwrap_or_else(|| self.a_while()))
            }
            (Outcome::Failed, Some(kind)) if self.gate().is_paused() || meets_all(kind) => {
                Then::PutBack(self.until_reopened().unwrap_or_else(|| self.a_while()))
            }
            _ => Then::Acknowledged,
        }
    }

    /// Returns whether the journal holds a delivery in doubt as settled, with nothing that can be done about it now.
    async fn is_parked(&self, contact: &str) -> bool {
        let journal = self.worker.queue.journal();
        let key = DeliveryKey::of(self.gate().provider(), contact.to_owned());
        let now = journal.now(&*self.target().clock()).time;
        let record = journal.look(&key).await.ok().flatten();
        record.is_some_and(|record| {
            matches!(record.standing, Standing::Settled(_))
                && record.look_again_at.is_none_or(|time| time > now)
        })
    }

    fn a_while(&self) -> Duration {
        (self.lease() / 8).min(LONGEST_WHILE)
    }

    /// How long the provider is paused. Where somebody may mend the cause before, no longer than a while: as long as it is paused
    /// nobody asks for messages anyhow.
    fn until_reopened(&self) -> Option<Duration> {
        let pause = self.gate().pause()?;
        let resumes = pause.resumes.as_ref()?.timestamp();
        let left = Duration::try_from(resumes.duration_since(Timestamp::now())).unwrap_or_default();
        Some(if passes_by_itself(pause.kind) { left } else { left.min(self.a_while()) })
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
    async fn bury(&self, message: &Message, reason: String) -> Worked {
        let provider = self.gate().provider().to_owned();
        tracing::error!(provider, reason, "A message cannot be read");
        let subject = dead_subject_of(self.worker.queue.name(), &provider);
        let mut headers = HeaderMap::new();
        headers.insert(REASON, reason.as_str());
        let context = &self.worker.queue.0.context;
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
        Worked::DeadLetter { provider, reason }
    }

    /// A report has an entry for every provider.
    fn nothing(&self) -> Delivery {
        unsent(self.target(), Outcome::Pending, STOPPED)
    }
}

/// Failures that lie outside the contact, so that the next one would meet them, too.
pub(in crate::queue) fn meets_all(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::Config | ErrorKind::Unauthenticated | ErrorKind::RateLimited | ErrorKind::QuotaExhausted
    )
}

fn queued_at(message: &Message) -> Timestamp {
    let published = message.info().ok().map(|info| info.published.unix_timestamp_nanos());
    published.and_then(|nanoseconds| Timestamp::from_nanosecond(nanoseconds).ok()).unwrap_or_default()
}
