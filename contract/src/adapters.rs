//! Connects the adapters under test with the configuration keys of a fixture.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Map, Value};
use thiserror::Error;
use unicontact_providers::http::Http;
use unicontact_providers::token::RefreshTokenStore;
use unicontact_providers::{
    ConfigError, ConfigProblem, ConnectionOptions, Provider, Secret, VENDORS, Vendor,
};

/// The adapters whose fixtures are replayed. A vendor of your own is wrapped in [`Provider::Custom`].
pub trait Adapters: Sync {
    /// Returns the names of the vendors, each of which has a folder of fixtures.
    fn vendors(&self) -> Vec<String>;

    /// Returns a vendor's adapter. `keys` are its configuration keys, `base_url` and credentials among them.
    ///
    /// # Errors
    ///
    /// When the vendor rejects these keys.
    fn connect(
        &self,
        vendor: &str,
        keys: Map<String, Value>,
        options: ConnectionOptions,
        http: Http,
    ) -> Result<Provider, ConnectError>;
}

/// The error of an adapter that cannot be connected with a fixture's keys.
#[derive(Debug, Error)]
#[error("the adapter rejects the fixture's configuration: {0}")]
pub struct ConnectError(pub String);

/// The vendors of `unicontact-providers`.
#[derive(Debug, Clone, Copy, Default)]
pub struct BuiltIn;

impl Adapters for BuiltIn {
    fn vendors(&self) -> Vec<String> {
        VENDORS.iter().map(|vendor| vendor.name().to_owned()).collect()
    }

    fn connect(
        &self,
        vendor: &str,
        keys: Map<String, Value>,
        options: ConnectionOptions,
        http: Http,
    ) -> Result<Provider, ConnectError> {
        let unknown = || ConnectError(format!("this build has no vendor {vendor}"));
        let vendor = Vendor::by_name(vendor).ok_or_else(unknown)?;
        let store = Arc::new(TokenInMemory::default());
        Ok(vendor.read(keys)?.connect_with_store(options, http, store)?)
    }
}

impl From<ConfigProblem> for ConnectError {
    fn from(problem: ConfigProblem) -> Self {
        ConfigError::from(problem).into()
    }
}

impl From<ConfigError> for ConnectError {
    fn from(error: ConfigError) -> Self {
        Self(error.to_string())
    }
}

/// Keeps refresh tokens for one replay.
#[derive(Debug, Default)]
struct TokenInMemory(Mutex<Option<Secret>>);

impl RefreshTokenStore for TokenInMemory {
    fn load(&self, _configured: &Secret) -> io::Result<Option<Secret>> {
        Ok(self.0.lock().unwrap_or_else(PoisonError::into_inner).clone())
    }

    fn save(&self, _configured: &Secret, newest: &Secret) -> io::Result<()> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(newest.clone());
        Ok(())
    }
}
