//! Handles one message: parses it, delivers its contact, and acknowledges it or returns it to the queue.
//!
//! Invariant: a message is acknowledged only after the journal holds its delivery, and the servers hear regularly that it is in
//! progress until then.

mod unreadable;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use async_nats::jetstream::{AckKind, Message};
use jiff::Timestamp;
use tokio::sync::mpsc;
use tracing::Instrument;
use unicontact_providers::{DeliveryKey, UnifiedContact, contact_key};

use super::acknowledge::{DeliveryResult, acknowledges};
use super::{Disposition, Worker, WorkerEvent};
use crate::circuit_breaker::CircuitBreaker;
use crate::identity::Identification;
use crate::journal::{Journal, JournalError, Record};
use crate::outcome::Outcome;
use crate::pipeline::Pipeline;
use crate::queue::message::{Incoming, ParseError};
use crate::queue::shared_breakers::SharedBreakers;
use crate::recognizer::Recognizer;
use crate::report::{Delivery, Note};
use crate::shutdown::Shutdown;

/// The number of progress acknowledgements within one lease.
const PROGRESS_PER_LEASE: u32 = 4;

/// The handler of one provider's messages.
pub(super) struct MessageHandler {
    worker: Worker,
    /// The provider's index in the fan-out.
    index: usize,
    shared_breakers: SharedBreakers,
    /// Whether it was logged that a newer version wrote a message.
    has_logged_newer: AtomicBool,
    events: mpsc::Sender<WorkerEvent>,
}

impl MessageHandler {
    pub(super) fn new(
        worker: &Worker,
        index: usize,
        shared_breakers: SharedBreakers,
        events: mpsc::Sender<WorkerEvent>,
    ) -> Self {
        let has_logged_newer = AtomicBool::new(false);
        Self { worker: worker.clone(), index, shared_breakers, has_logged_newer, events }
    }

    pub(super) fn worker(&self) -> &Worker {
        &self.worker
    }

    pub(super) fn pipeline(&self) -> &Pipeline {
        &self.worker.fan_out.pipelines()[self.index]
    }

    pub(super) fn breaker(&self) -> &Arc<CircuitBreaker> {
        &self.worker.breakers[self.index]
    }

    pub(super) fn shared_breakers(&self) -> &SharedBreakers {
        &self.shared_breakers
    }

    pub(super) async fn handle(self: Arc<Self>, message: Message) -> WorkerEvent {
        match Incoming::parse(&message.payload, message.headers.as_ref()) {
            Ok(incoming) => {
                let trace_id = incoming.trace_id.as_deref().unwrap_or_default();
                let span = tracing::info_span!("message", trace_id);
                self.deliver(&message, incoming).instrument(span).await
            }
            Err(ParseError::Newer(reason)) => self.leave_to_newer(&message, reason).await,
            Err(ParseError::Invalid(reason)) => self.dead_letter(&message, reason).await,
        }
    }

    async fn deliver(&self, message: &Message, incoming: Incoming) -> WorkerEvent {
        let Incoming { contact, key, .. } = incoming;
        let key = match key {
            Some(key) => key,
            None => match self.key_of(&contact).await {
                Ok(key) => key,
                Err(error) => return self.nak_unstarted(message, contact_key(&contact), error).await,
            },
        };
        let was_half_open = self.breaker().is_half_open();
        let contact = Arc::new(contact);
        let Worker { fan_out, breakers, .. } = &self.worker;
        let mut running = fan_out.start_with_breakers(&contact, key.clone(), &[self.index], breakers);
        tokio::select! {
            biased;
            () = running.ended() => {}
            () = self.aborted() => {}
            () = self.report_progress(message) => {}
        }
        let is_cut_off = running.waiting_for().next().is_some();
        let mut report = running.abandon();
        let delivery = report.deliveries.pop().unwrap_or_else(|| self.not_started());
        if let Some(error) = self.record_error(&key, &delivery).await
            && let Some(event) = self.handle_record_error(message, error).await
        {
            return event;
        }
        let disposition = if is_cut_off {
            self.disposition_of_cut_off(&delivery)
        } else if let Some(disposition) = self.disposition_of_purged(message, &key, &delivery).await {
            disposition
        } else {
            self.disposition(&key, &delivery).await
        };
        self.acknowledge(message, disposition).await;
        self.publish_breaker(was_half_open).await;
        let queued_at = queued_at(message);
        WorkerEvent::Delivered { contact: key, delivery: Box::new(delivery), disposition, queued_at }
    }

