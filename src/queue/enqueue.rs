//! Putting deliveries into a queue.
//!
//! A delivery counts as queued when the servers have acknowledged it. What may have reached them is published again with the same
//! id, by which it is there once. What the journal holds as delivered, or as in doubt until a later time, is not queued.
//!
//! Every contact is recognized before its deliveries are looked up, in the order of the stream. The messages carry the key that is
//! found, so that workers do not ask again.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use std::{fmt, iter};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use futures_util::stream::{self, Stream, StreamExt};
use jiff::Timestamp;
use tokio::sync::watch;
use unicontact_providers::DeliveryKey;

use super::Queue;
use super::error::{QueueError, QueueErrorKind};
use super::message::{Outgoing, outgoing};
use super::worker::is_put_back;
use crate::bulk::{Deduplicator, RoutedContact, RowDecision, SameIdentity};
use crate::identity::{Identification, IdentifyBy, Recognizer, Recognizing};
use crate::journal::{Journal, JournalError, Record, RecordState};
use crate::outcome::Outcome;
use crate::refusal::Refusal;
use crate::source_row::SourceRow;

/// So many deliveries are on their way to the servers at once.
const AT_ONCE: usize = 256;
/// So many contacts are recognized at once.
const RECOGNIZED_AT_ONCE: usize = 64;
/// How long between two tries at first, and at most.
const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Contacts on their way into a queue. Its clones are the same, so that one of them can stop what another one runs.
#[derive(Clone)]
pub struct Enqueue {
    queue: Queue,
    providers: Arc<[String]>,
    deduplicator: Deduplicator,
    taken: Arc<AtomicU64>,
    is_stopped: Arc<watch::Sender<bool>>,
    trouble: Arc<Mutex<Option<QueueError>>>,
}

/// What became of one delivery on its way into the queue.
#[derive(Debug, Clone, PartialEq)]
pub struct Queued {
    /// The contact's own id (`external_id`) if it has one, else the contact's part of the key under which the journal records
    /// its deliveries.
    pub contact: String,
    /// The provider's name.
    pub provider: String,
    /// What became of it.
    pub how: How,
}

/// Whether and why a delivery is in the queue.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum How {
    /// It is in the queue.
    Queued,
    /// It was there already, put there within the duplicate window, and is there still.
    AlreadyQueued,
    /// The vendor has it, so that it is not queued.
    Delivered {
        /// Whether it has changed since.
        has_changed: bool,
    },
    /// A worker is sending it now, so that it is not queued.
    Held,
    /// It is in doubt, and nothing can be done about that before this time. A worker queues it then by itself.
    InDoubt {
        /// When looking for it at the vendor, or sending it again, is worth it.
        look_again_at: Timestamp,
    },
    /// It came before in the same stream of contacts.
    Repeated {
        /// Whether its content differs from that of the contact that came before.
        has_other_content: bool,
    },
    /// Its row is rejected, and it is queued for no provider. It is reported once, for the first of them.
    Refused(Box<Refusal>),
    /// It may be in the queue or not: nobody acknowledged it. Queue it again.
    Unsent(QueueError),
}

impl How {
    /// The word for it in output.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::AlreadyQueued => "already_queued",
            Self::Delivered { .. } | Self::Repeated { .. } => "skipped",
            Self::Held => "held",
            Self::InDoubt { .. } => "in_doubt",
            Self::Refused(_) => "refused",
            Self::Unsent(_) => "unsent",
        }
    }
}

impl Enqueue {
    pub(super) fn new(queue: Queue, providers: Vec<String>) -> Self {
        let providers: Arc<[String]> = providers.into();
        let journal = queue.journal() as Arc<dyn Journal>;
        let recognizer = Recognizer::with_journal(journal, Arc::clone(&providers), IdentifyBy::default());
        Self {
            queue,
            providers,
            deduplicator: Deduplicator::new(recognizer),
            taken: Arc::default(),
            is_stopped: Arc::new(watch::Sender::new(false)),
            trouble: Arc::default(),
        }
    }

