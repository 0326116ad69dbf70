//! `OneCloud`'s entry in the table of vendors.

use super::{CAPABILITIES, OneCloud, OneCloudConfig};
use crate::configuration::{ConfigError, ConfigProblem};
use crate::connection::ConnectionOptions;
use crate::http::{BaseUrl, Http};
use crate::provider::Provider;
use crate::secret::Secret;
use crate::vendor::{Vendor, VendorConfig};

/// The vendor `OneCloud`.
pub static VENDOR: Vendor = Vendor::new::<OneCloudConfig>("onecloud", "OneCloud", CAPABILITIES);

impl VendorConfig for OneCloudConfig {
    fn addresses(&self) -> Vec<&BaseUrl> {
        vec![&self.base_url]
    }

    fn account_keys(&self) -> Vec<(&str, String)> {
        self.site_id.iter().map(|site_id| ("site_id", site_id.to_string())).collect()
    }

    fn secrets(&self) -> Vec<(&str, Option<&Secret>)> {
        vec![
            ("email", self.email.as_ref()),
            ("password", self.password.as_ref()),
            ("token", self.token.as_ref()),
        ]
    }

    fn problems(&self) -> Vec<ConfigProblem> {
        self.problems()
    }

    fn connect(&self, options: ConnectionOptions, http: Http) -> Result<Provider, ConfigError> {
        OneCloud::new(options, self.clone(), http).map(Provider::from)
    }
}