    /// Returns the contact's part of the delivery's key for a message of version 0.1.0, which has none. If that version recorded the
    /// contact as created, or as perhaps created, the key is that of the record; otherwise it is that of the person.
    async fn key_of(&self, contact: &UnifiedContact) -> Result<String, JournalError> {
        let journal = self.worker.queue.journal();
        let provider = self.breaker().provider();
        let own = contact_key(contact);
        let record = journal.look(&DeliveryKey::from_contact_key(provider, own.clone())).await?;
        if record.is_some_and(|record| record.may_be_at_vendor()) {
            return Ok(own);
        }
        let providers = [provider.to_owned()].into();
        let recognizer = Recognizer::with_journal(journal, providers, self.worker.fan_out.method());
        let (_, answer) = recognizer.recognize(contact);
        match answer.await? {
            Identification::Person { contact, .. } => Ok(contact),
            // Version 0.1.0 took it for the person with the same id.
            Identification::OtherPerson | Identification::Unidentifiable => Ok(own),
        }
    }

    /// Returns a delivery to the queue that did not begin because the journal does not answer.
    async fn nak_unstarted(&self, message: &Message, contact: String, error: JournalError) -> WorkerEvent {
        if let Some(event) = self.handle_record_error(message, error.clone()).await {
            return event;
        }
        let delivery = Box::new(Delivery { unrecorded: Some(error.into()), ..self.not_started() });
        let disposition = Disposition::Nak(self.retry_delay());
        self.acknowledge(message, disposition).await;
        WorkerEvent::Delivered { contact, delivery, disposition, queued_at: queued_at(message) }
    }

    /// Publishes to the other workers that this delivery opened the breaker, or closed it as a successful probe.
    async fn publish_breaker(&self, was_half_open: bool) {
        let breaker = self.breaker();
        let provider = || breaker.provider().to_owned();
        if let Some(reason) = breaker.take_unpublished() {
            let kind = reason.kind;
            self.shared_breakers.publish(reason).await;
            if let Some(kind) = kind {
                self.send(WorkerEvent::Paused { provider: provider(), kind }).await;
            }
        } else if was_half_open && !breaker.is_half_open() && !breaker.is_open() {
            self.shared_breakers.close_expired(breaker.provider()).await;
        }
        if was_half_open && !breaker.is_half_open() {
            self.send(WorkerEvent::Probed { provider: provider(), succeeded: !breaker.is_open() }).await;
        }
    }

    async fn send(&self, event: WorkerEvent) {
        // The caller may have dropped the stream of events.
        let _ = self.events.send(event).await;
    }

    async fn aborted(&self) {
        self.worker.shutdown.subscribe().wait_for(|phase| phase == Shutdown::Aborted).await;
    }

    /// Extends the message's acknowledgement deadline again and again, so that no other worker receives it.
    async fn report_progress(&self, message: &Message) {
        let interval = self.lease() / PROGRESS_PER_LEASE;
        loop {
            tokio::time::sleep(interval).await;
            if let Err(error) = message.ack_with(AckKind::Progress).await {
                tracing::warn!(%error, "The progress of a delivery was not acknowledged; another worker may receive it");
            }
        }
    }

    /// Returns the disposition of a delivery that was cut off. The journal settles it when the process ends. If the create was sent,
    /// a look-up would be too early before the lease is over.
    fn disposition_of_cut_off(&self, delivery: &Delivery) -> Disposition {
        let is_sent = delivery.outcome == Outcome::InDoubt;
        Disposition::Nak(if is_sent { self.lease() } else { Duration::ZERO })
    }

    /// Returns the disposition of a delivery that was not sent because a person took it out of the queue: a message from before leaves
    /// the queue, and a later one is delivered at its next try. `None` for any other delivery, or if the journal does not answer.
    async fn disposition_of_purged(
        &self,
        message: &Message,
        contact: &str,
        delivery: &Delivery,
    ) -> Option<Disposition> {
        let may_be_purged = delivery.note == Some(Note::SentByAnotherRun);
        let record = if may_be_purged { self.record(contact).await } else { None };
        let record = record.filter(Record::is_purged)?;
        if queued_at(message) <= record.changed_at {
            return Some(Disposition::Ack);
        }
        let ended = self.worker.queue.journal().end_purge(&record.key).await;
        Some(Disposition::Nak(if ended.is_ok() { Duration::ZERO } else { self.retry_delay() }))
    }

