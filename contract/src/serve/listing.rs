//! What a client needs to play a scenario: where it is served, the contact, the configuration and the expected result.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::fixture::{Expectation, ProvenanceKind, is_account_address};
use crate::folder::Fixtures;
use crate::hold;
use crate::scenario::Scenario;

/// A scenario that is served.
#[derive(Debug, Clone, Serialize)]
pub struct ServedScenario {
    /// The name.
    pub scenario: String,
    /// `create`, `find` or `check`.
    pub operation: &'static str,
    /// The provenance of the fixture.
    pub provenance: ProvenanceKind,
    /// The address of the vendor's host. The paths of the requests follow it.
    pub url: String,
    /// The name of the contact.
    pub contact: String,
    /// The contact.
    pub document: Value,
    /// The document that `contract hold` writes on the stdin of an adapter, with the contact in full.
    pub input: Value,
    /// The time at which the client acts.
    pub now: Timestamp,
    /// The configuration of the provider with fake credentials, without addresses.
    pub keys: Map<String, Value>,
    /// The number of requests.
    pub requests: usize,
    /// The result that the client must come to.
    pub expect: Expectation,
}

impl ServedScenario {
    pub(super) fn new(scenario: &Scenario<'_>, fixtures: &Fixtures, url: String) -> Self {
        let fixture = scenario.fixture;
        let mut keys = scenario.keys(&url);
        keys.retain(|key, _| key != "base_url" && !is_account_address(key));
        Self {
            scenario: fixture.scenario.clone(),
            operation: fixture.operation().as_str(),
            provenance: fixture.provenance.evidence(),
            url,
            contact: fixture.contact.clone(),
            document: fixtures.contact_document(&fixture.contact).cloned().unwrap_or_default(),
            input: hold::input(scenario),
            now: scenario.now(),
            keys,
            requests: fixture.exchanges().count(),
            expect: fixture.expect.clone(),
        }
    }
}
