//! The keys of `[providers.smarttask.<name>]`.

use std::path::PathBuf;

use serde::Deserialize;

use crate::configuration::ConfigProblem;
use crate::http::BaseUrl;
use crate::secret::Secret;

const DEFAULT_BASE_URL: &str = "https://ext-v2.smarttask.io";
const DEFAULT_TOKEN_URL: &str = "https://auth.smarttask.io/connect/token";

/// A connection to one `SmartTask` organization: with an `access_token`, or with `refresh_token`, `client_id` and
/// `client_secret` to fetch one, or with both.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct SmartTaskConfig {
    /// Where the API lives.
    #[serde(default = "default_base_url")]
    pub base_url: BaseUrl,
    /// The organization that the contacts are created in.
    pub organization_id: u64,
    /// The bearer token.
    #[serde(default)]
    pub access_token: Option<Secret>,
    /// Whether the vendor is asked to return a similar contact instead of creating another. Only then may a
    /// create be repeated after its answer was lost. What counts as similar, the vendor does not say.
    #[serde(default)]
    pub use_created: bool,
    /// The token that new access tokens are fetched with.
    #[serde(default)]
    pub refresh_token: Option<Secret>,
    /// The id that the vendor issued to your application.
    #[serde(default)]
    pub client_id: Option<Secret>,
    /// The secret that the vendor issued to your application.
    #[serde(default)]
    pub client_secret: Option<Secret>,
    /// Where tokens are fetched. The default is the vendor's, or `connect/token` below a `base_url` of your own.
    #[serde(default)]
    pub token_url: Option<BaseUrl>,
    /// The file that keeps the newest refresh token, since each may be good for one use only. The default
    /// is a file beside the configuration.
    #[serde(default)]
    pub refresh_token_store: Option<PathBuf>,
}

fn default_base_url() -> BaseUrl {
    BaseUrl::from_constant(DEFAULT_BASE_URL)
}

impl SmartTaskConfig {
    /// An organization at the vendor's default address, without a credential. It needs an `access_token`, or what one is
    /// fetched with.
    pub fn new(organization_id: u64) -> Self {
        Self {
            base_url: default_base_url(),
            organization_id,
            access_token: None,
            use_created: false,
            refresh_token: None,
            client_id: None,
            client_secret: None,
            token_url: None,
            refresh_token_store: None,
        }
    }

    /// Returns the problems beyond the types of the keys. `has_store` is whether the caller stores refresh tokens.
    pub fn problems(&self, has_store: bool) -> Vec<ConfigProblem> {
        let mut problems = Vec::new();
        let refresh = [
            ("refresh_token", self.refresh_token.is_some()),
            ("client_id", self.client_id.is_some()),
            ("client_secret", self.client_secret.is_some()),
        ];
        if refresh.iter().any(|(_, present)| *present) {
            for (key, _) in refresh.iter().filter(|(_, present)| !present) {
                let message = "is missing: renewing needs refresh_token, client_id and client_secret";
                problems.push(ConfigProblem::new(*key, message));
            }
            if !has_store && self.refresh_token_store.is_none() {
                let message = "is missing: set a file for the next refresh token, since each may be good for one use only";
                problems.push(ConfigProblem::new("refresh_token_store", message));
            }
        } else if self.access_token.is_none() {
            let message = "is missing: set access_token, or refresh_token, client_id and client_secret";
            problems.push(ConfigProblem::new("access_token", message));
        }
        problems
    }

    /// Returns the address that tokens are fetched from.
    pub(super) fn token_url(&self) -> url::Url {
        match &self.token_url {
            Some(own) => own.join(&[]),
            None if self.base_url == default_base_url() => {
                BaseUrl::from_constant(DEFAULT_TOKEN_URL).join(&[])
            }
            None => self.base_url.join(&["connect", "token"]),
        }
    }
}
