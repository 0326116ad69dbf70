//! The arguments of `unicontact contract`.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};
use unicontact_contract::Selection;

use super::time::age;

/// The most letters of the kind of an account.
const LONGEST_KIND: usize = 30;

#[derive(Debug, Subcommand)]
pub(crate) enum Contract {
    /// Replay fixtures against the adapters without network; exit 1 if anything differs
    ///
    /// --bless writes what the adapters do into the fixtures, after it has shown the changes: the requests, the result and the
    /// fates. Provenance, contact and answers stay. A fixture whose adapter breaks a safety rule is refused.
    #[command(args = super::common::hidden(&["to"]))]
    #[command(after_help = "Examples:\n  \
        unicontact contract test\n  \
        unicontact contract test --vendor onecloud\n  \
        unicontact contract test --fixtures my-fixtures --format json\n  \
        unicontact contract test --fixtures my-fixtures --bless\n\n\
        Exit codes: 0 nothing differs, or every change is written; 1 something differs, or a change is not written; 2 the \
        command line or a fixture is wrong.")]
    Test(ContractTest),
    /// Run an adapter in any language for each fixture and compare what it sends and returns; exit 1 if anything differs
    ///
    /// COMMAND runs once for each fixture. It reads the contact as JSON from stdin, sends to `UNICONTACT_BASE_URL` with
    /// the credentials in UNICONTACT_… variables, and prints its result as JSON: see `unicontact schema hold`.
    #[command(args = super::common::hidden(&["to"]))]
    #[command(after_help = "Examples:\n  \
        unicontact contract hold --vendor cloverhound -- python3 contacts.py\n  \
        unicontact contract hold --vendor emnify --scenario 'create*,hang' \\\n      \
            -- node contacts.mts\n  \
        unicontact contract hold --fixtures my-fixtures --format json -- ./adapter\n\n\
        Exit codes: 0 nothing differs; 1 something does; 2 the command line or a fixture is wrong, or COMMAND cannot be \
        started.")]
    Hold(ContractHold),
    /// Send the fixtures' contacts to a live vendor and grade the differences; exit 1 if one is breaking
    #[command(
        after_help = "Without --to, the vendors are stand-ins in this process. --to NAME is a provider of the \
        configuration; a provider that is not on this machine needs --live and --yes, and contacts are created there. \
        Wrong credentials are sent once to each provider, last of all. \
        --to URL is the stand-in of one vendor on this machine, as `unicontact sandbox` serves it. A vendor in a file has no \
        stand-in: name its provider.\n\n\
        Examples:\n  \
        unicontact contract compare\n  \
        unicontact contract compare --to http://127.0.0.1:8700 --vendor smarttask\n  \
        unicontact contract compare --to acme --live --yes --format json\n  \
        unicontact contract compare --to acme --live --yes --accepted accepted.toml\n\n\
        Exit codes: 0 no difference is breaking, or each that is was accepted; 1 one is breaking, not every fixture was \
        sent, or a contact was created whose id is unknown; 2 the command line, the configuration or a fixture is wrong, and \
        nothing was sent; 3 a contact may or may not exist."
    )]
    Compare(ContractCompare),
    /// Send the fixtures' contacts to a live vendor and write its answers as fixtures, without secrets and personal data
    #[command(
        after_help = "Answers with suspicious content are not written, and no file is overwritten without --force.\n\n\
        Examples:\n  \
        unicontact contract record --out recorded\n  \
        unicontact contract record --to acme --live --yes --account-kind trial --out recorded\n  \
        unicontact contract record --to acme --scenario create_full --live --yes --out recorded\n  \
        unicontact contract test --fixtures recorded\n\n\
        Exit codes: 0 every answer is recorded; 1 an answer is not recorded, or a contact was created whose id is unknown; 2 the \
        command line, the configuration or a fixture is wrong, or a file exists already, and nothing was sent; 3 a contact may or \
        may not exist."
    )]
    Record(ContractRecord),
    /// Count the fixtures by provenance, and list what is not proven, with the exchange that would prove it
    #[command(args = super::common::hidden(&["to"]))]
    #[command(after_help = "Examples:\n  \
        unicontact contract evidence\n  \
        unicontact contract evidence --vendor keap\n  \
        unicontact contract evidence --vendor keap --format json\n\n\
        Exit codes: 0 the evidence is shown; 2 the command line or a fixture is wrong.")]
    Evidence(ContractEvidence),
    /// Write the fixtures as Pacts, one file for each vendor
    #[command(args = super::common::hidden(&["config", "to", "set"]))]
    #[command(after_help = "Examples:\n  \
        unicontact contract export --pact pacts\n  \
        unicontact contract export --pact pacts --vendor emnify --format json\n\n\
        Exit codes: 0 every Pact is written; 2 the command line or a fixture is wrong, or a file exists already.")]
    Export(ContractExport),
    /// Compare what an adapter sends and reads with the vendor's own OpenAPI description; exit 1 if they disagree
    ///
    /// The requests and answers are those of the fixtures, and nothing is sent to the vendor. What the adapter reads is found by
    /// leaving out each member of the answers.
    #[command(args = super::common::hidden(&["to"]))]
    #[command(
        after_help = "FILE is a description of version 3.0 or 3.1 in JSON or YAML, in one file of at most 32 MiB.\n\n\
        Examples:\n  \
        unicontact contract check-openapi openapi.yaml --vendor hubspot\n  \
        unicontact contract check-openapi openapi.json --vendor acmecrm \\\n      \
            --fixtures my-fixtures --format json\n\n\
        Exit codes: 0 no difference is breaking; 1 one is: the vendor would refuse what is sent, or the description lacks what \
        is read; 2 the command line, the file or a fixture is wrong."
    )]
    CheckOpenapi(ContractCheckOpenApi),
    /// Write the fixtures of this version as files, such as to change them
    #[command(args = super::common::hidden(&["config", "to", "set"]))]
    #[command(after_help = "Examples:\n  \
        unicontact contract fixtures --out my-fixtures\n  \
        unicontact contract fixtures --out my-fixtures --vendor emnify,onecloud\n  \
        unicontact contract test --fixtures my-fixtures\n\n\
        Exit codes: 0 every file is written; 2 the command line is wrong, or a file exists already with other content.")]
    Fixtures(ContractFixtures),
    /// Serve fixtures as their vendor on this machine, for a client in any language; exit 1 if it sends anything else
    #[command(args = super::common::hidden(&["to"]))]
    #[command(
        after_help = "A scenario is played once: its requests are answered in their order, and any other request gets 418 and \
        the expected one. The first table has the addresses, the contacts and the fake credentials; --format json has the \
        contacts and the expected results, too. A difference is shown when the request arrives, and all of them at the end.\n\n\
        Examples:\n  \
        unicontact contract serve --vendor onecloud --scenario create_full --port 8800\n  \
        unicontact contract serve --vendor emnify --by header --port 8800\n  \
        unicontact contract serve --vendor emnify --until-done --format json\n\n\
        Exit codes: 0 every request was as expected; 1 one was not, one is missing, or none arrived; 2 the command line or a \
        fixture is wrong."
    )]
    Serve(ContractServe),
}

