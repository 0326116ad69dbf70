//! Writes a complete configuration for the stand-ins.

use crate::stand_in_specs::spec;
use crate::vendor::Vendor;

/// The journal has a name of its own, so that it is never mixed up with the journal of real vendors.
const JOURNAL: &str = "\
# The sandbox forgets its contacts when it ends, and this journal does not: delete it when you start the sandbox again.
journal = \"sandbox.db\"
";

/// Returns a complete `unicontact.toml` with the sandbox's [accounts](crate::accounts) at these vendors, for stand-ins at these
/// addresses. Its journal is off.
pub fn configuration_for(vendors: &[Vendor], base_url: impl Fn(Vendor) -> String) -> String {
    document("journal = \"off\"\n", vendors, base_url)
}

/// Returns the configuration of [`configuration_for`] with a journal, for people who try the stand-ins.
pub(crate) fn configuration_with_journal_for(
    vendors: &[Vendor],
    base_url: impl Fn(Vendor) -> String,
) -> String {
    document(JOURNAL, vendors, base_url)
}

fn document(head: &str, vendors: &[Vendor], base_url: impl Fn(Vendor) -> String) -> String {
    let providers = vendors.iter().map(|vendor| (spec(*vendor).configuration)(&base_url(*vendor)));
    std::iter::once(head.to_owned()).chain(providers).collect::<Vec<_>>().join("\n")
}
