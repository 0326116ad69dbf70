//! Where the queue is, as commands take it.
//!
//! Its rule: the flag stands for one key of the configuration, `[queue] url`, and is judged like it.

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
