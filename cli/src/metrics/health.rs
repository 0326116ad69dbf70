//! The answers of `/livez` and `/readyz`, for service managers and load balancers. None needs a request to the servers.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use unicontact::queue::{Queue, Worker};

/// The time after which a worker whose main loop does not run is not alive.
const STALL_LIMIT: Duration = Duration::from_secs(30);
/// A worker is ready while its last acknowledged heartbeat is younger than this part of the lease. A heartbeat is sent eight times
/// within the lease.
const READY_PER_LEASE: u32 = 4;

/// The time at which the main loop of the worker last ran. Its clones share it.
#[derive(Clone)]
pub(crate) struct Liveness(Arc<Mutex<Instant>>);

impl Liveness {
    pub(super) fn new() -> Self {
        Self(Arc::new(Mutex::new(Instant::now())))
    }

    /// Records that the main loop runs.
    pub(crate) fn record(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    /// Returns why the worker is not alive.
    pub(super) fn failure(&self) -> Option<String> {
        let elapsed = self.0.lock().unwrap_or_else(PoisonError::into_inner).elapsed();
        let seconds = elapsed.as_secs();
        (elapsed > STALL_LIMIT).then(|| format!("the main loop of the worker has not run for {seconds} s"))
    }
}

/// Returns why the worker takes no deliveries.
pub(super) fn readiness_failure(queue: &Queue, worker: &Worker) -> Option<String> {
    if worker.is_stopped() {
        return Some("the worker is draining".to_owned());
    }
    servers_failure(queue)
}

/// Returns for how long the servers have not answered, if that is too long.
pub(crate) fn servers_failure(queue: &Queue) -> Option<String> {
    let limit = queue.options().journal.lease / READY_PER_LEASE;
    let age = queue.journal().heartbeat_age().unwrap_or(Duration::MAX);
    let seconds = age.as_secs();
    (age > limit).then(|| format!("the servers of the queue have not answered for {seconds} s"))
}
