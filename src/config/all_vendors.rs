//! A configuration for plans that has a provider of each vendor.
//!
//! Invariant: its providers send nothing.

use unicontact_providers::VENDORS;

use super::configuration::Configuration;
use super::diagnostic::ConfigurationError;
use super::sources::Sources;
use super::vendor_keys::VendorKeys;

impl Configuration {
    /// Reads all layers, and adds a provider of each vendor with placeholders for its settings, named after the vendor. It is for
    /// drafts: none of its providers sends anything.
    ///
    /// # Errors
    ///
    /// All mistakes of all layers at once.
    pub fn with_all_vendors(sources: &Sources) -> Result<Self, ConfigurationError> {
        let mut sources = sources.clone();
        for vendor in VENDORS {
            let name = vendor.name();
            let placeholders = VendorKeys::new(vendor).placeholders();
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
