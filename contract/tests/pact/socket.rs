//! Runs the adapters against a server that has only the interactions of one scenario and gives each answer once.

use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};
use unicontact_contract::pact::Export;
use unicontact_providers::http::Answer;
use unicontact_providers::testkit::{Behaviour, Received, Server};
use url::form_urlencoded;

use crate::pact::support::pacts::{differences_at, exports, fixture, interaction};
use crate::pact::support::paths;

const UNEXPECTED: u16 = 418;

#[tokio::test]
async fn every_scenario_passes_with_the_interactions_of_its_pact() {
    let mut differing = Vec::new();
    for (vendor, export) in exports() {
        for (scenario, keys) in &export.scenarios {
            let server = serve(export, keys).await;
            differing.extend(differences_at(&server.url(), fixture(vendor, scenario)).await);
            assert_eq!(server.received().len(), keys.len(), "requests of {vendor}/{scenario}");
        }
    }
    assert!(differing.is_empty(), "\n{}", differing.join("\n"));
}

async fn serve(export: &Export, keys: &[String]) -> Server {
    let interactions: Vec<Value> = keys.iter().map(|key| interaction(export, key).clone()).collect();
    let open = Mutex::new(interactions);
    let behaviour = move |request: &Received| {
        let mut open = open.lock().unwrap_or_else(PoisonError::into_inner);
        let found = open.iter().position(|interaction| matches(&interaction["request"], request));
        Behaviour::Answer(
            found.map_or_else(|| Answer::new(UNEXPECTED), |index| answer(&open.remove(index)["response"])),
        )
    };
    Server::start(behaviour).await.unwrap()
}

/// Returns whether a request is the one of an interaction. Credentials may differ.
pub(crate) fn matches(expected: &Value, request: &Received) -> bool {
    let credentials = expected["matchingRules"]["body"].as_object();
    let credentials: Vec<&str> = credentials.into_iter().flatten().map(|(path, _)| path.as_str()).collect();
    let expected_body = without(readable(&expected["body"]), &credentials);
    let actual_body = if request.body().is_empty() { Value::Null } else { body_of(request) };
    expected["method"] == request.method()
        && expected["path"] == request.path()
        && expected["query"] == query_of(request)
        && has_headers(expected, request)
        && expected_body == without(actual_body, &credentials)
}

/// Returns whether the request has every header of the Pact. The token after the scheme may differ.
fn has_headers(expected: &Value, request: &Received) -> bool {
    expected["headers"].as_object().into_iter().flatten().all(|(name, values)| {
        let (expected, actual) = (values[0].as_str().unwrap(), request.header(name).unwrap_or_default());
        let scheme = |it: &str| it.split(' ').next().unwrap_or_default().to_owned();
        if name == "authorization" { scheme(expected) == scheme(actual) } else { expected == actual }
    })
}

fn query_of(request: &Received) -> Value {
    let Some(query) = request.query() else {
        return Value::Null;
    };
    form_urlencoded::parse(query.as_bytes()).map(|(key, value)| (key.into_owned(), json!([value]))).collect()
}

fn body_of(request: &Received) -> Value {
    let is_form = request.header("content-type").is_some_and(|it| it.contains("form"));
    if is_form { form(&request.text()) } else { serde_json::from_slice(request.body()).unwrap() }
}

/// Returns a body as a JSON document.
pub(crate) fn readable(body: &Value) -> Value {
    match (&body["contentType"], &body["content"]) {
        (Value::String(media_type), Value::String(text)) if media_type.contains("form") => form(text),
        (_, content) => content.clone(),
    }
}

fn form(text: &str) -> Value {
    form_urlencoded::parse(text.as_bytes()).map(|(key, value)| (key.into_owned(), json!(value))).collect()
}

/// Returns the body without credentials, or null if one of them is missing.
fn without(mut body: Value, credentials: &[&str]) -> Value {
    for path in credentials {
        if paths::at(&body, path).is_empty() {
            return Value::Null;
        }
        body.as_object_mut().unwrap().remove(path.trim_start_matches("$."));
    }
    body
}

fn answer(response: &Value) -> Answer {
    let status = u16::try_from(response["status"].as_u64().unwrap()).unwrap();
    let headers = response["headers"].as_object().into_iter().flatten();
    let answer = headers.fold(Answer::new(status), |answer, (name, values)| {
        answer.with_header(name, values[0].as_str().unwrap())
    });
    match &response["body"]["content"] {
        Value::Null => answer,
        Value::String(text) => answer.with_body(text.clone()),
        json => answer.with_body(json.to_string()),
    }
}
