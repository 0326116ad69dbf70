//! The arguments of `unicontact deliveries`. All its commands name and select deliveries in the same way.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{ArgGroup, Args, Subcommand, ValueEnum};
use jiff::Timestamp;
use unicontact::Outcome;
use unicontact::providers::{DeliveryKey, ErrorKind};

#[cfg(feature = "jetstream")]
use super::queue::OnQueue;
use super::time::point_in_time;

/// A limit on the characters of a note.
const MAX_NOTE: usize = 1000;

#[derive(Debug, Subcommand)]
pub(crate) enum Deliveries {
    /// List deliveries, with name and e-mail address while the journal keeps the contact
    #[command(after_help = "Examples:\n  \
        unicontact deliveries list --outcome in_doubt,failed\n  \
        unicontact deliveries list --search 'ada king'\n  \
        unicontact deliveries list --provider acme --since 2d --limit 20\n  \
        unicontact deliveries list --to acme --older-than 2d --format json\n  \
        unicontact deliveries list --since 2026-11-29T10:00\n  \
        unicontact deliveries list --queue nats://127.0.0.1:4222")]
    List(List),
    /// Show one delivery and its history, with the contact while the journal keeps it
    #[command(after_help = "Example:\n  unicontact deliveries show acme/42")]
    Show(Show),
    /// Send unfinished deliveries again if that is safe. Deliveries in doubt are looked up, and sent again only when the vendor
    /// can no longer be processing them
    #[command(after_help = "Examples:\n  \
        unicontact deliveries retry\n  \
        unicontact deliveries retry acme/42\n  \
        unicontact deliveries retry --wait\n  \
        unicontact deliveries retry --outcome failed --error unreachable --to iot\n  \
        unicontact deliveries retry --outcome failed \\\n      \
            --queue nats://127.0.0.1:4222")]
    Retry(Retry),
    /// Record the outcome of a delivery that you looked up at the vendor
    #[command(after_help = "Examples:\n  \
        unicontact deliveries resolve voice/42 --created 9001\n  \
        unicontact deliveries resolve voice/42 voice/43 --not-created \\\n      \
            --note 'called their support'\n  \
        unicontact deliveries resolve --outcome in_doubt --to voice \\\n      \
            --since 2d --not-created")]
    Resolve(Resolve),
    /// Undo a recorded outcome, unless the delivery was sent since then
    #[command(after_help = "Example:\n  unicontact deliveries reopen voice/42 \\\n      \
            --note 'that was another Ada King'")]
    Reopen(Reopen),
    /// Write a table with one row for each contact: the id and outcome of every provider
    #[command(after_help = "Examples:\n  \
        unicontact deliveries export --output deliveries.csv\n  \
        unicontact deliveries export --as ndjson --outcome created,existing \\\n      \
            --since 2026-11-29")]
    Export(Export),
    /// Erase the content of a person's contacts; the records of their deliveries stay
    #[command(after_help = "Examples:\n  \
        unicontact deliveries forget ada@example.com\n  \
        unicontact deliveries forget 42 --yes\n\n\
        The journal keeps the key of the contact, the outcome and id at each provider, and keyed hashes. With these an \
        import recognizes the person, so that nobody is created twice.")]
    Forget(Forget),
    /// Check that the journal is not damaged: every page, and that indices, totals and words of searches agree with the records
    #[command(after_help = "Example:\n  unicontact deliveries check\n\n\
        Commands that send check the pages by themselves if the last command was killed, and once a day.")]
    Check,
}

impl Deliveries {
    /// Returns whether the command sends deliveries or allows them to be sent.
    pub(crate) fn may_send(&self) -> bool {
        match self {
            Self::Retry(_) | Self::Resolve(_) | Self::Reopen(_) => true,
            Self::List(_) | Self::Show(_) | Self::Export(_) | Self::Forget(_) | Self::Check => false,
        }
    }

