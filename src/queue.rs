//! Deliveries that wait on NATS `JetStream`, for any number of workers on any machines.
//!
//! A delivery leaves the queue when the journal says how it ended, and never before; and what the journal says decides whether it
//! is sent, not what the queue says, which may hold a delivery twice.
//!
//! # What is on the servers
//!
//! For a queue named `unicontact`:
//!
//! | what | is |
//! |---|---|
//! | stream `unicontact_deliveries` | a work queue: one message for each delivery, on the subject `unicontact.deliveries.<provider>` |
//! | its consumer `<provider>` | a durable pull consumer, of which at most the provider's `concurrency` are in flight, whoever has them |
//! | stream `unicontact_dead_letters` | what could not be read, with the reason in the header `Unicontact-Reason` |
//! | buckets `unicontact`, `unicontact_holders`, `unicontact_people` | the journal |
//! | bucket `unicontact_shared` | the providers that are paused, and the moments at which attempts may begin |
//!
//! What is missing is made; what is there is compared with the options and refused where it differs, and never altered. Only
//! the number in flight of a consumer follows the configuration of the worker that started last, which says so; and what version
//! 0.1.0 made is marked by [`Queue::migrate`], so that 0.1.0 cannot open it any more.

mod enqueue;
mod error;
mod lease;
mod message;
mod options;
mod pauses;
mod publish;
mod slots;
mod status;
mod streams;
mod worker;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_nats::jetstream::Context;
use async_nats::jetstream::kv::Store;
use async_nats::jetstream::stream::Stream;

pub use self::enqueue::{Enqueue, How, Queued};
use self::error::patiently;
pub use self::error::{QueueError, QueueErrorKind};
pub use self::options::QueueOptions;
pub use self::status::{ProviderStatus, Status};
use self::streams::Streams;
pub use self::worker::{Disposition, RequeueReason, Worker, WorkerEvent};
#[cfg(test)]
pub(crate) use self::worker::{Ended, acknowledges, is_queued_again};
use crate::journal::jetstream;
use crate::journal::{JetStreamJournal, Migration};

/// The longest time for which a delivery that is put back stays away, unless the provider is paused for longer.
const LONGEST_WHILE: Duration = Duration::from_secs(15);

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
/// let mut queued = std::pin::pin!(enqueue.run(stream::iter(contacts)));
/// while let Some(queued) = queued.next().await {
///     println!("{} to {}: {}", queued.contact, queued.provider, queued.how);
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
    /// Opens the queue and its journal, and makes what is missing. Needs a Tokio runtime.
    ///
    /// # Errors
    ///
    /// The servers cannot be reached or are too old, or what is there is not as it must be; it was left as it is.
    pub async fn open(client: async_nats::Client, options: QueueOptions) -> Result<Self, QueueError> {
        Box::pin(Self::open_as(client, options, jetstream::CreateMode::IfMissing)).await
    }

    /// Opens the queue that is there, and makes nothing.
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
        // Nothing of it has to be in time for the lease.
        let context = jetstream::context(client.clone(), Duration::MAX);
        let opening = patiently(|| Streams::open(&context, &options, create));
        let Streams { deliveries, dead_letters, shared } = opening.await?;
        let journal = JetStreamJournal::open_as(client, options.journal.clone(), create).await?;
        let journal = Arc::new(journal);
        Ok(Self(Arc::new(Inner { options, context, journal, deliveries, dead_letters, shared })))
    }

    /// Migrates a queue and its journal that version 0.1.0 made. All its processes must have been stopped.
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
        migration.was_needed |= patiently(|| Streams::mark(&context, options)).await?;
        Ok(migration)
    }

    /// The journal of these deliveries.
    pub fn journal(&self) -> Arc<JetStreamJournal> {
        Arc::clone(&self.0.journal)
    }

    /// How it was opened.
    pub fn options(&self) -> &QueueOptions {
        &self.0.options
    }

    /// What a person should know before relying on these servers.
    pub fn warning(&self) -> Option<&'static str> {
        self.0.journal.warning()
    }

    /// Puts contacts into the queue, for each of these providers.
    pub fn enqueue(&self, providers: Vec<String>) -> Enqueue {
        Enqueue::new(self.clone(), providers)
    }

    fn name(&self) -> &str {
        &self.0.options.journal.name
    }

    /// Returns how long a delivery that is put back stays away, and how often what left the queue is looked through.
    fn a_while(&self) -> Duration {
        (self.0.options.journal.lease / 8).min(LONGEST_WHILE)
    }
}

impl fmt::Debug for Queue {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Queue").field("options", &self.0.options).finish_non_exhaustive()
    }
}
