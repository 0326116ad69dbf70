//! Derives the calls to a live vendor from its fixtures.
//!
//! Fixtures with the same operation, contact and configuration share one call, so that no contact is created twice.
//! A fixture that makes no call is listed with the reason.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::{Map, Value};
use unicontact_providers::UnifiedContact;
use unicontact_providers::contact::Country;

use crate::fixture::{Fixture, Operation, ProviderDocument, is_account_address};
use crate::folder::Fixtures;
use crate::live_provider::LiveProvider;

/// The ending of the configuration keys that name an account. A live provider keeps its own account.
const ACCOUNT_SUFFIX: &str = "_id";

/// A call to a live vendor, as one or more fixtures describe it.
#[derive(Debug, Clone)]
pub struct LiveCall<'a> {
    /// The operation of the adapter.
    pub operation: Operation,
    /// The name of the contact.
    pub contact_name: &'a str,
    /// The contact.
    pub contact: &'a UnifiedContact,
    /// The configuration keys that override the live provider's own.
    pub keys: Map<String, Value>,
    /// The region of phone numbers without a country code.
    pub default_region: Option<Country>,
    /// The fixtures, ordered by provenance; at least one.
    pub fixtures: Vec<&'a Fixture>,
}

/// The calls to a live vendor, and the fixtures that make none.
#[derive(Debug, Clone)]
pub struct LiveCalls<'a> {
    /// The calls in their order: checks, then creates, then searches.
    pub calls: Vec<LiveCall<'a>>,
    /// Every other fixture of the vendor.
    pub skipped: Vec<SkippedFixture>,
}

/// A fixture that is not run against a live vendor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SkippedFixture {
    /// The live provider.
    pub provider: String,
    /// The vendor.
    pub vendor: String,
    /// The scenario.
    pub scenario: String,
    /// The reason.
    pub reason: String,
}

impl<'a> LiveCalls<'a> {
    /// Returns the calls that the fixtures of the provider's vendor describe. Sends nothing.
    pub fn new(fixtures: &'a Fixtures, live: &dyn LiveProvider) -> Self {
        let mut all = Self { calls: Vec::new(), skipped: Vec::new() };
        let defaults = fixtures.provider(live.vendor());
        let switches = switches(fixtures, live.vendor());
        for fixture in fixtures.of_vendor(live.vendor()) {
            match call(fixture, fixtures, defaults, &switches, live) {
                Ok(call) => all.add(call),
                Err(reason) => all.skipped.push(SkippedFixture::new(live, fixture, reason)),
            }
        }
        for call in &mut all.calls {
            call.fixtures.sort_by_key(|it| (it.provenance.kind, !it.is_named_after_operation()));
        }
        all.calls.sort_by_key(|call| match call.operation {
            Operation::Check => 0,
            Operation::Create => 1,
            Operation::Find => 2,
        });
        all
    }

    /// Returns the number of contacts that the calls create.
    pub fn creates(&self) -> usize {
        self.calls.iter().filter(|call| call.operation == Operation::Create).count()
    }

    /// Removes the calls and the skipped fixtures of which no scenario is selected. A call keeps all of its fixtures, because
    /// they define its answer together.
    pub fn retain_scenarios(&mut self, is_selected: impl Fn(&str) -> bool) {
        self.calls.retain(|call| call.fixtures.iter().any(|fixture| is_selected(&fixture.scenario)));
        self.skipped.retain(|skipped| is_selected(&skipped.scenario));
    }

    fn add(&mut self, call: LiveCall<'a>) {
        match self.calls.iter_mut().find(|it| it.is_same_as(&call)) {
            Some(known) => known.fixtures.extend(call.fixtures),
            None => self.calls.push(call),
        }
    }
}

impl LiveCall<'_> {
    /// Returns whether both calls can share a connection, because their configuration is the same.
    pub fn has_same_connection_as(&self, other: &Self) -> bool {
        self.keys == other.keys && self.default_region == other.default_region
    }

    fn is_same_as(&self, other: &Self) -> bool {
        self.operation == other.operation
            && self.contact_name == other.contact_name
            && self.has_same_connection_as(other)
    }
}

impl SkippedFixture {
    /// Creates the entry of a fixture that is not run against this provider.
    pub fn new(live: &dyn LiveProvider, fixture: &Fixture, reason: impl Into<String>) -> Self {
        Self {
            provider: live.provider().to_owned(),
            vendor: fixture.vendor.clone(),
            scenario: fixture.scenario.clone(),
            reason: reason.into(),
        }
    }
}

fn call<'a>(
    fixture: &'a Fixture,
    fixtures: &'a Fixtures,
    defaults: Option<&ProviderDocument>,
    switches: &BTreeSet<&str>,
    live: &dyn LiveProvider,
) -> Result<LiveCall<'a>, String> {
    if !fixture.expect.is_success() {
        return Err("it expects an error, which a live vendor cannot be made to return".to_owned());
    }
    if let Some(required) = &fixture.provider.credentials
        && required.iter().cloned().collect::<BTreeSet<String>>() != live.credentials()
    {
        return Err(format!("it needs exactly these credentials: {}", required.join(", ")));
    }
    let region = fixture.provider.default_region.as_deref();
    let default_region = region
        .map(|region| region.parse().map_err(|_| format!("default_region: {region} is not a region")))
        .transpose()?;
    let contact = fixtures.contact(&fixture.contact).ok_or("its contact is missing")?;
    Ok(LiveCall {
        operation: fixture.operation(),
        contact_name: &fixture.contact,
        contact,
        keys: keys(fixture, defaults.filter(|_| !live.is_described()), switches)?,
        default_region,
        fixtures: vec![fixture],
    })
}

/// Returns the configuration keys of a fixture, without those of the account. A switch that it does not set is off.
fn keys(
    fixture: &Fixture,
    defaults: Option<&ProviderDocument>,
    switches: &BTreeSet<&str>,
) -> Result<Map<String, Value>, String> {
    let mut keys: Map<String, Value> =
        switches.iter().map(|switch| ((*switch).to_owned(), Value::Bool(false))).collect();
    keys.extend(defaults.map(|defaults| defaults.keys.clone()).unwrap_or_default());
    keys.extend(fixture.provider.keys.clone());
    if let Some((key, _)) = keys.iter().find(|(_, value)| value.is_null()) {
        return Err(format!("it needs a provider without {key}"));
    }
    keys.retain(|key, _| !key.ends_with(ACCOUNT_SUFFIX) && !is_account_address(key));
    Ok(keys)
}

/// Returns the keys that are `true` or `false` in some fixture of the vendor.
fn switches<'a>(fixtures: &'a Fixtures, vendor: &'a str) -> BTreeSet<&'a str> {
    let keys = fixtures.of_vendor(vendor).flat_map(|fixture| &fixture.provider.keys);
    keys.filter(|(_, value)| value.is_boolean()).map(|(key, _)| key.as_str()).collect()
}
