//! What an adapter sent and made of the answers, beside what the fixture says.
//!
//! Rule: requests are compared exactly and in order; of an error, everything that it tells.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use unicontact_providers::testkit::Received;
use unicontact_providers::{ContactProvider as _, Draft, Effect, ErrorKind, Provider, ProviderError};

use super::request::as_written;
use crate::credentials::FakeCredentials;
use crate::difference::Differences;
use crate::fixture::{Expectation, ExpectedFieldError, ExpectedRequest, Fault};
use crate::outcome::Outcome;
use crate::scenario::Scenario;

/// Whether the requests that arrived are exactly the expected ones.
pub(super) fn requests(differences: &mut Differences, scenario: &Scenario<'_>, received: &[Received]) {
    let fixture = scenario.fixture;
    if fixture.fault() == Some(Fault::Refused) {
        return;
    }
    let count = fixture.exchanges().count();
    differences.values("number of requests", Some(count), Some(received.len()));
    let credentials = scenario.credentials();
    let mut bearer = scenario.first_bearer();
    for (index, ((expected, answer), received)) in fixture.exchanges().zip(received).enumerate() {
        let seen = as_written(received, &credentials, bearer.as_deref());
        request(differences, &format!("request {}", index + 1), expected, &seen);
        if answer.issues_token() {
            bearer = Some(FakeCredentials::issued().to_owned());
        }
    }
}

fn request(differences: &mut Differences, place: &str, expected: &ExpectedRequest, seen: &ExpectedRequest) {
    differences.texts(&format!("{place} method"), Some(&expected.method), Some(&seen.method));
    differences.texts(&format!("{place} path"), Some(&expected.path), Some(&seen.path));
    pairs(differences, &format!("{place} header"), &expected.headers, &seen.headers);
    let nothing = BTreeMap::new();
    let form = |request: &ExpectedRequest| request.form.clone().unwrap_or_else(|| nothing.clone());
    pairs(differences, &format!("{place} form"), &form(expected), &form(seen));
    differences.json(&format!("{place} body"), expected.body.as_ref(), seen.body.as_ref());
}

fn pairs(
    differences: &mut Differences,
    place: &str,
    expected: &BTreeMap<String, String>,
    seen: &BTreeMap<String, String>,
) {
    let names: BTreeSet<&String> = expected.keys().chain(seen.keys()).collect();
    for name in names {
        let side = |map: &BTreeMap<String, String>| map.get(name).cloned();
        differences.texts(&format!("{place} {name}"), side(expected).as_deref(), side(seen).as_deref());
    }
}

/// Whether what the adapter would send is the request that the fixture expects, with the fates that it expects.
pub(super) fn draft(differences: &mut Differences, scenario: &Scenario<'_>, provider: &Provider) {
    let fixture = scenario.fixture;
    let draft = match provider.draft(scenario.contact) {
        Ok(draft) => draft,
        Err(error) if fixture.request.is_none() => {
            return outcome(differences, &fixture.expect, &Outcome::Failed(error));
        }
        Err(error) => return differences.add("draft", "one", error.to_string()),
    };
    match &fixture.request {
        None => differences.add("draft", "none: the fixture sends nothing", "one"),
        // Of a fixture that ends with its login, the create is not there to compare.
        Some(expected) if expected.path.starts_with(draft.url.path()) => {
            request(differences, "draft", expected, &as_request(&draft, expected));
        }
        Some(_) => {}
    }
    if let Some(expected) = &fixture.expect.fates {
        fates(differences, expected, &draft);
    }
}

