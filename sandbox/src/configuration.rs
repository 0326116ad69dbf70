//! Writes a complete configuration for the stand-ins.

use crate::stand_in_specs::spec;
use crate::vendor::Vendor;

/// Returns a complete `unicontact.toml` with the sandbox's [accounts](crate::accounts), for stand-ins at these addresses.
pub fn configuration_for(base_url: impl Fn(Vendor) -> String) -> String {
    let providers = Vendor::ALL.map(|vendor| (spec(vendor).configuration)(&base_url(vendor)));
    std::iter::once("journal = \"off\"\n".to_owned()).chain(providers).collect::<Vec<_>>().join("\n")
}
