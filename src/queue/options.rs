//! The options of a queue. They shape its streams when those are created; later they are compared with the existing streams.

use std::time::Duration;

#[cfg(feature = "config")]
use crate::config::QueueConfig;
use crate::journal::JetStreamOptions;

/// The options of a queue and its journal on `JetStream`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueOptions {
    /// The journal. The queue has the same name, replicas, storage and lease.
    pub journal: JetStreamOptions,
    /// The time within which the servers drop a second message for the same delivery.
    pub duplicate_window: Duration,
    /// The largest number of deliveries in the queue. `None`: no limit. A full queue rejects new deliveries and keeps those it has.
    pub most_messages: Option<u64>,
    /// The largest number of bytes in the queue. `None`: no limit.
    pub most_bytes: Option<u64>,
    /// The time for which the journal keeps records of delivered contacts. `None`: for ever. Workers delete older records; a
    /// contact without a record is created again if it is imported again. Unfinished deliveries are kept.
    pub retention: Option<Duration>,
}

#[cfg(feature = "config")]
impl From<&QueueConfig> for QueueOptions {
    fn from(queue: &QueueConfig) -> Self {
        Self {
            journal: queue.into(),
            duplicate_window: queue.duplicate_window,
            most_messages: queue.most_messages,
            most_bytes: queue.most_bytes,
            retention: queue.retention,
        }
    }
}

impl Default for QueueOptions {
    fn default() -> Self {
        Self {
            journal: JetStreamOptions::default(),
            duplicate_window: Duration::from_mins(10),
            most_messages: None,
            most_bytes: None,
            retention: None,
        }
    }
}
