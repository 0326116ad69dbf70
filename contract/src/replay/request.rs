//! Converts a received request into the form of a fixture.
//!
//! A credential becomes `[secret]` only where it is expected. Anywhere else it stays, and shows as a difference.

use std::collections::BTreeMap;

use serde_json::Value;
use unicontact_providers::testkit::Received;
use url::form_urlencoded;

use crate::credentials::FakeCredentials;
use crate::fixture::ExpectedRequest;

/// The headers that are compared. All others depend on the transport.
const HEADERS: [&str; 3] = ["accept", "authorization", "content-type"];

/// Returns the request in the form of a fixture. `bearer` is the expected token.
pub(crate) fn as_fixture(
    received: &Received,
    credentials: &FakeCredentials,
    bearer: Option<&str>,
) -> ExpectedRequest {
    let mut headers: BTreeMap<String, String> = HEADERS
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), received.header(name)?.to_owned())))
        .collect();
    if let Some(header) = headers.get_mut("authorization") {
        *header = credentials.hidden_in_header(header, bearer);
    }
    let is_form = headers.get("content-type").is_some_and(|it| it.contains("form-urlencoded"));
    ExpectedRequest {
        method: received.method().to_owned(),
        path: received.target().to_owned(),
        headers,
        body: json(received, credentials).filter(|_| !is_form),
        form: is_form.then(|| form(received, credentials)),
    }
}

fn form(received: &Received, credentials: &FakeCredentials) -> BTreeMap<String, String> {
    let pairs = form_urlencoded::parse(received.body());
    pairs.map(|(key, value)| (key.into_owned(), credentials.hidden(&value).to_owned())).collect()
}

fn json(received: &Received, credentials: &FakeCredentials) -> Option<Value> {
    if received.body().is_empty() {
        return None;
    }
    let mut body = serde_json::from_slice(received.body()).unwrap_or_else(|_| Value::String(received.text()));
    if let Value::Object(map) = &mut body {
        for value in map.values_mut() {
            if let Value::String(text) = value {
                *text = credentials.hidden(text).to_owned();
            }
        }
    }
    Some(body)
}
