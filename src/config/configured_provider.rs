//! One configured connection to a vendor.

use std::borrow::Cow;
use std::path::PathBuf;
use std::sync::Arc;

use unicontact_providers::http::{BaseUrl, Http};
use unicontact_providers::{ConfigError, Provider, VendorConfig};

use crate::settings::Settings;

/// One configured connection to a vendor.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ConfiguredProvider {
    /// The name that the user chose, unique across vendors.
    pub name: String,
    /// The vendor's name, as in `[providers.<vendor>.<name>]`.
    pub vendor: Cow<'static, str>,
    /// The file that describes the vendor, if `[vendors]` names one.
    pub description_file: Option<PathBuf>,
    /// Its timeouts, limits and policies.
    pub settings: Settings,
    /// The vendor's own keys.
    pub config: Arc<dyn VendorConfig>,
    /// The keys of the credentials that are set, in any layer; never their values.
    pub credentials: Vec<String>,
    /// The keys of credentials that hold `replace-me`, as the examples do. No vendor accepts them.
    pub placeholders: Vec<String>,
    /// Whether it is one of [`Configuration::with_all_vendors`](super::Configuration::with_all_vendors), which sends nothing.
    pub is_for_plans: bool,
}

impl ConfiguredProvider {
    /// Returns every address that it may send to, the API's first. Another may be the vendor's although the API's is not.
    pub fn addresses(&self) -> Vec<&BaseUrl> {
        self.config.addresses()
    }

    /// Returns whether it has the addresses, the credentials and the store of another.
    pub fn is_same_access(&self, other: &Self) -> bool {
        self.addresses() == other.addresses()
            && self.config.secrets() == other.config.secrets()
            && self.config.store() == other.config.store()
    }

    /// Returns the adapter of this vendor, which sends through `http`. A provider that is only for plans sends nothing.
    ///
    /// # Errors
    ///
    /// The problems of the vendor's own keys; a loaded configuration has none.
    pub fn connect(&self, http: &Http) -> Result<Provider, ConfigError> {
        let http = if self.is_for_plans { http.clone().offline() } else { http.clone() };
        self.config.connect(self.settings.connection_options(&self.name), http)
    }
}
