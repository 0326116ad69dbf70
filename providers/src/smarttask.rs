#![doc = include_str!("smarttask/docs.md")]

mod config;
mod error;
mod vendor;
mod wire;

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use serde_json::{Value, json};

pub use self::config::SmartTaskConfig;
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
use crate::token::{RefreshTokenFile, RefreshTokenStore, RefreshTokens, Renewal, Token, TokenCache};
use unicontact_model::{FindOutcome, FindRequest};

/// The capabilities of a connection without `use_created`.
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

/// A connection to one `SmartTask` organization.
#[derive(Debug)]
pub struct SmartTask {
    connection: Connection,
    capabilities: Capabilities,
    organization_id: u64,
    use_created: bool,
    refresh: Option<RefreshTokens>,
    tokens: TokenCache,
}

impl SmartTask {
    /// Returns an adapter with this configuration, which sends through `http`.
    ///
    /// `store` keeps the refresh tokens that the vendor issues. Without it, the file of the configuration does.
    ///
    /// # Errors
    ///
    /// All problems of the configuration.
    pub fn new(
        options: ConnectionOptions,
        config: SmartTaskConfig,
        http: Http,
        store: Option<Arc<dyn RefreshTokenStore>>,
    ) -> Result<Self, ConfigError> {
        ConfigError::unless_empty(config.problems(store.is_some()))?;
        let refresh = refresh_tokens(&config, store);
        let dedupe = if config.use_created { Dedupe::ByVendor } else { Dedupe::Never };
        Ok(Self {
            capabilities: Capabilities { dedupe, ..CAPABILITIES },
            connection: Connection::new(options, VENDOR.name(), config.base_url, http),
            organization_id: config.organization_id,
            use_created: config.use_created,
            refresh,
            tokens: TokenCache::new(config.access_token.map(Token::new)),
        })
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

/// Returns the source of access tokens, if the configuration has a refresh token.
fn refresh_tokens(
    config: &SmartTaskConfig,
    store: Option<Arc<dyn RefreshTokenStore>>,
) -> Option<RefreshTokens> {
    let from_path = || {
        let path = config.refresh_token_store.as_ref()?;
        Some(Arc::new(RefreshTokenFile::new(path)) as Arc<dyn RefreshTokenStore>)
    };
    Some(RefreshTokens::new(
        config.token_url(),
        config.refresh_token.clone()?,
        config.client_id.clone()?,
        config.client_secret.clone()?,
        store.or_else(from_path)?,
    ))
}

#[async_trait]
impl ContactProvider for SmartTask {
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
        let organization = self.organization_id.to_string();
        let path = ["v1.0", "contact", "create", &organization];
        let mut url = self.connection.base_url.join(&path);
        if self.use_created {
            url.set_query(Some("use_created=true"));
        }
        Ok(Draft::new(Method::Post, url, body)
            .with_secret_header("authorization", "Bearer")
            .with_fields(fields))
    }

    async fn prepare(&self, draft: &Draft) -> Result<Prepared, ProviderError> {
        let token = self.token().await?;
        Ok(Prepared::new(draft.clone()).with_authorization(Authorization::Bearer(token)))
    }

    fn interpret(&self, _sent: &Prepared, exchange: &Exchange) -> Result<Created, ProviderError> {
        error::interpret(&self.connection.info, exchange, self.use_created)
    }

    async fn invalidate_credentials(&self, sent: &Prepared, _error: &ProviderError) -> Renewal {
        self.tokens.invalidate_sent(sent, self.refresh.is_some()).await
    }

    async fn find(&self, _: &FindRequest<'_>) -> Result<FindOutcome, ProviderError> {
        let message = "SmartTask documents no way to look for a contact";
        Err(self.connection.error(Operation::Find, ErrorKind::Unsupported, message))
    }

    /// Reads one user of the organization with the documented filter of users, a `POST` that only reads.
    async fn check(&self) -> Result<(), ProviderError> {
        let organization = self.organization_id.to_string();
        let path = ["v1.0", "organization-user", "filter-users", &organization];
        let mut url = self.connection.base_url.join(&path);
        url.set_query(Some("query=&page_no=1&list_size=1"));
        let excluded_users = json!([]);
        let token = self.token().await?;
        let authorization = Some(Authorization::Bearer(token));
        let exchange = self.connection.post(Operation::Check, url, excluded_users, authorization).await?;
        let users: Option<Value> = error::success(&self.connection.info, &exchange)?;
        match users {
            Some(Value::Array(_)) => Ok(()),
            _ => Err(exchange
                .error(&self.connection.info, ErrorKind::UnexpectedResponse, Effect::NotSent)
                .with_message("the list of users is not a list")),
        }
    }
}
