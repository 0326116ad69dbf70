//! Selects the scenario of a request.

use serde_json::json;
use unicontact_providers::testkit::{Behaviour, Received};

use super::playback::{Playback, ServedRequest, described, refusal};
use crate::difference::Difference;

/// The header by which a request names its scenario.
pub const SCENARIO_HEADER: &str = "x-unicontact-scenario";

/// How a request selects its scenario.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Selection {
    /// Each scenario has a port of its own.
    #[default]
    Port,
    /// The request names it in [`SCENARIO_HEADER`]. With a single scenario, it need not.
    Header,
    /// The scenarios are played one after the other.
    Sequence,
}

impl Selection {
    /// Returns the index of the scenario of a request that arrived on the port of all. `None` if the request names none of them.
    pub(super) fn select(self, request: &Received, playbacks: &[Playback]) -> Option<usize> {
        let last = playbacks.len().checked_sub(1);
        match self {
            Self::Port => None,
            Self::Header => match request.header(SCENARIO_HEADER) {
                Some(name) => playbacks.iter().position(|playback| playback.scenario() == name),
                None => last.filter(|last| *last == 0),
            },
            // After the end, the last scenario reports what is sent again.
            Self::Sequence => playbacks.iter().position(|playback| !playback.is_played()).or(last),
        }
    }
}

/// Returns a request that belongs to no scenario, and the answer to it.
pub(super) fn unassigned(request: &Received, playbacks: &[Playback]) -> (ServedRequest, Behaviour) {
    let names: Vec<&str> = playbacks.iter().map(Playback::scenario).collect();
    let difference = Difference {
        place: format!("header {SCENARIO_HEADER}"),
        expected: "the name of a scenario".to_owned(),
        actual: request.header(SCENARIO_HEADER).unwrap_or("nothing").to_owned(),
    };
    let behaviour = refusal(&json!({
        "error": format!("the header {SCENARIO_HEADER} names no scenario"),
        "request": described(request),
        "expected": names,
    }));
    (ServedRequest { scenario: None, request: described(request), differences: vec![difference] }, behaviour)
}
