//! Cloverhound's entry in the table of vendors.

use super::{CAPABILITIES, Cloverhound, CloverhoundConfig};
use crate::configuration::ConfigError;
use crate::connection::ConnectionOptions;
use crate::http::{BaseUrl, Http};
use crate::provider::Provider;
use crate::secret::Secret;
use crate::vendor::{Vendor, VendorConfig};

/// The vendor Cloverhound.
pub static VENDOR: Vendor = Vendor::new::<CloverhoundConfig>("cloverhound", "Cloverhound", CAPABILITIES);

impl VendorConfig for CloverhoundConfig {
    fn addresses(&self) -> Vec<&BaseUrl> {
        vec![&self.base_url]
    }

    fn account_keys(&self) -> Vec<(&str, String)> {
        vec![("organization_id", self.organization_id.to_string())]
    }

    fn secrets(&self) -> Vec<(&str, Option<&Secret>)> {
        vec![("api_key_id", Some(&self.api_key_id)), ("api_key_secret", Some(&self.api_key_secret))]
    }

    fn connect(&self, options: ConnectionOptions, http: Http) -> Result<Provider, ConfigError> {
        Ok(Cloverhound::new(options, self.clone(), http).into())
    }
}
