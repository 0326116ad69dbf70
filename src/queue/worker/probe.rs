//! The right to probe a provider whose circuit breaker is half-open. Of all workers, one has it.
//!
//! A worker renews it before each message that it pulls as a probe, and loses it by the servers' clock if it does not: when it was
//! killed or suspended, another worker probes.

use std::time::Duration;

use unicontact_providers::ContactProvider;

use super::Worker;
use super::validate::MAX_REQUESTS;
use crate::circuit_breaker::recovers_by_itself;
use crate::pipeline::Pipeline;
use crate::queue::Queue;
use crate::queue::error::QueueError;
use crate::queue::lease::{Lease, Progress};
use crate::queue::shared_breakers::SharedBreakers;

/// The time of a lease in addition to that of one attempt: for the pull, the claim and the settlement.
const MARGIN: Duration = Duration::from_secs(10);

/// The right of one worker to probe one provider.
pub(super) struct ProbeLease {
    queue: Queue,
    lease: Lease,
}

impl ProbeLease {
    /// Returns the right to probe a provider. If its breaker is open for refused credentials or a wrong configuration, this worker
    /// takes the right and makes the breaker half-open: it may have other credentials.
    pub(super) async fn open(
        worker: &Worker,
        pipeline: &Pipeline,
        breakers: &SharedBreakers,
    ) -> Result<Self, QueueError> {
        let provider = pipeline.provider().info().name();
        let queue = worker.queue.clone();
        let duration = pipeline.settings().timeout.saturating_mul(MAX_REQUESTS) + MARGIN;
        let (store, holder) = (queue.0.shared.clone(), queue.0.journal.holder());
        let lease = Lease::new(store, queue.name(), format!("probe.{provider}"), holder, duration);
        let mut probe = Self { queue, lease };
        if breakers.kind(provider).await?.is_some_and(|kind| !recovers_by_itself(kind)) {
            // If another worker probes now, the breaker stays as that worker leaves it.
            if probe.acquire().await? {
                breakers.end(provider).await?;
            }
        }
        Ok(probe)
    }

    /// Takes or renews the right. Returns whether this worker has it.
    pub(super) async fn acquire(&mut self) -> Result<bool, QueueError> {
        let now = self.queue.journal().servers_time();
        self.lease.acquire(now, Some(Progress::default())).await.map(|progress| progress.is_some())
    }

    /// Returns whether this worker took the right and has not released it.
    pub(super) fn is_taken(&self) -> bool {
        self.lease.is_taken()
    }

    /// Lets another worker probe.
    pub(super) async fn release(&mut self) {
        if let Err(error) = self.lease.release(Progress::default()).await {
            tracing::warn!(%error, "The right to probe was not released; it expires");
        }
    }
}
