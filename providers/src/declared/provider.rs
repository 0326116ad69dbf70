//! A provider whose vendor is described.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use serde_json::Value;
use unicontact_model::{ContactId, FindOutcome, FindRequest};
use url::Url;

use super::account_values::AccountValues;
use super::auth::{Credentials, Tokens, chosen};
use super::create_request::CreateRequest;
use super::description::Description;
use super::draft::{Mapped, Mapper};
use super::find::Searches;
use super::judge::Judge;
use super::read_path::{ReadPath, holds_something};
use super::reader::Reader;
use super::request::FilledRequest;
use crate::capabilities::Capabilities;
use crate::comparison::IdentifyingValues;
use crate::configuration::{ConfigError, ConfigProblem};
use crate::connection::{Connection, ConnectionOptions};
use crate::contact::UnifiedContact;
use crate::created::Created;
use crate::draft::Draft;
use crate::error::{ErrorKind, Operation, ProviderError};
use crate::exchange::Exchange;
use crate::http::{BaseUrl, Http};
use crate::prepared::Prepared;
use crate::provider::{ContactProvider, Searchable};
use crate::provider_info::ProviderInfo;
use crate::token::{RefreshTokenStore, Renewal};

/// A connection to a vendor that a [`Description`] describes.
///
/// ```
/// use std::sync::Arc;
///
/// use serde_json::json;
/// use unicontact_providers::clock::SystemClock;
/// use unicontact_providers::http::Http;
/// use unicontact_providers::{ConnectionOptions, ContactProvider, Declared, Description};
///
/// let description = Description::parse(
///     r#"
///     format = 1
///     vendor = "acmecrm"
///     title = "Acme CRM"
///     source = "page"
///     [sources]
///     page = { kind = "documented", at = "https://docs.acme.example/contacts", date = "2026-11-01" }
///     [account.api_key]
///     secret = true
///     [address]
///     base = "https://api.acme.example/v1"
///     [[auth]]
///     headers = { X-Api-Key = "{api_key}" }
///     [create]
///     path = "/contacts"
///     [name]
///     whole = "name"
///     [[emails]]
///     to = "email"
///     [success]
///     id = "id"
///     "#,
/// )?;
/// let keys = json!({"api_key": "made-up"}).as_object().cloned().unwrap_or_default();
/// let http = Http::new(Arc::new(SystemClock))?;
/// let acme = Declared::connect(Arc::new(description), keys, ConnectionOptions::new("acme"), http)?;
/// assert_eq!(acme.info().vendor(), "acmecrm");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Declared {
    connection: Connection,
    description: Arc<Description>,
    credentials: Credentials,
    mapper: Mapper,
    judge: Judge,
    create: CreateRequest,
    searches: Option<Searches>,
    check: Option<CheckRequest>,
}

/// The account, the addresses and the token store of a provider.
pub(super) struct Access {
    pub(super) account: AccountValues,
    pub(super) base: BaseUrl,
    /// Where tokens are fetched, and where refresh tokens are kept.
    pub(super) token: Option<(Url, Arc<dyn RefreshTokenStore>)>,
}

/// The request that proves the credentials.
struct CheckRequest {
    request: FilledRequest,
    expect: Option<ReadPath>,
}

impl Declared {
    pub(super) fn new(
        description: Arc<Description>,
        access: Access,
        options: ConnectionOptions,
        http: Http,
    ) -> Result<Self, ConfigError> {
        let Access { account, base, token } = access;
        let rules = &description.rules;
        let credential = chosen(&rules.credentials, &account)
            .ok_or_else(|| ConfigProblem::new("auth", "no credential has all of its keys"))?;
        let tokens = credential
            .token
            .as_ref()
            .zip(token)
            .map(|(request, (url, store))| Tokens::new(request, url, &account, store));
        let credentials = Credentials::new(credential, &account, tokens)
            .ok_or_else(|| ConfigProblem::new("auth", "the credential cannot be made of these keys"))?;
        let key = rules.dedupe.key.as_ref();
        let create =
            CreateRequest::new(&rules.create, key, &base, &account, &credentials).ok_or_else(|| {
                ConfigProblem::new("base_url", "the address of the create cannot be made of these keys")
            })?;
        let check = rules.check.as_ref().and_then(|check| {
            let request = FilledRequest::new(&base, &check.request, &account, None)?;
            Some(CheckRequest { request, expect: check.expect.clone() })
        });
        let searches = (!rules.finds.is_empty()).then(|| Searches::new(rules, &account));
        let connection = Connection::new(options, description.vendor().to_owned(), base, http)
            .with_secrets(account.secrets().cloned().collect());
        Ok(Self {
            mapper: Mapper::new(description.vendor(), description.title(), rules, &account),
            judge: Judge::new(rules, &account),
            connection,
            credentials,
            create,
            searches,
            check,
            description,
        })
    }

