//! What `unicontact deliveries` understands.
//!
//! Its rule: every command of it names and selects deliveries in the same way.

use clap::builder::PossibleValuesParser;
use clap::{ArgGroup, Args, Subcommand, ValueEnum};
use jiff::Timestamp;
use unicontact::Outcome;
use unicontact::providers::{DeliveryKey, ErrorKind};

use super::point_in_time::point_in_time;
#[cfg(feature = "jetstream")]
use super::queue::OnQueue;

/// The most characters of a note.
const LONGEST_NOTE: usize = 1000;

#[derive(Debug, Subcommand)]
pub(crate) enum Deliveries {
    /// List what the journal knows; --to selects providers
    #[command(after_help = "Examples:\n  \
        unicontact deliveries list --outcome in_doubt,failed\n  \
        unicontact deliveries list --to acme --older-than 2d --format json\n  \
        unicontact deliveries list --since 2026-11-29T10:00\n  \
        unicontact deliveries list --queue nats://127.0.0.1:4222")]
    List(List),
    /// Show one delivery and its story, with the contact while it is kept
    #[command(after_help = "Example:\n  unicontact deliveries show acme/42")]
    Show(Show),
    /// Deliver what is unfinished and safe to send; what is in doubt is looked for, and sent again only when the vendor can
    /// no longer be at work on it
    #[command(after_help = "Examples:\n  \
        unicontact deliveries retry\n  \
        unicontact deliveries retry acme/42\n  \
        unicontact deliveries retry --wait\n  \
        unicontact deliveries retry --outcome failed --error unreachable --to iot\n  \
        unicontact deliveries retry --outcome failed --queue nats://127.0.0.1:4222")]
    Retry(Retry),
    /// Say how a delivery ended, after you looked at the vendor
    #[command(after_help = "Examples:\n  \
        unicontact deliveries resolve voice/42 --created 9001\n  \
        unicontact deliveries resolve voice/42 voice/43 --not-created --note 'called their support'\n  \
        unicontact deliveries resolve --outcome in_doubt --to voice --since 2d --not-created")]
    Resolve(Resolve),
    /// Take back what a person said of a delivery, while nobody has sent it since
    #[command(
        after_help = "Example:\n  unicontact deliveries reopen voice/42 --note 'that was another Ada King'"
    )]
    Reopen(Reopen),
}