    async fn disposition(&self, contact: &str, delivery: &Delivery) -> Disposition {
        let record = if delivery.outcome == Outcome::InDoubt { self.record(contact).await } else { None };
        let now = self.worker.queue.journal().servers_time();
        let result = DeliveryResult::new(delivery, self.breaker().is_open());
        if acknowledges(result, record.as_ref(), now) {
            return Disposition::Ack;
        }
        let is_recorded = delivery.unrecorded.is_none();
        Disposition::Nak(match delivery.outcome {
            Outcome::Pending if is_recorded && delivery.note == Some(Note::Stopped) => {
                self.time_until_probe().unwrap_or_default()
            }
            Outcome::InDoubt | Outcome::Failed if is_recorded => {
                self.time_until_probe().unwrap_or_else(|| self.retry_delay())
            }
            _ => self.retry_delay(),
        })
    }

    /// Returns the journal's record of a delivery, or `None` if the journal does not answer.
    async fn record(&self, contact: &str) -> Option<Record> {
        let key = DeliveryKey::from_contact_key(self.breaker().provider(), contact.to_owned());
        self.worker.queue.journal().look(&key).await.ok().flatten()
    }

    /// Returns the time until an open breaker admits a probe, at most the retry delay: a message that was returned for longer would
    /// hold one of the provider's places after a person has ended the pause. While the breaker is open, no worker pulls it anyway.
    fn time_until_probe(&self) -> Option<Duration> {
        let reason = self.breaker().open_reason()?;
        let half_open_at = reason.half_open_at.as_ref()?.timestamp();
        let left = Duration::try_from(half_open_at.duration_since(self.breaker().now())).unwrap_or_default();
        Some(left.min(self.retry_delay()))
    }

    /// Returns a message to the queue at once.
    pub(super) async fn nak(&self, message: &Message) {
        self.acknowledge(message, Disposition::Nak(Duration::ZERO)).await;
    }

    async fn acknowledge(&self, message: &Message, disposition: Disposition) {
        let acknowledged = match disposition {
            Disposition::Ack => message.ack().await,
            Disposition::Nak(delay) => {
                message.ack_with(AckKind::Nak(Some(delay).filter(|delay| !delay.is_zero()))).await
            }
        };
        if let Err(error) = acknowledged {
            tracing::warn!(%error, "The end of a delivery was not acknowledged; the servers redeliver it");
        }
    }

    /// Moves a message that cannot be delivered to the dead letters. It leaves the queue after they hold it.
    async fn dead_letter(&self, message: &Message, reason: String) -> WorkerEvent {
        let provider = self.breaker().provider().to_owned();
        tracing::error!(provider, reason, "A message cannot be delivered and moves to the dead letters");
        let stored = self.worker.queue.add_dead_letter(&provider, &reason, message.payload.clone()).await;
        let acknowledged = match stored {
            Ok(()) => message.ack_with(AckKind::Term).await,
            Err(error) => {
                tracing::warn!(%error, "The dead letter was not stored; the message returns to the queue");
                message.ack_with(AckKind::Nak(Some(self.retry_delay()))).await
            }
        };
        if let Err(error) = acknowledged {
            tracing::warn!(%error, "A dead letter was not acknowledged; the servers redeliver it");
        }
        WorkerEvent::DeadLetter { provider, reason }
    }

    /// Returns the delivery of a contact that was not sent.
    fn not_started(&self) -> Delivery {
        self.pipeline().new_delivery(Outcome::Pending).with_note(Note::Stopped)
    }

    fn lease(&self) -> Duration {
        self.worker.queue.options().journal.lease
    }

    fn retry_delay(&self) -> Duration {
        self.worker.queue.retry_delay()
    }
}

fn queued_at(message: &Message) -> Timestamp {
    let published = message.info().ok().map(|info| info.published.unix_timestamp_nanos());
    published.and_then(|nanoseconds| Timestamp::from_nanosecond(nanoseconds).ok()).unwrap_or_default()
}