#[derive(Debug, Args)]
pub(crate) struct ContractServe {
    /// The vendor
    #[arg(long, value_name = "VENDOR")]
    pub(crate) vendor: String,
    /// Serve only these scenarios, in this order; a name may end with *
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub(crate) scenario: Vec<String>,
    /// A folder of fixtures [default: fixtures, or without such a folder those of this version]
    #[arg(long, value_name = "DIR")]
    pub(crate) fixtures: Option<PathBuf>,
    /// How a request selects its scenario
    #[arg(long, value_enum, default_value_t = SelectBy::Port)]
    pub(crate) by: SelectBy,
    /// The port, or the first of neighbouring ports; 0 for any free ones
    #[arg(long, default_value_t = 0)]
    pub(crate) port: u16,
    /// Allow a header beyond those of the fixtures
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub(crate) ignore_header: Vec<String>,
    /// End when every scenario was played
    #[arg(long, alias = "once")]
    pub(crate) until_done: bool,
    /// End after this time, also if a scenario was not played; the exit code is 1 then
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) timeout: Option<u64>,
    /// Wait this long after the end for a request that is sent again
    #[arg(long, value_name = "SECONDS", default_value_t = 2, requires = "until_done")]
    pub(crate) linger: u64,
    #[command(flatten)]
    pub(crate) junit: Junit,
}

/// How a request selects its scenario.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SelectBy {
    /// Each scenario has a port of its own
    Port,
    /// The header x-unicontact-scenario names it
    Header,
    /// The scenarios are played one after the other
    Sequence,
}

