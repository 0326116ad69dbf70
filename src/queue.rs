//! A queue of deliveries on NATS `JetStream`, for any number of workers on any machines.
//!
//! A delivery leaves the queue only after the journal has recorded its outcome. The journal decides whether a delivery is sent, not
//! the queue, which may hold one twice.
//!
//! # What is on the servers
//!
//! For a queue named `unicontact`:
//!
//! | name | purpose |
//! |---|---|
//! | stream `unicontact_deliveries` | a work queue: one message for each delivery, on the subject `unicontact.deliveries.<provider>` |
//! | its consumer `<provider>` | a durable pull consumer; all workers together have at most the provider's `concurrency` in flight |
//! | stream `unicontact_dead_letters` | messages that could not be delivered, with the reason in the header `Unicontact-Reason` |
//! | buckets `unicontact`, `unicontact_holders`, `unicontact_people` | the journal |
//! | bucket `unicontact_shared` | open circuit breakers, pauses and other acts of people, destinations, rate-limit slots, and the leases of sweepers and probes |
//!
//! Missing streams and buckets are created. Existing ones are compared with the options, and a difference is an error; they are not
//! changed, with two exceptions: the worker that started last sets the number in flight of a consumer, and [`Queue::migrate`] marks
//! a queue of version 0.1.0, so that 0.1.0 cannot open it any more.

mod audit;
mod dead_letters;
mod destination;
mod enqueue;
mod error;
mod forced_pause;
mod lease;
mod message;
mod messages;
mod options;
mod pauses;
mod provider_failure;
mod publish;
mod purge;
mod repair;
mod servers_clock;
mod shared_breakers;
mod slots;
mod status;
mod streams;
mod unfinished_counts;
mod unfinished_index;
mod worker;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_nats::jetstream::Context;
use async_nats::jetstream::kv::Store;
use async_nats::jetstream::stream::Stream;

pub use self::audit::{Audit, AuditAct};
pub use self::dead_letters::{DeadLetter, DeadLetters};
pub use self::destination::{Destination, OtherLimit};
pub use self::enqueue::{Enqueue, EnqueueOutcome, Enqueued};
use self::error::with_retries;
pub use self::error::{QueueError, QueueErrorKind};
pub use self::options::QueueOptions;
pub use self::purge::{Purge, PurgeOutcome, PurgedMessage};
pub use self::repair::{Finding, FindingKind, Repair};
pub use self::status::{ProviderStatus, Status};
use self::streams::Streams;
pub use self::unfinished_counts::UnfinishedCounts;
#[cfg(test)]
pub(crate) use self::worker::{DeliveryResult, acknowledges, is_queued_again};
pub use self::worker::{Disposition, RequeueReason, Worker, WorkerEvent};
use crate::journal::jetstream;
use crate::journal::{JetStreamJournal, Migration};

/// The longest delay before a returned delivery comes again, unless its provider's circuit breaker is open for longer.
const MAX_RETRY_DELAY: Duration = Duration::from_secs(15);

/// A queue of deliveries, and the journal that its workers share.
///
/// ```no_run
/// use futures_util::{StreamExt, stream};
/// use unicontact::journal::async_nats;
/// use unicontact::providers::UnifiedContact;
/// use unicontact::queue::{Queue, QueueOptions};
///
/// # async fn example(contacts: Vec<UnifiedContact>) -> Result<(), Box<dyn std::error::Error>> {
/// let client = async_nats::connect("nats://localhost:4222").await?;
/// let queue = Queue::open(client, QueueOptions::default()).await?;
/// let enqueue = queue.enqueue(vec!["acme".to_owned()]);
/// let mut results = std::pin::pin!(enqueue.run(stream::iter(contacts)));
/// while let Some(enqueued) = results.next().await {
///     println!("{} to {}: {}", enqueued.contact, enqueued.provider, enqueued.outcome);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Queue(Arc<Inner>);

struct Inner {
    options: QueueOptions,
    context: Context,
    journal: Arc<JetStreamJournal>,
    deliveries: Stream,
    dead_letters: Stream,
    shared: Store,
}

impl Queue {
    /// Opens the queue and its journal, and creates missing streams and buckets. Needs a Tokio runtime.
    ///
    /// # Errors
    ///
    /// The servers cannot be reached or are too old, or an existing stream or bucket does not match the options. It is left unchanged.
    pub async fn open(client: async_nats::Client, options: QueueOptions) -> Result<Self, QueueError> {
        Box::pin(Self::open_as(client, options, jetstream::CreateMode::IfMissing)).await
    }

    /// Opens an existing queue.
    ///
    /// # Errors
    ///
    /// As [`Self::open`], and [`QueueErrorKind::Missing`].
    pub async fn open_existing(
        client: async_nats::Client,
        options: QueueOptions,
    ) -> Result<Self, QueueError> {
        Box::pin(Self::open_as(client, options, jetstream::CreateMode::Never)).await
    }

    async fn open_as(
        client: async_nats::Client,
        options: QueueOptions,
        create: jetstream::CreateMode,
    ) -> Result<Self, QueueError> {
        // No request of this context has to meet the lease.
        let context = jetstream::context(client.clone(), Duration::MAX);
        let opening = with_retries(|| Streams::open(&context, &options, create));
        let Streams { deliveries, dead_letters, shared } = opening.await?;
        let journal = JetStreamJournal::open_as(client, options.journal.clone(), create).await?;
        let journal = Arc::new(journal);
        Ok(Self(Arc::new(Inner { options, context, journal, deliveries, dead_letters, shared })))
    }

    /// Migrates a queue of version 0.1.0 and its journal. All processes of that version must be stopped.
    ///
    /// # Errors
    ///
    /// As [`JetStreamJournal::migrate`]. The migration can be run again.
    pub async fn migrate(
        client: async_nats::Client,
        options: &QueueOptions,
    ) -> Result<Migration, QueueError> {
        let mut migration = JetStreamJournal::migrate(client.clone(), &options.journal).await?;
        let context = jetstream::context(client, Duration::MAX);
        migration.was_needed |= with_retries(|| Streams::mark_format(&context, options)).await?;
        Ok(migration)
    }

    /// Returns the journal that the workers share.
    pub fn journal(&self) -> Arc<JetStreamJournal> {
        Arc::clone(&self.0.journal)
    }

    /// Returns the options with which the queue was opened.
    pub fn options(&self) -> &QueueOptions {
        &self.0.options
    }

    /// Returns a warning about the servers' durability, if there is one.
    pub fn warning(&self) -> Option<&'static str> {
        self.0.journal.warning()
    }

    /// Returns a producer that puts contacts into the queue, for each of these providers.
    pub fn enqueue(&self, providers: Vec<String>) -> Enqueue {
        Enqueue::new(self.clone(), providers)
    }

    fn name(&self) -> &str {
        &self.0.options.journal.name
    }

    /// Returns the delay before a returned delivery comes again, which is also the interval of the sweeper.
    fn retry_delay(&self) -> Duration {
        (self.0.options.journal.lease / 8).min(MAX_RETRY_DELAY)
    }
}

impl fmt::Debug for Queue {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Queue").field("options", &self.0.options).finish_non_exhaustive()
    }
}
