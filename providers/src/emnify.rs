#![doc = include_str!("emnify/docs.md")]

mod config;
mod country;
mod error;
mod find;
mod vendor;
mod wire;

use std::borrow::Cow;
use std::time::Duration;

use async_trait::async_trait;
use serde_json::json;
use tokio::sync::OnceCell;

pub use self::config::{ContactType, EmnifyConfig};
use self::country::CountryIds;
pub use self::vendor::VENDOR;
use self::wire::MAPPING;
use crate::capabilities::Capabilities;
use crate::comparison::{ContactList, IdentifyingValues};
use crate::configuration::ConfigError;
use crate::connection::{Connection, ConnectionOptions};
use crate::contact::UnifiedContact;
use crate::created::Created;
use crate::dedupe::Dedupe;
use crate::draft::{Draft, Method};
use crate::error::{ErrorKind, Operation, ProviderError};
use crate::exchange::Exchange;
use crate::http::{Authorization, Http};
use crate::listing::Listing;
use crate::prepared::Prepared;
use crate::provider::ContactProvider;
use crate::provider_info::ProviderInfo;
use crate::secret::Secret;
use crate::token::{Renewal, Token, TokenCache};
use unicontact_model::ContactId;
use unicontact_model::{FindOutcome, FindRequest};

/// The capabilities of a connection.
pub(crate) const CAPABILITIES: Capabilities = Capabilities {
    dedupe: Dedupe::Never,
    overwrites: Vec::new(),
    find: true,
    lists: true,
    check: true,
    longest_request: None,
    search_lag: Duration::ZERO,
    fields: Cow::Borrowed(MAPPING),
};

/// A connection to one emnify organisation.
#[derive(Debug)]
pub struct Emnify {
    connection: Connection,
    capabilities: Capabilities,
    organisation_id: u64,
    contact_type: ContactType,
    application_token: Option<Secret>,
    tokens: TokenCache,
    countries: OnceCell<CountryIds>,
}

impl Emnify {
    /// Returns an adapter with this configuration, which sends through `http`.
    ///
    /// # Errors
    ///
    /// All problems of the configuration.
    pub fn new(options: ConnectionOptions, config: EmnifyConfig, http: Http) -> Result<Self, ConfigError> {
        ConfigError::unless_empty(config.problems())?;
        let EmnifyConfig { base_url, organisation_id, application_token, auth_token, contact_type } = config;
        Ok(Self {
            connection: Connection::new(options, VENDOR.name(), base_url, http),
            organisation_id,
            contact_type,
            application_token,
            capabilities: CAPABILITIES,
            tokens: TokenCache::new(auth_token.map(Token::from_jwt)),
            countries: OnceCell::new(),
        })
    }

    async fn token(&self) -> Result<Secret, ProviderError> {
        self.tokens.get(self.connection.http.now(), self.log_in()).await
    }

    async fn log_in(&self) -> Result<Token, ProviderError> {
        let Some(application_token) = &self.application_token else {
            let message =
                "the auth_token has expired, and there is no application_token to get a new one with";
            let kind = ErrorKind::Unauthenticated;
            return Err(self.connection.error(Operation::Authenticate, kind, message));
        };
        let body = json!({"application_token": application_token.expose()});
        let url = self.connection.base_url.join(&["api", "v1", "authenticate"]);
        let exchange = self.connection.post(Operation::Authenticate, url, body, None).await?;
        error::token(&self.connection.info, &exchange)
    }

    /// Reads `path` with the token, and once more with a new token if the vendor refused the first.
    async fn read(
        &self,
        operation: Operation,
        path: &[&str],
        query: Option<&str>,
    ) -> Result<Exchange, ProviderError> {
        let mut url = self.connection.base_url.join(path);
        url.set_query(query);
        let mut is_renewed = false;
        loop {
            let token = self.token().await?;
            let authorization = Some(Authorization::Bearer(token.clone()));
            let exchange = self.connection.get(operation, url.clone(), authorization).await?;
            let Err(error) = error::success(&self.connection.info, &exchange) else {
                return Ok(exchange);
            };
            let error = exchange.not_about_the_contact(&self.connection.info, error);
            if error.kind() != ErrorKind::Unauthenticated || self.application_token.is_none() {
                return Err(error);
            }
            self.tokens.invalidate(&token).await;
            if is_renewed {
                return Err(error.with_renewed_credential());
            }
            is_renewed = true;
        }
    }

