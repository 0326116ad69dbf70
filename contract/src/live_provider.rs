//! The interface to a live vendor: a sandbox, a staging system or the real one.

use std::collections::BTreeSet;

use serde_json::{Map, Value};
use unicontact_providers::Provider;
use unicontact_providers::contact::Country;
use unicontact_providers::http::Http;

use crate::adapters::ConnectError;

/// A configured provider of a live vendor.
///
/// It keeps its own address, account and credentials. A fixture sets only the other configuration keys.
pub trait LiveProvider: Sync {
    /// Returns the configured name of the provider.
    fn provider(&self) -> &str;

    /// Returns the name of the vendor, which is the name of the folder of its fixtures.
    fn vendor(&self) -> &str;

    /// Returns the configuration keys of the credentials that are set, never their values.
    fn credentials(&self) -> BTreeSet<String>;

    /// Returns whether the vendor has a description. Then each key of its provider document names an account, and the live
    /// provider keeps its own.
    fn is_described(&self) -> bool {
        false
    }

    /// Returns whether the vendor has a description with a check of the credentials, also if no fixture shows it.
    fn has_check(&self) -> bool {
        false
    }

    /// Returns the same provider with made-up values for all its [secrets](crate::made_up_credentials), so that the vendor refuses
    /// it. Its connections neither read nor write a file in which the provider keeps a token. `None`, the default, is for a
    /// provider without secrets; the refusal of wrong credentials is not provoked there.
    fn with_wrong_credentials(&self) -> Option<Box<dyn LiveProvider + '_>> {
        None
    }

    /// Returns an adapter that sends through `http`. `keys` override the provider's own of the same name.
    /// `default_region` replaces the provider's region for phone numbers without a country code.
    ///
    /// # Errors
    ///
    /// When the provider rejects this configuration.
    fn connect(
        &self,
        keys: &Map<String, Value>,
        default_region: Option<Country>,
        http: Http,
    ) -> Result<Provider, ConnectError>;
}
