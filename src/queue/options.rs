//! How a queue is kept on the servers.
//!
//! Its rule: what shapes a stream counts when the stream is made, and is compared with what is there afterwards.

use std::time::Duration;

#[cfg(feature = "config")]
use crate::config::QueueConfig;
use crate::journal::JetStreamOptions;

/// How a queue and its journal are kept on `JetStream`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueOptions {
    /// The journal. Its name, replicas, storage and lease are those of the queue.
    pub journal: JetStreamOptions,
    /// How long a delivery that was put into the queue is known as such: put there once more, it is there once.
    pub duplicate_window: Duration,
    /// How many deliveries the queue takes; without it as many as the servers have room for. One that is full keeps what it has.
    pub most_messages: Option<u64>,
    /// How many bytes of deliveries it takes.
    pub most_bytes: Option<u64>,
    /// How long the journal keeps deliveries that the vendors have; without it for ever. Workers forget what is older, which is
    /// created once more if it is imported once more. What is unfinished is kept.
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
