//! The table of the Rust adapters in this build, and the registry of all vendors that a configuration can name.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use crate::declared::Description;
use crate::vendor::Vendor;

/// The Rust adapters of this build, in the order of the documentation.
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

/// The vendors that a configuration can name: those that its own files describe, the Rust adapters of this build, and the
/// bundled descriptions. A file replaces the bundled description of the same name.
///
/// ```
/// use unicontact_providers::Vendors;
///
/// let vendors = Vendors::default();
/// assert_eq!(vendors.by_name("emnify").ok_or("this build has no emnify")?.title(), "emnify");
/// assert!(vendors.by_name("acmecrm").is_none());
/// # Ok::<(), &str>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Vendors {
    files: BTreeMap<String, Vendor>,
}

impl Vendors {
    /// Adds the vendor of a description in a file.
    #[must_use]
    pub fn with_file(mut self, description: Arc<Description>, file: impl Into<PathBuf>) -> Self {
        let vendor = Vendor::from_file(description, file);
        self.files.insert(vendor.name().to_owned(), vendor);
        self
    }

    /// Returns the vendor of that name.
    pub fn by_name(&self, name: &str) -> Option<Vendor> {
        self.files.get(name).cloned().or_else(|| Vendor::by_name(name))
    }

    /// Returns the vendors that files describe, by name.
    pub fn in_files(&self) -> impl Iterator<Item = &Vendor> {
        self.files.values()
    }

    /// Returns the names of all vendors: the Rust adapters in the order of the documentation, then the others by name.
    pub fn names(&self) -> Vec<&str> {
        let mut described: BTreeSet<&str> = self.files.keys().map(String::as_str).collect();
        for name in Description::bundled_names() {
            described.insert(name);
        }
        VENDORS.iter().map(|vendor| vendor.name()).chain(described).collect()
    }

    /// Returns all vendors, in the order of [`names`](Self::names). It reads every bundled description.
    pub fn all(&self) -> impl Iterator<Item = Vendor> {
        self.names().into_iter().filter_map(|name| self.by_name(name))
    }
}

impl Vendor {
    /// Returns the names of the vendors of this build: the Rust adapters in the order of the documentation, then the bundled
    /// descriptions by name.
    pub fn names() -> impl Iterator<Item = &'static str> {
        let described: BTreeSet<&str> = Description::bundled_names().collect();
        VENDORS.iter().map(|vendor| vendor.name()).chain(described)
    }

    /// Returns the vendor of that name: the Rust adapter of this build, else the one of a bundled description.
    pub fn by_name(name: &str) -> Option<Self> {
        let adapter = VENDORS.iter().copied().find(|vendor| vendor.name() == name);
        adapter.cloned().or_else(|| Description::bundled(name).map(Self::bundled))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vendor::VendorSource;

    #[test]
    fn names_and_titles_are_unique() {
        let vendors: Vec<Vendor> = Vendors::default().all().collect();
        let names: BTreeSet<&str> = vendors.iter().map(Vendor::name).collect();
        let titles: BTreeSet<&str> = vendors.iter().map(Vendor::title).collect();
        assert_eq!((names.len(), titles.len()), (vendors.len(), vendors.len()));
        assert_eq!(vendors.len(), VENDORS.len() + Description::bundled_names().count());
    }

    #[test]
    fn a_file_replaces_the_bundled_description_of_its_name() {
        let name = Description::bundled_names().next().unwrap();
        let text = Description::bundled_text(name).unwrap().replacen("title = \"", "title = \"Our ", 1);
        let description = Arc::new(Description::parse(&text).unwrap());
        let vendors = Vendors::default().with_file(description, "our.toml");
        let replaced = vendors.by_name(name).unwrap();
        let bundled = Vendor::by_name(name).unwrap();
        assert_eq!(replaced.source(), &VendorSource::File("our.toml".into()));
        assert_eq!(bundled.source(), &VendorSource::Bundled);
        assert_eq!(replaced.title(), format!("Our {}", bundled.title()));
        assert_eq!(vendors.names(), Vendors::default().names());
    }
}
