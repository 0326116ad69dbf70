//! The findings of a comparison. A difference that several fixtures show is one finding.

use jiff::civil::Date;
use serde::Serialize;

use super::change::Change;
use crate::fixture::ProvenanceKind;
use crate::grade::Grade;
use crate::live_call::LiveCall;
use crate::live_provider::LiveProvider;

const INFERRED: &str = "the fixture was inferred";

/// A difference between a live vendor and its fixtures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The live provider.
    pub provider: String,
    /// The vendor.
    pub vendor: String,
    /// The first of `scenarios`.
    pub scenario: String,
    /// The scenarios that show what was expected, ordered by provenance.
    pub scenarios: Vec<String>,
    /// The provenance of the first scenario.
    pub provenance: ProvenanceKind,
    /// The severity.
    pub grade: Grade,
    /// Where: `result`, `error code`, or the request and the place in its answer, such as `POST /contacts: body.emails[].email`.
    pub place: String,
    /// What the fixtures have there. Types and fixed words, never a value of the vendor's.
    pub expected: String,
    /// What the vendor has there. Types and fixed words, never a value; of an error, its kind.
    pub seen: String,
    /// A remark, such as the status of a refusal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The entry of a file that accepts it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accepted: Option<Acceptance>,
}

/// Why a finding is accepted, and for how long.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Acceptance {
    /// The reason.
    pub reason: String,
    /// The last day on which the finding is accepted, in UTC.
    pub until: Date,
    /// Whether this day is over, so that the finding counts again.
    pub ended: bool,
}

impl Finding {
    /// Returns whether the finding is accepted today.
    pub fn is_accepted(&self) -> bool {
        self.accepted.as_ref().is_some_and(|it| !it.ended)
    }
}

/// The findings so far, in the order in which they were found.
#[derive(Debug, Default)]
pub(super) struct FindingList(Vec<MergedFinding>);

/// A finding and the fixtures that show what was expected, each with its provenance.
#[derive(Debug)]
struct MergedFinding {
    finding: Finding,
    fixtures: Vec<(ProvenanceKind, String)>,
}

impl FindingList {
    /// Adds a change of a call. A call that shows a known difference adds only its fixtures.
    pub(super) fn add(
        &mut self,
        change: Change<'_>,
        grade: Grade,
        call: &LiveCall<'_>,
        live: &dyn LiveProvider,
    ) {
        let finding = new_finding(change, grade, live);
        let known = self.0.iter_mut().position(|it| it.finding == finding);
        let index = known.unwrap_or_else(|| {
            self.0.push(MergedFinding { finding, fixtures: Vec::new() });
            self.0.len() - 1
        });
        if let Some(merged) = self.0.get_mut(index) {
            merged
                .fixtures
                .extend(call.fixtures.iter().map(|it| (it.provenance.evidence(), it.scenario.clone())));
        }
    }

    pub(super) fn into_findings(self) -> Vec<Finding> {
        self.0.into_iter().map(MergedFinding::into_finding).collect()
    }
}

impl MergedFinding {
    fn into_finding(self) -> Finding {
        let Self { mut finding, mut fixtures } = self;
        // The sort is stable: fixtures with the same provenance stay in the order of their calls.
        fixtures.sort_by_key(|(provenance, _)| *provenance);
        let is_guess = fixtures.iter().all(|(provenance, _)| *provenance == ProvenanceKind::Inferred);
        let notes = finding.note.take().into_iter().chain(is_guess.then(|| INFERRED.to_owned()));
        let notes: Vec<String> = notes.collect();
        finding.note = (!notes.is_empty()).then(|| notes.join("; "));
        if let Some((provenance, scenario)) = fixtures.first() {
            finding.provenance = *provenance;
            scenario.clone_into(&mut finding.scenario);
        }
        for (_, scenario) in fixtures {
            if !finding.scenarios.contains(&scenario) {
                finding.scenarios.push(scenario);
            }
        }
        finding
    }
}

/// Returns the finding without its fixtures.
fn new_finding(change: Change<'_>, grade: Grade, live: &dyn LiveProvider) -> Finding {
    Finding {
        provider: live.provider().to_owned(),
        vendor: live.vendor().to_owned(),
        scenario: String::new(),
        scenarios: Vec::new(),
        provenance: ProvenanceKind::Inferred,
        grade,
        place: change.place,
        expected: change.expected,
        seen: change.seen,
        note: change.note,
        accepted: None,
    }
}
