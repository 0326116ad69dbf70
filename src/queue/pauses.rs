//! Pauses and resumes providers for all workers, as a person orders.

use async_nats::jetstream::kv::Operation;

use super::Queue;
use super::audit::{Audit, AuditAct};
use super::error::QueueError;
use super::forced_pause::ForcedPause;
use super::shared_breakers::SharedBreakers;

impl Queue {
    /// Pauses a provider: within a second, no worker begins a request to it. Requests in flight end, and deliveries wait in the queue
    /// until [`Self::resume`]. A provider that a person has paused already gets the new reason. Returns whether one had.
    ///
    /// # Errors
    ///
    /// The servers cannot be reached.
    pub async fn pause(&self, provider: &str, reason: &str, by: Option<&str>) -> Result<bool, QueueError> {
        let (reason, by) = (reason.to_owned(), by.map(str::to_owned));
        let pause =
            ForcedPause { reason: reason.clone(), by: by.clone(), since: self.0.journal.servers_time() };
        let was_forced = self.is_paused_by_person(provider).await?;
        // A struct of texts and a time always serializes.
        let value = serde_json::to_vec(&pause).unwrap_or_default();
        let stored = self.0.shared.put(ForcedPause::key_of(provider), value.into()).await;
        stored.map_err(|error| QueueError::unreachable(self.name(), &error))?;
        self.record_act(Audit::new(AuditAct::Paused, provider, by).with_reason(Some(reason))).await?;
        Ok(was_forced)
    }

    async fn is_paused_by_person(&self, provider: &str) -> Result<bool, QueueError> {
        let entry = self.0.shared.entry(ForcedPause::key_of(provider)).await;
        let entry = entry.map_err(|error| QueueError::unreachable(self.name(), &error))?;
        Ok(entry.is_some_and(|entry| entry.operation == Operation::Put))
    }

    /// Ends a pause by a person, after which all workers continue, and one after errors, after which one worker sends one delivery and
    /// all continue if the vendor answers it. Returns whether the provider was paused.
    ///
    /// # Errors
    ///
    /// The servers cannot be reached.
    pub async fn resume(&self, provider: &str, by: Option<&str>) -> Result<bool, QueueError> {
        let was_open = SharedBreakers::new(self).end(provider).await?;
        let was_forced = self.is_paused_by_person(provider).await?;
        if was_forced {
            let deleted = self.0.shared.delete(ForcedPause::key_of(provider)).await;
            deleted.map_err(|error| QueueError::unreachable(self.name(), &error))?;
        }
        if was_open || was_forced {
            self.record_act(Audit::new(AuditAct::Resumed, provider, by.map(str::to_owned))).await?;
        }
        Ok(was_open || was_forced)
    }
}
