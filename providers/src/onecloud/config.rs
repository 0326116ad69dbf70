//! The keys of `[providers.onecloud.<name>]`.

use jiff::tz::TimeZone;
use serde::Deserialize;

use crate::configuration::ConfigProblem;
use crate::http::BaseUrl;
use crate::secret::Secret;

/// A connection to one `OneCloud` site: `email`, `password` and `site_id`, or a `token`.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct OneCloudConfig {
    /// Where the API lives. The default is the vendor's production host.
    #[serde(default = "default_base_url")]
    pub base_url: BaseUrl,
    /// The login's e-mail address.
    #[serde(default)]
    pub email: Option<Secret>,
    /// The login's password.
    #[serde(default)]
    pub password: Option<Secret>,
    /// The site that the token is for.
    #[serde(default)]
    pub site_id: Option<u64>,
    /// A token that was fetched elsewhere. Without a login it expires after about a quarter of an hour and is not renewed.
    #[serde(default)]
    pub token: Option<Secret>,
    /// The time zone in which the vendor's quota messages are meant, by its IANA name. The vendor does not
    /// say which it is; the default is an inference from where it is at home.
    #[serde(default = "default_time_zone")]
    pub time_zone: String,
}

fn default_base_url() -> BaseUrl {
    BaseUrl::from_constant("https://cloud.onebox.co.id")
}

fn default_time_zone() -> String {
    "Asia/Jakarta".to_owned()
}

impl OneCloudConfig {
    /// A site at the vendor's default address, and the login that fetches tokens.
    pub fn with_login(email: impl Into<Secret>, password: impl Into<Secret>, site_id: u64) -> Self {
        Self {
            email: Some(email.into()),
            password: Some(password.into()),
            site_id: Some(site_id),
            ..Self::without_credentials()
        }
    }

    /// The vendor's default address, and a token that is never renewed.
    pub fn with_token(token: impl Into<Secret>) -> Self {
        Self { token: Some(token.into()), ..Self::without_credentials() }
    }

    fn without_credentials() -> Self {
        Self {
            base_url: default_base_url(),
            email: None,
            password: None,
            site_id: None,
            token: None,
            time_zone: default_time_zone(),
        }
    }

    /// Returns the problems beyond the types of the keys.
    pub fn problems(&self) -> Vec<ConfigProblem> {
        let mut problems = Vec::new();
        let login = [
            ("email", self.email.is_some()),
            ("password", self.password.is_some()),
            ("site_id", self.site_id.is_some()),
        ];
        let has_login_key = login.iter().any(|(_, present)| *present);
        if has_login_key || self.token.is_none() {
            for (key, _) in login.iter().filter(|(_, present)| !present) {
                problems.push(ConfigProblem::new(
                    *key,
                    "is missing: set email, password and site_id, or a token alone",
                ));
            }
        }
        if self.zone().is_none() {
            let message = "not a time zone (expected an IANA name such as Asia/Jakarta)";
            problems.push(ConfigProblem::new("time_zone", message));
        }
        problems
    }

    pub(super) fn zone(&self) -> Option<TimeZone> {
        TimeZone::get(&self.time_zone).ok()
    }
}
