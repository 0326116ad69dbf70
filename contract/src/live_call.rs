//! Derives the calls to a live vendor from its fixtures.
//!
//! Fixtures with the same operation, contact and configuration share one call, so that no contact is created twice.
//! A fixture that makes no call is listed with the reason.

mod call_builder;
mod reason;
mod wrong_credentials;

use serde::Serialize;
use serde_json::{Map, Value};
use unicontact_providers::contact::Country;
use unicontact_providers::{Effect, ErrorKind, ProviderError, UnifiedContact};

use self::call_builder::CallBuilder;
use self::reason::reason_not_provoked;
use crate::fixture::{Fixture, Operation};
use crate::folder::Fixtures;
use crate::live_provider::LiveProvider;
use crate::provoked::ProvokedRefusal;

/// A call to a live vendor, as one or more fixtures describe it.
#[derive(Debug, Clone)]
pub struct LiveCall<'a> {
    /// The vendor.
    pub vendor: &'a str,
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
    /// The fixtures, ordered by provenance. Empty only for a refusal that is [recorded](LiveCalls::for_recording) for the first
    /// time.
    pub fixtures: Vec<&'a Fixture>,
    /// The refusal that the call provokes. `None` if the fixtures expect a success.
    pub provoked: Option<ProvokedRefusal>,
}

