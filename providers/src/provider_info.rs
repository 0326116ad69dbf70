//! Which provider something is about.
//!
//! Its rule: a name and a vendor, never a credential.

use std::borrow::Cow;

/// Which provider it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderInfo {
    name: String,
    vendor: Cow<'static, str>,
}

impl ProviderInfo {
    /// The provider called `name`, a connection to `vendor`.
    pub fn new(name: impl Into<String>, vendor: impl Into<Cow<'static, str>>) -> Self {
        Self { name: name.into(), vendor: vendor.into() }
    }

    /// The name that the configuration gives it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The vendor, in lower case: `smarttask`.
    pub fn vendor(&self) -> &str {
        &self.vendor
    }
}