    /// Recognizes contacts that were delivered or queued earlier by `method`.
    #[must_use]
    pub fn identified_by(mut self, method: IdentifyBy) -> Self {
        let journal = self.queue.journal() as Arc<dyn Journal>;
        self.deduplicator =
            Deduplicator::new(Recognizer::with_journal(journal, Arc::clone(&self.providers), method));
        self
    }

    /// Queues or refuses rows that have the identity of an earlier row of the same input and contradict it. They are refused by
    /// default.
    #[must_use]
    pub fn with_same_identity(mut self, same_identity: SameIdentity) -> Self {
        self.deduplicator = self.deduplicator.with_same_identity(same_identity);
        self
    }

    /// Puts the contacts into the queue, for every provider. What became of each comes as the servers acknowledge it, in any order.
    /// Servers that cannot be reached or are full are waited for, until [`Enqueue::stop`].
    pub fn run<S, R>(&self, rows: S) -> impl Stream<Item = Queued> + use<S, R>
    where
        S: Stream<Item = R>,
        R: Into<SourceRow>,
    {
        let (recognizing, admitting) = (self.clone(), self.clone());
        let recognize = move |row: R| {
            let enqueue = recognizing.clone();
            let row: SourceRow = row.into();
            // Asked here, so that contacts are recognized in their order.
            let (traits, answer) = enqueue.deduplicator.recognize(&row);
            async move {
                let identification = enqueue.identification(&row, answer).await;
                (row, traits, identification)
            }
        };
        // What was taken is reported, also where it is stopped.
        let recognized = rows.take_until(self.stopped()).map(recognize).buffered(RECOGNIZED_AT_ONCE);
        let admitted = recognized.map(move |(row, traits, identification)| {
            admitting.admitted(admitting.deduplicator.decide(row, &traits, identification))
        });
        self.put_all(admitted.flat_map(stream::iter))
    }

    /// The same with contacts that go to some of the providers only. Nobody looks for what comes twice.
    pub fn run_routed<S: Stream<Item = RoutedContact>>(
        &self,
        contacts: S,
    ) -> impl Stream<Item = Queued> + use<S> {
        let enqueue = self.clone();
        let all = contacts.flat_map(move |addressed| {
            enqueue.taken.fetch_add(1, Ordering::Relaxed);
            let RoutedContact { contact, key, providers } = &addressed;
            let all: Vec<_> = outgoing(contact, key, providers).map(Ok).collect();
            stream::iter(all)
        });
        self.put_all(all.take_until(self.stopped()))
    }

    /// Takes no more contacts and waits for servers no longer.
    pub fn stop(&self) {
        self.is_stopped.send_replace(true);
    }

    /// How many contacts were taken from the stream.
    pub fn taken(&self) -> u64 {
        self.taken.load(Ordering::Relaxed)
    }

    /// Returns how many contacts with a new id are people that the journal knew without one. They have it from now on.
    pub fn took_id(&self) -> u64 {
        self.deduplicator.took_id()
    }

    /// Returns how many contacts without an id are people that the journal knows by an id.
    pub fn recognized_without_id(&self) -> u64 {
        self.deduplicator.recognized_without_id()
    }

    /// Returns how many contacts have the name and an address of a person whom the journal knows with other numbers only. They
    /// are taken for the same person.
    pub fn contradicting(&self) -> u64 {
        self.deduplicator.contradicting()
    }

    /// Why nothing is acknowledged at the moment, if that is so.
    pub fn trouble(&self) -> Option<QueueError> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn put_all<A: Stream<Item = Result<Outgoing, Queued>>>(
        &self,
        all: A,
    ) -> impl Stream<Item = Queued> + use<A> {
        let enqueue = self.clone();
        let one = move |outgoing| {
            let enqueue = enqueue.clone();
            async move {
                match outgoing {
                    Ok(outgoing) => enqueue.one(outgoing).await,
                    Err(queued) => queued,
                }
            }
        };
        all.map(one).buffer_unordered(AT_ONCE)
    }

