//! The state that a provider must be in for an answer.
//!
//! Rule: in words that hold for any vendor, from what the fixture expects of the adapter.

use serde_json::{Map, Value, json};

use crate::fixture::{Asked, Expectation, Fixture, GivenAnswer};

/// Where all is well.
const GOOD: &str = "the credentials are good";
/// Where a token can be had.
const LOGIN: &str = "the credentials for a login are good";
/// Before a new login.
const EXPIRED: &str = "the token has expired";

/// The state for the last answer of a fixture.
pub(super) fn of(fixture: &Fixture) -> &'static str {
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
        // The answer is a good one; what the adapter makes of it is not the provider's business.
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

/// The state for an answer that comes before the last one.
pub(super) fn of_preparation(answer: &GivenAnswer) -> &'static str {
    match answer.status {
        _ if answer.issues_token() => LOGIN,
        Some(200..=299) => GOOD,
        _ => EXPIRED,
    }
}

/// What a provider needs to know to get into the state.
pub(super) fn parameters(fixture: &Fixture) -> Map<String, Value> {
    let mut parameters = Map::from_iter([("scenario".to_owned(), json!(fixture.scenario))]);
    if fixture.asked() != Asked::Check {
        parameters.insert("contact".to_owned(), json!(fixture.contact));
    }
    parameters
}