/// The calls to a live vendor, and the fixtures that make none.
#[derive(Debug, Clone)]
pub struct LiveCalls<'a> {
    /// The calls in their order: checks, searches that find nothing, creates, other searches, refused contacts, wrong
    /// credentials.
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
    ///
    /// Of the fixtures that expect an error, those have a call whose refusal is provoked without creating a contact: wrong
    /// credentials, which are sent once, and contacts that the vendor refuses.
    pub fn new(fixtures: &'a Fixtures, live: &dyn LiveProvider) -> Self {
        let builder = CallBuilder::new(fixtures, live);
        Self::from_fixtures(&builder, wrong_credentials::known_refusal(&builder))
    }

    /// Returns the calls of [`new`](Self::new). If no fixture expects the refusal of wrong credentials, another call sends
    /// them, so that the refusal is recorded for the first time.
    pub fn for_recording(fixtures: &'a Fixtures, live: &dyn LiveProvider) -> Self {
        let builder = CallBuilder::new(fixtures, live);
        let wrong_credentials = wrong_credentials::known_refusal(&builder);
        let wrong_credentials = wrong_credentials.or_else(|| wrong_credentials::first_refusal(&builder));
        Self::from_fixtures(&builder, wrong_credentials)
    }

    /// Returns the number of contacts that the calls create.
    pub fn creates(&self) -> usize {
        self.calls
            .iter()
            .filter(|call| call.operation == Operation::Create && call.provoked.is_none())
            .count()
    }

    /// Returns the number of contacts that the calls create as well if the vendor accepts all that it refused.
    pub fn creates_if_accepted(&self) -> usize {
        self.refusals().filter(|call| call.operation == Operation::Create).count()
    }

    /// Returns the calls that provoke a refusal.
    pub fn refusals(&self) -> impl Iterator<Item = &LiveCall<'a>> {
        self.calls.iter().filter(|call| call.provoked.is_some())
    }

    fn from_fixtures(builder: &CallBuilder<'a, '_>, wrong_credentials: Option<LiveCall<'a>>) -> Self {
        let mut all = Self { calls: Vec::new(), skipped: Vec::new() };
        let has_call = |fixture: &Fixture| {
            let mut fixtures = wrong_credentials.iter().flat_map(|call| &call.fixtures);
            fixtures.any(|it| it.scenario == fixture.scenario)
        };
        for fixture in builder.of_vendor().filter(|fixture| !has_call(fixture)) {
            match call(builder, fixture) {
                Ok(call) => all.add(call),
                Err(reason) => all.skipped.push(SkippedFixture::new(builder.live, fixture, reason)),
            }
        }
        all.calls.extend(wrong_credentials);
        for call in &mut all.calls {
            call.fixtures.sort_by_key(|it| it.rank());
        }
        all.calls.sort_by_key(LiveCall::position);
        all
    }

    /// Removes the calls and the skipped fixtures of which no scenario is selected. A call keeps all of its fixtures, because
    /// they define its answer together.
    pub fn retain_scenarios(&mut self, is_selected: impl Fn(&str) -> bool) {
        self.calls.retain(|call| match call.fixtures.as_slice() {
            [] => is_selected(call.scenario()),
            fixtures => fixtures.iter().any(|fixture| is_selected(&fixture.scenario)),
        });
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
    /// Returns whether both calls can share a connection, because their configuration is the same. A call with wrong credentials
    /// shares none.
    pub fn has_same_connection_as(&self, other: &Self) -> bool {
        self.keys == other.keys
            && self.default_region == other.default_region
            && !self.has_wrong_credentials()
            && !other.has_wrong_credentials()
    }

    /// Returns whether the credentials of the call are made up.
    pub fn has_wrong_credentials(&self) -> bool {
        self.provoked == Some(ProvokedRefusal::WrongCredentials)
    }

    /// Returns whether the call is a search that finds nothing, so that it is made before the contact is created.
    pub fn expects_nothing(&self) -> bool {
        let finds_nothing = |fixture: &&Fixture| fixture.expect.found == Some(Value::Null);
        !self.fixtures.is_empty() && self.fixtures.iter().all(finds_nothing)
    }

    /// Returns the scenario of the best fixture, or the usual name of a refusal that no fixture has.
    pub fn scenario(&self) -> &str {
        let best = self.fixtures.first().map(|fixture| fixture.scenario.as_str());
        best.unwrap_or(match self.operation {
            Operation::Check => "check_bad",
            Operation::Find => "find_bad",
            Operation::Create => "unauthenticated_bad",
        })
    }

    /// Returns an entry for each fixture of the call, or for its scenario if it has none.
    pub fn skipped(&self, live: &dyn LiveProvider, reason: &str) -> Vec<SkippedFixture> {
        if self.fixtures.is_empty() {
            return vec![SkippedFixture::of_scenario(live, self.scenario(), reason)];
        }
        self.fixtures.iter().map(|fixture| SkippedFixture::new(live, fixture, reason)).collect()
    }

    /// Returns whether the call provokes this error.
    pub(crate) fn provokes(&self, error: &ProviderError) -> bool {
        let kind = error.kind();
        let is_provoked = match self.provoked {
            None => false,
            Some(ProvokedRefusal::Contact) => {
                self.fixtures.iter().any(|fixture| fixture.expect.kind == Some(kind))
            }
            // Also where the fixtures expect the other kind: a changed refusal can be recorded again.
            Some(ProvokedRefusal::WrongCredentials) => refuses_credentials(kind),
        };
        is_provoked && error.effect() == Effect::Refused
    }

    fn is_same_as(&self, other: &Self) -> bool {
        self.operation == other.operation
            && self.contact_name == other.contact_name
            && self.provoked == other.provoked
            && self.expects_nothing() == other.expects_nothing()
            && self.has_same_connection_as(other)
    }

    /// Returns the position among the calls. A vendor that locks the account after wrong credentials harms no other call.
    fn position(&self) -> u8 {
        match (self.provoked, self.operation) {
            (None, Operation::Check) => 0,
            (None, Operation::Find) if self.expects_nothing() => 1,
            (None, Operation::Create) => 2,
            (None, Operation::Find) => 3,
            (Some(ProvokedRefusal::Contact), _) => 4,
            (Some(ProvokedRefusal::WrongCredentials), _) => 5,
        }
    }
}

impl SkippedFixture {
    /// Creates the entry of a fixture that is not run against this provider.
    pub fn new(live: &dyn LiveProvider, fixture: &Fixture, reason: impl Into<String>) -> Self {
        Self::of_scenario(live, &fixture.scenario, reason)
    }

    fn of_scenario(live: &dyn LiveProvider, scenario: &str, reason: impl Into<String>) -> Self {
        Self {
            provider: live.provider().to_owned(),
            vendor: live.vendor().to_owned(),
            scenario: scenario.to_owned(),
            reason: reason.into(),
        }
    }
}

/// Returns whether an error of this kind refuses credentials. Some vendors answer wrong credentials like missing rights.
pub(crate) fn refuses_credentials(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::Unauthenticated | ErrorKind::PermissionDenied)
}

/// Returns the call of a fixture, or the reason why none is made.
fn call<'a>(builder: &CallBuilder<'a, '_>, fixture: &'a Fixture) -> Result<LiveCall<'a>, String> {
    if fixture.expect.is_success() {
        return builder.call(fixture);
    }
    if let Some(reason) = reason_not_provoked(builder, fixture) {
        return Err(reason);
    }
    Ok(LiveCall { provoked: Some(ProvokedRefusal::Contact), ..builder.call(fixture)? })
}
