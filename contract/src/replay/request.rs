//! Converts a received request into the form of a fixture.
//!
//! A credential becomes `[secret]` only where it is expected. Anywhere else it stays, and shows as a difference.

use std::collections::BTreeMap;

use serde_json::Value;
use unicontact_providers::testkit::Received;
use url::form_urlencoded;

use crate::credentials::FakeCredentials;
use crate::fixture::ExpectedRequest;

/// The headers of the transport, which are not compared.
const TRANSPORT_HEADERS: [&str; 6] =
    ["accept-encoding", "connection", "content-length", "host", "transfer-encoding", "user-agent"];

/// Returns the request in the form of a fixture. `bearer` is the expected token.
pub(crate) fn as_fixture(
    received: &Received,
    credentials: &FakeCredentials,
    bearer: Option<&str>,
) -> ExpectedRequest {
    let headers: BTreeMap<String, String> = own_headers(received)
        .map(|(name, value)| {
            let value = credentials.hidden_in_header(&name, value, bearer);
            (name, value)
        })
        .collect();
    let is_form = headers.get("content-type").is_some_and(|it| it.contains("form-urlencoded"));
    ExpectedRequest {
        method: received.method().to_owned(),
        path: credentials.hidden_in_target(received.target()),
        headers,
        body: json(received, credentials).filter(|_| !is_form),
        form: is_form.then(|| form(received, credentials)),
    }
}

/// Returns the headers of a request without those of the transport.
pub(crate) fn own_headers(received: &Received) -> impl Iterator<Item = (String, &str)> {
    received.headers().filter(|(name, value)| {
        !TRANSPORT_HEADERS.contains(&name.as_str()) && !is_added_by_fetch(name, value)
    })
}

/// Returns whether the `fetch` of JavaScript adds the header by itself.
fn is_added_by_fetch(name: &str, value: &str) -> bool {
    matches!((name, value), ("accept-language", "*") | ("sec-fetch-mode", "cors"))
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
    hide_in(&mut body, credentials);
    Some(body)
}

fn hide_in(value: &mut Value, credentials: &FakeCredentials) {
    match value {
        Value::String(text) => *text = credentials.hidden(text).to_owned(),
        Value::Array(entries) => entries.iter_mut().for_each(|entry| hide_in(entry, credentials)),
        Value::Object(map) => map.values_mut().for_each(|member| hide_in(member, credentials)),
        _ => {}
    }
}
