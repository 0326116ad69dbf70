//! The queue, for whoever fills it, works it off or looks at it.
//!
//! Its rule: what a person should know before relying on its servers is told.

use std::time::Duration;

use unicontact::config::QueueConfig;
use unicontact::journal::Run;
use unicontact::providers::clock::{Clock, SystemClock};
use unicontact::queue::{Queue, QueueOptions};

use crate::exit::Failure;
use crate::output;

/// How long the end of a process waits for servers.
const LEAVING: Duration = Duration::from_secs(10);

/// The queue. What is missing of it is made. `called` is what this process is in the list of workers, if it is one.
pub(crate) async fn opened(
    queue: &QueueConfig,
    purpose: &str,
    called: Option<String>,
) -> Result<Queue, Failure> {
    let client = super::connect(queue, purpose).await?;
    let mut options = QueueOptions::from(queue);
    let run = Run::new(purpose, SystemClock.now());
    options.journal.run = Some(match called.clone() {
        Some(name) => run.with_worker(name),
        None => run,
    });
    options.journal.holder_name = called;
    let opened = Queue::open(client, options).await?;
    if let Some(warning) = opened.warning() {
        output::message(&format!("warning: {warning}"));
    }
    Ok(opened)
}

/// The queue that somebody made before.
pub(crate) async fn existing(queue: &QueueConfig, purpose: &str) -> Result<Queue, Failure> {
    let client = super::connect(queue, purpose).await?;
    let opened = Queue::open_existing(client, QueueOptions::from(queue)).await?;
    if let Some(warning) = opened.warning() {
        output::message(&format!("warning: {warning}"));
    }
    Ok(opened)
}

/// Leaves it. Whom that does not reach learns it after the lease.
pub(crate) async fn leave(queue: &Queue) {
    let leaving = tokio::time::timeout(LEAVING, queue.journal().leave()).await;
    if !matches!(leaving, Ok(Ok(()))) {
        output::message(
            "warning: the servers of the queue did not hear that this process is gone; they learn it after the lease",
        );
    }
}
