//! How a journal is kept on the servers.
//!
//! Its rule: what shapes a bucket counts when the bucket is made, and is compared with what is there afterwards.

use std::time::Duration;

use async_nats::jetstream::stream::StorageType;

#[cfg(feature = "config")]
use crate::config::{QueueConfig, QueueStorage};
use crate::journal::Run;

/// How a journal is kept on `JetStream`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JetStreamOptions {
    /// The bucket of the records; that of the holders is called `<name>_holders`. Letters, digits, `-` and `_`.
    pub name: String,
    /// How many servers keep each record: 1, 3 or 5. Used when the buckets are made; they are never altered.
    pub replicas: usize,
    /// Where the servers keep it. Used when the buckets are made, too.
    pub storage: Storage,
    /// How long a holder that is not heard is taken to live. More than twice the longest attempt.
    pub lease: Duration,
    /// What this holder is called in lists of those that have the journal open. Without it it is in none.
    pub called: Option<String>,
    /// The run that the deliveries through this journal belong to.
    pub run: Option<Run>,
}

/// Where servers keep what they are given.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Storage {
    /// On disk.
    #[default]
    File,
    /// In memory: what all servers that keep it forget is sent again. For tests.
    Memory,
}

impl Default for JetStreamOptions {
    fn default() -> Self {
        Self {
            name: "unicontact".to_owned(),
            replicas: 1,
            storage: Storage::File,
            lease: Duration::from_mins(2),
            called: None,
            run: None,
        }
    }
}

#[cfg(feature = "config")]
impl From<&QueueConfig> for JetStreamOptions {
    fn from(queue: &QueueConfig) -> Self {
        let storage = match queue.storage {
            QueueStorage::File => Storage::File,
            QueueStorage::Memory => Storage::Memory,
        };
        let QueueConfig { name, replicas, lease, .. } = queue.clone();
        Self { name, replicas, storage, lease, called: None, run: None }
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
