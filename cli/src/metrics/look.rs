//! Looking at the queue for whoever scrapes.
//!
//! Its rule: however many scrape, the servers are asked at most once a second; and whoever scrapes has an answer in time, even if the
//! servers give none.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};
use unicontact::circuit_breaker::OpenReason;
use unicontact::providers::ContactProvider;
use unicontact::queue::{Queue, Status, Worker};

/// How long an answer is good for.
const FRESH: Duration = Duration::from_secs(1);
/// What the servers are given to answer in.
const PATIENCE: Duration = Duration::from_secs(4);
/// The same for who has to wait until somebody else has asked, too. Prometheus gives a scrape ten seconds by default.
const LONGEST: Duration = Duration::from_secs(8);

/// How the queue stood when that was asked last.
pub(super) struct Look {
    queue: Queue,
    worker: Worker,
    last: Mutex<Option<Seen>>,
}

/// None stands for no answer.
struct Seen {
    at: Instant,
    status: Option<Arc<Status>>,
}

impl Look {
    pub(super) fn at(queue: Queue, worker: Worker) -> Self {
        Self { queue, worker, last: Mutex::default() }
    }

    /// How the queue stands, if its servers say.
    pub(super) async fn status(&self) -> Option<Arc<Status>> {
        timeout(LONGEST, self.seen()).await.ok().flatten()
    }

    async fn seen(&self) -> Option<Arc<Status>> {
        // Whoever comes while it is being asked waits for that answer.
        let mut last = self.last.lock().await;
        if let Some(seen) = last.as_ref().filter(|seen| seen.at.elapsed() < FRESH) {
            return seen.status.clone();
        }
        let status = self.ask().await.map(Arc::new);
        *last = Some(Seen { at: Instant::now(), status: status.clone() });
        status
    }

    async fn ask(&self) -> Option<Status> {
        match timeout(PATIENCE, self.queue.status(false)).await {
            Ok(Ok(status)) => Some(status),
            Ok(Err(error)) => {
                tracing::debug!(%error, "metrics without the queue");
                None
            }
            Err(_) => {
                tracing::debug!("metrics without the queue: its servers gave no answer in time");
                None
            }
        }
    }

    /// The providers that this worker knows as paused.
    pub(super) fn open_breakers(&self) -> Vec<OpenReason> {
        self.worker.open_breakers()
    }

    /// The providers of this worker.
    pub(super) fn providers(&self) -> impl Iterator<Item = &str> {
        self.worker.fan_out().pipelines().iter().map(|target| target.provider().info().name())
    }
}
