//! A lease that one worker at a time holds, as a value of the bucket that the workers share.
//!
//! The lease is taken and renewed by a write that names the revision it replaces, and expires by the servers' clock: a holder
//! that is not heard for its length loses it.

use std::time::Duration;

use async_nats::jetstream::kv::{Store, UpdateErrorKind};
use async_nats::jetstream::stream::LastRawMessageErrorKind;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use super::error::QueueError;

/// The lease of one task of a queue.
pub(super) struct Lease {
    store: Store,
    queue: String,
    key: String,
    holder: String,
    length: Duration,
    held: Option<Held>,
}

#[derive(Clone, Copy)]
struct Held {
    revision: u64,
    /// Before it was taken or renewed.
    since: Instant,
}

/// The value of a lease.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Value {
    holder: String,
    /// What a holder leaves to the next one.
    position: u64,
}

impl Lease {
    pub(super) fn new(store: Store, queue: &str, key: String, holder: &str, length: Duration) -> Self {
        Self { store, queue: queue.to_owned(), key, holder: holder.to_owned(), length, held: None }
    }

    /// Takes or renews the lease, and leaves `position` to the next holder; where it was not held, the position that the last
    /// holder left stays. Returns the position, or `None` while another worker has the lease. `now` is the servers' time.
    pub(super) async fn take(
        &mut self,
        now: Timestamp,
        position: Option<u64>,
    ) -> Result<Option<u64>, QueueError> {
        let since = Instant::now();
        let (revision, position) = match (self.held.take(), position) {
            (Some(held), Some(position)) => (held.revision, position),
            _ => match self.last(now).await? {
                Some(last) => last,
                None => return Ok(None),
            },
        };
        let value = Value { holder: self.holder.clone(), position };
        // It serializes without fail: it is a text and a number.
        let value = serde_json::to_vec(&value).unwrap_or_default();
        match self.store.update(&self.key, value.into(), revision).await {
            Ok(revision) => {
                self.held = Some(Held { revision, since });
                Ok(Some(position))
            }
            Err(error) if error.kind() == UpdateErrorKind::WrongLastRevision => Ok(None),
            Err(error) => Err(self.unreachable(&error)),
        }
    }

    /// Returns whether the lease is this worker's for half of its length at least.
    pub(super) fn is_held(&self) -> bool {
        self.held.is_some_and(|held| held.since.elapsed() < self.length / 2)
    }

    /// Gives the lease back. The position stays.
    pub(super) async fn release(&mut self, position: u64) -> Result<(), QueueError> {
        let Some(held) = self.held.take() else { return Ok(()) };
        let value = Value { holder: String::new(), position };
        let value = serde_json::to_vec(&value).unwrap_or_default();
        match self.store.update(&self.key, value.into(), held.revision).await {
            Err(error) if error.kind() != UpdateErrorKind::WrongLastRevision => Err(self.unreachable(&error)),
            _ => Ok(()),
        }
    }

    /// Returns the revision and the position of a lease that may be taken.
    async fn last(&self, now: Timestamp) -> Result<Option<(u64, u64)>, QueueError> {
        let subject = format!("{}{}", self.store.prefix, self.key);
        match self.store.stream.get_last_raw_message_by_subject(&subject).await {
            Ok(message) => {
                let written_at = Timestamp::from_nanosecond(message.time.unix_timestamp_nanos());
                let value: Option<Value> = serde_json::from_slice(&message.payload).ok();
                let may_be_taken = value.as_ref().is_none_or(|value| {
                    let is_free = value.holder.is_empty() || value.holder == self.holder;
                    is_free || is_over(written_at.unwrap_or_default(), self.length, now)
                });
                let position = value.map_or(0, |value| value.position);
                Ok(may_be_taken.then_some((message.sequence, position)))
            }
            Err(error) if error.kind() == LastRawMessageErrorKind::NoMessageFound => Ok(Some((0, 0))),
            Err(error) => Err(self.unreachable(&error)),
        }
    }

    fn unreachable(&self, error: &dyn std::error::Error) -> QueueError {
        QueueError::unreachable(&self.queue, error)
    }
}

fn is_over(written_at: Timestamp, length: Duration, now: Timestamp) -> bool {
    written_at.saturating_add(length).is_ok_and(|end| end <= now)
}
