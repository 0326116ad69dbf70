#![doc = include_str!("cloverhound/docs.md")]
//!
//! # This module
//!
//! Its one job: to speak to Cloverhound. Its rule: what goes into the body is decided in `wire`,
//! what an answer means in `error`, and nothing is decided here.

mod config;
mod error;
mod wire;

use std::time::Duration;

use async_trait::async_trait;

pub use self::config::CloverhoundConfig;
use self::wire::MAPPING;
use crate::capabilities::Capabilities;
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
use unicontact_model::DeliveryKey;
use unicontact_model::{FindOutcome, FindRequest};

/// The vendor's name in configuration and output.
pub const VENDOR: &str = "cloverhound";

/// What a connection promises.
pub(crate) const CAPABILITIES: Capabilities = Capabilities {
    dedupe: Dedupe::Never,
    find: false,
    lists: false,
    check: false,
    longest_request: None,
    search_lag: Duration::ZERO,
    fields: MAPPING,
};

/// A connection to one Cloverhound organization.
#[derive(Debug)]
pub struct Cloverhound {
    connection: Connection,
    organization_id: u64,
    authorization: Authorization,
}

impl Cloverhound {
    /// A provider with this configuration, sending through `http`.
    pub fn new(common: ConnectionOptions, config: CloverhoundConfig, http: Http) -> Self {
        let CloverhoundConfig { base_url, organization_id, api_key_id, api_key_secret } = config;
        Self {
            connection: Connection::new(common, VENDOR, base_url, http),
            organization_id,
            authorization: Authorization::Basic { user: api_key_id, password: api_key_secret },
        }
    }

    /// What an answer to a create means. Pure: any bytes give a verdict.
    ///
    /// # Errors
    ///
    /// The verdict, when it is not a contact with an id.
    pub fn interpret(&self, exchange: &Exchange) -> Result<Created, ProviderError> {
        error::interpret(&self.connection.info, exchange)
    }
}

#[async_trait]
impl ContactProvider for Cloverhound {
    fn info(&self) -> &ProviderInfo {
        &self.connection.info
    }

    fn capabilities(&self) -> Capabilities {
        CAPABILITIES
    }

    fn draft(&self, contact: &UnifiedContact) -> Result<Draft, ProviderError> {
        let mapped = wire::map(contact, self.connection.default_region)
            .map_err(|why| self.connection.error(Operation::Draft, ErrorKind::Unmappable, why))?;
        let organization = self.organization_id.to_string();
        let url = self.connection.base_url.join(&[&organization, "contacts"]);
        Ok(self.connection.draft(url, "Basic", mapped, Vec::new()))
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
        let authorization = Some(self.authorization.clone());
        let exchange = self.connection.send_draft(Operation::Create, draft, authorization).await?;
        self.interpret(&exchange)
    }

    async fn find(&self, _: &FindRequest<'_>) -> Result<FindOutcome, ProviderError> {
        let message = "Cloverhound documents no way to look for a contact";
        Err(self.connection.error(Operation::Find, ErrorKind::Unsupported, message))
    }

    fn discard_connections(&self) {
        self.connection.discard_connections();
    }

    async fn check(&self) -> Result<(), ProviderError> {
        let message = "Cloverhound documents no request that proves the key without creating something";
        Err(self.connection.error(Operation::Check, ErrorKind::Unsupported, message))
    }
}
