//! A lease that one worker at a time holds, stored as a value of the bucket that the workers share.
//!
//! The lease is taken and renewed by a compare-and-set on its revision. It expires by the servers' clock if its holder does not
//! renew it.

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
    duration: Duration,
    held: Option<Held>,
}

#[derive(Clone, Copy)]
struct Held {
    revision: u64,
    /// A time just before the lease was last written.
    since: Instant,
}

/// The stored value of a lease.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct LeaseValue {
    /// Empty if the lease was released.
    holder: String,
    #[serde(flatten)]
    progress: Progress,
}

/// What a holder leaves to the next one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Progress {
    /// The position at which the next holder begins.
    pub(super) position: u64,
    /// The keys and revisions of earlier records in doubt that a person resolves.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) unresolved: Vec<(String, u64)>,
}

impl Lease {
    pub(super) fn new(store: Store, queue: &str, key: String, holder: &str, duration: Duration) -> Self {
        Self { store, queue: queue.to_owned(), key, holder: holder.to_owned(), duration, held: None }
    }

    /// Takes or renews the lease, and stores `progress` for the next holder. A lease that was not held keeps the progress of
    /// the last holder. Returns the stored progress, or `None` if another worker has the lease. `now` is the servers' time.
    pub(super) async fn acquire(
        &mut self,
        now: Timestamp,
        progress: Option<Progress>,
    ) -> Result<Option<Progress>, QueueError> {
        let since = Instant::now();
        let (revision, progress) = match (self.held.take(), progress) {
            (Some(held), Some(progress)) => (held.revision, progress),
            _ => match self.read_available(now).await? {
                Some(available) => available,
                None => return Ok(None),
            },
        };
        let value = LeaseValue { holder: self.holder.clone(), progress };
        // A struct of texts and numbers always serializes.
        let json = serde_json::to_vec(&value).unwrap_or_default();
        match self.store.update(&self.key, json.into(), revision).await {
            Ok(revision) => {
                self.held = Some(Held { revision, since });
                Ok(Some(value.progress))
            }
            Err(error) if error.kind() == UpdateErrorKind::WrongLastRevision => Ok(None),
            Err(error) => Err(self.unreachable(&error)),
        }
    }

    /// Returns whether this worker holds the lease for at least another half of its duration.
    pub(super) fn is_held(&self) -> bool {
        self.held.is_some_and(|held| held.since.elapsed() < self.duration / 2)
    }

    /// Returns whether this worker took the lease and neither released nor lost it, as far as it knows.
    pub(super) fn is_taken(&self) -> bool {
        self.held.is_some()
    }

    /// Releases the lease, and stores `progress` for the next holder.
    pub(super) async fn release(&mut self, progress: Progress) -> Result<(), QueueError> {
        let Some(held) = self.held.take() else { return Ok(()) };
        let value = LeaseValue { holder: String::new(), progress };
        let value = serde_json::to_vec(&value).unwrap_or_default();
        match self.store.update(&self.key, value.into(), held.revision).await {
            Err(error) if error.kind() != UpdateErrorKind::WrongLastRevision => Err(self.unreachable(&error)),
            _ => Ok(()),
        }
    }

    /// Returns the revision and the progress of a lease that no other worker holds.
    async fn read_available(&self, now: Timestamp) -> Result<Option<(u64, Progress)>, QueueError> {
        let subject = format!("{}{}", self.store.prefix, self.key);
        match self.store.stream.get_last_raw_message_by_subject(&subject).await {
            Ok(message) => {
                let written_at = Timestamp::from_nanosecond(message.time.unix_timestamp_nanos());
                let value: Option<LeaseValue> = serde_json::from_slice(&message.payload).ok();
                let is_available = value.as_ref().is_none_or(|value| {
                    let is_free = value.holder.is_empty() || value.holder == self.holder;
                    is_free || is_expired(written_at.unwrap_or_default(), self.duration, now)
                });
                let progress = value.map(|value| value.progress).unwrap_or_default();
                Ok(is_available.then_some((message.sequence, progress)))
            }
            Err(error) if error.kind() == LastRawMessageErrorKind::NoMessageFound => {
                Ok(Some((0, Progress::default())))
            }
            Err(error) => Err(self.unreachable(&error)),
        }
    }

    fn unreachable(&self, error: &dyn std::error::Error) -> QueueError {
        QueueError::unreachable(&self.queue, error)
    }
}

fn is_expired(written_at: Timestamp, duration: Duration, now: Timestamp) -> bool {
    written_at.saturating_add(duration).is_ok_and(|end| end <= now)
}
