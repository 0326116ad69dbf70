//! What people did to a queue: one value of the shared bucket for each act.

use async_nats::jetstream::kv::{CreateErrorKind, Operation};
use futures_util::TryStreamExt;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Queue;
use super::error::QueueError;

/// The first part of the keys in the bucket; the time in nanoseconds follows.
const PREFIX: &str = "audit.";

/// An act of a person on a queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Audit {
    /// The time, by the servers' clock.
    #[serde(default)]
    pub at: Timestamp,
    /// What the person did.
    pub act: AuditAct,
    /// The provider's name.
    pub provider: String,
    /// The person's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// The person's reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The number of deliveries or messages that it changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
}

/// The kind of an [`Audit`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AuditAct {
    /// The provider was paused.
    Paused,
    /// The pause was ended.
    Resumed,
    /// Waiting deliveries were taken out of the queue.
    Purged,
    /// Dead letters were put into the queue again.
    Replayed,
    /// Dead letters were deleted.
    LettersPurged,
    /// Differences between the journal and the queue were mended.
    Repaired,
    /// The fleet's destination was changed.
    Adopted,
}

impl AuditAct {
    /// Returns the word for it in output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Paused => "paused",
            Self::Resumed => "resumed",
            Self::Purged => "purged",
            Self::Replayed => "replayed",
            Self::LettersPurged => "letters_purged",
            Self::Repaired => "repaired",
            Self::Adopted => "adopted",
        }
    }
}

impl Audit {
    pub(super) fn new(act: AuditAct, provider: &str, by: Option<String>) -> Self {
        let provider = provider.to_owned();
        Self { at: Timestamp::UNIX_EPOCH, act, provider, by, reason: None, count: None }
    }

    pub(super) fn with_reason(self, reason: Option<String>) -> Self {
        Self { reason, ..self }
    }

    pub(super) fn with_count(self, count: u64) -> Self {
        Self { count: Some(count), ..self }
    }
}

impl Queue {
    /// Records an act with the servers' time.
    pub(super) async fn record_act(&self, audit: Audit) -> Result<(), QueueError> {
        let mut audit = Audit { at: self.0.journal.servers_time(), ..audit };
        loop {
            // A struct of texts, a number and a time always serializes.
            let value = serde_json::to_vec(&audit).unwrap_or_default();
            let key = format!("{PREFIX}{}", audit.at.as_nanosecond());
            match self.0.shared.create(&key, value.into()).await {
                Ok(_) => return Ok(()),
                // Another act has this time.
                Err(error) if error.kind() == CreateErrorKind::AlreadyExists => {
                    audit.at =
                        audit.at.saturating_add(std::time::Duration::from_nanos(1)).unwrap_or(audit.at);
                }
                Err(error) => return Err(QueueError::unreachable(self.name(), &error)),
            }
        }
    }

    /// Returns what people did to the queue, the oldest first. Entries that this version cannot read are left out.
    ///
    /// # Errors
    ///
    /// The servers cannot be reached.
    pub async fn audits(&self) -> Result<Vec<Audit>, QueueError> {
        let unreachable = |error: &dyn std::error::Error| QueueError::unreachable(self.name(), error);
        let keys = self.0.shared.keys().await.map_err(|error| unreachable(&error))?;
        let keys: Vec<String> = keys.try_collect().await.map_err(|error| unreachable(&error))?;
        let mut audits = Vec::new();
        for key in keys.iter().filter(|key| key.starts_with(PREFIX)) {
            let entry = self.0.shared.entry(key).await.map_err(|error| unreachable(&error))?;
            let entry = entry.filter(|entry| entry.operation == Operation::Put);
            audits.extend(entry.and_then(|entry| serde_json::from_slice::<Audit>(&entry.value).ok()));
        }
        audits.sort_by_key(|audit| audit.at);
        Ok(audits)
    }
}
