//! The arguments of the command line. The help of every command has examples.

mod common;
mod contract;
mod deliveries;
mod import;
mod init;
#[cfg(feature = "jetstream")]
mod queue;
#[cfg(feature = "jetstream")]
mod queue_control;
mod time;
mod vendors;
mod verify;
mod without_effect;

use std::path::PathBuf;

use clap::builder::Styles;
use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use jiff::Timestamp;
use unicontact::identity::IdentifyBy;
use unicontact::providers::Description;
use unicontact_sandbox::Vendor;

pub(crate) use self::common::{ColorChoice, Common, Detail, Format, LogFormat};
pub(crate) use self::contract::{
    Contract, ContractCheckOpenApi, ContractCompare, ContractEvidence, ContractExport, ContractFixtures,
    ContractHold, ContractLive, ContractRecord, ContractServe, ContractTest, FixtureSource, SelectBy,
};
pub(crate) use self::deliveries::{
    Deliveries, DeliveryFilter, Export, ExportFormat, Forget, FoundBy, List, Person, Reopen, Resolve, Retry,
};
pub(crate) use self::import::Import;
pub(crate) use self::init::Init;
#[cfg(feature = "jetstream")]
pub(crate) use self::queue::{Migrate, OnQueue, Status, Worker};
#[cfg(feature = "jetstream")]
pub(crate) use self::queue_control::{
    Letters, Operator, QueueControl, QueuePause, QueuePurge, QueueRepair, SelectLetters,
};
pub(crate) use self::time::point_in_time;
pub(crate) use self::vendors::{
    Vendors, VendorsCommand, VendorsExport, VendorsNew, VendorsShow, VendorsTest,
};
pub(crate) use self::verify::Verify;
pub(crate) use self::without_effect::WithoutEffect;
use self::without_effect::options_without_effect;

/// Creates one contact in many CRMs, reports the outcome in each, and never creates a contact twice by accident.
#[derive(Debug, Parser)]
#[command(
    name = "unicontact",
    version,
    max_term_width = 100,
    styles = Styles::plain(),
    arg_required_else_help = true,
    after_help = "First steps:\n  \
        unicontact demo\n  \
        unicontact init\n  \
        unicontact import people.csv --dry-run\n\n\
        Exit codes: 0 every delivery is created, existing or skipped; 1 some were rejected, failed or are pending; \
        2 the command line, configuration or input is wrong; 3 something is in doubt."
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) common: Common,
    #[command(subcommand)]
    pub(crate) command: Command,
}