    fn stopped(&self) -> BoxFuture<'static, ()> {
        let mut stopped = self.is_stopped.subscribe();
        async move {
            // The sender lives as long as the stream, which has a clone of this.
            let _ = stopped.wait_for(|is_stopped| *is_stopped).await;
        }
        .boxed()
    }

    /// Returns who a contact is. Servers that do not answer are asked again.
    async fn identification(
        &self,
        row: &SourceRow,
        mut answer: Recognizing,
    ) -> Result<Identification, JournalError> {
        let mut pause = FIRST_PAUSE;
        loop {
            match answer.await {
                Ok(identification) => return Ok(identification),
                Err(error) => {
                    let is_stopped = self.wait(error.clone().into(), &mut pause).await.is_err();
                    if is_stopped {
                        return Err(error);
                    }
                }
            }
            answer = self.deduplicator.recognize(row).1;
        }
    }

    /// Returns the messages of a contact, or what became of it instead.
    fn admitted(&self, admission: RowDecision) -> Vec<Result<Outgoing, Queued>> {
        let (contact, how) = match admission {
            RowDecision::Refused { contact, refusal } => {
                let provider = self.providers.first().cloned().unwrap_or_default();
                return vec![Err(Queued { contact, provider, how: How::Refused(Box::new(refusal)) })];
            }
            RowDecision::Send { row, key } => {
                self.taken.fetch_add(1, Ordering::Relaxed);
                return outgoing(&row.contact, &key, &self.providers).map(Ok).collect();
            }
            RowDecision::Repeated { contact, differs_in } => {
                (contact, How::Repeated { has_other_content: differs_in.is_some() })
            }
            RowDecision::Unrecognized { contact, error } => (contact, How::Unsent(error.into())),
        };
        self.taken.fetch_add(1, Ordering::Relaxed);
        let queued = |provider: &String| {
            Err(Queued { contact: contact.clone(), provider: provider.clone(), how: how.clone() })
        };
        self.providers.iter().map(queued).collect()
    }

    async fn one(&self, outgoing: Outgoing) -> Queued {
        let (contact, provider) = (outgoing.reported_as.clone(), outgoing.key.provider().to_owned());
        let how = self.put(outgoing).await.unwrap_or_else(How::Unsent);
        Queued { contact, provider, how }
    }

    async fn put(&self, outgoing: Outgoing) -> Result<How, QueueError> {
        let record = self.known(&outgoing.key).await?;
        match record.as_ref().map(|record| (record.standing, record.look_again_at)) {
            Some((RecordState::Claimed(_), _)) => return Ok(How::Held),
            Some((RecordState::Settled(outcome), _)) if outcome.is_delivered() => {
                let has_changed = record.is_some_and(|record| *record.fingerprint != *outgoing.fingerprint);
                return Ok(How::Delivered { has_changed });
            }
            Some((RecordState::Settled(Outcome::InDoubt), Some(look_again_at)))
                if look_again_at > self.queue.0.journal.servers_time() =>
            {
                return Ok(How::InDoubt { look_again_at });
            }
            _ => {}
        }
        let has_left = record.as_ref().is_some_and(has_left_the_queue);
        let changed_at = record.map(|record| record.changed_at);
        // A message with the same id may have left the queue since: then the delivery is put there by another id.
        let first = changed_at.filter(|_| has_left);
        let second = Some(changed_at).filter(|second| *second != first);
        for tried_at in iter::once(first).chain(second) {
            let Some(sequence) = self.published(&outgoing, tried_at).await? else { return Ok(How::Queued) };
            if self.has_message(sequence).await? {
                return Ok(How::AlreadyQueued);
            }
        }
        self.published(&outgoing, Some(self.queue.0.journal.servers_time())).await?;
        Ok(How::Queued)
    }

    async fn known(&self, key: &DeliveryKey) -> Result<Option<Record>, QueueError> {
        let mut pause = FIRST_PAUSE;
        loop {
            match self.queue.0.journal.look(key).await {
                Ok(record) => return Ok(record),
                Err(error) => self.wait(error.into(), &mut pause).await?,
            }
        }
    }

    /// Publishes it. Returns the sequence number of the message with the same id that was published before.
    async fn published(
        &self,
        outgoing: &Outgoing,
        tried_at: Option<Timestamp>,
    ) -> Result<Option<u64>, QueueError> {
        let mut pause = FIRST_PAUSE;
        // What is there after a try without an acknowledgement is there by that try.
        let mut is_first = true;
        loop {
            match self.queue.publish(outgoing, tried_at).await {
                Ok(acknowledged) => {
                    self.note(None);
                    return Ok((acknowledged.duplicate && is_first).then_some(acknowledged.sequence));
                }
                Err(error) => self.wait(error, &mut pause).await?,
            }
            is_first = false;
        }
    }

    async fn has_message(&self, sequence: u64) -> Result<bool, QueueError> {
        let mut pause = FIRST_PAUSE;
        loop {
            match self.queue.has_message(sequence).await {
                Ok(has) => return Ok(has),
                Err(error) => self.wait(error, &mut pause).await?,
            }
        }
    }

    /// Waits before the next try. Gives up when nobody wants another one, or none can succeed.
    async fn wait(&self, error: QueueError, pause: &mut Duration) -> Result<(), QueueError> {
        let may_pass = !matches!(error.kind(), QueueErrorKind::Unfit);
        if !may_pass || *self.is_stopped.borrow() {
            return Err(error);
        }
        self.note(Some(error));
        let mut stopped = self.is_stopped.subscribe();
        let _ = tokio::time::timeout(*pause, stopped.wait_for(|is_stopped| *is_stopped)).await;
        *pause = pause.saturating_mul(2).min(LONGEST_PAUSE);
        Ok(())
    }

    fn note(&self, trouble: Option<QueueError>) {
        *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) = trouble;
    }
}

