//! emnify's entry in the table of vendors.

use super::{CAPABILITIES, Emnify, EmnifyConfig};
use crate::configuration::{ConfigError, ConfigProblem};
use crate::connection::ConnectionOptions;
use crate::http::{BaseUrl, Http};
use crate::provider::Provider;
use crate::secret::Secret;
use crate::vendor::{Vendor, VendorConfig};

/// The vendor emnify.
pub static VENDOR: Vendor = Vendor::new::<EmnifyConfig>("emnify", "emnify", CAPABILITIES);

impl VendorConfig for EmnifyConfig {
    fn addresses(&self) -> Vec<&BaseUrl> {
        vec![&self.base_url]
    }

    fn account_keys(&self) -> Vec<(&str, String)> {
        vec![("organisation_id", self.organisation_id.to_string())]
    }

    fn secrets(&self) -> Vec<(&str, Option<&Secret>)> {
        vec![("application_token", self.application_token.as_ref()), ("auth_token", self.auth_token.as_ref())]
    }

    fn problems(&self) -> Vec<ConfigProblem> {
        self.problems()
    }

    fn connect(&self, options: ConnectionOptions, http: Http) -> Result<Provider, ConfigError> {
        Emnify::new(options, self.clone(), http).map(Provider::from)
    }
}
