//! A fixture with everything that it refers to.
//!
//! Rule: the vendor's document says what is usual, the fixture what differs, and both together the configuration.

use jiff::Timestamp;
use serde_json::{Map, Value};
use unicontact_providers::UnifiedContact;

use crate::credentials::FakeCredentials;
use crate::fixture::{Fixture, ProviderDocument};
use crate::folder::Fixtures;
use crate::replay::ReplayError;

/// 2026-11-20T10:00:00Z.
const USUAL_NOW: Timestamp = Timestamp::constant(1_795_168_800, 0);

pub(crate) struct Scenario<'a> {
    pub(crate) fixture: &'a Fixture,
    pub(crate) contact: &'a UnifiedContact,
    usual: &'a ProviderDocument,
}

impl<'a> Scenario<'a> {
    pub(crate) fn of(fixture: &'a Fixture, fixtures: &'a Fixtures) -> Result<Self, ReplayError> {
        let contact = fixtures
            .contact(&fixture.contact)
            .ok_or_else(|| ReplayError::Missing(format!("contact {}", fixture.contact)))?;
        let usual = fixtures
            .provider(&fixture.vendor)
            .ok_or_else(|| ReplayError::Missing(format!("provider {}", fixture.vendor)))?;
        Ok(Self { fixture, contact, usual })
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.fixture.now.unwrap_or(USUAL_NOW)
    }

    pub(crate) fn credentials(&self) -> FakeCredentials {
        self.usual.credentials(&self.fixture.provider)
    }

    /// The bearer token that the provider begins with, if it has one.
    pub(crate) fn first_bearer(&self) -> Option<String> {
        let bearer = self.usual.bearer.as_deref()?;
        let is_set = self.credentials().keys().any(|key| key == bearer);
        is_set.then(|| FakeCredentials::value(bearer))
    }

    /// The provider's configuration, with `base_url`.
    pub(crate) fn keys(&self, base_url: &str) -> Map<String, Value> {
        self.usual.configuration(&self.fixture.provider, base_url)
    }
}
