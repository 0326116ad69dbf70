//! The table of the vendors in this build.

use crate::vendor::Vendor;

/// The vendors of this build, in the order of the documentation.
pub static VENDORS: &[&Vendor] = &[
    #[cfg(feature = "smarttask")]
    &crate::smarttask::VENDOR,
    #[cfg(feature = "emnify")]
    &crate::emnify::VENDOR,
    #[cfg(feature = "cloverhound")]
    &crate::cloverhound::VENDOR,
    #[cfg(feature = "onecloud")]
    &crate::onecloud::VENDOR,
];

impl Vendor {
    /// Returns the vendor of that name, if this build has it.
    pub fn by_name(name: &str) -> Option<&'static Self> {
        VENDORS.iter().copied().find(|vendor| vendor.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_and_titles_are_unique() {
        let names: BTreeSet<&str> = VENDORS.iter().map(|vendor| vendor.name()).collect();
        let titles: BTreeSet<&str> = VENDORS.iter().map(|vendor| vendor.title()).collect();
        assert_eq!((names.len(), titles.len()), (VENDORS.len(), VENDORS.len()));
    }
}
