//! Writes headers, queries and bodies in the form of a Pact. A credential becomes a fake value, which a verifier replaces
//! with one from the provider state.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use url::form_urlencoded;

use super::with_sorted_keys;
use crate::credentials::FakeCredentials;
use crate::fixture::{ExpectedRequest, FixtureAnswer, SECRET_PLACEHOLDER};

/// Returns the headers, each with a list of values, so that no comma separates values.
pub(super) fn headers(headers: &BTreeMap<String, String>) -> Map<String, Value> {
    let headers = headers.iter().map(|(name, value)| (name.to_lowercase(), value));
    headers.map(|(name, value)| (name.clone(), json!([with_fake_credential(&name, value)]))).collect()
}

/// Returns the parameters of a query, each with a list of values.
pub(super) fn query(query: &str) -> Map<String, Value> {
    let mut parameters: Map<String, Value> = Map::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let value = with_fake_credential(&name, &value);
        let values = parameters.entry(name).or_insert_with(|| json!([]));
        if let Value::Array(values) = values {
            values.push(json!(value));
        }
    }
    parameters
}

/// Returns the body of a request.
pub(super) fn of_request(request: &ExpectedRequest) -> Option<Value> {
    let content_type = content_type(&request.headers);
    if let Some(form) = &request.form {
        let pairs = form.iter().map(|(key, value)| (key, with_fake_credential(key, value)));
        let text = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        return Some(document(&json!(text), content_type));
    }
    let mut body = request.body.clone()?;
    if let Value::Object(map) = &mut body {
        for (key, value) in map {
            if let Value::String(text) = value {
                *text = with_fake_credential(key, text);
            }
        }
    }
    Some(document(&body, content_type))
}

/// The body of an answer.
pub(super) enum AnswerBody {
    /// A document with JSON's content type.
    Json(Value),
    /// Any other body. Pact compares JSON with another content type as text, too.
    Text(String),
}

impl AnswerBody {
    /// Returns the body of an answer, or `None` without one.
    pub(super) fn from_answer(answer: &FixtureAnswer) -> Option<Self> {
        match (&answer.body, &answer.text) {
            (Some(body), _) if content_type(&answer.headers).is_none_or(is_json) => {
                Some(Self::Json(with_fake_token(body)))
            }
            (Some(body), _) => Some(Self::Text(with_sorted_keys(with_fake_token(body)).to_string())),
            (None, Some(text)) => Some(Self::Text(text.clone())),
            (None, None) => None,
        }
    }

    /// Returns the body in the form of a Pact.
    pub(super) fn document(&self, headers: &BTreeMap<String, String>) -> Value {
        let content_type = content_type(headers);
        match self {
            Self::Json(body) => document(body, content_type.or(Some("application/json"))),
            Self::Text(text) => document(&json!(text), content_type),
        }
    }
}

/// Returns the content type of a request or an answer.
pub(super) fn content_type(headers: &BTreeMap<String, String>) -> Option<&str> {
    headers.get("content-type").map(String::as_str)
}

/// Returns whether a content type is that of JSON, such as `application/problem+json`.
pub(super) fn is_json(content_type: &str) -> bool {
    content_type.contains("json")
}

/// Returns the JSON of an answer with a fake token in place of `[secret]`.
fn with_fake_token(body: &Value) -> Value {
    match body {
        Value::String(text) if text == SECRET_PLACEHOLDER => json!(FakeCredentials::issued()),
        Value::Array(items) => Value::Array(items.iter().map(with_fake_token).collect()),
        Value::Object(map) => map.iter().map(|(key, value)| (key.clone(), with_fake_token(value))).collect(),
        other => other.clone(),
    }
}

/// Returns the headers that hold a credential, in lower case, beside the authorization.
pub(super) fn credential_headers(request: &ExpectedRequest) -> Vec<String> {
    let headers = request.headers.iter().filter(|(_, value)| *value == SECRET_PLACEHOLDER);
    headers.map(|(name, _)| name.to_lowercase()).filter(|name| name != "authorization").collect()
}

/// Returns the parameters of a query that hold a credential.
pub(super) fn credential_parameters(query: &str) -> Vec<String> {
    let parameters = form_urlencoded::parse(query.as_bytes());
    parameters.filter(|(_, value)| value == SECRET_PLACEHOLDER).map(|(name, _)| name.into_owned()).collect()
}

/// Returns the keys of a request's body that hold a credential.
pub(super) fn credential_keys(request: &ExpectedRequest) -> Vec<&str> {
    let form = request.form.iter().flatten().filter(|(_, value)| *value == SECRET_PLACEHOLDER);
    let body = request.body.as_ref().and_then(Value::as_object).into_iter().flatten();
    let body = body.filter(|(_, value)| *value == SECRET_PLACEHOLDER);
    form.map(|(key, _)| key.as_str()).chain(body.map(|(key, _)| key.as_str())).collect()
}

fn with_fake_credential(key: &str, value: &str) -> String {
    if value == SECRET_PLACEHOLDER { FakeCredentials::value(key) } else { value.to_owned() }
}

fn document(content: &Value, content_type: Option<&str>) -> Value {
    json!({"content": content, "contentType": content_type.unwrap_or("text/plain"), "encoded": false})
}
