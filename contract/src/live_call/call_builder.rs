//! Builds the call of a fixture to one live provider: its contact and its configuration.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::LiveCall;
use crate::fixture::{Fixture, ProviderDocument, is_account_address};
use crate::folder::Fixtures;
use crate::live_provider::LiveProvider;

/// The ending of the configuration keys that name an account. A live provider keeps its own account.
const ACCOUNT_SUFFIX: &str = "_id";

/// Builds the calls of the fixtures of a provider's vendor.
pub(super) struct CallBuilder<'a, 'live> {
    pub(super) fixtures: &'a Fixtures,
    pub(super) live: &'live dyn LiveProvider,
    /// The keys of the vendor's provider document, unless each of them names an account.
    defaults: Option<&'a ProviderDocument>,
    /// The keys that are `true` or `false` in some fixture of the vendor.
    switches: BTreeSet<&'a str>,
    /// Whether the live provider has secrets that can be made up.
    pub(super) has_secrets: bool,
}

impl<'a, 'live> CallBuilder<'a, 'live> {
    pub(super) fn new(fixtures: &'a Fixtures, live: &'live dyn LiveProvider) -> Self {
        let keys = fixtures.of_vendor(live.vendor()).flat_map(|fixture| &fixture.provider.keys);
        let switches = keys.filter(|(_, value)| value.is_boolean()).map(|(key, _)| key.as_str()).collect();
        let defaults = fixtures.provider(live.vendor()).filter(|_| !live.is_described());
        Self { fixtures, live, defaults, switches, has_secrets: live.with_wrong_credentials().is_some() }
    }

    /// Returns the fixtures of the provider's vendor.
    pub(super) fn of_vendor(&self) -> impl Iterator<Item = &'a Fixture> + use<'a, '_> {
        self.fixtures.of_vendor(self.live.vendor())
    }

    /// Returns the call of a fixture, or the reason why it cannot be made.
    pub(super) fn call(&self, fixture: &'a Fixture) -> Result<LiveCall<'a>, String> {
        if let Some(required) = &fixture.provider.credentials
            && required.iter().cloned().collect::<BTreeSet<String>>() != self.live.credentials()
        {
            return Err(format!("it needs exactly these credentials: {}", required.join(", ")));
        }
        let region = fixture.provider.default_region.as_deref();
        let default_region = region
            .map(|region| region.parse().map_err(|_| format!("default_region: {region} is not a region")))
            .transpose()?;
        let contact = self.fixtures.contact(&fixture.contact).ok_or("its contact is missing")?;
        Ok(LiveCall {
            vendor: &fixture.vendor,
            operation: fixture.operation(),
            contact_name: &fixture.contact,
            contact,
            keys: self.keys(fixture)?,
            default_region,
            fixtures: vec![fixture],
            provoked: None,
        })
    }

    /// Returns the configuration keys of a fixture, without those of the account. A switch that it does not set is off.
    fn keys(&self, fixture: &Fixture) -> Result<Map<String, Value>, String> {
        let mut keys: Map<String, Value> =
            self.switches.iter().map(|switch| ((*switch).to_owned(), Value::Bool(false))).collect();
        keys.extend(self.defaults.map(|defaults| defaults.keys.clone()).unwrap_or_default());
        keys.extend(fixture.provider.keys.clone());
        if let Some((key, _)) = keys.iter().find(|(_, value)| value.is_null()) {
            return Err(format!("it needs a provider without {key}"));
        }
        keys.retain(|key, _| !key.ends_with(ACCOUNT_SUFFIX) && !is_account_address(key));
        Ok(keys)
    }
}
