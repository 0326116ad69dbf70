//! The arguments of `unicontact init`.

use clap::Args;
use clap::builder::PossibleValuesParser;
use unicontact::providers::VENDORS;

#[derive(Debug, Args)]
pub(crate) struct Init {
    /// The vendor of the provider; without it, the command asks
    #[arg(long, value_name = "VENDOR", value_parser = vendors(), hide_possible_values = true)]
    pub(crate) vendor: Option<String>,
    /// The name of the provider, of your choice [default: the vendor's name]
    #[arg(long, value_name = "NAME", requires = "vendor")]
    pub(crate) name: Option<String>,
}

fn vendors() -> PossibleValuesParser {
    VENDORS.iter().map(|vendor| vendor.name()).collect::<Vec<_>>().into()
}
