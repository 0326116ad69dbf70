//! A valid create before its commit, and the form in which it is stored.

use serde_json::{Map, Value};

use crate::faults::Normalization;
use crate::received_request::ReceivedRequest;

/// A valid create that is not committed yet.
pub(crate) struct Draft {
    /// The number of the request.
    pub(crate) request: usize,
    /// The body as sent.
    pub(crate) sent: Map<String, Value>,
    /// Whether the vendor looks for an equal contact before it stores this one.
    pub(crate) dedupes: bool,
    /// The fields as they are stored, if a fault normalizes them.
    normalized: Option<Map<String, Value>>,
}

/// The fields of a create that are texts, as paths: `name`, or `phones.number` for that key of an object, or of each object in a
/// list.
pub(crate) struct TextFields {
    pub(crate) texts: &'static [&'static str],
    pub(crate) emails: &'static [&'static str],
    pub(crate) phones: &'static [&'static str],
}

impl Draft {
    pub(crate) fn new(sent: Map<String, Value>, request: &ReceivedRequest) -> Self {
        Self { request: request.number, sent, dedupes: false, normalized: None }
    }

    /// Returns the fields that the vendor stores.
    pub(crate) fn fields(&self) -> &Map<String, Value> {
        self.normalized.as_ref().unwrap_or(&self.sent)
    }

    /// Changes the form in which the fields are stored. The body as sent stays as it is.
    pub(crate) fn normalize(&mut self, normalization: &Normalization, fields: &TextFields) {
        let mut normalized = self.sent.clone();
        for path in fields.texts {
            change(&mut normalized, path, &|text| normalization.text(text));
        }
        for path in fields.emails {
            change(&mut normalized, path, &|text| normalization.email(text));
        }
        for path in fields.phones {
            change(&mut normalized, path, &|text| normalization.phone(text));
        }
        self.normalized = Some(normalized);
    }
}

/// Changes the text at a path, if there is one.
fn change(fields: &mut Map<String, Value>, path: &str, changed: &impl Fn(&str) -> String) {
    let (key, rest) = path.split_once('.').map_or((path, None), |(key, rest)| (key, Some(rest)));
    match (fields.get_mut(key), rest) {
        (Some(Value::String(text)), None) => *text = changed(text),
        (Some(Value::Array(items)), Some(rest)) => {
            for item in items.iter_mut().filter_map(Value::as_object_mut) {
                change(item, rest, changed);
            }
        }
        (Some(Value::Object(inner)), Some(rest)) => change(inner, rest, changed),
        _ => {}
    }
}