    /// Returns the description of the vendor.
    pub fn description(&self) -> &Arc<Description> {
        &self.description
    }

    fn reader(&self) -> Reader<'_> {
        Reader { connection: &self.connection, credentials: &self.credentials, judge: &self.judge }
    }

    fn map(&self, contact: &UnifiedContact) -> Result<Mapped, ProviderError> {
        self.mapper
            .map(contact, self.connection.default_region)
            .map_err(|message| self.connection.error(Operation::Draft, ErrorKind::Unmappable, message))
    }

    fn unsupported(&self, operation: Operation, what: &str) -> ProviderError {
        let message = format!("the description of {} has no {what}", self.description.title());
        self.connection.error(operation, ErrorKind::Unsupported, message)
    }
}

#[async_trait]
impl ContactProvider for Declared {
    fn info(&self) -> &ProviderInfo {
        &self.connection.info
    }

    fn capabilities(&self) -> &Capabilities {
        self.description.capabilities()
    }

    fn connection(&self) -> Option<&Connection> {
        Some(&self.connection)
    }

    fn draft(&self, contact: &UnifiedContact) -> Result<Draft, ProviderError> {
        let Mapped { body, fates, .. } = self.map(contact)?;
        if !fates.iter().any(|fate| fate.to.is_some()) {
            let message =
                format!("{} has no field for anything that the contact holds", self.description.title());
            return Err(self.connection.error(Operation::Draft, ErrorKind::Unmappable, message));
        }
        Ok(self.create.draft(body, fates))
    }

    async fn prepare(&self, draft: &Draft) -> Result<Prepared, ProviderError> {
        let authorizations = self.credentials.authorizations(&self.connection, &self.judge).await?;
        let prepared = Prepared::new(draft.clone());
        Ok(authorizations.into_iter().fold(prepared, Prepared::with_authorization))
    }

    fn interpret(&self, sent: &Prepared, exchange: &Exchange) -> Result<Created, ProviderError> {
        self.judge.interpret(&self.connection.info, sent, exchange)
    }

    async fn invalidate_credentials(&self, sent: &Prepared, _error: &ProviderError) -> Renewal {
        match self.credentials.tokens() {
            Some(tokens) => tokens.invalidate_sent(sent).await,
            None => Renewal::Unavailable,
        }
    }

    fn searchable(&self, contact: &UnifiedContact) -> Searchable {
        match (&self.searches, self.map(contact)) {
            (Some(searches), Ok(mapped)) => searches.reach(&mapped),
            _ => Searchable::No,
        }
    }

    /// Asks each search of the description whose key was sent, until one finds the contact.
    async fn find(&self, request: &FindRequest<'_>) -> Result<FindOutcome, ProviderError> {
        let Some(searches) = &self.searches else {
            return Err(self.unsupported(Operation::Find, "search: add [[find]]"));
        };
        searches.search(self.reader(), &self.map(request.contact)?, request.except).await
    }

    /// Searches by the sent keys, and reads the contact with this id among the results.
    async fn read_existing(
        &self,
        id: &ContactId,
        sent: &FindRequest<'_>,
    ) -> Result<IdentifyingValues, ProviderError> {
        let Some(searches) = &self.searches else {
            return Ok(IdentifyingValues::default());
        };
        searches.read(self.reader(), &self.map(sent.contact)?, id).await
    }

    /// Sends the request of `[check]`.
    async fn check(&self) -> Result<(), ProviderError> {
        let Some(CheckRequest { request, expect }) = &self.check else {
            return Err(
                self.unsupported(Operation::Check, "request that proves the credentials: add [check]")
            );
        };
        let reader = self.reader();
        let (exchange, verdict) = reader.read(Operation::Check, request, &Value::Null).await?;
        let Some(expect) = expect else {
            return match verdict? {
                None if exchange.answer.is_html() => {
                    Err(reader.unexpected(&exchange, "a web page came back instead of JSON"))
                }
                _ => Ok(()),
            };
        };
        let body = reader.whole(&exchange, verdict)?;
        // The list of an account without contacts is empty.
        let is_there = |value: &&Value| value.is_array() || holds_something(value);
        match expect.reach(&body).values.iter().find(|value| is_there(value)) {
            Some(_) => Ok(()),
            None => Err(reader.unexpected(&exchange, format!("the answer has no `{}`", expect.as_str()))),
        }
    }
}

impl fmt::Debug for Declared {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Declared").field("info", &self.connection.info).finish_non_exhaustive()
    }
}
