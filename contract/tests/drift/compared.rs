//! One answer of the sandbox beside the fixture's.
//!
//! Rule: of a body its shape, of the headers only what an adapter may read, of the status everything.

use std::fmt;

use serde_json::{Value, json};
use unicontact_contract::fixture::{ExpectedRequest, Fixture, GivenAnswer};
use unicontact_contract::{Fixtures, Grade, Shape};

use super::play::Answer;

#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) grade: Grade,
    pub(crate) place: String,
    expected: String,
    seen: String,
}

impl fmt::Display for Found {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let grade = self.grade.as_str();
        write!(
            formatter,
            "{}: {} in the fixture, {} in the sandbox ({grade})",
            self.place, self.expected, self.seen
        )
    }
}

fn found(
    grade: Grade,
    place: impl Into<String>,
    expected: impl Into<String>,
    seen: impl Into<String>,
) -> Found {
    Found { grade, place: place.into(), expected: expected.into(), seen: seen.into() }
}

/// What differs. Other fixtures of the same request and status may show what this one leaves open; of errors those of the
/// same class.
pub(crate) fn moved(
    fixtures: &Fixtures,
    fixture: &Fixture,
    request: &ExpectedRequest,
    given: &GivenAnswer,
    answer: &Answer,
) -> Vec<Found> {
    let known = fixtures.of_vendor(&fixture.vendor).flat_map(Fixture::exchanges).filter(|(other, known)| {
        let is_same_request = path(other) == path(request) && other.method == request.method;
        is_same_request && family(known) == family(given)
    });
    let known: Vec<&Value> = known.filter_map(|(_, known)| known.body.as_ref()).collect();
    compare(request, given, &known, answer)
}

/// What differs from this one fixture alone.
pub(crate) fn moved_alone(request: &ExpectedRequest, given: &GivenAnswer, answer: &Answer) -> Vec<Found> {
    compare(request, given, &[], answer)
}

fn compare(request: &ExpectedRequest, given: &GivenAnswer, known: &[&Value], answer: &Answer) -> Vec<Found> {
    let place = format!("{} {}", request.method, path(request));
    let status = given.status.unwrap_or_default();
    if status != answer.status {
        let (expected, seen) = (status.to_string(), format!("{} {}", answer.status, answer.text));
        return vec![found(Grade::Breaking, format!("{place} status"), expected, seen)];
    }
    let mut all = Vec::new();
    for name in ["location", "retry-after"] {
        let (there, here) = (header(given, name).is_some(), answer.headers.contains_key(name));
        if there != here {
            let word = |is_there| if is_there { "one" } else { "none" };
            all.push(found(Grade::Breaking, format!("{place} header {name}"), word(there), word(here)));
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
            let own = Shape::of(expected);
            let known = Shape::of_all(known.iter().copied()).unwrap_or_else(|| own.clone()).or(own.clone());
            let moved = own.moved(&known, &Shape::of(seen));
            let moved = moved.into_iter().filter(|it| it.grade != Grade::Cosmetic);
            all.extend(
                moved.map(|it| found(it.grade, format!("{place} body.{}", it.place), it.expected, it.seen)),
            );
        }
        (None, None) => {
            let (there, here) = (given.text.as_deref().unwrap_or_default(), answer.text.as_str());
            if kind(there) != kind(here) {
                all.push(found(Grade::Breaking, format!("{place} body"), kind(there), kind(here)));
            }
        }
        (there, _) => {
            let word = |is_json| if is_json { "JSON" } else { "no JSON" };
            let (expected, seen) = (word(there.is_some()), word(there.is_none()));
            all.push(found(Grade::Breaking, format!("{place} body"), expected, seen));
        }
    }
    all
}

/// The status of a success, and the class of an error.
fn family(answer: &GivenAnswer) -> u16 {
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

fn header<'a>(given: &'a GivenAnswer, name: &str) -> Option<&'a str> {
    given.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
}

/// The answer without a key of its body.
pub(crate) fn without(given: &GivenAnswer, key: &str) -> GivenAnswer {
    let mut changed = given.clone();
    changed.body.as_mut().unwrap().as_object_mut().unwrap().remove(key).unwrap();
    changed
}

/// The answer with another type at a key of its body.
pub(crate) fn with_another_type(given: &GivenAnswer, key: &str) -> GivenAnswer {
    let mut changed = given.clone();
    changed.body.as_mut().unwrap()[key] = json!({"of": ["another", "type"]});
    changed
}
