//! The arguments of `unicontact queue`.

use clap::{Args, Subcommand};

use super::deliveries::words;
use super::queue::OnQueue;

/// What an operator does to a queue.
#[derive(Debug, Subcommand)]
pub(crate) enum QueueControl {
    /// Send nothing to a provider until it is resumed
    ///
    /// Within a second, no worker begins a request to it. Requests in flight end; deliveries wait in the queue.
    #[command(after_help = "Example:\n  unicontact queue pause acme --reason 'their import is wrong'")]
    Pause(QueuePause),
    /// End a pause: one that a person ordered, or one after errors
    ///
    /// After a pause by a person all workers continue. After errors one worker sends one delivery, and all continue if the vendor
    /// answers it.
    #[command(after_help = "Example:\n  unicontact queue resume acme")]
    Resume(Operator),
    /// Take the deliveries that wait for a paused provider out of the queue
    ///
    /// They are pending in the journal with the reason purged. Only an import or `unicontact deliveries retry --queue` queues them again.
    /// Deliveries that a worker has, or that may be at the vendor, stay.
    #[command(after_help = "Example:\n  unicontact queue purge acme --reason 'the wrong file' --yes")]
    Purge(QueuePurge),
    /// Look at messages that could not be delivered, put them into the queue again, or delete them
    #[command(
        subcommand,
        after_help = "Examples:\n  \
            unicontact queue letters list\n  \
            unicontact queue letters show 7\n  \
            unicontact queue letters replay 7 8\n  \
            unicontact queue letters purge --all --yes"
    )]
    Letters(Letters),
    /// Find deliveries about which the journal and the queue disagree, and mend them
    #[command(after_help = "Examples:\n  unicontact queue repair --dry-run\n  unicontact queue repair\n\n\
        Exit codes: 0 nothing is left to mend; 1 something is, or could not be mended.")]
    Repair(QueueRepair),
    /// List what people did to the queue
    #[command(after_help = "Example:\n  unicontact queue history --format json")]
    History(OnQueue),
}

/// A provider, and the person who acts on it.
#[derive(Debug, Args)]
pub(crate) struct Operator {
    /// The name of the provider
    #[arg(value_name = "PROVIDER")]
    pub(crate) provider: String,
    /// Your name, which the history shows [default: the name of this machine's user]
    #[arg(long, value_name = "NAME", value_parser = words)]
    pub(crate) by: Option<String>,
    #[command(flatten)]
    pub(crate) on_queue: OnQueue,
}

#[derive(Debug, Args)]
pub(crate) struct QueuePause {
    #[command(flatten)]
    pub(crate) operator: Operator,
    /// Why, which `unicontact status` and every worker show
    #[arg(long, value_name = "TEXT", value_parser = words)]
    pub(crate) reason: String,
}

#[derive(Debug, Args)]
pub(crate) struct QueuePurge {
    #[command(flatten)]
    pub(crate) operator: Operator,
    /// Why, which the history and every delivery show
    #[arg(long, value_name = "TEXT", value_parser = words)]
    pub(crate) reason: String,
    /// Do not ask
    #[arg(long)]
    pub(crate) yes: bool,
}

#[derive(Debug, Args)]
pub(crate) struct QueueRepair {
    /// Show the differences, and change nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Your name, which the history shows [default: the name of this machine's user]
    #[arg(long, value_name = "NAME", value_parser = words)]
    pub(crate) by: Option<String>,
    #[command(flatten)]
    pub(crate) on_queue: OnQueue,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Letters {
    /// List the dead letters, with the reason of each
    #[command(after_help = "Example:\n  unicontact queue letters list --to acme --format json")]
    List(OnQueue),
    /// Print a dead letter as it was received: it holds the contact
    #[command(after_help = "Example:\n  unicontact queue letters show 7")]
    Show {
        /// The number that the list shows
        number: u64,
        #[command(flatten)]
        on_queue: OnQueue,
    },
    /// Put dead letters into the queue again
    ///
    /// One that this version cannot read either stays a dead letter. --yes is not needed.
    #[command(
        after_help = "Examples:\n  unicontact queue letters replay 7 8\n  unicontact queue letters replay --all"
    )]
    Replay(SelectLetters),
    /// Delete dead letters
    #[command(
        after_help = "Examples:\n  unicontact queue letters purge 7 --yes\n  unicontact queue letters purge --all --yes"
    )]
    Purge(SelectLetters),
}

/// A selection of dead letters.
#[derive(Debug, Args)]
pub(crate) struct SelectLetters {
    /// The numbers that the list shows
    #[arg(value_name = "NUMBER", required_unless_present = "all", conflicts_with = "all")]
    pub(crate) numbers: Vec<u64>,
    /// All of them, or with --to those of these providers
    #[arg(long)]
    pub(crate) all: bool,
    /// Do not ask before they are deleted
    #[arg(long)]
    pub(crate) yes: bool,
    /// Your name, which the history shows [default: the name of this machine's user]
    #[arg(long, value_name = "NAME", value_parser = words)]
    pub(crate) by: Option<String>,
    #[command(flatten)]
    pub(crate) on_queue: OnQueue,
}
