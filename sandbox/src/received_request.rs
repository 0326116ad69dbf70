//! A request that a stand-in received, with its JSON, form and credentials.

use axum::body::Bytes;
use axum::http::{HeaderMap, Method, Uri, header};
use jiff::Timestamp;
use serde_json::Value;
use url::form_urlencoded;

use crate::faults::Limits;

/// A request with its whole body.
pub(crate) struct ReceivedRequest {
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

impl ReceivedRequest {
    /// Returns the segments of the path.
    pub(crate) fn segments(&self) -> Vec<&str> {
        self.uri.path().split('/').skip(1).collect()
    }

    /// Returns the segments of the path without percent-encoding, and without an empty last one.
    pub(crate) fn decoded_segments(&self) -> Vec<String> {
        let mut segments = self.segments();
        if segments.last().is_some_and(|last| last.is_empty()) {
            segments.pop();
        }
        segments.into_iter().map(percent_decoded).collect()
    }

    pub(crate) fn query_value(&self, name: &str) -> Option<String> {
        pair_value(self.uri.query().unwrap_or_default().as_bytes(), name)
    }

    /// Returns a value of the URL-encoded form in the body.
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

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    pub(crate) fn bearer(&self) -> Option<&str> {
        self.credentials("Bearer")
    }

    /// Returns the text after the scheme in the `Authorization` header.
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

/// Decodes a segment of a path, in which a `+` is no space.
fn percent_decoded(segment: &str) -> String {
    let form = format!("={}", segment.replace('+', "%2B").replace('&', "%26"));
    form_urlencoded::parse(form.as_bytes()).next().map(|(_, value)| value.into_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn an_encoded_segment_is_decoded(text in "\\PC{1,20}") {
            let encoded = text.bytes().fold(String::new(), |encoded, byte| format!("{encoded}%{byte:02x}"));
            prop_assert_eq!(percent_decoded(&encoded), text);
        }

        #[test]
        fn a_segment_without_a_percent_sign_stays_as_it_is(text in "[^%]{0,20}") {
            prop_assert_eq!(percent_decoded(&text), text);
        }
    }
}
