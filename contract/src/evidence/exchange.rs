//! The request of a claim, without the values of an account and of a contact.

use std::fmt;

use serde::Serialize;
use serde_json::Value;

use crate::fixture::{Fixture, ProviderDocument};
use crate::request_match::MADE_UP;

/// The method and the path of a request. The path has no query, and names of configuration keys in place of the account:
/// `/{organization_id}/contacts`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct ClaimedRequest {
    /// The method.
    pub method: String,
    /// The path.
    pub path: String,
}

impl ClaimedRequest {
    /// Returns the last request of a fixture.
    pub(super) fn of_fixture(fixture: &Fixture, defaults: Option<&ProviderDocument>) -> Option<Self> {
        let (request, _) = fixture.exchanges().last()?;
        let own = fixture.provider.keys.iter();
        let keys: Vec<_> = own.chain(defaults.into_iter().flat_map(|document| &document.keys)).collect();
        let path = request.path.split('?').next().unwrap_or_default();
        let segments = path.split('/').map(|segment| {
            let is_its_value = |(_, value): &&(&String, &Value)| is_text_of(value, segment);
            match keys.iter().find(is_its_value) {
                Some((key, _)) if !segment.is_empty() => format!("{{{key}}}"),
                _ => placeholder(segment),
            }
        });
        Some(Self { method: request.method.clone(), path: segments.collect::<Vec<_>>().join("/") })
    }
}

impl fmt::Display for ClaimedRequest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.method, self.path)
    }
}

/// Returns whether a configuration key has this text as its value.
fn is_text_of(value: &Value, text: &str) -> bool {
    match value {
        Value::String(value) => value == text,
        Value::Number(value) => value.to_string() == text,
        _ => false,
    }
}

/// Returns a segment that is no configured value. A made-up value becomes the name of its key, and an e-mail address `{email}`.
fn placeholder(segment: &str) -> String {
    match segment.strip_prefix(MADE_UP) {
        Some(key) => format!("{{{}}}", key.replace('-', "_")),
        None if segment.contains('@') || segment.contains("%40") => "{email}".to_owned(),
        None => segment.to_owned(),
    }
}
