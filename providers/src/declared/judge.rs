//! Judges the answers of a described vendor.

use serde_json::Value;
use unicontact_model::ContactId;

use super::account_values::AccountValues;
use super::place::Place;
use super::rules::Rules;
use crate::created::Created;
use crate::error::ProviderError;
use crate::exchange::Exchange;
use crate::prepared::Prepared;
use crate::provider_info::ProviderInfo;

pub(super) struct Judge {
    id: Vec<Place>,
}

impl Judge {
    pub(super) fn new(rules: &Rules, _account: &AccountValues) -> Self {
        Self { id: rules.success.id.clone() }
    }

    pub(super) fn interpret(
        &self,
        info: &ProviderInfo,
        _sent: &Prepared,
        exchange: &Exchange,
    ) -> Result<Created, ProviderError> {
        let body = exchange.success(info)?.unwrap_or_default();
        let id = self.id.iter().find_map(|place| match place {
            Place::Path(path, None) => path.first_text(&body).and_then(ContactId::new),
            _ => None,
        });
        id.map(|id| Created::new(id).with_returned(&body)).ok_or_else(|| exchange.no_readable_id(info))
    }

    pub(super) fn read(
        &self,
        info: &ProviderInfo,
        exchange: &Exchange,
    ) -> Result<Option<Value>, ProviderError> {
        exchange.success(info).map_err(|error| exchange.not_about_the_contact(info, error))
    }
}
