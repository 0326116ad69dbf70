//! Names the provider state of an interaction, from the expected result of the fixture. The names hold for any vendor.

use serde_json::{Map, Value, json};

use crate::fixture::{Expectation, Fixture, FixtureAnswer, Operation};

/// The state of a success.
const GOOD: &str = "the credentials are good";
/// The state of a login.
const LOGIN: &str = "the credentials for a login are good";
/// The state before a new login.
const EXPIRED: &str = "the token has expired";

/// Returns the state for the last answer of a fixture.
pub(super) fn name_of_state(fixture: &Fixture) -> &'static str {
    match &fixture.expect {
        Expectation { existing: Some(_), .. } => "a similar contact is there already",
        Expectation { found: Some(Value::Null), .. } => "the contact is not there",
        Expectation { found: Some(_), .. } => "the contact is there",
        Expectation { unclear: Some(ids), .. } if ids.is_empty() => "not all contacts can be read",
        Expectation { unclear: Some(_), .. } => "a contact is there that resembles it",
        Expectation { kind: Some(kind), .. } => of_kind(kind.as_str(), fixture),
        _ => GOOD,
    }
}

fn of_kind(kind: &str, fixture: &Fixture) -> &'static str {
    match kind {
        // The provider's answer is a success; only the adapter fails.
        "unmappable" => GOOD,
        "unauthenticated" if fixture.scenario.contains("expired") => EXPIRED,
        "unauthenticated" => "the credentials are not good",
        "permission_denied" => "the credentials do not suffice",
        "already_exists" => "the contact is there already",
        "invalid" => "the contact is not accepted",
        "config" => "the request is not one that is understood",
        "not_found" => "what the request is for is not there",
        "rate_limited" => "too many requests came before",
        "quota_exhausted" => "the quota is used up",
        "unavailable" => "the service is out of order",
        "interrupted" => "the request may still be at work",
        "blocked" => "something in between blocks the request",
        "unexpected_response" => "something else than the service answers",
        _ => "something is wrong",
    }
}

/// Returns the state for an answer before the last one.
pub(super) fn of_preparation(answer: &FixtureAnswer) -> &'static str {
    match answer.status {
        _ if answer.issues_token() => LOGIN,
        Some(200..=299) => GOOD,
        _ => EXPIRED,
    }
}

/// Returns the parameters of the state.
pub(super) fn parameters(fixture: &Fixture) -> Map<String, Value> {
    let mut parameters = Map::from_iter([("scenario".to_owned(), json!(fixture.scenario))]);
    if fixture.operation() != Operation::Check {
        parameters.insert("contact".to_owned(), json!(fixture.contact));
    }
    parameters
}
