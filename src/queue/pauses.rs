//! The providers that are paused, for all workers.
//!
//! A pause that one worker found holds for every worker, until it is over or a worker lifts it. A worker that cannot tell the others
//! is paused itself. The time at which a pause is over is kept by the servers' clock, so that the clocks of the workers do not
//! matter.

use std::sync::Arc;

use async_nats::jetstream::kv::{Entry, Operation, Store};
use futures_util::{StreamExt, TryStreamExt};
use jiff::{Timestamp, Zoned};
use serde::{Deserialize, Serialize};
use unicontact_providers::ErrorKind;

use super::Queue;
use super::error::QueueError;
use crate::circuit_breaker::{CircuitBreaker, OpenReason};
use crate::journal::JetStreamJournal;

const PREFIX: &str = "pause.";

/// The pauses of a queue.
#[derive(Clone)]
pub(super) struct Pauses {
    store: Store,
    queue: String,
    journal: Arc<JetStreamJournal>,
}

/// A pause as it is told to the others. Its times are the servers'.
#[derive(Serialize, Deserialize)]
struct Told {
    kind: ErrorKind,
    reason: String,
    hint: String,
    failures: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    until: Option<Zoned>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    resumes: Option<Zoned>,
}

impl Pauses {
    pub(super) fn of(queue: &Queue) -> Self {
        Self { store: queue.0.shared.clone(), queue: queue.name().to_owned(), journal: queue.journal() }
    }

    /// Tells all workers of a pause, whose times are those of a clock that shows `now`.
    pub(super) async fn tell(&self, pause: &OpenReason, now: Timestamp) {
        let servers_time = self.journal.servers_time();
        // A time of day holds for every clock.
        let here = if pause.is_time_of_day { servers_time } else { now };
        let pause = by_another_clock(pause.clone(), here, servers_time);
        let told = Told {
            kind: pause.kind,
            reason: pause.reason.clone(),
            hint: pause.hint.to_string(),
            failures: pause.failures,
            until: pause.until,
            resumes: pause.resumes,
        };
        // It serializes without fail: its values are texts, numbers and times.
        let value = serde_json::to_vec(&told).unwrap_or_default();
        if let Err(error) = self.store.put(key_of(&pause.provider), value.into()).await {
            tracing::warn!(provider = pause.provider, %error, "The other workers do not know of the pause");
        }
    }

    /// Lifts for all workers a pause that may be lifted. One that somebody found meanwhile stays.
    pub(super) async fn lift(&self, provider: &str, may_be_lifted: impl Fn(&OpenReason) -> bool) {
        let key = key_of(provider);
        let lifted = match self.store.entry(&key).await {
            Ok(Some(entry)) if pause_in(&entry).is_some_and(|pause| may_be_lifted(&pause)) => {
                let deleted = self.store.delete_expect_revision(&key, Some(entry.revision)).await;
                deleted.map_err(|error| error.to_string())
            }
            Ok(_) => Ok(()),
            Err(error) => Err(error.to_string()),
        };
        if let Err(error) = lifted {
            tracing::warn!(provider, error, "The other workers do not know that the pause is over");
        }
    }

    /// Lifts one whose trial was passed.
    pub(super) async fn lift_what_is_over(&self, provider: &str) {
        let now = self.journal.servers_time();
        self.lift(provider, |pause| is_over(pause, now)).await;
    }

    /// Returns the pauses that are not over, with the servers' times.
    pub(super) async fn all(&self) -> Result<Vec<OpenReason>, QueueError> {
        let now = self.journal.servers_time();
        let unreachable = |error: &dyn std::error::Error| QueueError::unreachable(&self.queue, error);
        let keys = self.store.keys().await.map_err(|error| unreachable(&error))?;
        let keys: Vec<String> = keys.try_collect().await.map_err(|error| unreachable(&error))?;
        let mut pauses = Vec::new();
        for key in keys.iter().filter(|key| key.starts_with(PREFIX)) {
            let entry = self.store.entry(key).await.map_err(|error| unreachable(&error))?;
            pauses.extend(entry.and_then(|entry| pause_in(&entry)).filter(|pause| !is_over(pause, now)));
        }
        Ok(pauses)
    }

    /// Applies to the gate of a provider what any worker tells of it, for as long as this is polled. `now` is the gate's clock.
    pub(super) async fn apply(
        self,
        gate: Arc<CircuitBreaker>,
        provider: String,
        now: impl Fn() -> Timestamp,
    ) {
        // What was seen is shown once more where the servers are watched anew.
        let mut seen = 0;
        loop {
            if let Ok(mut entries) = self.store.watch_with_history(key_of(&provider)).await {
                while let Some(Ok(entry)) = entries.next().await {
                    if entry.revision <= seen {
                        continue;
                    }
                    seen = entry.revision;
                    match pause_in(&entry) {
                        Some(pause) if !is_over(&pause, self.journal.servers_time()) => {
                            gate.pause_as(by_another_clock(pause, self.journal.servers_time(), now()));
                        }
                        Some(_) => {}
                        None => gate.lift(),
                    }
                }
            }
            tokio::time::sleep(super::worker::PAUSE).await;
        }
    }
}

/// Returns the pause with the same times from now on by a clock that shows `there` when that of the pause shows `here`.
fn by_another_clock(pause: OpenReason, here: Timestamp, there: Timestamp) -> OpenReason {
    let ahead = there.duration_since(here);
    let moved = |time: Zoned| {
        let zone = time.time_zone().clone();
        time.timestamp().saturating_add(ahead).map_or(time, |moved| moved.to_zoned(zone))
    };
    OpenReason { until: pause.until.map(moved), resumes: pause.resumes.map(moved), ..pause }
}

fn key_of(provider: &str) -> String {
    format!("{PREFIX}{provider}")
}

/// What cannot be read is no pause: without it one delivery is tried.
fn pause_in(entry: &Entry) -> Option<OpenReason> {
    if entry.operation != Operation::Put {
        return None;
    }
    let told: Told = serde_json::from_slice(&entry.value).ok()?;
    Some(OpenReason {
        provider: entry.key.strip_prefix(PREFIX)?.to_owned(),
        kind: told.kind,
        reason: told.reason,
        hint: told.hint.into(),
        failures: told.failures,
        until: told.until,
        resumes: told.resumes,
        is_time_of_day: false,
    })
}

fn is_over(pause: &OpenReason, now: Timestamp) -> bool {
    pause.resumes.as_ref().is_none_or(|resumes| resumes.timestamp() <= now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_lasts_as_long_by_a_clock_that_is_hours_ahead() {
        let zoned = |time: &str| Some(time.parse::<Zoned>().unwrap());
        let pause = OpenReason {
            provider: "acme".to_owned(),
            kind: ErrorKind::RateLimited,
            reason: String::new(),
            hint: "".into(),
            failures: 1,
            until: None,
            resumes: zoned("2026-11-20T10:00:30Z[UTC]"),
            is_time_of_day: false,
        };
        let [here, there] = ["2026-11-20T10:00:00Z", "2026-11-20T15:00:00Z"].map(|it| it.parse().unwrap());
        let moved = by_another_clock(pause, here, there);
        assert_eq!(moved.resumes, zoned("2026-11-20T15:00:30Z[UTC]"));
    }
}
