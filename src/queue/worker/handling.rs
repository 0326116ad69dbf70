//! One message, from the queue through a delivery to what becomes of it.
//!
//! Its rule: the servers are told that it is under way for as long as it is, and that it is done after the journal knows.

use std::sync::Arc;
use std::time::Duration;

use async_nats::HeaderMap;
use async_nats::jetstream::{AckKind, Message};
use jiff::Timestamp;
use tracing::Instrument;
use unicontact_providers::{ContactProvider, DeliveryKey, UnifiedContact, contact_key};

use super::acknowledge::{Ended, acknowledges};
use super::{Disposition, Worker, WorkerEvent};
use crate::circuit_breaker::{CircuitBreaker, passes_by_itself};
use crate::identity::{Identification, Recognizer};
use crate::journal::{Journal, JournalError, Record};
use crate::outcome::Outcome;
use crate::pipeline::Pipeline;
use crate::queue::message::Incoming;
use crate::queue::pauses::Pauses;
use crate::queue::streams::dead_subject_of;
use crate::report::{Delivery, Note};
use crate::shutdown::Shutdown;

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

    pub(super) fn target(&self) -> &Pipeline {
        &self.worker.fan_out.pipelines()[self.place]
    }

    pub(super) fn pauses(&self) -> &Pauses {
        &self.pauses
    }

    pub(super) async fn handle(self: Arc<Self>, message: Message) -> WorkerEvent {
        match Incoming::read(&message.payload, message.headers.as_ref()) {
            Ok(incoming) => {
                let trace = incoming.trace.as_deref().unwrap_or_default();
                let span = tracing::info_span!("message", trace_id = trace);
                self.deliver(&message, incoming).instrument(span).await
            }
            Err(reason) => self.bury(&message, reason).await,
        }
    }

    pub(super) fn gate(&self) -> &Arc<CircuitBreaker> {
        &self.worker.gates[self.place]
    }

    fn lease(&self) -> Duration {
        self.worker.queue.options().journal.lease
    }

    async fn deliver(&self, message: &Message, incoming: Incoming) -> WorkerEvent {
        let Incoming { contact, key, .. } = incoming;
        let key = match key {
            Some(key) => key,
            None => match self.key_of(&contact).await {
                Ok(key) => key,
                Err(error) => return self.put_back(message, contact_key(&contact), error).await,
            },
        };
        let was_on_trial = self.gate().is_on_trial();
        let contact = Arc::new(contact);
        let Worker { fan_out, gates, .. } = &self.worker;
        let mut running = fan_out.start_with_breakers(&contact, key.clone(), &[self.place], gates);
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
        WorkerEvent::Delivered { contact: key, delivery: Box::new(delivery), then, queued_at }
    }

    /// Returns the contact's part of the key of a delivery whose message has none, since version 0.1.0 queued it. Where that
    /// version recorded it as at the vendor, or as perhaps there, the key is that of its record; otherwise it is that of the
    /// person.
    async fn key_of(&self, contact: &UnifiedContact) -> Result<String, JournalError> {
        let journal = self.worker.queue.journal();
        let provider = self.gate().provider();
        let own = contact_key(contact);
        let record = journal.look(&DeliveryKey::of(provider, own.clone())).await?;
        if record.is_some_and(|record| record.may_be_at_vendor()) {
            return Ok(own);
        }
        let providers = [provider.to_owned()].into();
        let recognizer = Recognizer::with_journal(journal, providers, self.worker.fan_out.method());
        let (_, answer) = recognizer.recognize(contact);
        match answer.await? {
            Identification::Person { contact, .. } => Ok(contact),
            // Version 0.1.0 took it for the one that has the same id.
            Identification::OtherPerson | Identification::Unidentifiable => Ok(own),
        }
    }

    /// Puts back a delivery that is not begun, since the journal gives no answer.
    async fn put_back(&self, message: &Message, contact: String, error: JournalError) -> WorkerEvent {
        let delivery = Delivery { unrecorded: Some(error.into()), ..self.nothing() };
        let then = Disposition::PutBack(self.a_while());
        self.conclude(message, then).await;
        WorkerEvent::Delivered { contact, delivery: Box::new(delivery), then, queued_at: queued_at(message) }
    }

    /// What was found out about the provider.
    async fn tell_the_others(&self, was_on_trial: bool) {
        let gate = self.gate();
        if let Some(pause) = gate.take_untold() {
            self.pauses.tell(&pause, self.target().clock().now()).await;
        } else if was_on_trial && !gate.is_on_trial() && !gate.is_paused() {
            self.pauses.lift_what_is_over(gate.provider()).await;
        }
    }

    async fn abandoned(&self) {
        self.worker.course.subscribe().wait_for(|course| course == Shutdown::Abandoned).await;
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
    fn after_cutting_off(&self, delivery: &Delivery) -> Disposition {
        let is_sent = delivery.outcome == Outcome::InDoubt;
        Disposition::PutBack(if is_sent { self.lease() } else { Duration::ZERO })
    }

    /// Returns what becomes of the message after its delivery.
    async fn verdict(&self, contact: &str, delivery: &Delivery) -> Disposition {
        let record = if delivery.outcome == Outcome::InDoubt { self.record(contact).await } else { None };
        let now = self.worker.queue.journal().servers_time();
        if acknowledges(Ended::new(delivery, self.gate().is_paused()), record.as_ref(), now) {
            return Disposition::Acknowledged;
        }
        let is_recorded = delivery.unrecorded.is_none();
        Disposition::PutBack(match delivery.outcome {
            Outcome::Pending if is_recorded && delivery.note == Some(Note::Stopped) => {
                self.until_reopened().unwrap_or_default()
            }
            Outcome::InDoubt | Outcome::Failed if is_recorded => {
                self.until_reopened().unwrap_or_else(|| self.a_while())
            }
            _ => self.a_while(),
        })
    }

    /// Returns what the journal holds of a delivery, or nothing if it gives no answer.
    async fn record(&self, contact: &str) -> Option<Record> {
        let key = DeliveryKey::of(self.gate().provider(), contact.to_owned());
        self.worker.queue.journal().look(&key).await.ok().flatten()
    }

    fn a_while(&self) -> Duration {
        self.worker.queue.a_while()
    }

    /// How long the provider is paused. Where somebody may mend the cause before, no longer than a while: as long as it is paused
    /// nobody asks for messages anyhow.
    fn until_reopened(&self) -> Option<Duration> {
        let pause = self.gate().pause()?;
        let resumes = pause.resumes.as_ref()?.timestamp();
        let left =
            Duration::try_from(resumes.duration_since(self.target().clock().now())).unwrap_or_default();
        Some(if passes_by_itself(pause.kind) { left } else { left.min(self.a_while()) })
    }

    async fn conclude(&self, message: &Message, then: Disposition) {
        let concluded = match then {
            Disposition::Acknowledged => message.ack().await,
            Disposition::PutBack(after) => {
                message.ack_with(AckKind::Nak(Some(after).filter(|it| !it.is_zero()))).await
            }
        };
        if let Err(error) = concluded {
            tracing::warn!(%error, "The queue does not know how a delivery ended, and delivers it again");
        }
    }

    /// Puts away what cannot be read. It leaves the queue when it is kept elsewhere.
    async fn bury(&self, message: &Message, reason: String) -> WorkerEvent {
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
        WorkerEvent::DeadLetter { provider, reason }
    }

    /// A report has an entry for every provider.
    fn nothing(&self) -> Delivery {
        Delivery::new(self.target().provider().info(), Outcome::Pending).with_note(Note::Stopped)
    }
}

fn queued_at(message: &Message) -> Timestamp {
    let published = message.info().ok().map(|info| info.published.unix_timestamp_nanos());
    published.and_then(|nanoseconds| Timestamp::from_nanosecond(nanoseconds).ok()).unwrap_or_default()
}
