//! A fixture with its contact and its vendor's provider document.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Map, Value};
use unicontact_providers::{Description, UnifiedContact};

use crate::adapters::Adapters;
use crate::credentials::FakeCredentials;
use crate::fixture::{Fixture, ProviderDocument, is_account_address};
use crate::folder::Fixtures;
use crate::replay_error::ReplayError;

/// 2026-11-20T10:00:00Z.
const DEFAULT_NOW: Timestamp = Timestamp::constant(1_795_168_800, 0);

/// A fixture with all that its replay needs: its contact, the vendor's provider document and its description.
pub(crate) struct Scenario<'a> {
    pub(crate) fixture: &'a Fixture,
    pub(crate) contact: &'a UnifiedContact,
    defaults: &'a ProviderDocument,
    description: Option<Arc<Description>>,
}

impl<'a> Scenario<'a> {
    pub(crate) fn new(fixture: &'a Fixture, fixtures: &'a Fixtures) -> Result<Self, ReplayError> {
        let contact = fixtures
            .contact(&fixture.contact)
            .ok_or_else(|| ReplayError::Missing(format!("contact {}", fixture.contact)))?;
        let defaults = fixtures
            .provider(&fixture.vendor)
            .ok_or_else(|| ReplayError::Missing(format!("provider {}", fixture.vendor)))?;
        Ok(Self { fixture, contact, defaults, description: None })
    }

    /// Takes the keys that the fixture lacks from the vendor's description, if it has one.
    pub(crate) fn with_description(mut self, adapters: &dyn Adapters) -> Self {
        self.description = adapters.description(&self.fixture.vendor);
        self
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.fixture.now.unwrap_or(DEFAULT_NOW)
    }

    pub(crate) fn credentials(&self) -> FakeCredentials {
        let listed = self.defaults.credentials(&self.fixture.provider);
        let Some(description) = &self.description else {
            return listed;
        };
        let keys = description.made_up_keys(&self.configuration(""));
        let secrets = description.secret_keys().filter(|key| keys.contains_key(*key));
        let listed: Vec<&str> = listed.keys().collect();
        let others = secrets.filter(|key| !listed.contains(key)).map(str::to_owned).collect::<Vec<_>>();
        let keys = listed.iter().map(|key| (*key).to_owned()).chain(others);
        FakeCredentials::described(keys, description.credential_members().map(str::to_owned))
    }

    fn configuration(&self, base_url: &str) -> Map<String, Value> {
        self.defaults.configuration(&self.fixture.provider, base_url)
    }

    /// Returns the key by which the fixture sets an address although its vendor has no description. Only a described vendor is sent
    /// to this machine in spite of the address.
    pub(crate) fn forbidden_address(&self) -> Option<&str> {
        let keys = self.defaults.keys.keys().chain(self.fixture.provider.keys.keys());
        let mut addresses = keys.map(String::as_str).filter(|key| is_account_address(key));
        if self.description.is_none() { addresses.next() } else { None }
    }

    /// Returns the bearer token of the first request, if the provider is configured with one.
    pub(crate) fn first_bearer(&self) -> Option<String> {
        let bearer = self.defaults.bearer.as_deref()?;
        let is_set = self.credentials().keys().any(|key| key == bearer);
        is_set.then(|| FakeCredentials::value(bearer))
    }

    /// Returns the provider's configuration with `base_url`. The fixture's keys override those of the document.
    pub(crate) fn keys(&self, base_url: &str) -> Map<String, Value> {
        let mut keys = self.configuration(base_url);
        if let Some(description) = &self.description {
            keys = description.made_up_keys(&keys);
            let credentials = self.credentials();
            keys.extend(credentials.keys().map(|key| (key.to_owned(), FakeCredentials::value(key).into())));
        }
        keys
    }
}
