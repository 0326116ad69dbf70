//! The arguments of `unicontact contract`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// The most letters of the kind of an account.
const LONGEST_KIND: usize = 30;

#[derive(Debug, Subcommand)]
pub(crate) enum Contract {
    /// Replay fixtures against the adapters without network; exit 1 if anything differs
    #[command(args = super::common::hidden(&["to"]))]
    #[command(after_help = "Examples:\n  \
        unicontact contract test\n  \
        unicontact contract test --vendor onecloud\n  \
        unicontact contract test --fixtures my-fixtures --format json")]
    Test(ContractTest),
    /// Send the fixtures' contacts to a live vendor and grade the differences; exit 1 if one is breaking
    #[command(
        after_help = "Without --to, the vendors are stand-ins in this process. --to NAME is a provider of the \
        configuration; a provider that is not on this machine needs --live and --yes, and contacts are created there. \
        --to URL is the stand-in of one vendor on this machine, as `unicontact sandbox` serves it.\n\n\
        Examples:\n  \
        unicontact contract compare\n  \
        unicontact contract compare --to http://127.0.0.1:8700 --vendor smarttask\n  \
        unicontact contract compare --to acme --live --yes --format json\n\n\
        Exit codes: 0 no difference is breaking; 1 one is, or not every fixture was sent; 2 the command line, the \
        configuration or a fixture is wrong, and nothing was sent; 3 a contact is in doubt."
    )]
    Compare(ContractLive),
    /// Send the fixtures' contacts to a live vendor and write its answers as fixtures, without secrets and personal data
    #[command(
        after_help = "Answers with suspicious content are not written, and no file is overwritten without --force.\n\n\
        Examples:\n  \
        unicontact contract record --out recorded\n  \
        unicontact contract record --to acme --live --yes --account-kind trial --out recorded\n  \
        unicontact contract test --fixtures recorded\n\n\
        Exit codes: 0 every answer is recorded; 1 an answer is not recorded; 2 the command line, the \
        configuration or a fixture is wrong, or a file exists already, and nothing was sent; 3 a contact is in doubt."
    )]
    Record(ContractRecord),
    /// Write the fixtures as Pacts, one file for each vendor
    #[command(args = super::common::hidden(&["config", "to", "set"]))]
    #[command(after_help = "Examples:\n  \
        unicontact contract export --pact pacts\n  \
        unicontact contract export --pact pacts --vendor emnify --format json\n\n\
        Exit codes: 0 every Pact is written; 2 the command line or a fixture is wrong, or a file exists already.")]
    Export(ContractExport),
}

#[derive(Debug, Args)]
pub(crate) struct ContractTest {
    #[command(flatten)]
    pub(crate) source: FixtureSource,
}

/// The fixtures and the consent to send them.
#[derive(Debug, Args)]
pub(crate) struct ContractLive {
    #[command(flatten)]
    pub(crate) source: FixtureSource,
    /// Allow a real vendor
    #[arg(long)]
    pub(crate) live: bool,
    /// Allow contacts to be created there
    #[arg(long)]
    pub(crate) yes: bool,
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

/// The selection of fixtures.
#[derive(Debug, Args)]
pub(crate) struct FixtureSource {
    /// A folder of fixtures
    #[arg(long, value_name = "DIR", default_value = "fixtures")]
    pub(crate) fixtures: PathBuf,
    /// Use only the fixtures of these vendors
    #[arg(long, value_name = "VENDOR", value_delimiter = ',')]
    pub(crate) vendor: Vec<String>,
}
