//! A configuration for plans that has a provider of each built-in vendor and of each that a file describes.
//!
//! Invariant: its providers send nothing.

use unicontact_providers::VENDORS;

use super::configuration::Configuration;
use super::diagnostic::ConfigurationError;
use super::layers::Layers;
use super::sources::Sources;
use super::tables;
use super::vendor_keys::VendorKeys;
use super::vendors;

impl Configuration {
    /// Reads all layers, and adds a provider of each built-in vendor and of each vendor of `[vendors]`, with placeholders for its
    /// settings, named after the vendor. It is for drafts: none of its providers sends anything. A vendor whose settings
    /// have no placeholders is left out.
    ///
    /// # Errors
    ///
    /// All mistakes of all layers at once.
    pub fn with_all_vendors(sources: &Sources) -> Result<Self, ConfigurationError> {
        let (layers, _) = Layers::load(sources)?;
        let in_files = vendors::load(&layers, layers.values().remove(tables::VENDORS)).registry;
        let mut sources = sources.clone();
        for vendor in VENDORS.iter().copied().chain(in_files.in_files()) {
            let name = vendor.name();
            let Some(placeholders) = VendorKeys::new(vendor).placeholders() else { continue };
            let keys =
                placeholders.into_iter().map(|(key, text)| (format!("providers.{name}.{name}.{key}"), text));
            sources.flags.extend(keys);
        }
        let mut configuration = Self::load(&sources)?;
        for provider in &mut configuration.providers {
            provider.is_for_plans = true;
        }
        Ok(Self { secret_sources: Vec::new(), ..configuration })
    }
}
