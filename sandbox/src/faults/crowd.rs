//! How many requests are under way at once.
//!
//! Rule: a request is under way from the moment at which it is decided until it is answered or its client is gone.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::sleep;

use super::rule::What;

/// The requests that one rule has under way.
pub(super) struct Crowd(Arc<Semaphore>);

/// A request that is under way, until this is dropped.
pub(crate) struct Room {
    _permit: OwnedSemaphorePermit,
}

/// A request that waits for a worker.
pub(crate) struct Queued {
    workers: Arc<Semaphore>,
    delay: Duration,
}

impl Crowd {
    pub(super) fn of(what: &What) -> Self {
        let most = match what {
            What::ConcurrencyLimit { in_flight: most, .. } | What::Workers { workers: most, .. } => *most,
            _ => 1,
        };
        Self(Arc::new(Semaphore::new(most.clamp(1, Semaphore::MAX_PERMITS))))
    }

    /// Lets a request in, if there is room.
    pub(super) fn enter(&self) -> Option<Room> {
        let permit = Arc::clone(&self.0).try_acquire_owned().ok()?;
        Some(Room { _permit: permit })
    }

    /// Lets a request wait for its turn.
    pub(super) fn queue(&self, delay: Duration) -> Queued {
        Queued { workers: Arc::clone(&self.0), delay }
    }
}

impl Queued {
    /// Waits for a worker, and until it is done.
    pub(crate) async fn worked_on(&self) {
        let _worker = self.workers.acquire().await;
        sleep(self.delay).await;
    }
}
