//! Writes the expectations of a fixture from what its adapter does: the requests, the result and the fates.
//!
//! Contact, answers and provenance stay as they are. A fixture that would fail afterwards, too, is not written.

mod layout;
mod observation;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::Value;

use self::observation::{observe, with_observed};
use crate::adapters::Adapters;
use crate::difference::{Difference, Differences};
use crate::fixture::{Expectation, ExpectedRequest, Fixture};
use crate::folder::Fixtures;
use crate::replay::replay;
use crate::replay_error::ReplayError;
use crate::scenario::Scenario;

/// A fixture whose expectations are those of its adapter.
#[derive(Debug, Clone)]
pub struct Blessing {
    /// The fixture with the adapter's requests, result and fates.
    pub fixture: Fixture,
    /// The changes of the document.
    pub changes: Vec<Difference>,
    /// The differences that no expectation can express, such as a request without an answer, or an error that shows a credential.
    /// A fixture that has one must not be written.
    pub remaining: Vec<Difference>,
}

impl Blessing {
    /// Returns whether the fixture passes as it is now.
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
    let mut remaining = Differences(replay(&blessed, fixtures, adapters).await?.differences);
    add_shown_credentials(&mut remaining, fixture, &blessed, &Scenario::new(fixture, fixtures)?.of(adapters));
    Ok(Some(Blessing { changes: changes(fixture, &blessed), fixture: blessed, remaining: remaining.0 }))
}

/// Adds a difference if the adapter sends a credential where the fixture expects none.
fn add_shown_credentials(
    remaining: &mut Differences,
    fixture: &Fixture,
    blessed: &Fixture,
    scenario: &Scenario<'_>,
) {
    let (before, after) = (requests_as_text(fixture), requests_as_text(blessed));
    let mut secrets = scenario.credentials().secrets().into_iter();
    if secrets.any(|secret| after.contains(&secret) && !before.contains(&secret)) {
        remaining.add("credential", "[secret] in its place", "a credential in another place");
    }
}

fn requests_as_text(fixture: &Fixture) -> String {
    fixture.exchanges().map(|(request, _)| serde_json::to_string(request).unwrap_or_default()).collect()
}

fn changes(fixture: &Fixture, blessed: &Fixture) -> Vec<Difference> {
    let mut changes = Differences::default();
    for (index, (old, new)) in fixture.before.iter().zip(&blessed.before).enumerate() {
        let place = format!("before[{index}].request");
        changes.json(
            &place,
            request_document(&old.request).as_ref(),
            request_document(&new.request).as_ref(),
        );
    }
    let request = |fixture: &Fixture| fixture.request.as_ref().and_then(request_document);
    changes.json("request", request(fixture).as_ref(), request(blessed).as_ref());
    let expect = |fixture: &Fixture| expectation_document(&fixture.expect);
    changes.json("expect", expect(fixture).as_ref(), expect(blessed).as_ref());
    changes.0
}

fn request_document(request: &ExpectedRequest) -> Option<Value> {
    serde_json::to_value(request).ok()
}

fn expectation_document(expectation: &Expectation) -> Option<Value> {
    serde_json::to_value(expectation).ok()
}

/// Writes a blessed fixture to its file in `folder`. What does not change keeps its text: order of keys, line breaks, indentation.
///
/// # Errors
///
/// When the file cannot be read or written.
pub fn write_blessed(fixture: &Fixture, folder: &Path) -> io::Result<PathBuf> {
    let path = folder.join(&fixture.vendor).join(format!("{}.json", fixture.scenario));
    let text = fs::read_to_string(&path)?;
    let mut parts: Vec<(String, String)> = Vec::new();
    for (index, preparation) in fixture.before.iter().enumerate() {
        parts.push((format!("/before/{index}/request"), serde_json::to_string_pretty(&preparation.request)?));
    }
    if let Some(request) = &fixture.request {
        parts.push(("/request".to_owned(), serde_json::to_string_pretty(request)?));
    }
    parts.push(("/expect".to_owned(), serde_json::to_string_pretty(&fixture.expect)?));
    let written = layout::with_parts(&text, &parts);
    // A text that would not be the fixture gives way to one in the layout of recordings.
    let written = match written.filter(|text| is_fixture(text, fixture)) {
        Some(written) => written,
        None => format!("{}\n", serde_json::to_string_pretty(fixture)?),
    };
    fs::write(&path, written)?;
    Ok(path)
}

fn is_fixture(text: &str, fixture: &Fixture) -> bool {
    serde_json::from_str::<Fixture>(text).is_ok_and(|mut read| {
        read.vendor.clone_from(&fixture.vendor);
        read.scenario.clone_from(&fixture.scenario);
        read == *fixture
    })
}
