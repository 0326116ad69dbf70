#![doc = include_str!("onecloud/docs.md")]

mod config;
mod error;
mod vendor;
mod wire;

use std::borrow::Cow;
use std::time::Duration;

use async_trait::async_trait;
use jiff::tz::TimeZone;
use serde_json::json;

pub use self::config::OneCloudConfig;
pub use self::vendor::VENDOR;
use self::wire::MAPPING;
use crate::capabilities::Capabilities;
use crate::configuration::ConfigError;
use crate::connection::{Connection, ConnectionOptions};
use crate::contact::UnifiedContact;
use crate::created::Created;
use crate::dedupe::Dedupe;
use crate::draft::{Draft, Method};
use crate::error::{Effect, ErrorKind, Operation, ProviderError};
use crate::exchange::Exchange;
use crate::http::{Authorization, Http};
use crate::prepared::Prepared;
use crate::provider::ContactProvider;
use crate::provider_info::ProviderInfo;
use crate::secret::Secret;
use crate::token::{Renewal, Token, TokenCache};
use unicontact_model::{FindOutcome, FindRequest};

/// The capabilities of a connection.
pub(crate) const CAPABILITIES: Capabilities = Capabilities {
    dedupe: Dedupe::Never,
    overwrites: Vec::new(),
    find: false,
    lists: false,
    check: true,
    longest_request: None,
    search_lag: Duration::ZERO,
    fields: Cow::Borrowed(MAPPING),
};

/// A connection to one `OneCloud` site.
#[derive(Debug)]
pub struct OneCloud {
    connection: Connection,
    capabilities: Capabilities,
    login: Option<Login>,
    time_zone: TimeZone,
    tokens: TokenCache,
}

#[derive(Debug)]
struct Login {
    email: Secret,
    password: Secret,
    site_id: u64,
}

impl OneCloud {
    /// Returns an adapter with this configuration, which sends through `http`.
    ///
    /// # Errors
    ///
    /// All problems of the configuration.
    pub fn new(options: ConnectionOptions, config: OneCloudConfig, http: Http) -> Result<Self, ConfigError> {
        ConfigError::unless_empty(config.problems())?;
        let time_zone = config.zone().unwrap_or(TimeZone::UTC);
        let OneCloudConfig { base_url, email, password, site_id, token, time_zone: _ } = config;
        let login = match (email, password, site_id) {
            (Some(email), Some(password), Some(site_id)) => Some(Login { email, password, site_id }),
            _ => None,
        };
        Ok(Self {
            connection: Connection::new(options, VENDOR.name(), base_url, http),
            login,
            time_zone,
            capabilities: CAPABILITIES,
            tokens: TokenCache::new(token.map(Token::from_jwt)),
        })
    }

    async fn token(&self) -> Result<Secret, ProviderError> {
        self.tokens.get(self.connection.http.now(), self.log_in()).await
    }

    async fn log_in(&self) -> Result<Token, ProviderError> {
        let Some(login) = &self.login else {
            let message = "the token has expired, and there is no email and password to get a new one with";
            let kind = ErrorKind::Unauthenticated;
            return Err(self.connection.error(Operation::Authenticate, kind, message));
        };
        let body = json!({
            "email": login.email.expose(),
            "password": login.password.expose(),
            "siteId": login.site_id,
        });
        let url = self.connection.base_url.join(&["api", "authenticate"]);
        let exchange = self.connection.post(Operation::Authenticate, url, body, None).await?;
        error::token(&self.connection.info, &exchange, &self.time_zone)
    }
}

#[async_trait]
impl ContactProvider for OneCloud {
    fn info(&self) -> &ProviderInfo {
        &self.connection.info
    }

    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn connection(&self) -> Option<&Connection> {
        Some(&self.connection)
    }

    fn draft(&self, contact: &UnifiedContact) -> Result<Draft, ProviderError> {
        let (body, fields) = wire::map(contact, self.connection.default_region)
            .map_err(|message| self.connection.error(Operation::Draft, ErrorKind::Unmappable, message))?;
        let url = self.connection.base_url.join(&["api", "contactrz"]);
        Ok(Draft::new(Method::Post, url, body)
            .with_secret_header("authorization", "Bearer")
            .with_fields(fields))
    }

    async fn prepare(&self, draft: &Draft) -> Result<Prepared, ProviderError> {
        let token = self.token().await?;
        Ok(Prepared::new(draft.clone()).with_authorization(Authorization::Bearer(token)))
    }

    fn interpret(&self, _sent: &Prepared, exchange: &Exchange) -> Result<Created, ProviderError> {
        error::interpret(&self.connection.info, exchange, &self.time_zone)
    }

    async fn invalidate_credentials(&self, sent: &Prepared, _error: &ProviderError) -> Renewal {
        self.tokens.invalidate_sent(sent, self.login.is_some()).await
    }

    async fn find(&self, _: &FindRequest<'_>) -> Result<FindOutcome, ProviderError> {
        let message = "OneCloud documents no way to look for a contact";
        Err(self.connection.error(Operation::Find, ErrorKind::Unsupported, message))
    }

    /// Logs in. Without a login, reads one prospect with the token, which is the nearest documented read.
    async fn check(&self) -> Result<(), ProviderError> {
        if self.login.is_some() {
            return self.log_in().await.map(|_| ());
        }
        let token = self.token().await?;
        let mut url = self.connection.base_url.join(&["api", "prospectrz"]);
        url.set_query(Some("sinceId=0&limit=1&offset=0"));
        let authorization = Some(Authorization::Bearer(token));
        let exchange = self.connection.get(Operation::Check, url, authorization).await?;
        let body = error::envelope(&self.connection.info, &exchange, &self.time_zone)?;
        match body.as_ref().and_then(|body| body.get("data")) {
            Some(serde_json::Value::Array(_)) => Ok(()),
            _ => Err(exchange
                .error(&self.connection.info, ErrorKind::UnexpectedResponse, Effect::NotSent)
                .with_message("the list of prospects is not a list")),
        }
    }
}
