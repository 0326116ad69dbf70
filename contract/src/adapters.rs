//! Where the adapters under test come from.
//!
//! Rule: the kit hands over keys as a configuration file would, and never learns what a vendor makes of them.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use thiserror::Error;
use unicontact_providers::cloverhound::{self, Cloverhound};
use unicontact_providers::emnify::{self, Emnify};
use unicontact_providers::http::Http;
use unicontact_providers::onecloud::{self, OneCloud};
use unicontact_providers::smarttask::{self, SmartTask};
use unicontact_providers::token::RefreshTokenStore;
use unicontact_providers::{ConnectionOptions, Provider, Secret};

/// The adapters whose fixtures are replayed. A vendor of your own is wrapped in [`Provider::Custom`].
pub trait Adapters: Sync {
    /// The vendors, each of which has a folder of fixtures.
    fn vendors(&self) -> Vec<String>;

    /// A vendor's adapter. `keys` are the vendor's configuration keys, `base_url` and credentials among them.
    ///
    /// # Errors
    ///
    /// When the keys are not ones that the vendor takes.
    fn connect(
        &self,
        vendor: &str,
        keys: Map<String, Value>,
        common: ConnectionOptions,
        http: Http,
    ) -> Result<Provider, NotConnected>;
}

/// Why an adapter could not be made from a fixture's keys.
#[derive(Debug, Error)]
#[error("the adapter does not take the fixture's configuration: {0}")]
pub struct NotConnected(pub String);

/// The vendors that this project brings along.
#[derive(Debug, Clone, Copy, Default)]
pub struct BuiltIn;

impl Adapters for BuiltIn {
    fn vendors(&self) -> Vec<String> {
        unicontact_providers::VENDORS.iter().map(|vendor| vendor.name.to_owned()).collect()
    }

    fn connect(
        &self,
        vendor: &str,
        keys: Map<String, Value>,
        common: ConnectionOptions,
        http: Http,
    ) -> Result<Provider, NotConnected> {
        let provider = match vendor {
            smarttask::VENDOR => {
                let store: Arc<dyn RefreshTokenStore> = Arc::new(TokenInMemory::default());
                SmartTask::new(common, typed(keys)?, http, Some(store)).map(Provider::from)
            }
            emnify::VENDOR => Emnify::new(common, typed(keys)?, http).map(Provider::from),
            cloverhound::VENDOR => Ok(Cloverhound::new(common, typed(keys)?, http).into()),
            onecloud::VENDOR => OneCloud::new(common, typed(keys)?, http).map(Provider::from),
            other => return Err(NotConnected(format!("there is no vendor {other}"))),
        };
        provider.map_err(|error| NotConnected(error.to_string()))
    }
}

fn typed<T: DeserializeOwned>(keys: Map<String, Value>) -> Result<T, NotConnected> {
    serde_json::from_value(Value::Object(keys)).map_err(|error| NotConnected(error.to_string()))
}

/// Keeps refresh tokens for as long as a replay lasts.
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
