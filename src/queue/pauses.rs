//! Pauses and resumes providers for all workers, as a person orders.

use async_nats::jetstream::kv::Operation;

use super::Queue;
use super::audit::{Audit, AuditAct};
use super::error::QueueError;
use super::forced_pause::ForcedPause;
use super::shared_breakers::SharedBreakers;

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