    async fn country_ids(&self) -> Result<&CountryIds, ProviderError> {
        self.countries
            .get_or_try_init(async || {
                let path = ["api", "v1", "country"];
                let exchange = self.read(Operation::LookUp, &path, Some("geographic=true")).await?;
                CountryIds::read(&self.connection.info, &exchange)
            })
            .await
    }

    async fn list(&self, operation: Operation) -> Result<ContactList, ProviderError> {
        let exchange = self.read_contacts(operation).await?;
        find::contact_list(&self.connection.info, &exchange)
    }

    async fn read_contacts(&self, operation: Operation) -> Result<Exchange, ProviderError> {
        let path = self.contact_path();
        self.read(operation, &path.each_ref().map(String::as_str), None).await
    }

    /// Replaces the placeholders in the body by emnify's own ids.
    async fn resolve(&self, mut draft: Draft) -> Result<Draft, ProviderError> {
        for lookup in std::mem::take(&mut draft.lookups) {
            let id = self.country_ids().await?.id_of(&lookup.key).ok_or_else(|| {
                let message = format!("emnify lists no country {}", lookup.key);
                self.connection.error(Operation::LookUp, ErrorKind::Unmappable, message)
            })?;
            if let Some(placeholder) = draft.body_mut().pointer_mut(&lookup.pointer) {
                *placeholder = id.into();
            }
        }
        Ok(draft)
    }

    fn contact_path(&self) -> [String; 5] {
        let organisation = self.organisation_id.to_string();
        ["api", "v1", "organisation", &organisation, "contact"].map(str::to_owned)
    }
}

#[async_trait]
impl ContactProvider for Emnify {
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
        let wire::Mapped { body, fields, lookups } =
            wire::map(contact, self.contact_type, self.connection.default_region)
                .map_err(|message| self.connection.error(Operation::Draft, ErrorKind::Unmappable, message))?;
        let path = self.contact_path();
        let url = self.connection.base_url.join(&path.each_ref().map(String::as_str));
        Ok(Draft::new(Method::Post, url, body)
            .with_secret_header("authorization", "Bearer")
            .with_fields(fields)
            .with_lookups(lookups))
    }

    async fn prepare(&self, draft: &Draft) -> Result<Prepared, ProviderError> {
        let draft = self.resolve(draft.clone()).await?;
        let token = self.token().await?;
        Ok(Prepared::new(draft).with_authorization(Authorization::Bearer(token)))
    }

    fn interpret(&self, _sent: &Prepared, exchange: &Exchange) -> Result<Created, ProviderError> {
        error::interpret(&self.connection.info, exchange)
    }

    async fn invalidate_credentials(&self, sent: &Prepared, _error: &ProviderError) -> Renewal {
        self.tokens.invalidate_sent(sent, self.application_token.is_some()).await
    }

    /// Searches the organisation's list for a contact equal to the draft of this one.
    async fn find(&self, request: &FindRequest<'_>) -> Result<FindOutcome, ProviderError> {
        let draft = self.resolve(self.draft(request.contact)?).await?;
        Ok(self.list(Operation::Find).await?.find(&draft.body, request.except))
    }

    /// Reads the list once for all requests.
    async fn find_many(&self, requests: &[FindRequest<'_>]) -> Vec<Result<FindOutcome, ProviderError>> {
        let mut drafts = Vec::with_capacity(requests.len());
        for request in requests {
            let draft = self.draft(request.contact);
            drafts.push(match draft {
                Ok(draft) => self.resolve(draft).await,
                Err(error) => Err(error),
            });
        }
        let list = self.list(Operation::Find).await;
        let find = |(draft, request): (Result<Draft, ProviderError>, &FindRequest<'_>)| match &list {
            Ok(list) => Ok(list.find(&draft?.body, request.except)),
            Err(error) => Err(error.repeated()),
        };
        drafts.into_iter().zip(requests).map(find).collect()
    }

    /// Reads the organisation's list, since emnify documents no read of a single contact.
    async fn read_contact(&self, id: &ContactId) -> Result<IdentifyingValues, ProviderError> {
        let exchange = self.read_contacts(Operation::Find).await?;
        find::contact_with_id(&self.connection.info, &exchange, id)
    }

    /// Reads the organisation's list, which emnify documents without pages.
    async fn list_contacts(&self) -> Result<Listing, ProviderError> {
        let exchange = self.read_contacts(Operation::List).await?;
        find::listing(&self.connection.info, &exchange)
    }

    /// Reads the organisation's list of contacts.
    async fn check(&self) -> Result<(), ProviderError> {
        self.list(Operation::Check).await.map(drop)
    }
}
