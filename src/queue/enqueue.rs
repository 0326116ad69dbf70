//! Puts the deliveries of a stream of contacts into a queue.
//!
//! A delivery counts as queued once the servers have acknowledged it. A publish without an acknowledgement is repeated with the same
//! message id, so that the servers drop the duplicate.
//!
//! Contacts are recognized in the order of the stream, before the journal is asked about their deliveries. A message holds the
//! key that was found, so that workers need not recognize its contact again.

mod outcome;
mod submit;

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use futures_util::stream::{self, Stream, StreamExt};
use tokio::sync::watch;

pub use self::outcome::{EnqueueOutcome, Enqueued};
use self::submit::FIRST_WAIT;
use super::Queue;
use super::error::QueueError;
use super::message::{Outgoing, outgoing_messages};
use crate::bulk::{Deduplicator, RoutedContact, RowDecision, SameIdentity};
use crate::identity::{Identification, IdentifyBy};
use crate::journal::{IdentifyFuture, Journal, JournalError};
use crate::recognizer::Recognizer;
use crate::source_row::SourceRow;

/// The largest number of deliveries that are published at once.
const MAX_PUBLISHING: usize = 256;
/// The largest number of contacts that are recognized at once.
const MAX_RECOGNIZING: usize = 64;

/// A producer that puts contacts into a queue. Its clones share their state: one can stop what another one runs.
#[derive(Clone)]
pub struct Enqueue {
    queue: Queue,
    providers: Arc<[String]>,
    deduplicator: Deduplicator,
    taken: Arc<AtomicU64>,
    is_stopped: Arc<watch::Sender<bool>>,
    error: Arc<Mutex<Option<QueueError>>>,
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
            error: Arc::default(),
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

    /// Queues or refuses rows that have the identity of an earlier row of the same input and contradict it. The default is to refuse
    /// them.
    #[must_use]
    pub fn with_same_identity(mut self, same_identity: SameIdentity) -> Self {
        self.deduplicator = self.deduplicator.with_same_identity(same_identity);
        self
    }

    /// Puts the contacts into the queue, for every provider. The stream returns each delivery as the servers acknowledge it, in
    /// any order. While the servers are unreachable or full, it retries until [`Enqueue::stop`].
    pub fn run<S, R>(&self, rows: S) -> impl Stream<Item = Enqueued> + use<S, R>
    where
        S: Stream<Item = R>,
        R: Into<SourceRow>,
    {
        let (recognizing, admitting) = (self.clone(), self.clone());
        let recognize = move |row: R| {
            let enqueue = recognizing.clone();
            let row: SourceRow = row.into();
            // Outside of the future, so that contacts are recognized in the order of the stream.
            let (traits, answer) = enqueue.deduplicator.recognize(&row);
            async move {
                let identification = enqueue.identification(&row, answer).await;
                (row, traits, identification)
            }
        };
        // A row that was taken from the stream is reported even if the producer is stopped.
        let recognized = rows.take_until(self.stopped()).map(recognize).buffered(MAX_RECOGNIZING);
        let admitted = recognized.map(move |(row, traits, identification)| {
            admitting.admitted(admitting.deduplicator.decide(row, &traits, identification))
        });
        self.submit_all(admitted.flat_map(stream::iter))
    }

    /// Puts contacts into the queue, each for its own list of providers. It does not look for duplicates within the stream.
    pub fn run_routed<S: Stream<Item = RoutedContact>>(
        &self,
        contacts: S,
    ) -> impl Stream<Item = Enqueued> + use<S> {
        let enqueue = self.clone();
        let all = contacts.flat_map(move |addressed| {
            enqueue.taken.fetch_add(1, Ordering::Relaxed);
            let RoutedContact { contact, key, providers } = &addressed;
            let all: Vec<_> = outgoing_messages(contact, key, providers).map(Ok).collect();
            stream::iter(all)
        });
        self.submit_all(all.take_until(self.stopped()))
    }

    /// Takes no more contacts, and stops retrying.
    pub fn stop(&self) {
        self.is_stopped.send_replace(true);
    }

