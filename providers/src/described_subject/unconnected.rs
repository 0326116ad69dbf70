//! An adapter that could not be connected, and says why in each of its errors.

use std::sync::Arc;

use async_trait::async_trait;

use crate::capabilities::Capabilities;
use crate::configuration::ConfigError;
use crate::contact::UnifiedContact;
use crate::created::Created;
use crate::declared::Description;
use crate::draft::Draft;
use crate::error::{Effect, ErrorKind, Operation, ProviderError};
use crate::exchange::Exchange;
use crate::prepared::Prepared;
use crate::provider::ContactProvider;
use crate::provider_info::ProviderInfo;

#[derive(Debug)]
pub(super) struct Unconnected {
    info: ProviderInfo,
    description: Arc<Description>,
    message: String,
}

impl Unconnected {
    pub(super) fn new(description: &Arc<Description>, error: &ConfigError) -> Self {
        let info = ProviderInfo::new("tested", description.vendor().to_owned());
        Self { info, description: Arc::clone(description), message: error.to_string() }
    }

    fn error(&self, operation: Operation) -> ProviderError {
        ProviderError::new(&self.info, operation, ErrorKind::Config, Effect::NotSent)
            .with_message(&self.message)
    }
}

#[async_trait]
impl ContactProvider for Unconnected {
    fn info(&self) -> &ProviderInfo {
        &self.info
    }

    fn capabilities(&self) -> &Capabilities {
        self.description.capabilities()
    }

    fn draft(&self, _contact: &UnifiedContact) -> Result<Draft, ProviderError> {
        Err(self.error(Operation::Draft))
    }

    async fn prepare(&self, _draft: &Draft) -> Result<Prepared, ProviderError> {
        Err(self.error(Operation::Authenticate))
    }

    fn interpret(&self, _sent: &Prepared, _exchange: &Exchange) -> Result<Created, ProviderError> {
        Err(self.error(Operation::Create))
    }
}
