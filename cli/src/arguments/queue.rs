//! Where the queue is, as commands take it.
//!
//! Its rule: the flag stands for one key of the configuration, `[queue] url`, and is judged like it.

use std::net::SocketAddr;
use std::num::NonZeroUsize;

use clap::Args;

/// Which servers.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct OnQueue {
    /// Use the queue on the servers at this URL, several separated by commas; without a URL on those of the configuration
    #[arg(long, value_name = "URL", num_args = 0..=1, default_missing_value = "")]
    queue: Option<String>,
}

impl OnQueue {
    /// Whether the queue is asked for.
    pub(crate) fn is_given(&self) -> bool {
        self.queue.is_some()
    }

    /// The servers that it names.
    pub(crate) fn url(&self) -> Option<&str> {
        self.queue.as_deref().filter(|url| !url.is_empty())
    }
}

#[derive(Debug, Args)]
pub(crate) struct Worker {
    #[command(flatten)]
    pub(crate) on_queue: OnQueue,
    /// How many deliveries of each provider this worker has under way at most; all workers together have at most the
    /// provider's concurrency [default: as many]
    #[arg(long, value_name = "NUMBER")]
    pub(crate) concurrency: Option<NonZeroUsize>,
    /// End when nothing is left in the queue
    #[arg(long)]
    pub(crate) until_empty: bool,
    /// What this worker is called in `unicontact status` [default: the machine's name and the process's number]
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// Serve metrics for Prometheus there, such as 127.0.0.1:9464
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) metrics: Option<SocketAddr>,
}

#[derive(Debug, Args)]
pub(crate) struct Status {
    #[command(flatten)]
    pub(crate) on_queue: OnQueue,
    /// Do not read the journal through to count the outcomes, which takes about a second for each hundred thousand deliveries
    #[arg(long)]
    pub(crate) no_outcomes: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Migrate {
    #[command(flatten)]
    pub(crate) on_queue: OnQueue,
}
