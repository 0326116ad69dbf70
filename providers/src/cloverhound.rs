#![doc = include_str!("cloverhound/docs.md")]

mod config;
mod error;
mod vendor;
mod wire;

use std::borrow::Cow;
use std::time::Duration;

use async_trait::async_trait;

pub use self::config::CloverhoundConfig;
pub use self::vendor::VENDOR;
use self::wire::MAPPING;
use crate::capabilities::Capabilities;
use crate::connection::{Connection, ConnectionOptions};
use crate::contact::UnifiedContact;
use crate::created::Created;
use crate::dedupe::Dedupe;
use crate::draft::{Draft, Method};
use crate::error::{ErrorKind, Operation, ProviderError};
use crate::exchange::Exchange;
use crate::http::{Authorization, Http};
use crate::prepared::Prepared;
use crate::provider::ContactProvider;
use crate::provider_info::ProviderInfo;
use unicontact_model::{FindOutcome, FindRequest};

/// The capabilities of a connection.
pub(crate) const CAPABILITIES: Capabilities = Capabilities {
    dedupe: Dedupe::Never,
    overwrites: Vec::new(),
    find: false,
    lists: false,
    check: false,
    longest_request: None,
    search_lag: Duration::ZERO,
    fields: Cow::Borrowed(MAPPING),
};

/// A connection to one Cloverhound organization.
#[derive(Debug)]
pub struct Cloverhound {
    connection: Connection,
    capabilities: Capabilities,
    organization_id: u64,
    authorization: Authorization,
}

impl Cloverhound {
    /// Returns an adapter with this configuration, which sends through `http`.
    pub fn new(options: ConnectionOptions, config: CloverhoundConfig, http: Http) -> Self {
        let CloverhoundConfig { base_url, organization_id, api_key_id, api_key_secret } = config;
        Self {
            connection: Connection::new(options, VENDOR.name(), base_url, http),
            capabilities: CAPABILITIES,
            organization_id,
            authorization: Authorization::Basic { user: api_key_id, password: api_key_secret },
        }
    }
}

#[async_trait]
impl ContactProvider for Cloverhound {
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
        let url = self.connection.base_url.join(&[&organization, "contacts"]);
        Ok(Draft::new(Method::Post, url, body)
            .with_secret_header("authorization", "Basic")
            .with_fields(fields))
    }

    async fn prepare(&self, draft: &Draft) -> Result<Prepared, ProviderError> {
        Ok(Prepared::new(draft.clone()).with_authorization(self.authorization.clone()))
    }

    fn interpret(&self, _sent: &Prepared, exchange: &Exchange) -> Result<Created, ProviderError> {
        error::interpret(&self.connection.info, exchange)
    }

    async fn find(&self, _: &FindRequest<'_>) -> Result<FindOutcome, ProviderError> {
        let message = "Cloverhound documents no way to look for a contact";
        Err(self.connection.error(Operation::Find, ErrorKind::Unsupported, message))
    }

    async fn check(&self) -> Result<(), ProviderError> {
        let message = "Cloverhound documents no request that proves the key without creating something";
        Err(self.connection.error(Operation::Check, ErrorKind::Unsupported, message))
    }
}
