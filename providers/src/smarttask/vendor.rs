//! `SmartTask`'s entry in the table of vendors.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{CAPABILITIES, SmartTask, SmartTaskConfig};
use crate::configuration::{ConfigError, ConfigProblem};
use crate::connection::ConnectionOptions;
use crate::http::{BaseUrl, Http};
use crate::provider::Provider;
use crate::secret::Secret;
use crate::token::RefreshTokenStore;
use crate::vendor::{Vendor, VendorConfig};

/// The vendor `SmartTask`.
pub static VENDOR: Vendor =
    Vendor::new::<SmartTaskConfig>("smarttask", "SmartTask", CAPABILITIES).with_dedupe_key("use_created");

impl VendorConfig for SmartTaskConfig {
    fn addresses(&self) -> Vec<&BaseUrl> {
        [&self.base_url].into_iter().chain(&self.token_url).collect()
    }

    fn account_keys(&self) -> Vec<(&str, String)> {
        vec![("organization_id", self.organization_id.to_string())]
    }

    fn secrets(&self) -> Vec<(&str, Option<&Secret>)> {
        vec![
            ("access_token", self.access_token.as_ref()),
            ("refresh_token", self.refresh_token.as_ref()),
            ("client_id", self.client_id.as_ref()),
            ("client_secret", self.client_secret.as_ref()),
        ]
    }

    fn store(&self) -> Option<&Path> {
        self.refresh_token_store.as_deref()
    }

    fn resolve_paths(&mut self, directory: &Path, provider: &str) {
        if self.refresh_token.is_none() && self.refresh_token_store.is_none() {
            return;
        }
        let unnamed = || PathBuf::from(format!(".unicontact-{provider}-refresh-token"));
        let store = self.refresh_token_store.take().unwrap_or_else(unnamed);
        self.refresh_token_store = Some(directory.join(store));
    }

    fn problems(&self) -> Vec<ConfigProblem> {
        self.problems(false)
    }

    fn connect(&self, options: ConnectionOptions, http: Http) -> Result<Provider, ConfigError> {
        SmartTask::new(options, self.clone(), http, None).map(Provider::from)
    }

    fn connect_with_store(
        &self,
        options: ConnectionOptions,
        http: Http,
        store: Arc<dyn RefreshTokenStore>,
    ) -> Result<Provider, ConfigError> {
        SmartTask::new(options, self.clone(), http, Some(store)).map(Provider::from)
    }
}
