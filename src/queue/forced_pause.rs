//! Pauses that a person orders. Nothing is sent to the provider until a person ends the pause; no time and no probe ends it.

use async_nats::jetstream::kv::{Entry, Operation};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Queue;
use super::audit::{Audit, AuditAct};
use super::error::QueueError;
use super::shared_breakers::SharedBreakers;
use crate::circuit_breaker::OpenReason;

/// The first part of the keys in the bucket; the provider's name follows.
const PREFIX: &str = "forced_pause.";

/// A pause that a person ordered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ForcedPause {
    pub(super) reason: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) by: Option<String>,
    pub(super) since: Timestamp,
}

impl ForcedPause {
    /// Returns the key of a provider's pause.
    pub(super) fn key_of(provider: &str) -> String {
        format!("{PREFIX}{provider}")
    }

    /// Returns the provider of a key, if it is that of a pause.
    pub(super) fn provider_of(key: &str) -> Option<&str> {
        key.strip_prefix(PREFIX)
    }

    /// Returns the pause of an entry. `None` if it was ended. One that cannot be read still pauses the provider.
    pub(super) fn parse(entry: &Entry) -> Option<Self> {
        if entry.operation != Operation::Put {
            return None;
        }
        let unreadable = || Self {
            reason: "its reason cannot be read".to_owned(),
            by: None,
            since: Timestamp::from_nanosecond(entry.created.unix_timestamp_nanos()).unwrap_or_default(),
        };
        Some(serde_json::from_slice(&entry.value).unwrap_or_else(|_| unreadable()))
    }

    pub(super) fn into_open_reason(self, provider: &str) -> OpenReason {
        let by = self.by.map(|by| format!(" by {by}")).unwrap_or_default();
        OpenReason {
            provider: provider.to_owned(),
            kind: None,
            message: format!("{} (paused{by} at {})", self.reason, self.since.strftime("%Y-%m-%d %H:%M UTC")),
            hint: format!("End the pause: unicontact queue resume {provider}").into(),
            consecutive_failures: 0,
            retry_at: None,
            half_open_at: None,
        }
    }
}

impl Queue {
    /// Pauses a provider: within a second, no worker begins a request to it. Requests in flight end, and deliveries wait in the queue
    /// until [`Self::resume`]. A provider that a person has paused already gets the new reason.
    ///
    /// # Errors
    ///
    /// The servers cannot be reached.
    pub async fn pause(&self, provider: &str, reason: &str, by: Option<&str>) -> Result<(), QueueError> {
        let (reason, by) = (reason.to_owned(), by.map(str::to_owned));
        let pause =
            ForcedPause { reason: reason.clone(), by: by.clone(), since: self.0.journal.servers_time() };
        // A struct of texts and a time always serializes.
        let value = serde_json::to_vec(&pause).unwrap_or_default();
        let stored = self.0.shared.put(ForcedPause::key_of(provider), value.into()).await;
        stored.map_err(|error| QueueError::unreachable(self.name(), &error))?;
        self.record_act(Audit::new(AuditAct::Paused, provider, by).with_reason(Some(reason))).await
    }

    /// Ends a pause, whether a person ordered it or a circuit breaker opened. One worker sends one delivery first, and all continue
    /// if the vendor answers it. Returns whether the provider was paused.
    ///
    /// # Errors
    ///
    /// The servers cannot be reached.
    pub async fn resume(&self, provider: &str, by: Option<&str>) -> Result<bool, QueueError> {
        let was_open = SharedBreakers::new(self).end(provider).await?;
        let key = ForcedPause::key_of(provider);
        let unreachable = |error: &dyn std::error::Error| QueueError::unreachable(self.name(), error);
        let entry = self.0.shared.entry(&key).await.map_err(|error| unreachable(&error))?;
        let was_forced = entry.is_some_and(|entry| entry.operation == Operation::Put);
        if was_forced {
            self.0.shared.delete(&key).await.map_err(|error| unreachable(&error))?;
        }
        if was_open || was_forced {
            self.record_act(Audit::new(AuditAct::Resumed, provider, by.map(str::to_owned))).await?;
        }
        Ok(was_open || was_forced)
    }
}
