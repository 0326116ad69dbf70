//! What an adapter does with the contact and the answers of a fixture, in the form of a fixture.

use std::collections::BTreeMap;

use serde_json::Value;
use unicontact_providers::{Draft, ProviderError};

use crate::adapters::Adapters;
use crate::credentials::FakeCredentials;
use crate::fixture::{Expectation, ExpectedRequest, Fault, Fixture, FixtureAnswer, Operation};
use crate::folder::Fixtures;
use crate::outcome::{self, Outcome};
use crate::replay::comparison::as_request;
use crate::replay::request::as_fixture;
use crate::replay::{self, UNREACHABLE_URL, connect};
use crate::replay_error::ReplayError;
use crate::scenario::Scenario;

/// The beginning of the server's address in a message.
const LOOPBACK: &str = "127.0.0.1:";

/// The requests and the result of an adapter, and its draft where it creates.
pub(super) struct Observation {
    requests: Vec<ExpectedRequest>,
    outcome: Outcome,
    draft: Option<Draft>,
}

/// Runs the adapter against the answers of the fixture.
pub(super) async fn observe(
    fixture: &Fixture,
    fixtures: &Fixtures,
    adapters: &dyn Adapters,
) -> Result<Observation, ReplayError> {
    let scenario = Scenario::new(fixture, fixtures)?.with_description(adapters);
    let credentials = scenario.credentials();
    let (outcome, received) = replay::run(&scenario, adapters).await?;
    let mut bearer = scenario.first_bearer();
    let mut requests = Vec::new();
    let mut answers = fixture.exchanges().map(|(_, answer)| answer);
    for request in received {
        requests.push(as_fixture(&request, &credentials, bearer.as_deref()));
        if answers.next().is_some_and(FixtureAnswer::issues_token) {
            bearer = Some(FakeCredentials::issued().to_owned());
        }
    }
    let draft = draft_of(&scenario, adapters)?;
    Ok(Observation { requests, outcome, draft })
}

/// Returns the draft of the adapter. `None` if it maps no contact, or if the operation is no create.
pub(super) fn draft_of(
    scenario: &Scenario<'_>,
    adapters: &dyn Adapters,
) -> Result<Option<Draft>, ReplayError> {
    if scenario.fixture.operation() != Operation::Create {
        return Ok(None);
    }
    let offline = connect(scenario, adapters, UNREACHABLE_URL)?;
    Ok(outcome::draft(scenario.contact, &offline).ok())
}

/// Returns the fixture with the observed requests, result and fates. Requests beyond its answers are left out. It has a message and
/// fates where `expected`, the expectation of its user, has them.
pub(super) fn with_observed(fixture: &Fixture, expected: &Expectation, observed: Observation) -> Fixture {
    let mut blessed = fixture.clone();
    let Observation { requests, outcome, draft } = observed;
    let places = blessed.before.iter_mut().map(|it| &mut it.request).chain(&mut blessed.request);
    for (place, request) in places.zip(requests) {
        *place = request;
    }
    if let (Some(Fault::Refused), Some(request), Some(draft)) =
        (fixture.fault(), &mut blessed.request, &draft)
    {
        *request = as_request(draft, request);
    }
    blessed.expect = expectation(expected, outcome);
    blessed.expect.fates = fates(expected, &blessed.expect, draft.as_ref());
    blessed
}

/// Returns the fates of the draft where `expected` has fates. A first fixture has them only if the contact is created.
fn fates(
    expected: &Expectation,
    observed: &Expectation,
    draft: Option<&Draft>,
) -> Option<BTreeMap<String, String>> {
    let old = expected.fates.as_ref()?;
    match draft {
        Some(draft) if observed.is_success() || !expected.is_unwritten() => Some(fates_of(draft)),
        _ => Some(old.clone()).filter(|fates| !fates.is_empty()),
    }
}

fn fates_of(draft: &Draft) -> BTreeMap<String, String> {
    draft.fields.iter().map(|field| (field.field.to_string(), field.fate.as_str().to_owned())).collect()
}

/// Returns the expectation of this outcome. The fates are those of `old`.
fn expectation(old: &Expectation, outcome: Outcome) -> Expectation {
    let mut new = Expectation::default();
    match outcome {
        Outcome::Created { id, existing: false, .. } => new.created = Some(id),
        Outcome::Created { id, existing: true, .. } => new.existing = Some(id),
        Outcome::Found(id) => new.found = Some(id.map_or(Value::Null, Value::String)),
        Outcome::Unclear(ids) => new.unclear = Some(ids),
        Outcome::Checked => new.checked = Some(true),
        Outcome::Failed(error) => new = failed(&error, old.message.is_some() || old.is_success()),
    }
    Expectation { fates: old.fates.clone(), ..new }
}

/// Describes an error. The message is compared where the fixture has one, unless it names the port of the server, which is another
/// one in each replay.
fn failed(error: &ProviderError, with_message: bool) -> Expectation {
    let names_the_server = |message: &String| message.contains(LOOPBACK);
    let expected = Expectation::from_error(error);
    let message = expected.message.clone().filter(|it| with_message && !names_the_server(it));
    Expectation { message, ..expected }
}
