//! The arguments of `unicontact init`.

use clap::{ArgGroup, Args};

#[derive(Debug, Args)]
#[command(group(ArgGroup::new("of_vendor").args(["vendor", "vendor_option"])))]
pub(crate) struct Init {
    /// The vendor of the provider; without it, the command asks
    #[arg(value_name = "VENDOR")]
    vendor: Option<String>,
    /// The vendor, as an option
    #[arg(long = "vendor", value_name = "VENDOR")]
    vendor_option: Option<String>,
    /// The name of the provider, of your choice [default: the vendor's name]
    #[arg(long, value_name = "NAME", requires = "of_vendor")]
    pub(crate) name: Option<String>,
}

impl Init {
    /// Returns the vendor of the provider.
    pub(crate) fn vendor(&self) -> Option<&str> {
        self.vendor.as_deref().or(self.vendor_option.as_deref())
    }
}
