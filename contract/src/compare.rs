//! What moved between the fixtures and a live vendor.
//!
//! Rule: shapes and types decide, never values. What a vendor may answer is what all fixtures of that request show, and
//! what it must answer is what the fixtures of that very question show.

mod answer;
mod echo;

use serde::Serialize;
use unicontact_providers::http::Seen;

use crate::fixture::{Expectation, ExpectedRequest, Fixture, GivenAnswer, ProvenanceKind};
use crate::folder::Fixtures;
use crate::grade::Grade;
use crate::live::{Live, Ran};
use crate::outcome::Outcome;
use crate::question::Question;
use crate::route;

const INFERRED: &str = "the fixture was inferred";

/// One thing that is not as a fixture has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The live provider.
    pub provider: String,
    /// The vendor.
    pub vendor: String,
    /// The scenario; of several that ask the same, the surest.
    pub scenario: String,
    /// How sure we were of it.
    pub provenance: ProvenanceKind,
    /// How bad it is.
    pub grade: Grade,
    /// Where: `result`, or the request and the place in its answer, such as `POST /contacts: body.emails[].email`.
    pub place: String,
    /// What the fixture has there. Types and fixed words, never a value of the vendor's.
    pub expected: String,
    /// What the vendor has there. Types and fixed words, never a value; of an error, its kind.
    pub seen: String,
    /// What else matters, if anything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// What is found at one place, before it is known whose finding it is.
#[derive(Debug)]
pub(crate) struct Place {
    grade: Grade,
    path: String,
    expected: String,
    seen: String,
    note: Option<String>,
}

/// Everything that is not as the fixtures have it; nothing where [`Ran::reason_not_compared`] has a reason. Nothing is
/// sent.
pub fn compare(fixtures: &Fixtures, question: &Question<'_>, ran: &Ran, live: &dyn Live) -> Vec<Finding> {
    let Some(surest) = question.fixtures.first() else {
        return Vec::new();
    };
    if ran.reason_not_compared().is_some() {
        return Vec::new();
    }
    let mut places = Vec::new();
    places.extend(result(&surest.expect, &ran.outcome));
    for (index, seen) in ran.exchanges.iter().enumerate() {
        let known = known(fixtures, live.vendor(), seen);
        let own: Vec<Exchange<'_>> = question
            .fixtures
            .iter()
            .filter_map(|fixture| route::counterparts(fixture, &ran.exchanges).get(index).copied().flatten())
            .collect();
        // A refusal has been told as the result.
        if let Some(answer) = seen.answer.as_ref().filter(|it| ran.error().is_none() || it.is_success()) {
            places.extend(answer::moved(&own, &known, answer));
        }
    }
    places.into_iter().map(|place| place.of(surest, live)).collect()
}

pub(crate) type Exchange<'a> = (&'a ExpectedRequest, &'a GivenAnswer);

/// Every success that the fixtures show of this request.
fn known<'a>(fixtures: &'a Fixtures, vendor: &'a str, seen: &Seen) -> Vec<Exchange<'a>> {
    let successes = fixtures.of_vendor(vendor).filter(|fixture| fixture.expect.is_success());
    let exchanges = successes.flat_map(Fixture::exchanges);
    exchanges.filter(|(request, answer)| route::is_for(request, seen) && is_success(answer)).collect()
}

fn is_success(answer: &GivenAnswer) -> bool {
    answer.status.is_some_and(|status| status / 100 == 2)
}

/// Whether the adapter came to a result of the same kind. Whether a contact is new or was there, and whether a search
/// finds it, is the state of the vendor and no part of the contract.
fn result(expected: &Expectation, outcome: &Outcome) -> Option<Place> {
    let Outcome::Failed(error) = outcome else {
        return None;
    };
    let expected = if expected.checked.is_some() {
        "credentials that work"
    } else if expected.found.is_some() {
        "a search that is answered"
    } else {
        "a contact with its id"
    };
    let about = match error.status() {
        Some(status) => format!("the vendor answered {status}, effect {}", error.effect().as_str()),
        None => format!("no answer, effect {}", error.effect().as_str()),
    };
    Some(Place {
        grade: Grade::Breaking,
        path: "result".to_owned(),
        expected: expected.to_owned(),
        seen: format!("an error: {}", error.kind().as_str()),
        note: Some(about),
    })
}

impl Place {
    fn of(self, fixture: &Fixture, live: &dyn Live) -> Finding {
        let is_guess = fixture.provenance.kind == ProvenanceKind::Inferred;
        let notes = self.note.into_iter().chain(is_guess.then(|| INFERRED.to_owned()));
        let notes: Vec<String> = notes.collect();
        Finding {
            provider: live.provider().to_owned(),
            vendor: fixture.vendor.clone(),
            scenario: fixture.scenario.clone(),
            provenance: fixture.provenance.kind,
            grade: self.grade,
            place: self.path,
            expected: self.expected,
            seen: self.seen,
            note: (!notes.is_empty()).then(|| notes.join("; ")),
        }
    }
}
