//! Connects the adapters under test with the configuration keys of a fixture.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Map, Value};
use thiserror::Error;
use unicontact_providers::http::Http;
use unicontact_providers::token::RefreshTokenStore;
use unicontact_providers::{
    ConfigError, ConfigProblem, ConnectionOptions, Description, Provider, Secret, Vendor, Vendors,
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

    /// Returns the description of a vendor, if it has one. It says which keys of a fixture's provider are made up.
    fn description(&self, vendor: &str) -> Option<Arc<Description>> {
        let _ = vendor;
        None
    }
}

/// The error of an adapter that cannot be connected with a fixture's keys.
#[derive(Debug, Error)]
#[error("the adapter rejects the fixture's configuration: {0}")]
pub struct ConnectError(pub String);

/// The vendors of `unicontact-providers`: its Rust adapters and its bundled descriptions.
#[derive(Debug, Clone, Copy, Default)]
pub struct BuiltIn;

impl Adapters for BuiltIn {
    fn vendors(&self) -> Vec<String> {
        Adapters::vendors(&Vendors::default())
    }

    fn connect(
        &self,
        vendor: &str,
        keys: Map<String, Value>,
        options: ConnectionOptions,
        http: Http,
    ) -> Result<Provider, ConnectError> {
        Vendors::default().connect(vendor, keys, options, http)
    }

    fn description(&self, vendor: &str) -> Option<Arc<Description>> {
        Vendors::default().description(vendor)
    }
}

/// The vendors of a configuration, and those of `unicontact-providers`.
impl Adapters for Vendors {
    fn vendors(&self) -> Vec<String> {
        self.names().into_iter().map(str::to_owned).collect()
    }

    fn connect(
        &self,
        vendor: &str,
        keys: Map<String, Value>,
        options: ConnectionOptions,
        http: Http,
    ) -> Result<Provider, ConnectError> {
        let unknown = || ConnectError(format!("this build has no vendor {vendor}"));
        connect_to(&self.by_name(vendor).ok_or_else(unknown)?, keys, options, http)
    }

    fn description(&self, vendor: &str) -> Option<Arc<Description>> {
        self.by_name(vendor)?.description().cloned()
    }
}

/// Vendors with these descriptions.
#[derive(Debug, Clone, Default)]
pub struct Described(Vec<Arc<Description>>);

impl Described {
    /// Returns the vendors of these descriptions.
    pub fn new(descriptions: impl IntoIterator<Item = Arc<Description>>) -> Self {
        Self(descriptions.into_iter().collect())
    }
}

impl Adapters for Described {
    fn vendors(&self) -> Vec<String> {
        self.0.iter().map(|description| description.vendor().to_owned()).collect()
    }

    fn connect(
        &self,
        vendor: &str,
        keys: Map<String, Value>,
        options: ConnectionOptions,
        http: Http,
    ) -> Result<Provider, ConnectError> {
        let unknown = || ConnectError(format!("no description is called {vendor}"));
        let description = self.description(vendor).ok_or_else(unknown)?;
        connect_to(&Vendor::bundled(description), keys, options, http)
    }

    fn description(&self, vendor: &str) -> Option<Arc<Description>> {
        self.0.iter().find(|description| description.vendor() == vendor).cloned()
    }
}

fn connect_to(
    vendor: &Vendor,
    keys: Map<String, Value>,
    options: ConnectionOptions,
    http: Http,
) -> Result<Provider, ConnectError> {
    let keys = match vendor.description() {
        Some(description) => redirected(vendor, description.made_up_keys(&keys))?,
        None => keys,
    };
    let store = Arc::new(TokenInMemory::default());
    Ok(vendor.read(keys)?.connect_with_store(options, http, store)?)
}

/// Returns the keys with which a described vendor sends to the host of `base_url`, at the paths that its description has.
fn redirected(vendor: &Vendor, mut keys: Map<String, Value>) -> Result<Map<String, Value>, ConnectError> {
    let Some(Value::String(host)) = keys.remove("base_url") else {
        return Ok(keys);
    };
    let config = vendor.read(keys.clone())?;
    let paths = config.addresses().into_iter().map(|address| address.join(&[]).path().to_owned());
    for (key, path) in ["base_url", "token_url"].into_iter().zip(paths) {
        keys.insert(key.to_owned(), format!("{host}{}", path.trim_end_matches('/')).into());
    }
    Ok(keys)
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
pub(crate) struct TokenInMemory(Mutex<Option<Secret>>);

impl RefreshTokenStore for TokenInMemory {
    fn load(&self, _configured: &Secret) -> io::Result<Option<Secret>> {
        Ok(self.0.lock().unwrap_or_else(PoisonError::into_inner).clone())
    }

    fn save(&self, _configured: &Secret, newest: &Secret) -> io::Result<()> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(newest.clone());
        Ok(())
    }
}
