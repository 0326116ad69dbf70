//! Reports creates that an adapter sends again. An adapter sends a create once; its caller decides about a retry.

use unicontact_providers::Effect;
use unicontact_providers::testkit::Received;

use crate::difference::Differences;
use crate::fixture::{Expectation, ExpectedRequest, Fixture, Operation};
use crate::scenario::Scenario;

/// Adds a difference if the create was sent more often than the fixture expects.
pub(crate) fn blind_retry(differences: &mut Differences, scenario: &Scenario<'_>, received: &[Received]) {
    let Some(create) = create_of(scenario.fixture) else { return };
    let credentials = scenario.credentials();
    let is_create = |request: &&Received| {
        let target = credentials.hidden_in_target(request.target());
        request.method() == create.method && target == create.path
    };
    let is_same = |request: &ExpectedRequest| request.method == create.method && request.path == create.path;
    let expected = scenario.fixture.exchanges().filter(|(request, _)| is_same(request)).count();
    let count = received.iter().filter(is_create).count();
    if count > expected {
        let sent = format!("sent {}: {}", times(count), consequence(&scenario.fixture.expect));
        differences.add("create", format!("sent {}", times(expected)), sent);
    }
}

/// Returns the request that creates the contact. Where the fixture expects that nothing was sent, its last request is a login or a
/// search.
fn create_of(fixture: &Fixture) -> Option<&ExpectedRequest> {
    let is_create =
        fixture.operation() == Operation::Create && fixture.expect.effect != Some(Effect::NotSent);
    fixture.request.as_ref().filter(|_| is_create)
}

fn times(count: usize) -> String {
    match count {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        _ => format!("{count} times"),
    }
}

/// Returns what the second create may do.
fn consequence(expect: &Expectation) -> String {
    match (expect.effect, expect.status) {
        (Some(Effect::Unknown), None) => {
            "a create whose answer was lost may have created a contact".to_owned()
        }
        (Some(Effect::Unknown), Some(status)) => {
            format!("a create that was answered with {status} may have created a contact")
        }
        (Some(_), _) => "a retry is the caller's, which waits as long as the vendor asks for".to_owned(),
        (None, _) => "the first create succeeded, and the next one may create another contact".to_owned(),
    }
}
