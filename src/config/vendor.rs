//! The vendors that a file may name, and how the keys of each become its adapter.
//!
//! Its rule: a vendor is one line in [`VENDORS`]; nothing else here knows how many there are.

use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use unicontact_providers::cloverhound::{self, Cloverhound, CloverhoundConfig};
use unicontact_providers::emnify::{self, Emnify, EmnifyConfig};
use unicontact_providers::http::{BaseUrl, Http};
use unicontact_providers::onecloud::{self, OneCloud, OneCloudConfig};
use unicontact_providers::smarttask::{self, SmartTask, SmartTaskConfig};
use unicontact_providers::{ConfigError, ConfigProblem, ConnectionOptions, Provider, Secret};

use super::keys::Keys;
use super::table::Table;

/// A vendor's own keys.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum VendorConfig {
    /// The keys of `[providers.smarttask.<name>]`.
    SmartTask(SmartTaskConfig),
    /// The keys of `[providers.emnify.<name>]`.
    Emnify(EmnifyConfig),
    /// The keys of `[providers.cloverhound.<name>]`.
    Cloverhound(CloverhoundConfig),
    /// The keys of `[providers.onecloud.<name>]`.
    OneCloud(OneCloudConfig),
}

/// One vendor, as the configuration knows it.
pub(super) struct Vendor {
    pub(super) name: &'static str,
    pub(super) keys: fn() -> Keys,
    pub(super) read: fn(&mut Table<'_>, &Keys) -> Option<VendorConfig>,
}

/// All vendors, in the order of the documentation.
pub(super) static VENDORS: [Vendor; 4] = [
    Vendor::of::<SmartTaskConfig>(smarttask::VENDOR),
    Vendor::of::<EmnifyConfig>(emnify::VENDOR),
    Vendor::of::<CloverhoundConfig>(cloverhound::VENDOR),
    Vendor::of::<OneCloudConfig>(onecloud::VENDOR),
];

/// The keys of a vendor, as a struct.
trait VendorTable: DeserializeOwned + schemars::JsonSchema + Into<VendorConfig> {
    /// Adds what depends on where the file is and what the provider is called.
    fn complete(&mut self, _: &Table<'_>) {}

    /// What is wrong with it beyond the types of its keys.
    fn problems(&self) -> Vec<ConfigProblem> {
        Vec::new()
    }
}

impl Vendor {
    const fn of<T: VendorTable>(name: &'static str) -> Self {
        Self { name, keys: Keys::of::<T>, read: read::<T> }
    }
}

fn read<T: VendorTable>(table: &mut Table<'_>, keys: &Keys) -> Option<VendorConfig> {
    let mut config: T = table.read(keys)?;
    config.complete(table);
    for problem in config.problems() {
        table.note(problem.key, problem.message);
    }
    Some(config.into())
}

impl VendorConfig {
    /// Every address that is sent to, the API's first.
    pub(super) fn addresses(&self) -> Vec<&BaseUrl> {
        match self {
            Self::SmartTask(config) => [&config.base_url].into_iter().chain(&config.token_url).collect(),
            Self::Emnify(config) => vec![&config.base_url],
            Self::Cloverhound(config) => vec![&config.base_url],
            Self::OneCloud(config) => vec![&config.base_url],
        }
    }

    /// Every credential, each at a place of its own.
    pub(super) fn secrets(&self) -> Vec<Option<&Secret>> {
        match self {
            Self::SmartTask(config) => vec![
                config.access_token.as_ref(),
                config.refresh_token.as_ref(),
                config.client_id.as_ref(),
                config.client_secret.as_ref(),
            ],
            Self::Emnify(config) => vec![config.application_token.as_ref(), config.auth_token.as_ref()],
            Self::Cloverhound(config) => vec![Some(&config.api_key_id), Some(&config.api_key_secret)],
            Self::OneCloud(config) => {
                vec![config.email.as_ref(), config.password.as_ref(), config.token.as_ref()]
            }
        }
    }

    /// The file in which it keeps the newest credential, if it does.
    pub(super) fn store(&self) -> Option<&Path> {
        match self {
            Self::SmartTask(config) => config.refresh_token_store.as_deref(),
            Self::Emnify(_) | Self::Cloverhound(_) | Self::OneCloud(_) => None,
        }
    }

    /// The adapter.
    pub(super) fn connect(&self, common: ConnectionOptions, http: Http) -> Result<Provider, ConfigError> {
        match self.clone() {
            Self::SmartTask(config) => SmartTask::new(common, config, http, None).map(Provider::from),
            Self::Emnify(config) => Emnify::new(common, config, http).map(Provider::from),
            Self::Cloverhound(config) => Ok(Cloverhound::new(common, config, http).into()),
            Self::OneCloud(config) => OneCloud::new(common, config, http).map(Provider::from),
        }
    }
}

impl VendorTable for SmartTaskConfig {
    fn complete(&mut self, table: &Table<'_>) {
        if self.refresh_token.is_none() && self.refresh_token_store.is_none() {
            return;
        }
        let store = self.refresh_token_store.take().unwrap_or_else(|| {
            let name = table.name();
            PathBuf::from(format!(".unicontact-{name}-refresh-token"))
        });
        self.refresh_token_store = Some(table.layers.resolve(store));
    }

    fn problems(&self) -> Vec<ConfigProblem> {
        self.problems(false)
    }
}

impl VendorTable for EmnifyConfig {
    fn problems(&self) -> Vec<ConfigProblem> {
        self.problems()
    }
}

impl VendorTable for CloverhoundConfig {}

impl VendorTable for OneCloudConfig {
    fn problems(&self) -> Vec<ConfigProblem> {
        self.problems()
    }
}

impl From<SmartTaskConfig> for VendorConfig {
    fn from(config: SmartTaskConfig) -> Self {
        Self::SmartTask(config)
    }
}

impl From<EmnifyConfig> for VendorConfig {
    fn from(config: EmnifyConfig) -> Self {
        Self::Emnify(config)
    }
}

impl From<CloverhoundConfig> for VendorConfig {
    fn from(config: CloverhoundConfig) -> Self {
        Self::Cloverhound(config)
    }
}

impl From<OneCloudConfig> for VendorConfig {
    fn from(config: OneCloudConfig) -> Self {
        Self::OneCloud(config)
    }
}
