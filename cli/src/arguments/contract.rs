//! What `unicontact contract` understands.
//!
//! Its rule: fixtures come from one folder, and every command names it alike.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub(crate) enum Contract {
    /// Write the fixtures as Pacts, one file for each vendor
    #[command(after_help = "Examples:\n  \
        unicontact contract export --pact pacts\n  \
        unicontact contract export --pact pacts --vendor emnify --format json\n\n\
        Exit codes: 0 every Pact is written; 2 the command line or a fixture is wrong, or a file is in the way.")]
    Export(Export),
}

/// Where the fixtures are.
#[derive(Debug, Args)]
pub(crate) struct FixturesSource {
    /// The folder of fixtures
    #[arg(long, value_name = "DIR", default_value = "fixtures")]
    pub(crate) fixtures: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct Export {
    /// The folder for the files unicontact-VENDOR.json; made if it is not there
    #[arg(long, value_name = "DIR")]
    pub(crate) pact: PathBuf,
    /// Only these vendors
    #[arg(long, value_name = "VENDOR", value_delimiter = ',')]
    pub(crate) vendor: Vec<String>,
    #[command(flatten)]
    pub(crate) source: FixturesSource,
}
