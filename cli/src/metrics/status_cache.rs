//! A cache of the queue's status for scrapes: the servers are asked at most once per second, and a scrape is answered in time
//! even if the servers are silent.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};
use unicontact::circuit_breaker::OpenReason;
use unicontact::providers::ContactProvider;
use unicontact::queue::{Queue, Status, UnfinishedCounts, Worker};

use super::health::readiness_failure;

/// The lifetime of an entry.
const TTL: Duration = Duration::from_secs(1);
/// The timeout of a request to the servers.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(4);
/// The timeout of a scrape, which may wait for the request of another one. The default of Prometheus is ten seconds.
const SCRAPE_TIMEOUT: Duration = Duration::from_secs(8);

/// The cached status of the queue.
pub(super) struct StatusCache {
    queue: Queue,
    worker: Worker,
    last: Mutex<Option<Entry>>,
}

struct Entry {
    read_at: Instant,
    /// `None` if the servers did not answer.
    status: Option<Arc<Status>>,
}

impl StatusCache {
    pub(super) fn new(queue: Queue, worker: Worker) -> Self {
        Self { queue, worker, last: Mutex::default() }
    }

    /// Returns the status. `None` if the servers do not answer in time.
    pub(super) async fn status(&self) -> Option<Arc<Status>> {
        timeout(SCRAPE_TIMEOUT, self.cached()).await.ok().flatten()
    }

    async fn cached(&self) -> Option<Arc<Status>> {
        // Concurrent scrapes wait for one request.
        let mut last = self.last.lock().await;
        if let Some(entry) = last.as_ref().filter(|entry| entry.read_at.elapsed() < TTL) {
            return entry.status.clone();
        }
        let status = self.request().await.map(Arc::new);
        *last = Some(Entry { read_at: Instant::now(), status: status.clone() });
        status
    }

    async fn request(&self) -> Option<Status> {
        match timeout(REQUEST_TIMEOUT, self.queue.status(false)).await {
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

    /// Returns why the worker takes no deliveries.
    pub(super) fn readiness_failure(&self) -> Option<String> {
        readiness_failure(&self.queue, &self.worker)
    }

    /// Returns the numbers of unfinished deliveries, if this worker counts them.
    pub(super) fn unfinished(&self) -> Option<BTreeMap<String, UnfinishedCounts>> {
        self.worker.unfinished()
    }

    /// Returns the open circuit breakers of this worker.
    pub(super) fn open_breakers(&self) -> Vec<OpenReason> {
        self.worker.open_breakers()
    }

    /// Returns the names of this worker's providers.
    pub(super) fn providers(&self) -> impl Iterator<Item = &str> {
        self.worker.fan_out().pipelines().iter().map(|target| target.provider().info().name())
    }
}
