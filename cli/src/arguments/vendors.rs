//! The arguments of `unicontact vendors`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::common;

/// The vendors that contacts can be sent to.
#[derive(Debug, Args)]
pub(crate) struct Vendors {
    #[command(subcommand)]
    pub(crate) command: Option<VendorsCommand>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum VendorsCommand {
    /// Show the keys, hosts, fields, errors and sources of a vendor
    #[command(after_help = "Examples:\n  \
        unicontact vendors show hubspot\n  \
        unicontact vendors show ./acmecrm.toml --format json")]
    Show(VendorsShow),
    /// Print the description of a vendor that ships with unicontact
    ///
    /// Change the copy as a whole, and name it in the table vendors of the configuration: it then replaces the one that ships.
    #[command(args = common::hidden(common::ALL))]
    #[command(after_help = "Example:\n  unicontact vendors export hubspot > hubspot.toml")]
    Export(VendorsExport),
    /// Write the description of another vendor, with comments to fill in
    #[command(args = common::hidden(&["config", "to", "set", "format", "verbose", "log_format"]))]
    #[command(after_help = "Examples:\n  \
        unicontact vendors new acmecrm\n  \
        unicontact vendors new acmecrm --like hubspot --output crm/acmecrm.toml")]
    New(VendorsNew),
    /// Test a description: its mistakes, sample requests, the contract suite, its fixtures, and lines that nothing tests
    ///
    /// Nothing is sent to the vendor: a stand-in on this machine answers, as the description says. What the vendor really
    /// answers only fixtures can say.
    #[command(args = common::hidden(&["to", "set"]))]
    #[command(after_help = "Examples:\n  \
        unicontact vendors test acmecrm.toml\n  \
        unicontact vendors test acmecrm.toml --fixtures fixtures\n  \
        unicontact vendors test hubspot --format json\n\n\
        Exit codes: 0 the suite and the fixtures find nothing; 1 they find something; 2 the description has mistakes.")]
    Test(VendorsTest),
}

#[derive(Debug, Args)]
pub(crate) struct VendorsShow {
    /// A vendor's name, or the file that describes it
    #[arg(value_name = "NAME|FILE")]
    pub(crate) vendor: String,
}

#[derive(Debug, Args)]
pub(crate) struct VendorsExport {
    /// The vendor's name
    pub(crate) name: String,
}

#[derive(Debug, Args)]
pub(crate) struct VendorsNew {
    /// The vendor's name: lower case, digits and _
    pub(crate) name: String,
    /// Begin with the description of this vendor, or with this file
    #[arg(long, value_name = "NAME|FILE")]
    pub(crate) like: Option<String>,
    /// The file to write; NAME.toml by default
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct VendorsTest {
    /// A vendor's name, or the file that describes it
    #[arg(value_name = "NAME|FILE")]
    pub(crate) vendor: String,
    /// A folder of fixtures; the folder fixtures by default, if it has some of the vendor
    #[arg(long, value_name = "DIR")]
    pub(crate) fixtures: Option<PathBuf>,
}
