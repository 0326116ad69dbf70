//! Replays a fixture: serves its answers on loopback, runs the adapter, and compares its requests and its result.
//!
//! Each fixture has its own server and a fixed time. A request that the fixture does not have is a difference.

pub(crate) mod blind_retry;
pub(crate) mod comparison;
pub(crate) mod dropped;
pub(crate) mod request;
pub(crate) mod request_comparison;
pub(crate) mod server;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use unicontact_providers::clock::ManualClock;
use unicontact_providers::http::Http;
use unicontact_providers::testkit::{Received, shown};
use unicontact_providers::{ConnectionOptions, Provider};

use self::server::ReplayServer;
use crate::adapters::{Adapters, ConnectError};
use crate::difference::{Difference, Differences};
use crate::fixture::{Fault, Fixture, NOT_RECORDED, NOT_WRITTEN, Operation, ProvenanceKind};
use crate::folder::Fixtures;
use crate::forbidden_texts::ForbiddenTexts;
use crate::outcome::{Outcome, execute};
use crate::replay_error::ReplayError;
use crate::scenario::Scenario;

/// The configured name of every provider under test.
pub(crate) const NAME: &str = "under_test";
/// The timeout if the server does not answer.
pub(crate) const HANG_TIMEOUT: Duration = Duration::from_millis(500);
/// The timeout for all other answers, long enough for a busy machine.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(20);
/// The base URL of an adapter that sends nothing.
pub(crate) const UNREACHABLE_URL: &str = "http://127.0.0.1:9";

/// The result of a replay.
#[derive(Debug, Clone)]
pub struct ReplayReport {
    /// The vendor.
    pub vendor: String,
    /// The scenario.
    pub scenario: String,
    /// The provenance of the fixture.
    pub provenance: ProvenanceKind,
    /// The differences from the fixture; empty if it passed.
    pub differences: Vec<Difference>,
}

/// Replays one fixture. A server that does not answer costs half a second.
///
/// # Errors
///
/// When the fixture is incomplete or the adapter cannot be connected. A wrong request or result is a difference, not an
/// error.
pub async fn replay(
    fixture: &Fixture,
    fixtures: &Fixtures,
    adapters: &dyn Adapters,
) -> Result<ReplayReport, ReplayError> {
    Ok(replay_with_requests(fixture, fixtures, adapters).await?.0)
}

/// Replays one fixture, and returns the requests of the adapter as well, with their credentials.
pub(crate) async fn replay_with_requests(
    fixture: &Fixture,
    fixtures: &Fixtures,
    adapters: &dyn Adapters,
) -> Result<(ReplayReport, Vec<Received>), ReplayError> {
    let scenario = Scenario::new(fixture, fixtures)?.with_description(adapters);
    if fixture.is_not_recorded() {
        return Ok((ReplayReport::not_recorded(fixture), Vec::new()));
    }
    let (outcome, received) = run(&scenario, adapters).await?;
    let mut differences = Differences::default();
    comparison::outcome(&mut differences, &fixture.expect, &outcome);
    let before = differences.0.len();
    comparison::requests(&mut differences, &scenario, &received);
    // With differences in the requests, the draft would repeat them.
    let was_sent_as_expected = differences.0.len() == before;
    if was_sent_as_expected && fixture.operation() == Operation::Create {
        let offline = connect(&scenario, adapters, UNREACHABLE_URL)?;
        comparison::draft(&mut differences, &scenario, &offline);
    }
    add_leaks(&mut differences, &scenario, &outcome, &received);
    Ok((ReplayReport::new(fixture, differences), received))
}

/// Runs the adapter of a scenario against a server with the fixture's answers. Returns its result and its requests, with their
/// credentials.
pub(crate) async fn run(
    scenario: &Scenario<'_>,
    adapters: &dyn Adapters,
) -> Result<(Outcome, Vec<Received>), ReplayError> {
    let server = ReplayServer::start(scenario.fixture, scenario.credentials()).await?;
    let provider = connect(scenario, adapters, &server.url())?;
    let outcome = execute(scenario.fixture.operation(), scenario.contact, &provider).await;
    Ok((outcome, server.received()))
}

