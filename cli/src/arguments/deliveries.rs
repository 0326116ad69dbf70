//! What `unicontact deliveries` understands.
//!
//! Its rule: every command of it names and selects deliveries in the same way.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{ArgGroup, Args, Subcommand, ValueEnum};
use jiff::Timestamp;
use unicontact::Outcome;
use unicontact::providers::{DeliveryKey, ErrorKind};

#[cfg(feature = "jetstream")]
use super::queue::OnQueue;
use super::time::point_in_time;

/// The most characters of a note.
const LONGEST_NOTE: usize = 1000;

#[derive(Debug, Subcommand)]
pub(crate) enum Deliveries {
    /// List what the journal knows, with name and e-mail address while the contact is kept
    #[command(after_help = "Examples:\n  \
        unicontact deliveries list --outcome in_doubt,failed\n  \
        unicontact deliveries list --search 'ada king'\n  \
        unicontact deliveries list --provider acme --since 2d --limit 20\n  \
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
    /// Write what the journal knows as a table: one row for each contact, with every provider's id and outcome
    #[command(after_help = "Examples:\n  \
        unicontact deliveries export --output deliveries.csv\n  \
        unicontact deliveries export --as ndjson --outcome created,existing --since 2026-11-29")]
    Export(Export),
    /// Erase the content of a person's contacts; that they were delivered stays known
    #[command(after_help = "Examples:\n  \
        unicontact deliveries forget ada@example.com\n  \
        unicontact deliveries forget 42 --yes\n\n\
        What stays: the key of the contact, the outcome and the id at each provider, and keyed hashes by which the same\n\
        person is recognized when it is imported again, so that nobody is created twice.")]
    Forget(Forget),
}

impl Deliveries {
    /// Returns whether the command sends, or records what is sent later.
    pub(crate) fn may_send(&self) -> bool {
        match self {
            Self::Retry(_) | Self::Resolve(_) | Self::Reopen(_) => true,
            Self::List(_) | Self::Show(_) | Self::Export(_) | Self::Forget(_) => false,
        }
    }

    /// Whether and where the queue is asked.
    #[cfg(feature = "jetstream")]
    pub(crate) fn on_queue(&self) -> &OnQueue {
        match self {
            Self::List(list) => &list.on_queue,
            Self::Show(show) => &show.on_queue,
            Self::Resolve(resolve) => &resolve.on_queue,
            Self::Reopen(reopen) => &reopen.on_queue,
            Self::Retry(retry) => &retry.on_queue,
            Self::Export(export) => &export.on_queue,
            Self::Forget(forget) => &forget.on_queue,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct List {
    #[command(flatten)]
    pub(crate) filter: DeliveryFilter,
    #[command(flatten)]
    pub(crate) found: FoundBy,
    /// At most so many [default: 100; with --format json all]
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) limit: Option<u32>,
    /// Only those after this place, as the end of a list names it
    #[arg(long, value_name = "NUMBER", default_value_t = 0, hide_default_value = true)]
    pub(crate) after: u64,
    #[cfg(feature = "jetstream")]
    #[command(flatten)]
    pub(crate) on_queue: OnQueue,
}

#[derive(Debug, Args)]
pub(crate) struct Export {
    #[command(flatten)]
    pub(crate) filter: DeliveryFilter,
    #[command(flatten)]
    pub(crate) found: FoundBy,
    /// Where to write it, over what is there; only its owner can read it [default: standard output]
    #[arg(long, value_name = "PATH")]
    pub(crate) output: Option<PathBuf>,
    /// How to write it
    #[arg(long = "as", value_enum, value_name = "FORMAT", default_value_t = ExportFormat::Csv)]
    pub(crate) written_as: ExportFormat,
    #[cfg(feature = "jetstream")]
    #[command(flatten)]
    pub(crate) on_queue: OnQueue,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExportFormat {
    /// A table for spreadsheets
    Csv,
    /// A JSON object on each line
    Ndjson,
}

#[derive(Debug, Args)]
pub(crate) struct Forget {
    /// Whose: an e-mail address, your own id, or the contact as the list names it
    #[arg(value_name = "EMAIL|ID")]
    pub(crate) person: String,
    /// Do not ask
    #[arg(long)]
    pub(crate) yes: bool,
    #[cfg(feature = "jetstream")]
    #[command(flatten)]
    pub(crate) on_queue: OnQueue,
}

/// Which deliveries, beside their state.
#[derive(Debug, Clone, Args)]
pub(crate) struct FoundBy {
    /// Only those that this text finds: words of the name or e-mail address while the contact is kept, the beginning of your
    /// id, the vendor's id, or a whole e-mail address
    #[arg(long, value_name = "TEXT")]
    pub(crate) search: Option<String>,
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
            Ok(DeliveryKey::from_contact_key(provider, contact.to_owned()))
        }
        _ => Err("expected a provider and a contact, such as acme/42"),
    }
}

fn note(text: &str) -> Result<String, &'static str> {
    let is_long = text.chars().count() > LONGEST_NOTE;
    if is_long { Err("a note has at most 1000 characters") } else { Ok(text.to_owned()) }
}
