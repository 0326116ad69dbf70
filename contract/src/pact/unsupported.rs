//! Finds fixtures that a Pact cannot express, with the reason.

use serde_json::Value;

use super::content::{content_type, is_json};
use crate::fixture::{Fault, Fixture, FixtureAnswer, NOT_RECORDED};

/// Returns why a Pact cannot express the fixture, or `None` if it can.
pub(super) fn reason(fixture: &Fixture) -> Option<&'static str> {
    match fixture.exchanges().count() {
        0 if fixture.is_not_recorded() => Some(NOT_RECORDED),
        0 => Some("the adapter sends nothing, and an interaction needs a request"),
        _ => fixture.exchanges().find_map(|(_, answer)| answer_reason(answer)),
    }
}

fn answer_reason(answer: &FixtureAnswer) -> Option<&'static str> {
    match answer.fault {
        Some(Fault::Refused) => Some("the port is closed, and an interaction needs an answer"),
        Some(Fault::Reset) => Some("the connection is reset, and an interaction needs an answer"),
        Some(Fault::Hang) => Some("the server does not answer, and an interaction needs an answer"),
        Some(Fault::Cut) => Some("the answer is cut, and an interaction needs a whole one"),
        None if answer.encoding.is_some() => Some("the answer is compressed, and a Pact has no encoding"),
        None if answer.delay_ms.is_some() => Some("the answer is delayed, and a Pact has no delay"),
        None if is_redirect(answer) => Some("the answer is a redirect, and a verifier follows it"),
        None if is_broken_json(answer) => Some("the JSON of the body is invalid, and a Pact would quote it"),
        None => None,
    }
}

fn is_redirect(answer: &FixtureAnswer) -> bool {
    let is_status = answer.status.is_some_and(|status| status / 100 == 3);
    is_status && answer.header("location").is_some()
}

/// Returns whether the content type says JSON and the body is not valid JSON.
fn is_broken_json(answer: &FixtureAnswer) -> bool {
    let is_json = content_type(&answer.headers).is_some_and(is_json);
    let text = answer.text.as_deref().unwrap_or_default();
    is_json && !text.is_empty() && serde_json::from_str::<Value>(text).is_err()
}
