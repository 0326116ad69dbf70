//! One request as a stand-in sees it, and what a stand-in is.
//!
//! Rule: a stand-in answers from the request, its own state and the time it is told. It waits for nothing.

use axum::body::Bytes;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::Response;
use jiff::Timestamp;
use serde_json::Value;
use url::form_urlencoded;

use crate::ledger::Ledger;
use crate::limits::Limits;

/// A vendor's stand-in.
pub(crate) trait StandIn: Send {
    fn answer(&mut self, request: &Received) -> Response;

    /// An error that has nothing to do with the request, in the vendor's form.
    fn failure(&self, status: StatusCode) -> Response;

    /// The contacts created so far.
    fn contacts(&self) -> &Ledger;
}

/// A request that was read to its end.
pub(crate) struct Received {
    pub(crate) method: Method,
    pub(crate) uri: Uri,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) at: Timestamp,
    /// Its number among the requests to this vendor, from 1.
    pub(crate) number: usize,
    pub(crate) limits: Limits,
}

impl Received {
    /// The path between its slashes.
    pub(crate) fn segments(&self) -> Vec<&str> {
        self.uri.path().split('/').skip(1).collect()
    }

    pub(crate) fn query_value(&self, name: &str) -> Option<String> {
        pair_value(self.uri.query().unwrap_or_default().as_bytes(), name)
    }

    /// A value of an url-encoded form in the body.
    pub(crate) fn form_value(&self, name: &str) -> Option<String> {
        pair_value(&self.body, name)
    }

    pub(crate) fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }

    pub(crate) fn is_json(&self) -> bool {
        self.has_content_type("application/json")
    }

    pub(crate) fn is_form(&self) -> bool {
        self.has_content_type("application/x-www-form-urlencoded")
    }

    pub(crate) fn bearer(&self) -> Option<&str> {
        self.credentials("Bearer")
    }

    /// What follows the scheme in the `Authorization` header.
    pub(crate) fn credentials(&self, scheme: &str) -> Option<&str> {
        let value = self.headers.get(header::AUTHORIZATION)?.to_str().ok()?;
        let (found, credentials) = value.split_once(' ')?;
        found.eq_ignore_ascii_case(scheme).then(|| credentials.trim())
    }

    fn has_content_type(&self, expected: &str) -> bool {
        self.headers
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split(';').next())
            .is_some_and(|found| found.trim().eq_ignore_ascii_case(expected))
    }
}

fn pair_value(encoded: &[u8], name: &str) -> Option<String> {
    form_urlencoded::parse(encoded).find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}
