//! Pauses that a person orders. Nothing is sent to the provider until a person ends the pause; no time and no probe ends it.

use async_nats::jetstream::kv::{Entry, Operation};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

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
