//! Opens and leaves the queue, and prints the warnings of its servers.

use std::time::Duration;

use unicontact::config::QueueConfig;
use unicontact::journal::Run;
use unicontact::providers::clock::{Clock, SystemClock};
use unicontact::queue::{Queue, QueueOptions};

use crate::exit::Failure;
use crate::output;

/// The timeout for leaving the queue at the end of the process. A worker ends within ten seconds of its longest attempt; the
/// library takes five of them for draining.
const LEAVE_TIMEOUT: Duration = Duration::from_secs(3);

/// Opens the queue and creates its missing parts. `worker_name` is the name in the list of workers, if this process is one.
pub(crate) async fn open(
    config: &QueueConfig,
    purpose: &str,
    worker_name: Option<String>,
) -> Result<Queue, Failure> {
    let client = super::connect(config, purpose).await?;
    let mut options = QueueOptions::from(config);
    let run = Run::new(purpose, SystemClock.now());
    options.journal.run = Some(match worker_name.clone() {
        Some(name) => run.with_worker(name),
        None => run,
    });
    options.journal.holder_name = worker_name;
    let queue = Queue::open(client, options).await?;
    if let Some(warning) = queue.warning() {
        output::warning(warning);
    }
    Ok(queue)
}

/// Opens an existing queue.
///
/// # Errors
///
/// The queue does not exist, or its servers cannot be reached.
pub(crate) async fn open_existing(config: &QueueConfig, purpose: &str) -> Result<Queue, Failure> {
    let client = super::connect(config, purpose).await?;
    let queue = Queue::open_existing(client, QueueOptions::from(config)).await?;
    if let Some(warning) = queue.warning() {
        output::warning(warning);
    }
    Ok(queue)
}

/// Leaves the queue. If that fails, the lease of this process expires.
pub(crate) async fn leave(queue: &Queue) {
    let leaving = tokio::time::timeout(LEAVE_TIMEOUT, queue.journal().leave()).await;
    if !matches!(leaving, Ok(Ok(()))) {
        output::warning(
            "the servers of the queue could not be told that this process ends; its lease expires by itself",
        );
    }
}
