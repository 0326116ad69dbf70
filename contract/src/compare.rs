//! Compares the answers of a live vendor with its fixtures: statuses, headers and JSON types, never values.
//!
//! The fixtures of a call define what its answers must hold. All fixtures of the same request define what they may hold.

mod answer;
mod change;
mod echoed_field;
mod refusal;

use serde::Serialize;
use unicontact_providers::http::Seen;

use self::change::{Change, Exchange};
use crate::fixture::{Expectation, Fixture, FixtureAnswer, ProvenanceKind};
use crate::folder::Fixtures;
use crate::grade::Grade;
use crate::live_call::LiveCall;
use crate::live_provider::LiveProvider;
use crate::live_run::LiveRun;
use crate::outcome::Outcome;
use crate::request_match::{self, AccountSegments};

const INFERRED: &str = "the fixture was inferred";

/// A difference between a live vendor and a fixture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The live provider.
    pub provider: String,
    /// The vendor.
    pub vendor: String,
    /// The scenario; of several with the same call, the one with the best provenance.
    pub scenario: String,
    /// The provenance of that fixture.
    pub provenance: ProvenanceKind,
    /// The severity.
    pub grade: Grade,
    /// Where: `result`, or the request and the place in its answer, such as `POST /contacts: body.emails[].email`.
    pub place: String,
    /// What the fixture has there. Types and fixed words, never a value of the vendor's.
    pub expected: String,
    /// What the vendor has there. Types and fixed words, never a value; of an error, its kind.
    pub seen: String,
    /// A remark, such as the status of a refusal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// Returns every difference between a run and the fixtures. Returns none for a run with a
/// [`reason_not_compared`](LiveRun::reason_not_compared). Sends nothing.
pub fn compare(
    fixtures: &Fixtures,
    call: &LiveCall<'_>,
    run: &LiveRun,
    live: &dyn LiveProvider,
) -> Vec<Finding> {
    let Some(best) = call.fixtures.first() else {
        return Vec::new();
    };
    if run.reason_not_compared().is_some() {
        return Vec::new();
    }
    let accounts = AccountSegments::new(fixtures, live.vendor());
    let mut changes = Vec::new();
    if run.provoked.is_some() {
        let change = refusal::change(&best.expect, run);
        return change.into_iter().map(|change| finding(change, best, live)).collect();
    }
    changes.extend(compare_result(&best.expect, &run.outcome));
    for (index, seen) in run.exchanges.iter().enumerate() {
        let known = known_successes(fixtures, live.vendor(), seen, &accounts);
        let own: Vec<Exchange<'_>> = call
            .fixtures
            .iter()
            .filter_map(|fixture| {
                let counterparts = request_match::counterparts(fixture, &run.exchanges, &accounts);
                counterparts.get(index).copied().flatten()
            })
            .collect();
        // `compare_result` reports a refusal.
        if let Some(answer) = seen.answer.as_ref().filter(|it| run.error().is_none() || it.is_success()) {
            changes.extend(answer::changes(&own, &known, answer));
        }
    }
    changes.into_iter().map(|change| finding(change, best, live)).collect()
}

/// Returns every success that the fixtures of a vendor show for this request.
fn known_successes<'a>(
    fixtures: &'a Fixtures,
    vendor: &'a str,
    seen: &Seen,
    accounts: &AccountSegments<'_>,
) -> Vec<Exchange<'a>> {
    let successes = fixtures.of_vendor(vendor).filter(|fixture| fixture.expect.is_success());
    let exchanges = successes.flat_map(Fixture::exchanges);
    exchanges
        .filter(|(request, answer)| request_match::matches(request, seen, accounts) && is_success(answer))
        .collect()
}

fn is_success(answer: &FixtureAnswer) -> bool {
    answer.status.is_some_and(|status| status / 100 == 2)
}

/// Returns a change if the adapter returned an error. Whether a contact is new, and whether a search finds it, depends
/// on what the vendor stores, and is not compared.
fn compare_result(expected: &Expectation, outcome: &Outcome) -> Option<Change> {
    let Outcome::Failed(error) = outcome else {
        return None;
    };
    let expected = if expected.checked.is_some() {
        refusal::CHECKED
    } else if expected.found.is_some() {
        refusal::SEARCHED
    } else {
        refusal::CREATED
    };
    Some(refusal::failure(expected, error))
}

fn finding(change: Change, fixture: &Fixture, live: &dyn LiveProvider) -> Finding {
    let is_guess = fixture.provenance.kind == ProvenanceKind::Inferred;
    let notes = change.note.into_iter().chain(is_guess.then(|| INFERRED.to_owned()));
    let notes: Vec<String> = notes.collect();
    Finding {
        provider: live.provider().to_owned(),
        vendor: fixture.vendor.clone(),
        scenario: fixture.scenario.clone(),
        provenance: fixture.provenance.kind,
        grade: change.grade,
        place: change.place,
        expected: change.expected,
        seen: change.seen,
        note: (!notes.is_empty()).then(|| notes.join("; ")),
    }
}
