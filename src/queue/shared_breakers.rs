//! The open circuit breakers that all workers of a queue share, as values of a bucket.
//!
//! A breaker that one worker opens is open for every worker. When its time is over it is half-open: the stored value stays until a
//! worker reaches the provider and deletes it, which closes the breaker for all. Stored times are those of the servers' clock, so
//! that the clocks of the workers do not matter.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_nats::jetstream::kv::{Entry, Operation, Store, UpdateErrorKind};
use futures_util::{StreamExt, TryStreamExt};
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use serde::{Deserialize, Serialize};
use unicontact_providers::ErrorKind;

use super::Queue;
use super::error::QueueError;
use super::forced_pause::ForcedPause;
use crate::circuit_breaker::{CircuitBreaker, OpenReason};
use crate::journal::JetStreamJournal;

/// The first part of the keys in the bucket; the provider's name follows.
const PREFIX: &str = "pause.";

/// The open breakers of a queue.
#[derive(Clone)]
pub(super) struct SharedBreakers {
    store: Store,
    queue: String,
    journal: Arc<JetStreamJournal>,
}

/// The revisions of the stored breaker and of the pause by a person that a worker's breaker has.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct AppliedRevisions {
    breaker: u64,
    forced: u64,
}

/// An [`OpenReason`] as it is stored. Its times are those of the servers' clock.
#[derive(Serialize, Deserialize)]
struct StoredReason {
    kind: ErrorKind,
    #[serde(rename = "reason")]
    message: String,
    hint: String,
    #[serde(rename = "failures")]
    consecutive_failures: u32,
    #[serde(rename = "until", default, skip_serializing_if = "Option::is_none")]
    retry_at: Option<Zoned>,
    #[serde(rename = "resumes", default, skip_serializing_if = "Option::is_none")]
    half_open_at: Option<Zoned>,
}

impl SharedBreakers {
    pub(super) fn new(queue: &Queue) -> Self {
        Self { store: queue.0.shared.clone(), queue: queue.name().to_owned(), journal: queue.journal() }
    }

    /// Publishes an open breaker to all workers.
    pub(super) async fn publish(&self, reason: OpenReason) {
        // A pause that a person ordered is stored elsewhere.
        let Some(kind) = reason.kind else { return };
        let stored = StoredReason {
            kind,
            message: reason.message,
            hint: reason.hint.into_owned(),
            consecutive_failures: reason.consecutive_failures,
            retry_at: reason.retry_at,
            half_open_at: reason.half_open_at,
        };
        let value = to_json(&stored);
        if let Err(error) = self.store.put(key_of(&reason.provider), value.into()).await {
            let provider = reason.provider;
            tracing::warn!(provider, %error, "The pause was not stored; other workers still send to the provider");
        }
    }

    /// Deletes a stored breaker whose time is over, after a successful probe. One that another worker stores meanwhile stays.
    pub(super) async fn close_expired(&self, provider: &str) {
        let now = self.journal.servers_time();
        let key = key_of(provider);
        let deleted = match self.store.entry(&key).await {
            Ok(Some(entry)) if parse(&entry).is_some_and(|reason| is_expired(&reason, now)) => {
                let deleted = self.store.delete_expect_revision(&key, Some(entry.revision)).await;
                deleted.map_err(|error| error.to_string())
            }
            Ok(_) => Ok(()),
            Err(error) => Err(error.to_string()),
        };
        if let Err(error) = deleted {
            tracing::warn!(
                provider,
                error,
                "The end of a pause was not stored; each worker sends a request first"
            );
        }
    }

    /// Returns the kind of error of a stored breaker.
    pub(super) async fn kind(&self, provider: &str) -> Result<Option<ErrorKind>, QueueError> {
        let entry = self.entry(&key_of(provider)).await?;
        Ok(entry.and_then(|entry| parse_stored(&entry)).map(|stored| stored.kind))
    }

    /// Ends the time of a stored breaker, so that it is half-open. One that another worker stores meanwhile stays. Returns whether there
    /// was one.
    pub(super) async fn end(&self, provider: &str) -> Result<bool, QueueError> {
        let entry = self.entry(&key_of(provider)).await?;
        let Some((entry, stored)) = entry.and_then(|entry| Some((entry.revision, parse_stored(&entry)?)))
        else {
            return Ok(false);
        };
        let now = self.journal.servers_time().to_zoned(TimeZone::UTC);
        let value = to_json(&StoredReason { half_open_at: Some(now), ..stored });
        match self.store.update(key_of(provider), value.into(), entry).await {
            Err(error) if error.kind() != UpdateErrorKind::WrongLastRevision => Err(self.unreachable(&error)),
            _ => Ok(true),
        }
    }

    async fn entry(&self, key: &str) -> Result<Option<Entry>, QueueError> {
        self.store.entry(key).await.map_err(|error| self.unreachable(&error))
    }

    fn unreachable(&self, error: &dyn std::error::Error) -> QueueError {
        QueueError::unreachable(&self.queue, error)
    }

