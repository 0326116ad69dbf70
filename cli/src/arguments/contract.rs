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
}

#[derive(Debug, Args)]
pub(crate) struct ContractTest {
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
