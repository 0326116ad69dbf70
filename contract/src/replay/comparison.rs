//! Compares the requests and the result of an adapter with those of the fixture.
//!
//! Requests are compared exactly and in order, and errors with all their details.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use unicontact_providers::testkit::Received;
use unicontact_providers::{Draft, Effect, ErrorKind, Provider, ProviderError};

use super::request_comparison::{RequestComparison, pairs, request};
use super::server::UNEXPECTED;
use crate::credentials::SECRET_PLACEHOLDER;
use crate::difference::Differences;
use crate::fixture::{Expectation, ExpectedFieldError, ExpectedRequest, Fault};
use crate::outcome::{self, Outcome};
use crate::scenario::Scenario;

/// The place of the wait that a vendor asks for, as a fixture calls it.
pub(crate) const RETRY_AFTER: &str = "retry_after_seconds";
/// What stands in place of the status with which the kit answers a request that the fixture does not have.
const UNEXPECTED_REQUEST: &str = "an error: the fixture has no such request";

/// Compares the received requests with the expected ones.
pub(crate) fn requests(differences: &mut Differences, scenario: &Scenario<'_>, received: &[Received]) {
    if scenario.fixture.fault() == Some(Fault::Refused) {
        return;
    }
    let mut comparison = RequestComparison::new(scenario);
    let mut of_requests = Vec::new();
    for received in received {
        of_requests.extend(comparison.compare(received));
        comparison.advance();
    }
    differences.0.extend(comparison.count());
    differences.0.extend(of_requests);
}

/// Compares the adapter's draft with the expected request and the expected fates.
pub(super) fn draft(differences: &mut Differences, scenario: &Scenario<'_>, provider: &Provider) {
    let fixture = scenario.fixture;
    let draft = match outcome::draft(scenario.contact, provider) {
        Ok(draft) => draft,
        Err(error) if fixture.request.is_none() => {
            return outcome(differences, &fixture.expect, &Outcome::Failed(error));
        }
        Err(error) => return differences.add("draft", "one", error.to_string()),
    };
    match &fixture.request {
        None => differences.add("draft", "none: the fixture sends nothing", "one"),
        // A fixture that ends with its login has no create to compare.
        Some(expected) if expected.path.starts_with(draft.url.path()) => {
            request(differences, "draft", expected, &as_request(&draft, expected));
        }
        Some(_) => {}
    }
    if let Some(expected) = &fixture.expect.fates {
        fates(differences, expected, &draft);
    }
}

/// Returns the draft in the form of a fixture. Its look-ups take their results from the expected request.
pub(crate) fn as_request(draft: &Draft, expected: &ExpectedRequest) -> ExpectedRequest {
    let mut body = Value::clone(&draft.body);
    for lookup in &draft.lookups {
        let resolved = expected.body.as_ref().and_then(|body| body.pointer(&lookup.pointer));
        if let (Some(place), Some(resolved)) = (body.pointer_mut(&lookup.pointer), resolved) {
            *place = resolved.clone();
        }
    }
    let secret_query = draft.secret_query.iter().map(|name| format!("{name}={SECRET_PLACEHOLDER}"));
    let query: Vec<String> = draft.url.query().map(str::to_owned).into_iter().chain(secret_query).collect();
    let query = if query.is_empty() { String::new() } else { format!("?{}", query.join("&")) };
    ExpectedRequest {
        method: draft.method.as_str().to_owned(),
        path: format!("{}{query}", draft.url.path()),
        headers: draft.headers.iter().map(|it| (it.name.to_string(), it.value.redacted())).collect(),
        body: Some(body),
        form: None,
    }
}

fn fates(differences: &mut Differences, expected: &BTreeMap<String, String>, draft: &Draft) {
    let mut seen = BTreeMap::new();
    for field in &draft.fields {
        if seen.insert(field.field.to_string(), field.fate.as_str().to_owned()).is_some() {
            differences.add(&format!("fate of {}", field.field), "one", "two");
        }
    }
    pairs(differences, "fate of", expected, &seen);
}

/// Compares the result of the adapter with the expected one.
pub(crate) fn outcome(differences: &mut Differences, expected: &Expectation, outcome: &Outcome) {
    if let (Outcome::Failed(failure), Some(_)) = (outcome, &expected.kind) {
        return error(differences, expected, failure);
    }
    let (expected, actual) = (describe_expected(expected), describe(outcome));
    differences.texts("result", Some(&expected), Some(&actual));
}

fn error(differences: &mut Differences, expected: &Expectation, error: &ProviderError) {
    let actual = Expectation::from_error(error);
    differences.texts("kind", expected.kind.map(ErrorKind::as_str), Some(error.kind().as_str()));
    differences.texts("effect", expected.effect.map(Effect::as_str), Some(error.effect().as_str()));
    differences.values("transient", expected.transient, actual.transient);
    let status = |status: Option<u16>| status.map(described_status);
    differences.values("status", status(expected.status), status(actual.status));
    differences.texts("code", expected.code.as_deref(), actual.code.as_deref());
    if expected.message.is_some() {
        differences.texts("message", expected.message.as_deref(), actual.message.as_deref());
    }
    differences.values(RETRY_AFTER, expected.retry_after_seconds, actual.retry_after_seconds);
    differences.texts("retry_at", expected.retry_at.as_deref(), actual.retry_at.as_deref());
    field_errors(differences, &expected.fields, &actual.fields);
    differences.texts("existing_id", expected.existing_id.as_deref(), actual.existing_id.as_deref());
}

/// Returns a status in words. An adapter that passes on the kit's own answer sent a request that the fixture does not have.
fn described_status(status: u16) -> String {
    if status == UNEXPECTED { UNEXPECTED_REQUEST.to_owned() } else { status.to_string() }
}

fn field_errors(
    differences: &mut Differences,
    expected: &[ExpectedFieldError],
    actual: &[ExpectedFieldError],
) {
    let text = |it: Option<&ExpectedFieldError>| it.map(|it| json!(it).to_string());
    for index in 0..expected.len().max(actual.len()) {
        let place = format!("fields[{index}]");
        differences.values(&place, text(expected.get(index)), text(actual.get(index)));
    }
}

pub(crate) fn describe_expected(expected: &Expectation) -> String {
    match expected {
        Expectation { created: Some(id), .. } => format!("created {id}"),
        Expectation { existing: Some(id), .. } => format!("existing {id}"),
        Expectation { found: Some(id), .. } => describe_found(id.as_str()),
        Expectation { unclear: Some(ids), .. } => describe_unclear(ids),
        Expectation { checked: Some(_), .. } => "checked".to_owned(),
        Expectation { kind, .. } => format!("an error of kind {}", kind.map_or("", ErrorKind::as_str)),
    }
}

fn describe_found(id: Option<&str>) -> String {
    id.map_or_else(|| "nothing found".to_owned(), |id| format!("found {id}"))
}

fn describe_unclear(candidates: &[String]) -> String {
    format!("unclear: {}", candidates.join(", "))
}

/// Describes a result in the words of [`describe_expected`].
fn describe(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Created { id, existing: false, .. } => format!("created {id}"),
        Outcome::Created { id, existing: true, .. } => format!("existing {id}"),
        Outcome::Found(id) => describe_found(id.as_deref()),
        Outcome::Unclear(candidates) => describe_unclear(candidates),
        Outcome::Checked => "checked".to_owned(),
        Outcome::Failed(error) if error.status() == Some(UNEXPECTED) => UNEXPECTED_REQUEST.to_owned(),
        Outcome::Failed(error) => error.to_string(),
    }
}