#[cfg(feature = "jetstream")]
impl Deliveries {
    /// Whether and where the queue is asked.
    pub(crate) fn on_queue(&self) -> &OnQueue {
        match self {
            Self::List(list) => &list.on_queue,
            Self::Show(show) => &show.on_queue,
            Self::Resolve(resolve) => &resolve.on_queue,
            Self::Reopen(reopen) => &reopen.on_queue,
            Self::Retry(retry) => &retry.on_queue,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct List {
    #[command(flatten)]
    pub(crate) filter: DeliveryFilter,
    #[cfg(feature = "jetstream")]
    #[command(flatten)]
    pub(crate) on_queue: OnQueue,
}

#[derive(Debug, Args)]
pub(crate) struct Show {
    /// Which, as the list names it
    #[arg(value_name = "PROVIDER/CONTACT", value_parser = key)]
    pub(crate) key: DeliveryKey,
    #[cfg(feature = "jetstream")]
    #[command(flatten)]
    pub(crate) on_queue: OnQueue,
}

/// Which deliveries.
#[derive(Debug, Clone, Args)]
pub(crate) struct DeliveryFilter {
    /// Only those of these outcomes
    #[arg(long, value_enum, value_name = "OUTCOME", value_delimiter = ',')]
    pub(crate) outcome: Vec<OutcomeArgument>,
    /// Only those whose error is of this kind, such as unreachable
    #[arg(long, value_name = "KIND", value_parser = kinds(), hide_possible_values = true)]
    pub(crate) error: Option<String>,
    /// Only those that were last changed longer ago than 30m, 12h or 2d, or before a time such as 2026-11-29T10:00
    #[arg(long, value_name = "TIME", value_parser = point_in_time)]
    pub(crate) older_than: Option<Timestamp>,
    /// Only those that were last changed within 30m, 12h or 2d, or since a time such as 2026-11-29T10:00
    #[arg(long, value_name = "TIME", value_parser = point_in_time)]
    pub(crate) since: Option<Timestamp>,
}

impl DeliveryFilter {
    /// Returns whether it selects at all.
    pub(crate) fn is_given(&self) -> bool {
        !self.outcome.is_empty() || self.error.is_some() || self.older_than.is_some() || self.since.is_some()
    }
}

#[derive(Debug, Args)]
pub(crate) struct Retry {
    /// Only these, as the list names them
    #[arg(value_name = "PROVIDER/CONTACT", value_parser = key)]
    pub(crate) keys: Vec<DeliveryKey>,
    #[command(flatten)]
    pub(crate) filter: DeliveryFilter,
    /// Wait for a provider that is paused until it may work again, and for what is in doubt until it is settled or needs a
    /// person
    #[arg(long)]
    pub(crate) wait: bool,
    /// Send also what is in doubt, without looking for it; may make second contacts
    #[arg(long)]
    pub(crate) again_doubts: bool,
    #[cfg(feature = "jetstream")]
    #[command(flatten)]
    pub(crate) on_queue: OnQueue,
}

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("how").required(true))]
pub(crate) struct Resolve {
    /// Which, as the list names them; with --created one. Instead of keys, filters select; --to selects providers
    #[arg(value_name = "PROVIDER/CONTACT", value_parser = key)]
    pub(crate) keys: Vec<DeliveryKey>,
    #[command(flatten)]
    pub(crate) filter: DeliveryFilter,
    /// The vendor has it, with this id
    #[arg(long, value_name = "ID", group = "how")]
    pub(crate) created: Option<String>,
    /// The vendor does not have it. It may be sent again then, so this asks first while the vendor may still be at work
    #[arg(long, group = "how")]
    pub(crate) not_created: bool,
    /// Do not ask
    #[arg(long, conflicts_with = "created")]
    pub(crate) yes: bool,
    #[command(flatten)]
    pub(crate) person: Person,
    #[cfg(feature = "jetstream")]
    #[command(flatten)]
    pub(crate) on_queue: OnQueue,
}

#[derive(Debug, Args)]
pub(crate) struct Reopen {
    /// Which, as the list names them
    #[arg(value_name = "PROVIDER/CONTACT", value_parser = key, required = true)]
    pub(crate) keys: Vec<DeliveryKey>,
    #[command(flatten)]
    pub(crate) person: Person,
    #[cfg(feature = "jetstream")]
    #[command(flatten)]
    pub(crate) on_queue: OnQueue,
}

/// Who acts, and why.
#[derive(Debug, Args)]
pub(crate) struct Person {
    /// Why, for whoever reads the story of the delivery later
    #[arg(long, value_name = "TEXT", value_parser = note)]
    pub(crate) note: Option<String>,
    /// Who says so [default: the name of this machine's user]
    #[arg(long, value_name = "NAME", value_parser = note)]
    pub(crate) by: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub(crate) enum OutcomeArgument {
    /// It was created
    Created,
    /// The vendor had it already
    Existing,
    /// It was refused for what is in it
    Rejected,
    /// It was not created, for another reason
    Failed,
    /// Nobody can tell
    InDoubt,
    /// It was not sent yet
    Pending,
}

impl From<OutcomeArgument> for Outcome {
    fn from(argument: OutcomeArgument) -> Self {
        match argument {
            OutcomeArgument::Created => Self::Created,
            OutcomeArgument::Existing => Self::Existing,
            OutcomeArgument::Rejected => Self::Rejected,
            OutcomeArgument::Failed => Self::Failed,
            OutcomeArgument::InDoubt => Self::InDoubt,
            OutcomeArgument::Pending => Self::Pending,
        }
    }
}

fn kinds() -> PossibleValuesParser {
    PossibleValuesParser::new(ErrorKind::ALL.map(ErrorKind::as_str))
}

fn key(text: &str) -> Result<DeliveryKey, &'static str> {
    match text.split_once('/') {
        Some((provider, contact)) if !provider.is_empty() && !contact.is_empty() => {
            Ok(DeliveryKey::of(provider, contact.to_owned()))
        }
        _ => Err("expected a provider and a contact, such as acme/42"),
    }
}

fn note(text: &str) -> Result<String, &'static str> {
    let is_long = text.chars().count() > LONGEST_NOTE;
    if is_long { Err("a note has at most 1000 characters") } else { Ok(text.to_owned()) }
}