    /// Returns why nothing is sent to providers, and since when, with times of the servers' clock: pauses by people, and stored breakers
    /// whose time is not over.
    pub(super) async fn list(&self) -> Result<Vec<(OpenReason, Timestamp)>, QueueError> {
        let now = self.journal.servers_time();
        let keys = self.store.keys().await.map_err(|error| self.unreachable(&error))?;
        let keys: Vec<String> = keys.try_collect().await.map_err(|error| self.unreachable(&error))?;
        let mut reasons = BTreeMap::new();
        for key in &keys {
            let forced = ForcedPause::provider_of(key);
            let Some(provider) = forced.or_else(|| key.strip_prefix(PREFIX)) else { continue };
            let Some(entry) = self.entry(key).await? else { continue };
            let since = Timestamp::from_nanosecond(entry.created.unix_timestamp_nanos()).unwrap_or(now);
            if forced.is_some() {
                let pause = ForcedPause::parse(&entry);
                reasons.extend(
                    pause.map(|pause| (provider.to_owned(), (pause.into_open_reason(provider), since))),
                );
            } else if let Some(reason) = parse(&entry).filter(|reason| !is_expired(reason, now)) {
                reasons.entry(provider.to_owned()).or_insert((reason, since));
            }
        }
        Ok(reasons.into_values().collect())
    }

    /// Applies what is stored about a provider to this worker's breaker, and returns the revisions.
    pub(super) async fn apply(&self, breaker: &CircuitBreaker) -> Result<AppliedRevisions, QueueError> {
        let mut applied = AppliedRevisions::default();
        for key in [key_of(breaker.provider()), ForcedPause::key_of(breaker.provider())] {
            if let Some(entry) = self.entry(&key).await? {
                self.apply_entry(&entry, breaker, &mut applied);
            }
        }
        Ok(applied)
    }

    /// Applies what anybody stores about a provider later to this worker's breaker, for as long as the future is polled.
    pub(super) async fn follow(self, breaker: Arc<CircuitBreaker>, mut applied: AppliedRevisions) {
        let keys = [key_of(breaker.provider()), ForcedPause::key_of(breaker.provider())];
        loop {
            // A new watch repeats the last values.
            match self.store.watch_many_with_history(&keys).await {
                Ok(mut entries) => {
                    while let Some(Ok(entry)) = entries.next().await {
                        self.apply_entry(&entry, &breaker, &mut applied);
                    }
                }
                Err(error) => {
                    let provider = breaker.provider();
                    tracing::warn!(provider, %error, "Pauses are not watched and will be watched again");
                }
            }
            tokio::time::sleep(super::worker::RETRY_WAIT).await;
        }
    }

    fn apply_entry(&self, entry: &Entry, breaker: &CircuitBreaker, applied: &mut AppliedRevisions) {
        let is_forced = ForcedPause::provider_of(&entry.key).is_some();
        let last = if is_forced { &mut applied.forced } else { &mut applied.breaker };
        if entry.revision <= *last {
            return;
        }
        *last = entry.revision;
        if is_forced {
            match ForcedPause::parse(entry) {
                Some(pause) => breaker.force_open(pause.into_open_reason(breaker.provider())),
                None => breaker.end_forced(),
            }
        } else if entry.operation == Operation::Put {
            let now = self.journal.servers_time();
            match parse(entry).filter(|reason| !is_expired(reason, now)) {
                Some(reason) => breaker.open_as_elsewhere(reason),
                None => breaker.half_open_as_elsewhere(),
            }
        } else {
            breaker.close_as_elsewhere();
        }
    }
}

fn key_of(provider: &str) -> String {
    format!("{PREFIX}{provider}")
}

/// Returns the reason in an entry. An unreadable one counts as none, so that a delivery is tried.
fn parse(entry: &Entry) -> Option<OpenReason> {
    let stored = parse_stored(entry)?;
    Some(OpenReason {
        provider: entry.key.strip_prefix(PREFIX)?.to_owned(),
        kind: Some(stored.kind),
        message: stored.message,
        hint: stored.hint.into(),
        consecutive_failures: stored.consecutive_failures,
        retry_at: stored.retry_at,
        half_open_at: stored.half_open_at,
    })
}

fn parse_stored(entry: &Entry) -> Option<StoredReason> {
    if entry.operation == Operation::Put { serde_json::from_slice(&entry.value).ok() } else { None }
}

/// Returns the value that is stored. A struct of texts, numbers and times always serializes.
fn to_json(stored: &StoredReason) -> Vec<u8> {
    serde_json::to_vec(stored).unwrap_or_default()
}

fn is_expired(reason: &OpenReason, now: Timestamp) -> bool {
    reason.half_open_at.as_ref().is_none_or(|time| time.timestamp() <= now)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn zoned(time: &str) -> Zoned {
        time.parse().unwrap()
    }

    #[test]
    fn the_stored_form_is_the_one_of_earlier_versions() {
        let stored = StoredReason {
            kind: ErrorKind::QuotaExhausted,
            message: "the quota is used up".to_owned(),
            hint: "wait".to_owned(),
            consecutive_failures: 2,
            retry_at: None,
            half_open_at: Some(zoned("2026-11-20T10:00:30Z[UTC]")),
        };
        let expected = json!({
            "kind": "quota_exhausted", "reason": "the quota is used up", "hint": "wait", "failures": 2,
            "resumes": "2026-11-20T10:00:30+00:00[UTC]",
        });
        assert_eq!(serde_json::to_value(stored).unwrap(), expected);
    }
}
