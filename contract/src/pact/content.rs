//! Headers and bodies as a Pact writes them.
//!
//! Rule: a credential becomes a made-up value, whose place a verifier fills from the state of the provider.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use url::form_urlencoded;

use crate::credentials::FakeCredentials;
use crate::fixture::{ExpectedRequest, GivenAnswer, HIDDEN};

/// The headers, each with a list of values, so that no comma is taken for a separator.
pub(super) fn headers(headers: &BTreeMap<String, String>) -> Map<String, Value> {
    headers.iter().map(|(name, value)| (name.to_lowercase(), json!([value]))).collect()
}

/// The query, each parameter with a list of values.
pub(super) fn query(query: &str) -> Map<String, Value> {
    let mut parameters: Map<String, Value> = Map::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let values = parameters.entry(name).or_insert_with(|| json!([]));
        if let Value::Array(values) = values {
            values.push(json!(value));
        }
    }
    parameters
}

/// The body of a request.
pub(super) fn of_request(request: &ExpectedRequest) -> Option<Value> {
    let content_type = request.headers.get("content-type").map(String::as_str);
    if let Some(form) = &request.form {
        let pairs = form.iter().map(|(key, value)| (key, filled(key, value)));
        let text = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        return Some(document(&json!(text), content_type));
    }
    let mut body = request.body.clone()?;
    if let Value::Object(map) = &mut body {
        for (key, value) in map {
            if let Value::String(text) = value {
                *text = filled(key, text);
            }
        }
    }
    Some(document(&body, content_type))
}

/// The body of an answer.
pub(super) fn of_answer(answer: &GivenAnswer) -> Option<Value> {
    let content_type = answer.headers.get("content-type").map(String::as_str);
    match (&answer.body, &answer.text) {
        (Some(body), _) => Some(document(&issued(body), content_type)),
        (None, Some(text)) => Some(document(&json!(text), content_type)),
        (None, None) => None,
    }
}

/// The JSON of an answer, with a made-up token.
pub(super) fn issued(body: &Value) -> Value {
    match body {
        Value::String(text) if text == HIDDEN => json!(FakeCredentials::issued()),
        Value::Array(items) => Value::Array(items.iter().map(issued).collect()),
        Value::Object(map) => map.iter().map(|(key, value)| (key.clone(), issued(value))).collect(),
        other => other.clone(),
    }
}

/// The keys of a request's body that hold a credential.
pub(super) fn credential_keys(request: &ExpectedRequest) -> Vec<&str> {
    let form = request.form.iter().flatten().filter(|(_, value)| *value == HIDDEN);
    let body = request.body.as_ref().and_then(Value::as_object).into_iter().flatten();
    let body = body.filter(|(_, value)| *value == HIDDEN);
    form.map(|(key, _)| key.as_str()).chain(body.map(|(key, _)| key.as_str())).collect()
}

fn filled(key: &str, value: &str) -> String {
    if value == HIDDEN { FakeCredentials::value(key) } else { value.to_owned() }
}

fn document(content: &Value, content_type: Option<&str>) -> Value {
    json!({"content": content, "contentType": content_type.unwrap_or("text/plain"), "encoded": false})
}
