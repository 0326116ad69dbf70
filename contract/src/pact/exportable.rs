//! What of a fixture a Pact cannot express.
//!
//! Rule: decided here and nowhere else, and in words for whoever looks for a scenario that is missing.

use serde_json::Value;

use crate::fixture::{Fault, Fixture, GivenAnswer};

/// Why the fixture cannot become interactions, if it cannot.
pub(super) fn obstacle(fixture: &Fixture) -> Option<&'static str> {
    match fixture.exchanges().count() {
        0 => Some("nothing is sent, and an interaction begins with a request"),
        _ => fixture.exchanges().find_map(|(_, answer)| obstacle_of(answer)),
    }
}

fn obstacle_of(answer: &GivenAnswer) -> Option<&'static str> {
    match answer.fault {
        Some(Fault::Refused) => Some("nobody listens, and an interaction ends with an answer"),
        Some(Fault::Reset) => Some("the connection is reset, and an interaction ends with an answer"),
        Some(Fault::Hang) => Some("no answer comes, and an interaction ends with one"),
        Some(Fault::Cut) => Some("the answer ends in its middle, and an interaction's is whole"),
        None if answer.encoding.is_some() => Some("the answer is compressed, of which a Pact says nothing"),
        None if answer.delay_ms.is_some() => Some("the answer comes late, and a Pact knows no time"),
        None if is_broken_json(answer) => Some("the body is called JSON and is none, which a Pact quotes"),
        None => None,
    }
}

/// Whether the body is called JSON and cannot be read as such.
fn is_broken_json(answer: &GivenAnswer) -> bool {
    let is_called_json = answer.headers.get("content-type").is_some_and(|it| it.contains("json"));
    let text = answer.text.as_deref().unwrap_or_default();
    is_called_json && !text.is_empty() && serde_json::from_str::<Value>(text).is_err()
}