/// Returns whether the delivery is probably in no message any more that was queued before it was tried. What met a pause, or
/// was interrupted, is probably in the same message still.
fn has_left_the_queue(record: &Record) -> bool {
    match record.outcome() {
        _ if record.standing == RecordState::Interrupted => false,
        // A person said that it may be sent, after it was in doubt and had left.
        Outcome::Pending => record.by_person,
        Outcome::Failed => !record.error_kind().is_some_and(is_put_back),
        _ => true,
    }
}

impl fmt::Display for How {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl fmt::Debug for Enqueue {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = formatter.debug_struct("Enqueue");
        debug.field("queue", &self.queue).field("providers", &self.providers).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::journal::Story;

    fn record(outcome: Outcome, kind: Option<&str>, by_person: bool) -> Record {
        Record {
            number: 1,
            key: DeliveryKey::of("acme", "42".to_owned()),
            vendor: "smarttask".into(),
            fingerprint: "f1".into(),
            standing: RecordState::Settled(outcome),
            id: None,
            attempts: 1,
            error: kind.map(|kind| json!({"kind": kind})),
            by_person,
            changed_at: Timestamp::UNIX_EPOCH,
            may_send_until: None,
            looked_at: None,
            look_again_at: None,
            settled_by: None,
            overruns: 0,
            digest: None,
            content: None,
            run: None,
            unresolved: None,
            story: Story::default(),
        }
    }

    #[test]
    fn what_met_a_pause_is_in_the_queue_still_and_what_ended_or_was_resolved_is_not() {
        let is_in_the_queue =
            |outcome, kind, by_person| !has_left_the_queue(&record(outcome, kind, by_person));
        assert!(is_in_the_queue(Outcome::Pending, None, false));
        for kind in ["rate_limited", "quota_exhausted", "unauthenticated", "config"] {
            assert!(is_in_the_queue(Outcome::Failed, Some(kind), false), "{kind}");
        }
        assert!(!is_in_the_queue(Outcome::Pending, None, true));
        assert!(!is_in_the_queue(Outcome::Failed, Some("unreachable"), false));
        assert!(!is_in_the_queue(Outcome::Rejected, Some("invalid"), false));
        assert!(!is_in_the_queue(Outcome::InDoubt, Some("interrupted"), false));
    }
}
