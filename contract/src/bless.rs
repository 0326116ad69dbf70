//! Writes the expectations of a fixture from what its adapter does: the requests, the result and the fates.
//!
//! Contact, answers and provenance stay as they are. A fixture that would fail afterwards, too, or that would permit a broken safety
//! rule, is not written.

mod file;
mod layout;
mod observation;
mod rules;

use serde_json::{Value, json};

pub use self::file::{BlessedFile, write_blessed};
use self::observation::{draft_of, observe, with_observed};
use self::rules::add_broken_rules;
use crate::adapters::Adapters;
use crate::difference::{Difference, Differences};
use crate::fixture::{ExpectedRequest, Fixture};
use crate::folder::Fixtures;
use crate::replay::{ReplayReport, replay, replay_with_requests};
use crate::replay_error::ReplayError;
use crate::scenario::Scenario;

/// A fixture whose expectations are those of its adapter.
#[derive(Debug, Clone)]
pub struct Blessing {
    /// The fixture with the adapter's requests, result and fates.
    pub fixture: Fixture,
    /// The changes of the document.
    pub changes: Vec<Difference>,
    /// The differences that no expectation can express, such as a request without an answer, and the safety rules that the adapter
    /// broke, such as a create that it sent twice, an error that shows a credential, or a field that it dropped without a word. A
    /// fixture that has one must not be written.
    pub remaining: Vec<Difference>,
}

impl Blessing {
    /// Returns whether the fixture may be written: it passes, and no safety rule was broken.
    pub fn is_complete(&self) -> bool {
        self.remaining.is_empty()
    }
}

/// Returns the fixture with what its adapter does, or `None` if the fixture passes already.
///
/// # Errors
///
/// When the fixture is incomplete or the adapter cannot be connected.
pub async fn bless(
    fixture: &Fixture,
    fixtures: &Fixtures,
    adapters: &dyn Adapters,
) -> Result<Option<Blessing>, ReplayError> {
    if replay(fixture, fixtures, adapters).await?.passed() {
        return Ok(None);
    }
    let mut blessed = fixture.clone();
    // A request with another path gets no answer. Once the path is known, the next request is seen.
    for _ in 0..=fixture.exchanges().count() {
        let observed = observe(&blessed, fixtures, adapters).await?;
        let next = with_observed(&blessed, &fixture.expect, observed);
        if next == blessed {
            break;
        }
        blessed = next;
    }
    let remaining = remaining(fixture, &blessed, fixtures, adapters).await?;
    if fixture.is_not_recorded() && !remaining.is_empty() {
        // Without an answer, what the adapter does is no result.
        let remaining = ReplayReport::not_recorded(fixture).differences;
        return Ok(Some(Blessing { changes: Vec::new(), fixture: fixture.clone(), remaining }));
    }
    Ok(Some(Blessing { changes: changes(fixture, &blessed), fixture: blessed, remaining }))
}

/// Returns the differences of the adapter from its blessed fixture, and the safety rules that it broke.
async fn remaining(
    fixture: &Fixture,
    blessed: &Fixture,
    fixtures: &Fixtures,
    adapters: &dyn Adapters,
) -> Result<Vec<Difference>, ReplayError> {
    let (report, received) = replay_with_requests(blessed, fixtures, adapters).await?;
    let mut remaining = Differences(report.differences);
    if let Some(contradiction) = blessed.contradiction() {
        remaining.add("fixture", "no contradiction", contradiction);
    }
    let scenario = Scenario::new(blessed, fixtures)?.with_description(adapters);
    let draft = draft_of(&scenario, adapters)?;
    add_broken_rules(&mut remaining, fixture, &scenario, &received, draft.as_ref());
    Ok(remaining.0)
}

fn changes(fixture: &Fixture, blessed: &Fixture) -> Vec<Difference> {
    let mut changes = Differences::default();
    for (index, (old, new)) in fixture.before.iter().zip(&blessed.before).enumerate() {
        let place = format!("before[{index}].request");
        changes.json(
            &place,
            Some(&request_document(Some(&old.request))),
            Some(&request_document(Some(&new.request))),
        );
    }
    let request = |fixture: &Fixture| request_document(fixture.request.as_ref());
    changes.json("request", Some(&request(fixture)), Some(&request(blessed)));
    changes.json("expect", Some(&expectation_document(fixture)), Some(&expectation_document(blessed)));
    changes.0
}

/// Returns the document of a request. That of a first fixture is empty.
fn request_document(request: Option<&ExpectedRequest>) -> Value {
    let written = request.filter(|request| !request.is_unwritten());
    written.and_then(|request| serde_json::to_value(request).ok()).unwrap_or_else(|| json!({}))
}

fn expectation_document(fixture: &Fixture) -> Value {
    let written = Some(&fixture.expect).filter(|expect| !expect.is_unwritten());
    written.and_then(|expect| serde_json::to_value(expect).ok()).unwrap_or_else(|| json!({}))
}