    /// Returns the arguments of the queue. `None` for a command that needs a journal in a file.
    #[cfg(feature = "jetstream")]
    pub(crate) fn on_queue(&self) -> Option<&OnQueue> {
        match self {
            Self::List(list) => Some(&list.on_queue),
            Self::Show(show) => Some(&show.on_queue),
            Self::Resolve(resolve) => Some(&resolve.on_queue),
            Self::Reopen(reopen) => Some(&reopen.on_queue),
            Self::Retry(retry) => Some(&retry.on_queue),
            Self::Export(export) => Some(&export.on_queue),
            Self::Forget(forget) => Some(&forget.on_queue),
            Self::Check => None,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct List {
    #[command(flatten)]
    pub(crate) filter: DeliveryFilter,
    #[command(flatten)]
    pub(crate) found: FoundBy,
    /// List at most this many [default: 100; with --format json all]
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) limit: Option<u32>,
    /// Continue after this position, which the end of a list names
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
    /// The file to write, which is overwritten; only its owner can read it [default: standard output]
    #[arg(long, value_name = "PATH")]
    pub(crate) output: Option<PathBuf>,
    /// The format of the table
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
    /// The person: an e-mail address, your own id, or the contact as the list shows it
    #[arg(value_name = "EMAIL|ID")]
    pub(crate) person: String,
    /// Do not ask for confirmation
    #[arg(long)]
    pub(crate) yes: bool,
    #[cfg(feature = "jetstream")]
    #[command(flatten)]
    pub(crate) on_queue: OnQueue,
}

/// The selection of deliveries by text.
#[derive(Debug, Clone, Args)]
pub(crate) struct FoundBy {
    /// Only deliveries that match this text: words of the name or e-mail address while the journal keeps the contact, the
    /// whole id of your own or of the vendor, or a whole e-mail address
    #[arg(long, value_name = "TEXT")]
    pub(crate) search: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Show {
    /// The delivery, as the list shows it
    #[arg(value_name = "PROVIDER/CONTACT", value_parser = key)]
    pub(crate) key: DeliveryKey,
    #[cfg(feature = "jetstream")]
    #[command(flatten)]
    pub(crate) on_queue: OnQueue,
}

/// The selection of deliveries by state.
#[derive(Debug, Clone, Args)]
pub(crate) struct DeliveryFilter {
    /// Only deliveries with these outcomes
    #[arg(long, value_enum, value_name = "OUTCOME", value_delimiter = ',')]
    pub(crate) outcome: Vec<OutcomeArgument>,
    /// Only deliveries with an error of this kind, such as unreachable
    #[arg(long, value_name = "KIND", value_parser = kinds(), hide_possible_values = true)]
    pub(crate) error: Option<String>,
    /// Only deliveries that last changed before TIME: an age such as 30m, 12h or 2d, or a time such as 2026-11-29T10:00
    #[arg(long, value_name = "TIME", value_parser = point_in_time)]
    pub(crate) older_than: Option<Timestamp>,
    /// Only deliveries that last changed since TIME: an age such as 30m, 12h or 2d, or a time such as 2026-11-29T10:00
    #[arg(long, value_name = "TIME", value_parser = point_in_time)]
    pub(crate) since: Option<Timestamp>,
}

impl DeliveryFilter {
    /// Returns whether the user set a filter.
    pub(crate) fn is_given(&self) -> bool {
        !self.outcome.is_empty() || self.error.is_some() || self.older_than.is_some() || self.since.is_some()
    }
}

#[derive(Debug, Args)]
pub(crate) struct Retry {
    /// Only these deliveries, as the list shows them
    #[arg(value_name = "PROVIDER/CONTACT", value_parser = key)]
    pub(crate) keys: Vec<DeliveryKey>,
    #[command(flatten)]
    pub(crate) filter: DeliveryFilter,
    /// Wait until paused providers may work again, and until deliveries in doubt are settled or need a person
    #[arg(long)]
    pub(crate) wait: bool,
    /// Also send deliveries in doubt, without a look-up; may create second contacts
    #[arg(long)]
    pub(crate) again_doubts: bool,
    #[cfg(feature = "jetstream")]
    #[command(flatten)]
    pub(crate) on_queue: OnQueue,
}

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("how").required(true))]
pub(crate) struct Resolve {
    /// The deliveries, as the list shows them; only one with --created. Without keys, filters and --to select them
    #[arg(value_name = "PROVIDER/CONTACT", value_parser = key)]
    pub(crate) keys: Vec<DeliveryKey>,
    #[command(flatten)]
    pub(crate) filter: DeliveryFilter,
    /// The vendor has the contact, with this id
    #[arg(long, value_name = "ID", group = "how")]
    pub(crate) created: Option<String>,
    /// The vendor does not have the contact. It may then be sent again; the command asks first while the vendor may still be
    /// processing it
    #[arg(long, group = "how")]
    pub(crate) not_created: bool,
    /// Do not ask for confirmation
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
    /// The deliveries, as the list shows them
    #[arg(value_name = "PROVIDER/CONTACT", value_parser = key, required = true)]
    pub(crate) keys: Vec<DeliveryKey>,
    #[command(flatten)]
    pub(crate) person: Person,
    #[cfg(feature = "jetstream")]
    #[command(flatten)]
    pub(crate) on_queue: OnQueue,
}

/// The person who records an outcome, and the reason.
#[derive(Debug, Args)]
pub(crate) struct Person {
    /// The reason, which the history of the delivery shows
    #[arg(long, value_name = "TEXT", value_parser = note)]
    pub(crate) note: Option<String>,
    /// Your name, which the history shows [default: the name of this machine's user]
    #[arg(long, value_name = "NAME", value_parser = note)]
    pub(crate) by: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub(crate) enum OutcomeArgument {
    /// The vendor created the contact
    Created,
    /// The vendor had the contact already
    Existing,
    /// The contact's content was refused
    Rejected,
    /// The contact was not created, for another reason
    Failed,
    /// The contact may have been created
    InDoubt,
    /// The contact was not sent yet
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

pub(super) fn note(text: &str) -> Result<String, &'static str> {
    let is_long = text.chars().count() > MAX_NOTE;
    if is_long { Err("a note has at most 1000 characters") } else { Ok(text.to_owned()) }
}

/// Returns a reason or a name, which must say something.
#[cfg(feature = "jetstream")]
pub(super) fn words(text: &str) -> Result<String, &'static str> {
    if text.trim().is_empty() { Err("it is empty") } else { note(text) }
}
