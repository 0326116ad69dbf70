#![doc = include_str!("smarttask/docs.md")]
//!
//! # This module
//!
//! Its one job: to speak to `SmartTask`. Its rule: what goes into the body is decided in `wire`, what an
//! answer means in `error`, and how tokens are renewed without losing one in `refresh`.

mod config;
mod error;
mod refresh;
mod wire;

use std::sync::Arc;

use std::time::Duration;

use async_trait::async_trait;
use serde_json::{Value, json};

pub use self::config::SmartTaskConfig;
use self::refresh::Refresh;
pub use self::refresh::{RefreshTokenFile, RefreshTokenStore};
use self::wire::MAPPING;
use crate::capabilities::Capabilities;
use crate::configuration::ConfigError;
use crate::connection::{Connection, ConnectionOptions};
use crate::contact::UnifiedContact;
use crate::created::Created;
use crate::dedupe::Dedupe;
use crate::draft::Draft;
use crate::error::{ErrorKind, Operation, ProviderError};
use crate::exchange::Exchange;
use crate::http::{Authorization, Http};
use crate::provider::ContactProvider;
use crate::provider_info::ProviderInfo;
use crate::secret::Secret;
use crate::token::{Token, TokenCache};
use unicontact_model::DeliveryKey;
use unicontact_model::{FindOutcome, FindRequest};

/// The vendor's name in configuration and output.
pub const VENDOR: &str = "smarttask";

/// What a connection promises without `use_created`.
pub(crate) const CAPABILITIES: Capabilities = Capabilities {
    dedupe: Dedupe::Never,
    find: false,
    lists: false,
    check: true,
    longest_request: None,
    search_lag: Duration::ZERO,
    fields: MAPPING,
};

/// A connection to one `SmartTask` organization.
#[derive(Debug)]
pub struct SmartTask {
    connection: Connection,
    organization_id: u64,
    use_created: bool,
    refresh: Option<Refresh>,
    tokens: TokenCache,
}

impl SmartTask {
    /// A provider with this configuration, sending through `http`.
    ///
    /// `store` keeps the refresh tokens that the vendor gives out; without one, the file that the
    /// configuration names does.
    ///
    /// # Errors
    ///
    /// All mistakes of the configuration at once.
    pub fn new(
        common: ConnectionOptions,
        config: SmartTaskConfig,
        http: Http,
        store: Option<Arc<dyn RefreshTokenStore>>,
    ) -> Result<Self, ConfigError> {
        ConfigError::unless_empty(config.problems(store.is_some()))?;
        let refresh = Refresh::of(&config, store);
        let access_token = config.access_token.map(|secret| Token { secret, expires_at: None });
        Ok(Self {
            connection: Connection::new(common, VENDOR, config.base_url, http),
            organization_id: config.organization_id,
            use_created: config.use_created,
            refresh,
            tokens: TokenCache::starting_with(access_token),
        })
    }

    /// What an answer to a create means. Pure: any bytes give a verdict.
    ///
    /// # Errors
    ///
    /// The verdict, when it is not a contact with a `record_id`.
    pub fn interpret(&self, exchange: &Exchange) -> Result<Created, ProviderError> {
        error::interpret(&self.connection.info, exchange, self.use_created)
    }

    async fn token(&self) -> Result<Secret, ProviderError> {
        self.tokens.get(self.connection.http.now(), self.renew()).await
    }

    async fn renew(&self) -> Result<Token, ProviderError> {
        match &self.refresh {
            Some(refresh) => refresh.renew(&self.connection).await,
            None => Err(self.connection.error(
                Operation::Authenticate,
                ErrorKind::Unauthenticated,
                "the access_token was refused, and there is no refresh_token to get a new one with",
            )),
        }
    }
}

#[async_trait]
impl ContactProvider for SmartTask {
    fn info(&self) -> &ProviderInfo {
        &self.connection.info
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            dedupe: if self.use_created { Dedupe::ByVendor } else { Dedupe::Never },
            ..CAPABILITIES
        }
    }

    fn draft(&self, contact: &UnifiedContact) -> Result<Draft, ProviderError> {
        let mapped = wire::map(contact, self.connection.default_region)
            .map_err(|why| self.connection.error(Operation::Draft, ErrorKind::Unmappable, why))?;
        let organization = self.organization_id.to_string();
        let path = ["v1.0", "contact", "create", &organization];
        let mut url = self.connection.base_url.join(&path);
        if self.use_created {
            url.set_query(Some("use_created=true"));
        }
        Ok(self.connection.draft(url, "Bearer", mapped, Vec::new()))
    }

    async fn resolve(&self, draft: Draft) -> Result<Draft, ProviderError> {
        Ok(draft)
    }

    async fn create(&self, contact: &UnifiedContact, key: &DeliveryKey) -> Result<Created, ProviderError> {
        self.create_drafted(self.draft(contact)?, contact, key).await
    }

    async fn create_drafted(
        &self,
        draft: Draft,
        _contact: &UnifiedContact,
        _key: &DeliveryKey,
    ) -> Result<Created, ProviderError> {
        let token = self.token().await?;
        let renewable = self.refresh.is_some();
        let interpret = |exchange: &Exchange| self.interpret(exchange);
        self.connection.create_with_token(draft, &self.tokens, token, renewable, interpret).await
    }

    async fn find(&self, _: &FindRequest<'_>) -> Result<FindOutcome, ProviderError> {
        let message = "SmartTask documents no way to look for a contact";
        Err(self.connection.error(Operation::Find, ErrorKind::Unsupported, message))
    }

    fn discard_connections(&self) {
        self.connection.discard_connections();
    }

    /// Reads one user of the organization by the documented way to filter users: a POST, but one that only reads.
    async fn check(&self) -> Result<(), ProviderError> {
        let organization = self.organization_id.to_string();
        let path = ["v1.0", "organization-user", "filter-users", &organization];
        let mut url = self.connection.base_url.join(&path);
        url.set_query(Some("query=&page_no=1&list_size=1"));
        let nobody_excluded = json!([]);
        let token = self.token().await?;
        let authorization = Some(Authorization::Bearer(token));
        let exchange = self.connection.post(Operation::Check, url, nobody_excluded, authorization).await?;
        let users: Option<Value> = error::success(&self.connection.info, &exchange)?;
        match users {
            Some(Value::Array(_)) => Ok(()),
            _ => Err(exchange
                .error(&self.connection.info, ErrorKind::UnexpectedResponse, crate::Effect::NotSent)
                .with_message("the list of users is not a list")),
        }
    }
}
