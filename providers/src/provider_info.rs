//! The identity of a provider, without credentials.

use std::borrow::Cow;

/// The name and the vendor of a provider. It holds no credential.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderInfo {
    name: String,
    vendor: Cow<'static, str>,
}

impl ProviderInfo {
    /// Returns the provider `name`, a connection to `vendor`.
    pub fn new(name: impl Into<String>, vendor: impl Into<Cow<'static, str>>) -> Self {
        Self { name: name.into(), vendor: vendor.into() }
    }

    /// Returns the name in the configuration.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the vendor in lower case: `smarttask`.
    pub fn vendor(&self) -> &str {
        &self.vendor
    }
}
