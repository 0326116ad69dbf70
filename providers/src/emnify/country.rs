//! emnify's own ids of countries. They are internal numbers that differ between examples (Germany is 74 in recorded traffic, and 1 or
//! 12 elsewhere), so they are read from the vendor's list, once for all deliveries.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::contact::Country;
use crate::error::{Effect, ErrorKind, ProviderError};
use crate::exchange::Exchange;
use crate::provider_info::ProviderInfo;

/// The ids by ISO 3166-1 alpha-2 code.
#[derive(Debug)]
pub(super) struct CountryIds(BTreeMap<String, u64>);

impl CountryIds {
    pub(super) fn read(info: &ProviderInfo, exchange: &Exchange) -> Result<Self, ProviderError> {
        let body = exchange.answer.json();
        let rows = body.as_ref().and_then(Value::as_array).ok_or_else(|| {
            exchange
                .error(info, ErrorKind::UnexpectedResponse, Effect::NotSent)
                .with_message("the list of countries is not a list")
        })?;
        let mut ids = BTreeMap::new();
        // Rows with a code come first, so that a name never replaces one.
        for code_of in [code_of_row as fn(&Value) -> Option<String>, code_by_name] {
            for row in rows {
                if let (Some(code), Some(id)) = (code_of(row), row.get("id").and_then(id_of)) {
                    ids.entry(code).or_insert(id);
                }
            }
        }
        Ok(Self(ids))
    }

    pub(super) fn id_of(&self, code: &str) -> Option<u64> {
        self.0.get(code).copied()
    }
}

fn id_of(id: &Value) -> Option<u64> {
    id.as_u64().or_else(|| id.as_str()?.trim().parse().ok())
}

fn code_of_row(row: &Value) -> Option<String> {
    let code = row.get("iso_code")?.as_str()?;
    (code.len() == 2)
        .then(|| code.parse::<Country>().ok())
        .flatten()
        .map(|country| country.as_str().to_owned())
}

/// Returns the code for the name of a row, since some rows have no code or an invalid one.
fn code_by_name(row: &Value) -> Option<String> {
    let country: Country = row.get("name")?.as_str()?.parse().ok()?;
    Some(country.as_str().to_owned())
}
