//! A request as a stand-in sees it, and the trait of the stand-ins.
//!
//! A stand-in checks a request and commits a create in two steps, so that the code around it can delay or change the commit.
//! It computes both from the request, its own state and the time that it is given, and never waits.

use axum::body::Bytes;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::Response;
use jiff::Timestamp;
use serde_json::Value;
use url::form_urlencoded;

use crate::draft::{Draft, TextFields};
use crate::ledger::Ledger;
use crate::limits::Limits;

/// A vendor's stand-in.
pub(crate) trait StandIn: Send {
    /// Checks a request, and answers it unless it is a create that is to be committed.
    fn check(&mut self, request: &Received) -> Checked;

    /// Returns the answer with a contact that the vendor holds already, if it returns that one instead of a new one.
    fn existing(&mut self, _draft: &Draft) -> Option<Response> {
        None
    }

    /// Stores the contact of a create, and returns the answer.
    fn commit(&mut self, draft: Draft, now: Timestamp) -> Response;

    /// Returns an error that has nothing to do with the request, in the vendor's form.
    fn failure(&self, status: StatusCode) -> Response;

    /// Returns the fields of a create that are texts.
    fn text_fields(&self) -> &'static TextFields;

    /// Returns the contacts created so far.
    fn contacts(&self) -> &Ledger;
}

/// The result of checking a request.
pub(crate) enum Checked {
    /// The answer to a request that stores no contact.
    Answered(Response),
    /// A valid create, not yet committed.
    Accepted(Draft),
}

impl From<Response> for Checked {
    fn from(response: Response) -> Self {
        Self::Answered(response)
    }
}

impl From<Draft> for Checked {
    fn from(draft: Draft) -> Self {
        Self::Accepted(draft)
    }
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
    /// The latest commit that lists and look-ups show, if they lag.
    pub(crate) horizon: Option<Timestamp>,
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
