//! The arguments of commands that use the queue. `--queue` sets the key `[queue] url` of the configuration.

use std::net::SocketAddr;
use std::num::NonZeroUsize;

use clap::Args;

/// The servers of the queue.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct OnQueue {
    /// Use the queue on the servers at URL, or on those of the configuration
    ///
    /// Several URLs are separated by commas. An import then queues the contacts, and workers deliver them; it cannot be combined
    /// with --again, --again-doubts, --wait, --report or --dry-run.
    #[arg(long, help_heading = "Queue", value_name = "URL", num_args = 0..=1, default_missing_value = "")]
    queue: Option<String>,
}

impl OnQueue {
    /// Returns whether the user set `--queue`.
    pub(crate) fn is_given(&self) -> bool {
        self.queue.is_some()
    }

    /// Returns the servers of the option, if it has any.
    pub(crate) fn url(&self) -> Option<&str> {
        self.queue.as_deref().filter(|url| !url.is_empty())
    }
}

#[derive(Debug, Args)]
pub(crate) struct Worker {
    #[command(flatten)]
    pub(crate) on_queue: OnQueue,
    /// A limit on the deliveries in flight of this worker to each provider. All workers together are limited by the provider's
    /// concurrency [default: the same]
    #[arg(long, value_name = "NUMBER")]
    pub(crate) concurrency: Option<NonZeroUsize>,
    /// Record the places to which this configuration sends as those of the queue, although others are recorded
    ///
    /// Stop all other workers and imports of the queue first.
    #[arg(long)]
    pub(crate) adopt: bool,
    /// End when the queue is empty
    #[arg(long)]
    pub(crate) until_empty: bool,
    /// The name of this worker in `unicontact status` [default: the name of the machine and the id of the process]
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// Serve metrics for Prometheus at this address, such as 127.0.0.1:9464
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) metrics: Option<SocketAddr>,
}

#[derive(Debug, Args)]
pub(crate) struct Status {
    #[command(flatten)]
    pub(crate) on_queue: OnQueue,
    /// Do not count the outcomes, which takes about a second for each hundred thousand deliveries
    #[arg(long)]
    pub(crate) no_outcomes: bool,
    /// End with 1 if a person has to look at something
    ///
    /// That is refused credentials or a wrong configuration, dead letters, damaged records, deliveries attempted by two workers, or
    /// deliveries that wait while no worker runs. Doubts and pauses that end by themselves do not count.
    #[arg(long)]
    pub(crate) check: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Migrate {
    #[command(flatten)]
    pub(crate) on_queue: OnQueue,
}
