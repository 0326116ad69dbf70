//! What differs between what a fixture expects and what happened.
//!
//! Its rule: every difference is told in one line that names the place and both sides.

use std::collections::BTreeMap;

use serde_json::Value;
use unicontact::providers::{Draft, ProviderError};

use super::fixture::{Expectation, ExpectedFieldError, ExpectedRequest};
use super::providers::{BASIC, credential};
use super::served::Received;

/// The headers that matter. All others are the transport's business.
const HEADERS: [&str; 3] = ["accept", "authorization", "content-type"];
const HIDDEN: &str = "[secret]";

/// What came out of asking an adapter.
#[derive(Debug)]
pub(crate) enum Outcome {
    Created { id: String, existing: bool },
    Found(Option<String>),
    Checked,
    Failed(ProviderError),
}

/// The differences found so far.
#[derive(Debug, Default)]
pub(crate) struct Differences(pub(crate) Vec<String>);

impl Differences {
    pub(crate) fn add(&mut self, difference: impl Into<String>) {
        self.0.push(difference.into());
    }

    fn compare<T: PartialEq + std::fmt::Debug>(&mut self, what: &str, expected: &T, actual: &T) {
        if expected != actual {
            self.add(format!("{what}: expected {expected:?}, got {actual:?}"));
        }
    }

    /// Whether the requests that arrived are exactly the expected ones. `tokens` is the bearer token of each.
    pub(crate) fn requests(
        &mut self,
        expected: &[&ExpectedRequest],
        received: &[Received],
        tokens: &[Option<&str>],
    ) {
        self.compare("number of requests", &expected.len(), &received.len());
        for (index, (expected, received)) in expected.iter().zip(received).enumerate() {
            let seen = as_fixture(received, tokens.get(index).copied().flatten());
            self.request(&format!("request {index}"), expected, &seen);
        }
    }

    fn request(&mut self, place: &str, expected: &ExpectedRequest, seen: &ExpectedRequest) {
        self.compare(&format!("{place} method"), &expected.method, &seen.method);
        self.compare(&format!("{place} path"), &expected.path, &seen.path);
        self.compare(&format!("{place} headers"), &expected.headers, &seen.headers);
        self.compare(&format!("{place} form"), &expected.form, &seen.form);
        let (expected, seen) = (expected.body.as_ref(), seen.body.as_ref());
        self.json(&format!("{place} body"), expected.unwrap_or(&Value::Null), seen.unwrap_or(&Value::Null));
    }

    /// Whether a draft, its look-ups resolved as the fixture says, is the request that the fixture expects.
    pub(crate) fn draft(&mut self, expected: &ExpectedRequest, draft: &Draft) {
        let mut body = draft.body.clone();
        for lookup in &draft.lookups {
            let resolved = expected.body.as_ref().and_then(|body| body.pointer(&lookup.pointer));
            if let (Some(place), Some(resolved)) = (body.pointer_mut(&lookup.pointer), resolved) {
                *place = resolved.clone();
            }
        }
        let headers = draft.headers.iter().map(|it| (it.name.to_owned(), it.value.redacted()));
        let accepts = ("accept".to_owned(), "application/json".to_owned());
        let seen = ExpectedRequest {
            method: serde_json::to_value(draft.method).unwrap().as_str().unwrap().to_owned(),
            path: path_and_query(&draft.url),
            headers: headers.chain([accepts]).collect(),
            body: Some(body),
            form: None,
        };
        self.request("draft", expected, &seen);
    }

    /// Whether the fates are exactly the expected ones.
    pub(crate) fn fates(&mut self, expected: &BTreeMap<String, String>, draft: &Draft) {
        let mut seen = BTreeMap::new();
        for field in &draft.fields {
            let fate = field.fate.as_str().to_owned();
            if seen.insert(field.field.clone(), fate).is_some() {
                self.add(format!("{} has two fates", field.field));
            }
        }
        let nothing = String::from("nothing");
        let places: std::collections::BTreeSet<&String> = expected.keys().chain(seen.keys()).collect();
        for place in places {
            let side = |map: &BTreeMap<String, String>| map.get(place).unwrap_or(&nothing).clone();
            self.compare(&format!("fate of {place}"), &side(expected), &side(&seen));
        }
    }