impl From<SelectBy> for Selection {
    fn from(by: SelectBy) -> Self {
        match by {
            SelectBy::Port => Self::Port,
            SelectBy::Header => Self::Header,
            SelectBy::Sequence => Self::Sequence,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct ContractCheckOpenApi {
    /// The vendor's OpenAPI description
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// The vendor
    #[arg(long, value_name = "VENDOR")]
    pub(crate) vendor: String,
    /// A folder of fixtures [default: fixtures, or without such a folder those of this version]
    #[arg(long, value_name = "DIR")]
    pub(crate) fixtures: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct ContractFixtures {
    /// The folder for the files; created if it does not exist
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Write only the fixtures of these vendors
    #[arg(long, value_name = "VENDOR", value_delimiter = ',')]
    pub(crate) vendor: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct ContractTest {
    #[command(flatten)]
    pub(crate) source: FixtureSource,
    /// Use only these scenarios; a name may end with *
    #[arg(long, value_name = "SCENARIO", value_delimiter = ',')]
    pub(crate) scenario: Vec<String>,
    /// Show what the adapters do otherwise, and write it into the fixtures as expected
    #[arg(long, conflicts_with = "junit")]
    pub(crate) bless: bool,
    /// Write it without a question
    #[arg(long, requires = "bless")]
    pub(crate) yes: bool,
    #[command(flatten)]
    pub(crate) junit: Junit,
}

#[derive(Debug, Args)]
pub(crate) struct ContractHold {
    #[command(flatten)]
    pub(crate) source: FixtureSource,
    /// Use only these scenarios; a name may end with *
    #[arg(long, value_name = "SCENARIO", value_delimiter = ',')]
    pub(crate) scenario: Vec<String>,
    /// How many commands run at the same time [default: one for each processor]
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) jobs: Option<u16>,
    /// The longest time of a command, such as 20s; it is killed after that
    #[arg(long, value_name = "TIME", default_value = "20s", value_parser = age)]
    pub(crate) timeout: Duration,
    #[command(flatten)]
    pub(crate) junit: Junit,
    /// The adapter: a program and its arguments
    #[arg(last = true, required = true, value_name = "COMMAND")]
    pub(crate) command: Vec<OsString>,
}

#[derive(Debug, Args)]
pub(crate) struct ContractEvidence {
    #[command(flatten)]
    pub(crate) source: FixtureSource,
    /// Print Markdown
    #[arg(long)]
    pub(crate) markdown: bool,
}

/// The fixtures and the consent to send them.
#[derive(Debug, Args)]
pub(crate) struct ContractLive {
    #[command(flatten)]
    pub(crate) source: FixtureSource,
    /// Send only the requests of these scenarios; a name may end with *
    #[arg(long, value_name = "SCENARIO", value_delimiter = ',')]
    pub(crate) scenario: Vec<String>,
    /// Allow a real vendor
    #[arg(long)]
    pub(crate) live: bool,
    /// Allow contacts to be created there
    #[arg(long)]
    pub(crate) yes: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ContractCompare {
    #[command(flatten)]
    pub(crate) live: ContractLive,
    /// A file of accepted findings [default: accepted.toml in the folder of fixtures, if it exists]
    #[arg(long, value_name = "FILE")]
    pub(crate) accepted: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) junit: Junit,
}

#[derive(Debug, Args)]
pub(crate) struct ContractRecord {
    #[command(flatten)]
    pub(crate) live: ContractLive,
    /// The folder for the recorded fixtures; created if it does not exist
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Overwrite existing fixtures
    #[arg(long)]
    pub(crate) force: bool,
    /// The kind of the account for the provenance, in a word, such as trial, sandbox or paid
    #[arg(long, value_name = "WORD", value_parser = account_kind)]
    pub(crate) account_kind: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct ContractExport {
    /// The folder for the files unicontact-VENDOR.json; created if it does not exist
    #[arg(long, value_name = "DIR")]
    pub(crate) pact: PathBuf,
    #[command(flatten)]
    pub(crate) source: FixtureSource,
}

/// Reads the kind of an account: a word, because it is published with the fixtures.
fn account_kind(text: &str) -> Result<String, &'static str> {
    let is_word = text.starts_with(|it: char| it.is_ascii_alphabetic())
        && text.len() <= LONGEST_KIND
        && text.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-' || it == b'_');
    if is_word { Ok(text.to_owned()) } else { Err("write a word such as trial, sandbox or paid") }
}

/// The file for the results as JUnit XML.
#[derive(Debug, Args)]
pub(crate) struct Junit {
    /// Write the results as JUnit XML, too, with a test case for each fixture
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
}

impl Junit {
    pub(crate) fn path(&self) -> Option<&Path> {
        self.junit.as_deref()
    }
}

/// The selection of fixtures.
#[derive(Debug, Args)]
pub(crate) struct FixtureSource {
    /// A folder of fixtures [default: fixtures, or without such a folder those of this version]
    #[arg(long, value_name = "DIR")]
    pub(crate) fixtures: Option<PathBuf>,
    /// Use only the fixtures of these vendors
    #[arg(long, value_name = "VENDOR", value_delimiter = ',')]
    pub(crate) vendor: Vec<String>,
}
