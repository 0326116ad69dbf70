//! Compares the result of a call that provokes a refusal.

use unicontact_providers::ProviderError;

use super::change::Change;
use crate::fixture::Expectation;
use crate::grade::Grade;
use crate::live_run::LiveRun;
use crate::outcome::Outcome;

pub(super) const CHECKED: &str = "credentials that work";
pub(super) const SEARCHED: &str = "a search that is answered";
pub(super) const CREATED: &str = "a contact with its id";
const PLACE: &str = "result";

/// Returns a change if the vendor accepted what it is expected to refuse, or refused it as another error.
pub(super) fn change(expected: &Expectation, run: &LiveRun) -> Option<Change> {
    if run.is_refused_as_expected() {
        return None;
    }
    let kind = expected.kind.map_or("any", |kind| kind.as_str());
    let expected = format!("a refusal: {kind}");
    let seen = match &run.outcome {
        Outcome::Failed(error) => return Some(failure(&expected, error)),
        Outcome::Created { .. } => CREATED,
        Outcome::Found(_) | Outcome::Unclear(_) => SEARCHED,
        Outcome::Checked => CHECKED,
    };
    let (place, seen) = (PLACE.to_owned(), seen.to_owned());
    Some(Change { grade: Grade::Breaking, place, expected, seen, note: None })
}

/// Returns the change of an error that is not expected.
pub(super) fn failure(expected: &str, error: &ProviderError) -> Change {
    let note = match error.status() {
        Some(status) => format!("the vendor answered {status}, effect {}", error.effect().as_str()),
        None => format!("no answer, effect {}", error.effect().as_str()),
    };
    Change {
        grade: Grade::Breaking,
        place: PLACE.to_owned(),
        expected: expected.to_owned(),
        seen: format!("an error: {}", error.kind().as_str()),
        note: Some(note),
    }
}