impl Arguments {
    /// Returns the arguments of this process, and those of them that have no effect.
    pub(crate) fn from_process() -> Result<(Self, Option<WithoutEffect>), clap::Error> {
        let mut command = Self::command();
        let mut matches = command.try_get_matches_from_mut(std::env::args_os())?;
        let without_effect = options_without_effect(&command, &matches);
        let arguments = Self::from_arg_matches_mut(&mut matches);
        Ok((arguments.map_err(|error| error.format(&mut Self::command()))?, without_effect))
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Try it: send sample contacts to stand-ins of the vendors
    ///
    /// The stand-ins run in this process; no configuration and no account is needed.
    #[command(args = common::hidden(&["config"]))]
    #[command(after_help = "Examples:\n  unicontact demo\n  unicontact demo --format json")]
    Demo,
    /// Write a configuration, by asking or from options
    #[command(args = common::hidden(&["to", "format", "verbose", "quiet", "log_format"]))]
    #[command(after_help = "Examples:\n  \
        unicontact init\n  \
        unicontact init smarttask --name acme --set organization_id=38 \\\n      \
            --set access_token_file=token.txt\n\n\
        A KEY of --set without a dot belongs to the provider. Secrets are no options: --set KEY_file=PATH names the file \
        that holds one, or its variable is set: UNICONTACT_PROVIDERS__VENDOR__NAME__KEY.")]
    Init(Init),
    /// Create one contact at every provider
    #[command(after_help = "Examples:\n  \
        unicontact create contact.json\n  \
        unicontact create --name 'Ada King' --email ada@example.com\n  \
        echo '{\"name\": \"Ada King\"}' | unicontact create - --to acme,iot")]
    Create(Create),
    /// Create many contacts, from CSV, workbooks, JSON or vCards
    ///
    /// A second run completes the first: what is delivered is not sent again.
    #[command(after_help = "Examples:\n  \
        unicontact import people.csv --dry-run\n  \
        unicontact import people.csv\n  \
        unicontact import customers.csv phone.vcf exports/\n  \
        unicontact import people.xlsx --sheet Customers\n  \
        psql --csv -c 'SELECT id, name, email FROM people' | unicontact import -\n\n\
        For headers that are not recognized:\n  \
        unicontact import people.csv --suggest-map > mapping.toml\n  \
        unicontact import people.csv --map mapping.toml")]
    Import(Box<Import>),
    /// Deliver contacts from the queue, beside other workers
    ///
    /// Any number of workers share the queue. This one ends with Ctrl-C or SIGTERM.
    #[cfg(feature = "jetstream")]
    #[command(after_help = "Examples:\n  \
        unicontact worker --queue nats://127.0.0.1:4222\n  \
        unicontact worker --queue nats://127.0.0.1:4222 --metrics 127.0.0.1:9464\n  \
        unicontact worker --until-empty --format json\n\n\
        The first Ctrl-C or SIGTERM puts unsent deliveries back and waits for requests in flight; the second one stops \
        at once. Exit codes: 0 after a signal; with --until-empty those of an import.")]
    Worker(Worker),
    /// Show the queue, its workers and the outcomes
    #[cfg(feature = "jetstream")]
    #[command(after_help = "Examples:\n  \
        unicontact status --queue nats://127.0.0.1:4222\n  \
        unicontact status --format json\n  \
        unicontact status --check")]
    Status(Status),
    /// Migrate a queue of version 0.1.0
    ///
    /// Stop all its workers and imports first.
    #[cfg(feature = "jetstream")]
    #[command(after_help = "Examples:\n  \
        unicontact migrate --queue nats://127.0.0.1:4222\n  \
        unicontact migrate --format json\n\n\
        The migration is refused while a process of 0.1.0 has the queue open, or had it open within the lease. It can \
        be repeated. Afterwards processes of 0.1.0 cannot open the queue, and this version delivers the contacts in it.")]
    Migrate(Migrate),
    /// Pause and resume providers, look at dead letters, purge and repair the queue
    #[cfg(feature = "jetstream")]
    #[command(
        subcommand,
        after_help = "Examples:\n  \
            unicontact queue pause acme --reason 'their import is wrong'\n  \
            unicontact queue resume acme\n  \
            unicontact queue letters list\n  \
            unicontact queue repair --dry-run"
    )]
    Queue(QueueControl),
    /// List, retry and resolve the deliveries in the journal
    #[command(
        subcommand,
        after_help = "Examples:\n  unicontact deliveries list --outcome in_doubt\n  unicontact deliveries retry\n  \
            unicontact deliveries list --queue nats://127.0.0.1:4222"
    )]
    Deliveries(Deliveries),
    /// Compare the contacts of a vendor with the journal
    ///
    /// With --adopt, record them in the journal.
    #[command(after_help = "Examples:\n  \
        unicontact verify --to iot\n  \
        unicontact verify --to iot --format json\n  \
        unicontact verify --to iot --adopt\n\n\
        The findings are contacts that exist twice, are missing, are in doubt but exist, or are unknown to the journal. \
        Without --adopt nothing is changed. With --adopt a later import skips the people at the vendor: use it for \
        people from before the first import, and after the journal was lost or restored.\n\n\
        Exit codes: 0 no differences; 1 differences, or not all contacts could be read; 2 the vendor's contacts cannot \
        be listed, or the command line, configuration or journal is wrong.")]
    Verify(Verify),
    /// Show the requests for a contact; sends nothing
    ///
    /// Shows also what happens to every field at every vendor. Without a configuration, all vendors are shown.
    #[command(after_help = "Examples:\n  \
        unicontact plan contact.json\n  \
        unicontact plan --name 'Ada King' --format json\n  \
        unicontact plan contact.json --online")]
    Plan(Plan),
    /// Show the configured providers and what their vendors can store
    #[command(after_help = "Examples:\n  unicontact providers\n  unicontact providers --format json")]
    Providers,
    /// List the vendors, show what is known of one, describe another in a file
    #[command(
        args_conflicts_with_subcommands = true,
        after_help = "Examples:\n  \
            unicontact vendors\n  \
            unicontact vendors show hubspot\n  \
            unicontact vendors new acmecrm"
    )]
    Vendors(Vendors),
    /// Check the configuration and, with --online, the credentials
    #[command(after_help = "Examples:\n  unicontact check\n  unicontact check --online --to acme")]
    Check(Check),
    /// Serve stand-ins of the vendors on this machine
    ///
    /// Prints a configuration for them, with a journal. Delete the journal when you start the sandbox again.
    #[command(args = common::hidden(&["config", "to", "set", "format", "verbose", "quiet", "log_format"]))]
    #[command(after_help = "Examples:\n  \
        unicontact sandbox > sandbox.toml &\n  \
        unicontact create --config sandbox.toml --name 'Ada King'\n\n  \
        unicontact sandbox --faults faults.toml > sandbox.toml &\n  \
        curl http://127.0.0.1:8704/state\n  \
        curl --request PUT --data-binary @faults.toml \\\n      \
            http://127.0.0.1:8704/faults\n  \
        curl --request PUT --data '{\"advance\": \"15m\"}' \\\n      \
            http://127.0.0.1:8704/clock\n\n\
        A fault, in faults.toml:\n  \
        seed = 7\n  \
        [[fault]]\n  \
        what = \"reset_after_commit\"\n  \
        vendor = \"emnify\"\n  \
        probability = 0.1")]
    Sandbox(Sandbox),
    /// Test adapters against the fixtures of their vendors
    #[command(
        subcommand,
        after_help = "Examples:\n  \
            unicontact contract test\n  \
            unicontact contract compare --to acme --live --yes\n  \
            unicontact contract serve --vendor emnify --port 8800\n  \
            unicontact contract export --pact pacts"
    )]
    Contract(Contract),
    /// Print a JSON Schema
    #[command(
        args = common::hidden(common::ALL),
        after_help = "Examples:\n  unicontact schema config\n  unicontact schema contact > contact.schema.json"
    )]
    Schema(Schema),
    /// Print a completion script for a shell
    #[command(args = common::hidden(common::ALL))]
    #[command(after_help = "Example:\n  unicontact completions bash > \\\n      \
            ~/.local/share/bash-completion/completions/unicontact")]
    Completions {
        /// The shell
        shell: Shell,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Create {
    #[command(flatten)]
    pub(crate) contact: ContactSource,
    /// Which providers must have the contact
    #[arg(long, value_enum, default_value_t = PolicyArgument::All)]
    pub(crate) policy: PolicyArgument,
    /// Send the contact although an earlier run delivered it; creates a second contact
    ///
    /// Deliveries in doubt are not sent.
    #[arg(long)]
    pub(crate) again: bool,
    /// With --again: only if the last delivery was before TIME
    ///
    /// TIME is an age such as 2h, or a time such as 2026-11-29T10:00.
    #[arg(long, value_name = "TIME", requires = "again", value_parser = point_in_time)]
    pub(crate) before: Option<Timestamp>,
    /// Send the contact although its delivery is in doubt; may create a second contact
    ///
    /// The vendor is not asked whether it has the contact.
    #[arg(long)]
    pub(crate) again_doubts: bool,
    /// While the delivery is in doubt, wait and look it up again
    ///
    /// The wait ends when the delivery is settled or needs a person.
    #[arg(long)]
    pub(crate) wait: bool,
    #[command(flatten)]
    pub(crate) recognition: Recognition,
}

/// The heading of the options about people.
const PEOPLE: &str = "People";

/// How people are recognized.
#[derive(Debug, Args)]
pub(crate) struct Recognition {
    /// Recognize people of earlier deliveries by identity, content, email, phone or id
    ///
    /// The default is the key `identify_by` of the configuration, else identity: the id, else the name with an e-mail address or
    /// a number.
    #[arg(long, help_heading = PEOPLE, value_name = "METHOD")]
    pub(crate) identify_by: Option<IdentifyBy>,
    /// Allow another method than the journal's
    ///
    /// People whom the new method does not recognize are sent again.
    #[arg(long, help_heading = PEOPLE)]
    pub(crate) yes: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PolicyArgument {
    /// Every provider must have the contact
    All,
    /// One provider that has it is enough
    Any,
    /// Every provider must have the contact; after the first failure no further attempt begins
    FirstFailure,
}

#[derive(Debug, Args)]
pub(crate) struct Plan {
    #[command(flatten)]
    pub(crate) contact: ContactSource,
    /// Read ids from the vendors that the requests need
    #[arg(long)]
    pub(crate) online: bool,
}

/// A contact as JSON in a file or on standard input, or from flags.
#[derive(Debug, Args)]
pub(crate) struct ContactSource {
    /// A contact as JSON; - reads standard input
    #[arg(value_name = "FILE", conflicts_with = "flags")]
    pub(crate) file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) flags: ContactFlags,
}

/// The heading of the options that make a contact.
const CONTACT: &str = "Contact";

#[derive(Debug, Args)]
#[group(id = "flags", multiple = true)]
pub(crate) struct ContactFlags {
    /// The full name
    #[arg(long, help_heading = CONTACT, value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// An e-mail address; may be repeated
    #[arg(long, help_heading = CONTACT, value_name = "ADDRESS")]
    pub(crate) email: Vec<String>,
    /// A phone number; may be repeated
    #[arg(long, help_heading = CONTACT, value_name = "NUMBER")]
    pub(crate) phone: Vec<String>,
    /// The organization's name
    #[arg(long, help_heading = CONTACT, value_name = "NAME")]
    pub(crate) organization: Option<String>,
    /// The job title
    #[arg(long, help_heading = CONTACT)]
    pub(crate) title: Option<String>,
    /// Free text
    #[arg(long, help_heading = CONTACT, value_name = "TEXT")]
    pub(crate) notes: Option<String>,
    /// Your own id of the contact
    #[arg(long, help_heading = CONTACT, value_name = "ID")]
    pub(crate) external_id: Option<String>,
    /// person or organization
    #[arg(long, help_heading = CONTACT, value_name = "KIND")]
    pub(crate) kind: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Check {
    /// Check the credentials at the vendors; changes nothing there
    #[arg(long)]
    pub(crate) online: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Sandbox {
    /// The vendors to serve, separated by commas [default: those with an adapter in this program]
    #[arg(long, value_name = "NAME", value_delimiter = ',', value_parser = stand_in)]
    pub(crate) vendor: Vec<Vendor>,
    /// The first of the neighbouring ports, one for each vendor; 0 chooses free ports
    #[arg(long, default_value_t = 8700)]
    pub(crate) port: u16,
    /// A TOML file of faults to simulate: errors, resets, truncated bodies, latency, quotas, outages
    #[arg(long, value_name = "PATH")]
    pub(crate) faults: Option<PathBuf>,
    /// The port of the HTTP interface that shows the state and sets faults and clock; 0 chooses a free port [default: the
    /// port after those of the vendors]
    #[arg(long, value_name = "PORT")]
    pub(crate) control_port: Option<u16>,
}

/// Returns the stand-in of this name. For another vendor with a description, the message names the command that tries it.
fn stand_in(name: &str) -> Result<Vendor, String> {
    Vendor::from_name(name).ok_or_else(|| {
        let names = Vendor::ALL.map(Vendor::name).join(", ");
        let message = format!("there is no stand-in of this name; the stand-ins are {names}");
        if Description::bundled_text(name).is_none() {
            return message;
        }
        format!(
            "{message}. To try the description of {name} without an account: unicontact vendors test {name}"
        )
    })
}

#[derive(Debug, Args)]
pub(crate) struct Schema {
    /// The document that the schema describes
    #[arg(value_enum)]
    pub(crate) of: SchemaOf,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum SchemaOf {
    /// A contact
    Contact,
    /// The configuration file
    Config,
    /// A fixture
    Fixture,
    /// What `contract hold` and the adapter's command exchange
    Hold,
    /// The description of a vendor
    Vendor,
}