/// Runs the adapter of a fixture against another server at `url`, which judges the requests. Compares only the result.
///
/// # Errors
///
/// When the fixture is incomplete or the adapter cannot be connected. A wrong result is a difference, not an error.
pub async fn replay_at(
    url: &str,
    fixture: &Fixture,
    fixtures: &Fixtures,
    adapters: &dyn Adapters,
) -> Result<ReplayReport, ReplayError> {
    let scenario = Scenario::new(fixture, fixtures)?.with_description(adapters);
    let provider = connect(&scenario, adapters, url)?;
    let outcome = execute(fixture.operation(), scenario.contact, &provider).await;
    let mut differences = Differences::default();
    comparison::outcome(&mut differences, &fixture.expect, &outcome);
    add_leaks(&mut differences, &scenario, &outcome, &[]);
    Ok(ReplayReport::new(fixture, differences))
}

pub(crate) fn connect(
    scenario: &Scenario<'_>,
    adapters: &dyn Adapters,
    url: &str,
) -> Result<Provider, ReplayError> {
    let fixture = scenario.fixture;
    if let Some(key) = scenario.forbidden_address() {
        let message = format!("{key}: a fixture cannot set the address of a vendor without a description");
        return Err(ConnectError(message).into());
    }
    let region = fixture.provider.default_region.as_deref();
    let default_region = region
        .map(|region| region.parse().map_err(|_| ReplayError::NoRegion(region.to_owned())))
        .transpose()?;
    let timeout = if fixture.fault() == Some(Fault::Hang) { HANG_TIMEOUT } else { ANSWER_TIMEOUT };
    let options = ConnectionOptions { name: NAME.to_owned(), timeout, default_region };
    let http = Http::new(Arc::new(ManualClock::new(scenario.now())))?;
    Ok(adapters.connect(&fixture.vendor, scenario.keys(url), options, http)?)
}

/// Adds a difference for each credential, query and value of the contact that an error shows. The error of an answer may show a
/// value that was not sent, because then the word is the vendor's own.
fn add_leaks(
    differences: &mut Differences,
    scenario: &Scenario<'_>,
    outcome: &Outcome,
    received: &[Received],
) {
    if let Outcome::Failed(error) = outcome {
        let forbidden = ForbiddenTexts::new(&scenario.credentials(), scenario.contact);
        // Without an answer, every word is the adapter's own.
        let is_answered = error.status().is_some() && !received.is_empty();
        let forbidden = if is_answered { forbidden.sent_in(received) } else { forbidden };
        let forbidden = forbidden.with_queries_of(received);
        for name in forbidden.found_in(&shown(error)) {
            differences.add("what the error shows", "nothing of the request", name);
        }
    }
}

impl ReplayReport {
    pub(crate) fn new(fixture: &Fixture, differences: Differences) -> Self {
        Self {
            vendor: fixture.vendor.clone(),
            scenario: fixture.scenario.clone(),
            provenance: fixture.provenance.evidence(),
            differences: differences.0,
        }
    }

    /// Returns the report of a first fixture that is not recorded yet. There is nothing to replay.
    pub(crate) fn not_recorded(fixture: &Fixture) -> Self {
        let mut differences = Differences::default();
        let reason = if fixture.expect.is_unwritten() { NOT_WRITTEN } else { NOT_RECORDED };
        differences.add("exchange", "a request and its answer", reason);
        Self::new(fixture, differences)
    }

    /// Returns whether there are no differences.
    pub fn passed(&self) -> bool {
        self.differences.is_empty()
    }
}

impl fmt::Display for ReplayReport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{} ({})", self.vendor, self.scenario, self.provenance.as_str())?;
        for difference in &self.differences {
            write!(formatter, "\n  {}", difference.to_string().replace('\n', "\n  "))?;
        }
        Ok(())
    }
}
