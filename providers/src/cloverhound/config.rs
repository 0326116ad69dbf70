//! The keys of `[providers.cloverhound.<name>]`.

use serde::Deserialize;

use crate::http::BaseUrl;
use crate::secret::Secret;

/// A connection to one Cloverhound organization.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct CloverhoundConfig {
    /// Where the API lives. The vendor documents the staging host only; the default is the host of its production
    /// site, which is an inference.
    #[serde(default = "default_base_url")]
    pub base_url: BaseUrl,
    /// The organization that the contacts are created in.
    pub organization_id: u64,
    /// The id of an API key (Admin > API Keys).
    pub api_key_id: Secret,
    /// The secret of that key, shown once when it is made.
    pub api_key_secret: Secret,
}

impl CloverhoundConfig {
    /// An organization at the vendor's default address, and an API key.
    pub fn new(
        organization_id: u64,
        api_key_id: impl Into<Secret>,
        api_key_secret: impl Into<Secret>,
    ) -> Self {
        Self {
            base_url: default_base_url(),
            organization_id,
            api_key_id: api_key_id.into(),
            api_key_secret: api_key_secret.into(),
        }
    }
}

fn default_base_url() -> BaseUrl {
    BaseUrl::from_constant("https://cloud.cloverhound.com")
}
