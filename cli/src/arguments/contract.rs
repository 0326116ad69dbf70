//! What `unicontact contract` understands.
//!
//! Its rule: every command of it takes its fixtures in the same way.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub(crate) enum Contract {
    /// Replay fixtures against the adapters, on this machine alone; exit 1 if anything differs
    #[command(after_help = "Examples:\n  \
        unicontact contract test\n  \
        unicontact contract test --vendor onecloud\n  \
        unicontact contract test --fixtures my-fixtures --format json")]
    Test(ContractTest),
    /// Send the fixtures' contacts to a vendor that is there, and grade what moved; exit 1 if anything is breaking
    #[command(
        after_help = "Without --to, the vendors are stand-ins in this process. --to NAME is a provider of the \
        configuration; unless it is on this machine, --live and --yes are needed, and contacts are created there. \
        --to URL is the stand-in of one vendor on this machine, as `unicontact sandbox` serves it.\n\n\
        Examples:\n  \
        unicontact contract compare\n  \
        unicontact contract compare --to http://127.0.0.1:8700 --vendor smarttask\n  \
        unicontact contract compare --to acme --live --yes --format json\n\n\
        Exit codes: 0 nothing is breaking; 1 something is, or not everything was asked; 2 the command line, the \
        configuration or a fixture is wrong, and nothing was sent; 3 a contact is in doubt."
    )]
    Compare(ContractLive),
    /// Do the same, and write what was answered as fixtures, with secrets and personal data replaced
    #[command(
        after_help = "Nothing is written in which something suspicious is left, and no file is overwritten \
        without --force.\n\n\
        Examples:\n  \
        unicontact contract record --out recorded\n  \
        unicontact contract record --to acme --live --yes --out recorded\n  \
        unicontact contract test --fixtures recorded\n\n\
        Exit codes: 0 everything that was asked is recorded; 1 something is not; 2 the command line, the \
        configuration or a fixture is wrong, or a file is in the way, and nothing was sent; 3 a contact is in doubt."
    )]
    Record(ContractRecord),
    /// Write the fixtures as Pacts, one file for each vendor
    #[command(after_help = "Examples:\n  \
        unicontact contract export --pact pacts\n  \
        unicontact contract export --pact pacts --vendor emnify --format json\n\n\
        Exit codes: 0 every Pact is written; 2 the command line or a fixture is wrong, or a file is in the way.")]
    Export(ContractExport),
}

#[derive(Debug, Args)]
pub(crate) struct ContractTest {
    #[command(flatten)]
    pub(crate) source: FixtureSource,
}

/// Whom to ask, and what.
#[derive(Debug, Args)]
pub(crate) struct ContractLive {
    #[command(flatten)]
    pub(crate) source: FixtureSource,
    /// A provider may be a real vendor
    #[arg(long)]
    pub(crate) live: bool,
    /// Contacts may be created there
    #[arg(long)]
    pub(crate) yes: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ContractRecord {
    #[command(flatten)]
    pub(crate) live: ContractLive,
    /// The folder for the recorded fixtures; made if it is not there
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Overwrite fixtures that are there
    #[arg(long)]
    pub(crate) force: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ContractExport {
    /// The folder for the files unicontact-VENDOR.json; made if it is not there
    #[arg(long, value_name = "DIR")]
    pub(crate) pact: PathBuf,
    #[command(flatten)]
    pub(crate) source: FixtureSource,
}

/// Which fixtures.
#[derive(Debug, Args)]
pub(crate) struct FixtureSource {
    /// A folder of fixtures
    #[arg(long, value_name = "DIR", default_value = "fixtures")]
    pub(crate) fixtures: PathBuf,
    /// Only these vendors
    #[arg(long, value_name = "VENDOR", value_delimiter = ',')]
    pub(crate) vendor: Vec<String>,
}
