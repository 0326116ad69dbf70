//! The expected result of a recorded fixture: that of its replay.

use serde_json::Value;
use unicontact_providers::ProviderError;

use super::error::RecordError;
use crate::fixture::Expectation;
use crate::outcome::Outcome;

/// Returns the result of the replay, if it is of the same kind as that of the run.
pub(super) fn expectation(live: &Outcome, replayed: &Outcome) -> Result<Expectation, RecordError> {
    let nothing = Expectation::default;
    match (live, replayed) {
        (Outcome::Created { existing: true, .. }, Outcome::Created { id, existing: true, .. }) => {
            Ok(Expectation { existing: Some(id.clone()), ..nothing() })
        }
        (Outcome::Created { existing: false, .. }, Outcome::Created { id, existing: false, .. }) => {
            Ok(Expectation { created: Some(id.clone()), ..nothing() })
        }
        (Outcome::Found(Some(_)), Outcome::Found(Some(id))) => {
            Ok(Expectation { found: Some(id.clone().into()), ..nothing() })
        }
        (Outcome::Found(None), Outcome::Found(None)) => {
            Ok(Expectation { found: Some(Value::Null), ..nothing() })
        }
        (Outcome::Unclear(_), Outcome::Unclear(ids)) => {
            Ok(Expectation { unclear: Some(ids.clone()), ..nothing() })
        }
        (Outcome::Checked, Outcome::Checked) => Ok(Expectation { checked: Some(true), ..nothing() }),
        (Outcome::Failed(live), Outcome::Failed(replayed)) if is_same_error(live, replayed) => {
            Ok(Expectation::from_error(replayed))
        }
        _ => Err(RecordError::Different("returns another result")),
    }
}

fn is_same_error(live: &ProviderError, replayed: &ProviderError) -> bool {
    live.kind() == replayed.kind()
        && live.effect() == replayed.effect()
        && live.is_transient() == replayed.is_transient()
}
