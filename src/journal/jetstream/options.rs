//! The options of a journal on `JetStream`: the shape of its buckets, and this process's lease.

use std::time::Duration;

use async_nats::jetstream::stream::StorageType;

#[cfg(feature = "config")]
use crate::config::{QueueConfig, QueueStorage};
use crate::journal::Run;

/// The options of a [`JetStreamJournal`](super::JetStreamJournal).
///
/// `name`, `replicas`, `storage` and `lease` shape the buckets. They are used when the buckets are created; later they are compared
/// with the buckets, which are never altered.
///
/// ```
/// use std::time::Duration;
///
/// use unicontact::journal::JetStreamOptions;
///
/// let options = JetStreamOptions::new("crm").with_replicas(3).with_lease(Duration::from_mins(5));
/// assert_eq!(options.name, "crm");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct JetStreamOptions {
    /// The name of the bucket of records; the bucket of holders is `<name>_holders`. Letters, digits, `-` and `_`.
    pub name: String,
    /// The number of servers that keep each record: 1, 3 or 5.
    pub replicas: usize,
    /// Where the servers keep the buckets.
    pub storage: Storage,
    /// The time without a heartbeat after which other processes take over this one's deliveries. More than twice the longest attempt.
    pub lease: Duration,
    /// The name of this process in [`JetStreamJournal::holders`](super::JetStreamJournal::holders). Without a name it is not listed.
    pub holder_name: Option<String>,
    /// The run to which the deliveries through this journal belong.
    pub run: Option<Run>,
}

/// Where the servers keep a bucket.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Storage {
    /// On disk.
    #[default]
    File,
    /// In memory, for tests: after a restart of all servers every contact is sent again.
    Memory,
}

impl JetStreamOptions {
    /// Returns options for the journal of that name: one replica on disk and a lease of two minutes.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            replicas: 1,
            storage: Storage::File,
            lease: Duration::from_mins(2),
            holder_name: None,
            run: None,
        }
    }

    /// Sets the number of servers that keep each record: 1, 3 or 5.
    #[must_use]
    pub fn with_replicas(self, replicas: usize) -> Self {
        Self { replicas, ..self }
    }

    /// Sets where the servers keep the buckets.
    #[must_use]
    pub fn with_storage(self, storage: Storage) -> Self {
        Self { storage, ..self }
    }

    /// Sets the [lease](Self::lease).
    #[must_use]
    pub fn with_lease(self, lease: Duration) -> Self {
        Self { lease, ..self }
    }

    /// Sets the name of this process in [`JetStreamJournal::holders`](super::JetStreamJournal::holders).
    #[must_use]
    pub fn with_holder_name(self, name: impl Into<String>) -> Self {
        Self { holder_name: Some(name.into()), ..self }
    }

    /// Sets the run to which the deliveries through this journal belong.
    #[must_use]
    pub fn with_run(self, run: Run) -> Self {
        Self { run: Some(run), ..self }
    }
}

impl Default for JetStreamOptions {
    /// Returns options for the journal `unicontact`.
    fn default() -> Self {
        Self::new("unicontact")
    }
}

#[cfg(feature = "config")]
impl From<&QueueConfig> for JetStreamOptions {
    fn from(queue: &QueueConfig) -> Self {
        let storage = match queue.storage {
            QueueStorage::File => Storage::File,
            QueueStorage::Memory => Storage::Memory,
        };
        Self::new(queue.name.clone())
            .with_replicas(queue.replicas)
            .with_storage(storage)
            .with_lease(queue.lease)
    }
}

impl From<Storage> for StorageType {
    fn from(storage: Storage) -> Self {
        match storage {
            Storage::File => Self::File,
            Storage::Memory => Self::Memory,
        }
    }
}