    /// Returns the number of contacts that were taken from the stream, without refused rows.
    pub fn taken(&self) -> u64 {
        self.taken.load(Ordering::Relaxed)
    }

    /// Returns the number of contacts whose new id was added to a person that the journal had without one.
    pub fn took_id(&self) -> u64 {
        self.deduplicator.took_id()
    }

    /// Returns the number of contacts without an id that were recognized as a person that the journal has with one.
    pub fn recognized_without_id(&self) -> u64 {
        self.deduplicator.recognized_without_id()
    }

    /// Returns the number of contacts that have the name and an address of a person whom the journal has with other numbers only.
    /// They count as the same person.
    pub fn contradicting(&self) -> u64 {
        self.deduplicator.contradicting()
    }

    /// Returns the error for which the producer retries at the moment.
    pub fn current_error(&self) -> Option<QueueError> {
        self.error.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set_error(&self, error: Option<QueueError>) {
        *self.error.lock().unwrap_or_else(PoisonError::into_inner) = error;
    }

    fn submit_all<A: Stream<Item = Result<Outgoing, Enqueued>>>(
        &self,
        all: A,
    ) -> impl Stream<Item = Enqueued> + use<A> {
        let enqueue = self.clone();
        let one = move |outgoing| {
            let enqueue = enqueue.clone();
            async move {
                match outgoing {
                    Ok(outgoing) => enqueue.submit(outgoing).await,
                    Err(enqueued) => enqueued,
                }
            }
        };
        all.map(one).buffer_unordered(MAX_PUBLISHING)
    }

    fn stopped(&self) -> BoxFuture<'static, ()> {
        let mut stopped = self.is_stopped.subscribe();
        async move {
            // The stream holds a clone of the sender, so that this waits for a value.
            let _ = stopped.wait_for(|is_stopped| *is_stopped).await;
        }
        .boxed()
    }

    /// Returns the person that a contact is, and retries while the servers do not answer.
    async fn identification(
        &self,
        row: &SourceRow,
        mut answer: IdentifyFuture,
    ) -> Result<Identification, JournalError> {
        let mut wait = FIRST_WAIT;
        loop {
            match answer.await {
                Ok(identification) => return Ok(identification),
                Err(error) => {
                    let is_stopped = self.wait_to_retry(error.clone().into(), &mut wait).await.is_err();
                    if is_stopped {
                        return Err(error);
                    }
                }
            }
            answer = self.deduplicator.recognize(row).1;
        }
    }

    /// Returns the messages of a contact, or the results of a contact that is not queued.
    fn admitted(&self, decision: RowDecision) -> Vec<Result<Outgoing, Enqueued>> {
        let (contact, outcome) = match decision {
            RowDecision::Refused { contact, refusal } => {
                let provider = self.providers.first().cloned().unwrap_or_default();
                let outcome = EnqueueOutcome::Refused(Box::new(refusal));
                return vec![Err(Enqueued { contact, provider, outcome })];
            }
            RowDecision::Send { row, key } => {
                self.taken.fetch_add(1, Ordering::Relaxed);
                return outgoing_messages(&row.contact, &key, &self.providers).map(Ok).collect();
            }
            RowDecision::Repeated { contact, differs_in } => {
                (contact, EnqueueOutcome::Duplicate { has_other_content: differs_in.is_some() })
            }
            RowDecision::Unrecognized { contact, error } => (contact, EnqueueOutcome::Unsent(error.into())),
        };
        self.taken.fetch_add(1, Ordering::Relaxed);
        let enqueued = |provider: &String| {
            let (contact, outcome) = (contact.clone(), outcome.clone());
            Err(Enqueued { contact, provider: provider.clone(), outcome })
        };
        self.providers.iter().map(enqueued).collect()
    }
}

impl fmt::Debug for Enqueue {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = formatter.debug_struct("Enqueue");
        debug.field("queue", &self.queue).field("providers", &self.providers).finish_non_exhaustive()
    }
}