/// The draft as a fixture would write it, its look-ups resolved as the fixture says.
fn as_request(draft: &Draft, expected: &ExpectedRequest) -> ExpectedRequest {
    let mut body = Value::clone(&draft.body);
    for lookup in &draft.lookups {
        let resolved = expected.body.as_ref().and_then(|body| body.pointer(&lookup.pointer));
        if let (Some(place), Some(resolved)) = (body.pointer_mut(&lookup.pointer), resolved) {
            *place = resolved.clone();
        }
    }
    let headers = draft.headers.iter().map(|it| (it.name.to_string(), it.value.redacted()));
    let query = draft.url.query().map_or_else(String::new, |query| format!("?{query}"));
    ExpectedRequest {
        method: draft.method.as_str().to_owned(),
        path: format!("{}{query}", draft.url.path()),
        headers: headers.chain([("accept".to_owned(), "application/json".to_owned())]).collect(),
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

/// Whether it came out as the fixture expects.
pub(super) fn outcome(differences: &mut Differences, expected: &Expectation, outcome: &Outcome) {
    if let (Outcome::Failed(failure), Some(_)) = (outcome, &expected.kind) {
        return error(differences, expected, failure);
    }
    let (wanted, got) = (in_words(expected), outcome.in_words());
    differences.texts("result", Some(&wanted), Some(&got));
}

fn error(differences: &mut Differences, expected: &Expectation, error: &ProviderError) {
    differences.texts("kind", expected.kind.map(ErrorKind::as_str), Some(error.kind().as_str()));
    differences.texts("effect", expected.effect.map(Effect::as_str), Some(error.effect().as_str()));
    differences.values("transient", expected.transient, Some(error.is_transient()));
    differences.values("status", expected.status, error.status());
    differences.texts("code", expected.code.as_deref(), error.code());
    if expected.message.is_some() {
        differences.texts("message", expected.message.as_deref(), error.message());
    }
    let seconds = error.retry_after().map(|wait| wait.as_secs());
    differences.values("retry_after_seconds", expected.retry_after_seconds, seconds);
    let moment = error.retry_at().map(|it| it.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string());
    differences.texts("retry_at", expected.retry_at.as_deref(), moment.as_deref());
    field_errors(differences, &expected.fields, error);
    let existing = error.existing_id().map(|id| id.as_str().to_owned());
    differences.texts("existing_id", expected.existing_id.as_deref(), existing.as_deref());
}

fn field_errors(differences: &mut Differences, expected: &[ExpectedFieldError], error: &ProviderError) {
    let told: Vec<ExpectedFieldError> = error
        .field_errors()
        .iter()
        .map(|it| ExpectedFieldError { field: it.field.clone(), message: it.message.clone() })
        .collect();
    let written = |it: Option<&ExpectedFieldError>| it.map(|it| format!("{}: {}", it.field, it.message));
    for index in 0..expected.len().max(told.len()) {
        let place = format!("fields[{index}]");
        differences.values(&place, written(expected.get(index)), written(told.get(index)));
    }
}

fn in_words(expected: &Expectation) -> String {
    match expected {
        Expectation { created: Some(id), .. } => format!("created {id}"),
        Expectation { existing: Some(id), .. } => format!("existing {id}"),
        Expectation { found: Some(id), .. } => found_in_words(id.as_str()),
        Expectation { unclear: Some(ids), .. } => unclear_in_words(ids),
        Expectation { checked: Some(_), .. } => "checked".to_owned(),
        Expectation { kind, .. } => format!("an error of kind {}", kind.map_or("", ErrorKind::as_str)),
    }
}

fn found_in_words(id: Option<&str>) -> String {
    id.map_or_else(|| "nothing found".to_owned(), |id| format!("found {id}"))
}

fn unclear_in_words(candidates: &[String]) -> String {
    format!("unclear: {}", candidates.join(", "))
}

impl Outcome {
    /// As [`in_words`] writes what is expected.
    fn in_words(&self) -> String {
        match self {
            Self::Created { id, existing: false } => format!("created {id}"),
            Self::Created { id, existing: true } => format!("existing {id}"),
            Self::Found(id) => found_in_words(id.as_deref()),
            Self::Unclear(candidates) => unclear_in_words(candidates),
            Self::Checked => "checked".to_owned(),
            Self::Failed(error) => error.to_string(),
        }
    }
}
