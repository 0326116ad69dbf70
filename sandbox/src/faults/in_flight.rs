//! Limits the concurrent requests of a rule. A request is in flight from its decision until it is answered or its client has
//! disconnected.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::sleep;

use super::rule::What;

/// The requests in flight of one rule.
pub(super) struct InFlight(Arc<Semaphore>);

/// A permit of a request in flight, released when dropped.
pub(crate) struct InFlightPermit {
    _permit: OwnedSemaphorePermit,
}

/// A request that waits for a worker.
pub(crate) struct QueuedRequest {
    workers: Arc<Semaphore>,
    delay: Duration,
}

impl InFlight {
    pub(super) fn new(what: &What) -> Self {
        let limit = match what {
            What::ConcurrencyLimit { in_flight: limit, .. } | What::Workers { workers: limit, .. } => *limit,
            _ => 1,
        };
        Self(Arc::new(Semaphore::new(limit.clamp(1, Semaphore::MAX_PERMITS))))
    }

    /// Returns a permit, if the limit allows another request.
    pub(super) fn try_acquire(&self) -> Option<InFlightPermit> {
        let permit = Arc::clone(&self.0).try_acquire_owned().ok()?;
        Some(InFlightPermit { _permit: permit })
    }

    /// Queues a request for a worker.
    pub(super) fn queue(&self, delay: Duration) -> QueuedRequest {
        QueuedRequest { workers: Arc::clone(&self.0), delay }
    }
}

impl QueuedRequest {
    /// Waits for a worker, and for the end of its work.
    pub(crate) async fn wait(&self) {
        let _worker = self.workers.acquire().await;
        sleep(self.delay).await;
    }
}
