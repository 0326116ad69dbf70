//! Replaying a fixture: serve its answers, ask the adapter, compare what it sent and what it made of the answers.
//!
//! Rule: a server of its own for each fixture, a clock that stands still, and a request that the fixture does not know
//! is a difference.

mod comparison;
pub(crate) mod request;
pub(crate) mod serve;

use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use thiserror::Error;
use unicontact_providers::clock::ManualClock;
use unicontact_providers::http::{Http, HttpError};
use unicontact_providers::testkit::{Forbidden, Received, shown};
use unicontact_providers::{ConnectionOptions, Provider};

use crate::adapters::{Adapters, NotConnected};
use crate::difference::{Difference, Differences};
use crate::fixture::{Asked, Fault, Fixture, ProvenanceKind};
use crate::folder::Fixtures;
use crate::outcome::{Outcome, ask};
use crate::scenario::Scenario;

/// The configured name of every provider under test.
const NAME: &str = "under_test";
/// For an answer that never comes.
const SHORT: Duration = Duration::from_millis(500);
/// For an answer that does, however busy the machine is.
const PATIENT: Duration = Duration::from_secs(20);
/// Where nobody is asked anything.
pub(crate) const NOBODY: &str = "http://127.0.0.1:9";

/// What a replay brought to light.
#[derive(Debug, Clone)]
pub struct Replayed {
    /// The vendor.
    pub vendor: String,
    /// The scenario.
    pub scenario: String,
    /// How sure we are of the fixture.
    pub provenance: ProvenanceKind,
    /// What differs from what the fixture expects; nothing if all is well.
    pub differences: Vec<Difference>,
}

/// A fixture could not be replayed.
#[derive(Debug, Error)]
pub enum ReplayError {
    /// It is about a contact or vendor that its folder does not have.
    #[error("the folder of fixtures has no {0}")]
    Missing(String),
    /// The adapter does not take its configuration.
    #[error(transparent)]
    NotConnected(#[from] NotConnected),
    /// `default_region` is not a region.
    #[error("{0} is not a region")]
    NoRegion(String),
    /// No server could be started on loopback.
    #[error("no server can be started on loopback: {0}")]
    Server(#[from] io::Error),
    /// The HTTP client could not be set up.
    #[error(transparent)]
    Http(#[from] HttpError),
}

/// Replays one fixture. It takes as long as the adapter does: half a second for an answer that never comes.
///
/// # Errors
///
/// When there is nothing to replay, or no way to. What an adapter does wrong is no error but a difference.
pub async fn replay(
    fixture: &Fixture,
    fixtures: &Fixtures,
    adapters: &dyn Adapters,
) -> Result<Replayed, ReplayError> {
    let scenario = Scenario::of(fixture, fixtures)?;
    let stage = serve::Stage::set(fixture).await?;
    let provider = connect(&scenario, adapters, &stage.url())?;
    let outcome = ask(fixture.asked(), scenario.contact, &provider).await;
    let mut differences = Differences::default();
    comparison::outcome(&mut differences, &fixture.expect, &outcome);
    let before = differences.0.len();
    comparison::requests(&mut differences, &scenario, &stage.received());
    // What was sent has been told; the draft of it would say the same again.
    let was_sent_as_expected = differences.0.len() == before;
    if was_sent_as_expected && fixture.asked() == Asked::Create {
        let alone = connect(&scenario, adapters, NOBODY)?;
        comparison::draft(&mut differences, &scenario, &alone);
    }
    look_for_leaks(&mut differences, &scenario, &outcome, &stage.received());
    Ok(Replayed::of(fixture, differences))
}

/// Asks the adapter with somebody else answering at `url`, who is also the one to judge the requests.
///
/// # Errors
///
/// When there is nothing to replay, or no way to. What an adapter does wrong is no error but a difference.
pub async fn replay_at(
    url: &str,
    fixture: &Fixture,
    fixtures: &Fixtures,
    adapters: &dyn Adapters,
) -> Result<Replayed, ReplayError> {
    let scenario = Scenario::of(fixture, fixtures)?;
    let provider = connect(&scenario, adapters, url)?;
    let outcome = ask(fixture.asked(), scenario.contact, &provider).await;
    let mut differences = Differences::default();
    comparison::outcome(&mut differences, &fixture.expect, &outcome);
    look_for_leaks(&mut differences, &scenario, &outcome, &[]);
    Ok(Replayed::of(fixture, differences))
}

pub(crate) fn connect(
    scenario: &Scenario<'_>,
    adapters: &dyn Adapters,
    url: &str,
) -> Result<Provider, ReplayError> {
    let fixture = scenario.fixture;
    let region = fixture.provider.default_region.as_deref();
    let default_region = region
        .map(|region| region.parse().map_err(|_| ReplayError::NoRegion(region.to_owned())))
        .transpose()?;
    let timeout = if fixture.fault() == Some(Fault::Hang) { SHORT } else { PATIENT };
    let common = ConnectionOptions { name: NAME.to_owned(), timeout, default_region };
    let http = Http::new(Arc::new(ManualClock::new(scenario.now())))?;
    Ok(adapters.connect(&fixture.vendor, scenario.keys(url), common, http)?)
}

/// An error must show no credential, no query and no value of the contact.
fn look_for_leaks(
    differences: &mut Differences,
    scenario: &Scenario<'_>,
    outcome: &Outcome,
    received: &[Received],
) {
    if let Outcome::Failed(error) = outcome {
        let forbidden = Forbidden::new(&scenario.credentials().secrets(), scenario.contact);
        let forbidden = forbidden.with_queries_of(received);
        for name in forbidden.found_in(&shown(error)) {
            differences.add("what the error shows", "nothing of the request", name);
        }
    }
}

impl Replayed {
    fn of(fixture: &Fixture, differences: Differences) -> Self {
        Self {
            vendor: fixture.vendor.clone(),
            scenario: fixture.scenario.clone(),
            provenance: fixture.provenance.kind,
            differences: differences.0,
        }
    }

    /// Whether nothing differs.
    pub fn is_as_expected(&self) -> bool {
        self.differences.is_empty()
    }
}

impl fmt::Display for Replayed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{} ({})", self.vendor, self.scenario, self.provenance.as_str())?;
        for difference in &self.differences {
            write!(formatter, "\n  {}", difference.to_string().replace('\n', "\n  "))?;
        }
        Ok(())
    }
}