    pub(crate) fn outcome(&mut self, expected: &Expectation, outcome: &Outcome) {
        if let Outcome::Failed(error) = outcome {
            if expected.kind.is_none() {
                return self.add(format!("it failed: {error}"));
            }
            return self.error(expected, error);
        }
        let got = format!("{outcome:?}");
        let wanted = match expected {
            Expectation { created: Some(id), .. } => {
                format!("{:?}", Outcome::Created { id: id.clone(), existing: false })
            }
            Expectation { existing: Some(id), .. } => {
                format!("{:?}", Outcome::Created { id: id.clone(), existing: true })
            }
            Expectation { found: Some(id), .. } => {
                format!("{:?}", Outcome::Found(id.as_str().map(str::to_owned)))
            }
            Expectation { checked: Some(true), .. } => format!("{:?}", Outcome::Checked),
            Expectation { kind, .. } => format!("an error of kind {kind:?}"),
        };
        if got != wanted {
            self.add(format!("outcome: expected {wanted}, got {got}"));
        }
    }

    fn error(&mut self, expected: &Expectation, error: &ProviderError) {
        self.compare("kind", &expected.kind.as_deref(), &Some(error.kind().as_str()));
        self.compare("effect", &expected.effect.as_deref(), &Some(error.effect().as_str()));
        self.compare("transient", &expected.transient, &Some(error.is_transient()));
        self.compare("status", &expected.status, &error.status());
        self.compare("code", &expected.code.as_deref(), &error.code());
        if expected.message.is_some() {
            self.compare("message", &expected.message.as_deref(), &error.message());
        }
        let seconds = error.retry_after().map(|wait| wait.as_secs());
        self.compare("retry_after_seconds", &expected.retry_after_seconds, &seconds);
        let moment = error.retry_at().map(|it| it.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string());
        self.compare("retry_at", &expected.retry_at, &moment);
        let told = error
            .field_errors()
            .iter()
            .map(|it| ExpectedFieldError { field: it.field.clone(), message: it.message.clone() });
        self.compare("fields", &expected.fields, &told.collect());
        let existing = error.existing_id().map(|id| id.as_str().to_owned());
        self.compare("existing_id", &expected.existing_id, &existing);
    }

    /// The places at which two documents differ.
    fn json(&mut self, place: &str, expected: &Value, seen: &Value) {
        match (expected, seen) {
            (Value::Object(left), Value::Object(right)) => {
                for (key, value) in left {
                    let seen = right.get(key).unwrap_or(&Value::Null);
                    self.json(&format!("{place}.{key}"), value, seen);
                }
                for (key, value) in right.iter().filter(|(key, _)| !left.contains_key(*key)) {
                    self.add(format!("{place}.{key}: expected nothing, got {value}"));
                }
            }
            (Value::Array(left), Value::Array(right)) if left.len() == right.len() => {
                for (index, (expected, seen)) in left.iter().zip(right).enumerate() {
                    self.json(&format!("{place}[{index}]"), expected, seen);
                }
            }
            _ if expected == seen => {}
            _ => self.add(format!("{place}: expected {expected}, got {seen}")),
        }
    }
}

fn path_and_query(url: &url::Url) -> String {
    match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    }
}

/// A request as a fixture would write it: only what matters, and no credential where one belongs.
fn as_fixture(received: &Received, token: Option<&str>) -> ExpectedRequest {
    let mut headers: BTreeMap<String, String> = received.headers.clone();
    headers.retain(|name, _| HEADERS.contains(&name.as_str()));
    if let Some(header) = headers.get_mut("authorization") {
        let bearer = token.map(|token| format!("Bearer {token}"));
        if Some(&*header) == bearer.as_ref() {
            *header = format!("Bearer {HIDDEN}");
        } else if *header == format!("Basic {BASIC}") {
            *header = format!("Basic {HIDDEN}");
        }
    }
    let is_form = headers.get("content-type").is_some_and(|it| it.contains("form-urlencoded"));
    let pairs = url::form_urlencoded::parse(&received.body);
    let form = pairs.map(|(key, value)| (key.to_string(), hidden(&key, &value).to_owned()));
    ExpectedRequest {
        method: received.method.clone(),
        path: received.target.clone(),
        headers,
        body: json_body(received).filter(|_| !is_form),
        form: is_form.then(|| form.collect()),
    }
}

fn json_body(received: &Received) -> Option<Value> {
    if received.body.is_empty() {
        return None;
    }
    let text = String::from_utf8_lossy(&received.body).into_owned();
    let mut body: Value = serde_json::from_str(&text).unwrap_or(Value::String(text));
    if let Value::Object(map) = &mut body {
        for (key, value) in map.iter_mut() {
            if let Value::String(text) = value {
                *text = hidden(key, text).to_owned();
            }
        }
    }
    Some(body)
}

/// The text, or `[secret]` if it is the credential of that key.
fn hidden<'a>(key: &str, text: &'a str) -> &'a str {
    const KEYS: [&str; 6] =
        ["application_token", "email", "password", "client_id", "client_secret", "refresh_token"];
    if KEYS.contains(&key) && text == credential(key) { HIDDEN } else { text }
}
