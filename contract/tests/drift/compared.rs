//! Compares an answer of the sandbox with the fixture's: the status, the headers that adapters read, and the shape of the
//! body.

use std::fmt;

use serde_json::{Value, json};
use unicontact_contract::fixture::{ExpectedRequest, Fixture, FixtureAnswer};
use unicontact_contract::{Fixtures, Grade, Shape};

use super::play::Answer;

/// A difference between the sandbox and a fixture.
#[derive(Debug)]
pub(crate) struct Drift {
    pub(crate) grade: Grade,
    pub(crate) place: String,
    expected: String,
    seen: String,
}

impl fmt::Display for Drift {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let grade = self.grade.as_str();
        write!(
            formatter,
            "{}: {} in the fixture, {} in the sandbox ({grade})",
            self.place, self.expected, self.seen
        )
    }
}

fn drift(
    grade: Grade,
    place: impl Into<String>,
    expected: impl Into<String>,
    seen: impl Into<String>,
) -> Drift {
    Drift { grade, place: place.into(), expected: expected.into(), seen: seen.into() }
}

/// Compares an answer with a fixture. Other fixtures of the same request and status extend the known shape; errors use
/// those of the same class.
pub(crate) fn compare_with_known(
    fixtures: &Fixtures,
    fixture: &Fixture,
    request: &ExpectedRequest,
    given: &FixtureAnswer,
    answer: &Answer,
) -> Vec<Drift> {
    let known = fixtures.of_vendor(&fixture.vendor).flat_map(Fixture::exchanges).filter(|(other, known)| {
        let is_same_request = path(other) == path(request) && other.method == request.method;
        is_same_request && family(known) == family(given)
    });
    let known: Vec<&Value> = known.filter_map(|(_, known)| known.body.as_ref()).collect();
    compare(request, given, &known, answer)
}

/// Compares an answer with this fixture alone.
pub(crate) fn compare_alone(request: &ExpectedRequest, given: &FixtureAnswer, answer: &Answer) -> Vec<Drift> {
    compare(request, given, &[], answer)
}

fn compare(
    request: &ExpectedRequest,
    given: &FixtureAnswer,
    known: &[&Value],
    answer: &Answer,
) -> Vec<Drift> {
    let place = format!("{} {}", request.method, path(request));
    let status = given.status.unwrap_or_default();
    if status != answer.status {
        let (expected, seen) = (status.to_string(), format!("{} {}", answer.status, answer.text));
        return vec![drift(Grade::Breaking, format!("{place} status"), expected, seen)];
    }
    let mut all = Vec::new();
    for name in ["location", "retry-after"] {
        let (there, here) = (header(given, name).is_some(), answer.headers.contains_key(name));
        if there != here {
            let word = |is_there| if is_there { "one" } else { "none" };
            all.push(drift(Grade::Breaking, format!("{place} header {name}"), word(there), word(here)));
        }
    }
    let seen = serde_json::from_str::<Value>(answer.text.trim_start_matches('\u{feff}')).ok();
    let expected = given.body.clone().or_else(|| {
        let text = given.text.as_deref()?.trim_start_matches('\u{feff}');
        serde_json::from_str(text).ok()
    });
    let seen = seen.or_else(|| expected.as_ref().and(answer.shown.clone()));
    match (&expected, &seen) {
        (Some(expected), Some(seen)) => {
            let own = Shape::from_document(expected);
            let known = Shape::from_documents(known.iter().copied())
                .unwrap_or_else(|| own.clone())
                .union(own.clone());
            let changes = own.changes(&known, &Shape::from_document(seen));
            let changes = changes.into_iter().filter(|it| it.grade != Grade::Cosmetic);
            all.extend(
                changes.map(|it| drift(it.grade, format!("{place} body.{}", it.place), it.expected, it.seen)),
            );
        }
        (None, None) => {
            let (there, here) = (given.text.as_deref().unwrap_or_default(), answer.text.as_str());
            if kind(there) != kind(here) {
                all.push(drift(Grade::Breaking, format!("{place} body"), kind(there), kind(here)));
            }
        }
        (there, _) => {
            let word = |is_json| if is_json { "JSON" } else { "no JSON" };
            let (expected, seen) = (word(there.is_some()), word(there.is_none()));
            all.push(drift(Grade::Breaking, format!("{place} body"), expected, seen));
        }
    }
    all
}

/// Returns the status of a success, or the class of an error.
fn family(answer: &FixtureAnswer) -> u16 {
    match answer.status.unwrap_or_default() {
        error @ 400.. => error / 100,
        other => other,
    }
}

fn kind(text: &str) -> &'static str {
    let text = text.trim_start().to_lowercase();
    if text.is_empty() {
        "nothing"
    } else if text.starts_with("<!doctype html") || text.starts_with("<html") {
        "a page"
    } else {
        "a text"
    }
}

fn path(request: &ExpectedRequest) -> &str {
    request.path.split('?').next().unwrap_or_default()
}

fn header<'a>(given: &'a FixtureAnswer, name: &str) -> Option<&'a str> {
    given.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
}

/// Returns the answer without a key of its body.
pub(crate) fn without(given: &FixtureAnswer, key: &str) -> FixtureAnswer {
    let mut changed = given.clone();
    changed.body.as_mut().unwrap().as_object_mut().unwrap().remove(key).unwrap();
    changed
}

/// Returns the answer with another type at a key of its body.
pub(crate) fn with_another_type(given: &FixtureAnswer, key: &str) -> FixtureAnswer {
    let mut changed = given.clone();
    changed.body.as_mut().unwrap()[key] = json!({"of": ["another", "type"]});
    changed
}
