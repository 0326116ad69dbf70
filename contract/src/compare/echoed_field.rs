//! Finds fields that a vendor echoes: the fixtures' answers repeat a text of their request there.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::credentials::SECRET_PLACEHOLDER;
use crate::experiment::FixtureExchange;
use crate::shape::ShapePath;

/// The fields that the answers of all fixtures of a call echo: the place of each by its JSON pointer.
pub(super) struct EchoedFields(BTreeMap<String, ShapePath>);

impl EchoedFields {
    /// Returns the fields that all of these exchanges echo.
    pub(super) fn new(own: &[FixtureExchange<'_>]) -> Self {
        let mut repeated =
            own.iter().map(|it| repeated(it.request.body.as_ref(), it.answer.json().as_deref()));
        let first = repeated.next().unwrap_or_default();
        let in_all = repeated.fold(first, |mut all, other| {
            all.retain(|pointer, _| other.contains_key(pointer));
            all
        });
        Self(in_all)
    }

    /// Returns the places that should echo the request and hold nothing. Missing keys are left to the comparison of shapes.
    pub(super) fn lost(&self, body: &Value) -> Vec<&ShapePath> {
        let mut lost: Vec<&ShapePath> =
            self.0.iter().filter(|(pointer, _)| is_lost(body, pointer)).map(|(_, path)| path).collect();
        lost.sort();
        lost.dedup();
        lost
    }

    /// Returns whether an echoed field is at the place, or inside its values.
    pub(super) fn are_in(&self, place: &ShapePath) -> bool {
        self.0.values().any(|path| place.contains(path))
    }
}

/// Returns the places of the answer's texts that are also in the request.
fn repeated(request: Option<&Value>, answer: Option<&Value>) -> BTreeMap<String, ShapePath> {
    let mut sent = Vec::new();
    texts(request.unwrap_or(&Value::Null), &Place::default(), &mut sent);
    let mut answered = Vec::new();
    texts(answer.unwrap_or(&Value::Null), &Place::default(), &mut answered);
    // An issued token repeats no credential, although fixtures have the same text for both.
    let is_value = |text: &str| text.len() > 1 && text != SECRET_PLACEHOLDER;
    let is_repeated = |text: &str| is_value(text) && sent.iter().any(|(_, sent)| *sent == text);
    let echoed = answered.into_iter().filter(|(_, text)| is_repeated(text));
    echoed.map(|(place, _)| (place.pointer, place.path)).collect()
}

#[derive(Default)]
struct Place {
    pointer: String,
    path: ShapePath,
}

fn texts<'a>(document: &'a Value, place: &Place, found: &mut Vec<(Place, &'a str)>) {
    match document {
        Value::String(text) => {
            found.push((Place { pointer: place.pointer.clone(), path: place.path.clone() }, text));
        }
        Value::Array(entries) => {
            for (index, entry) in entries.iter().enumerate() {
                let pointer = format!("{}/{index}", place.pointer);
                texts(entry, &Place { pointer, path: place.path.entries() }, found);
            }
        }
        Value::Object(map) => {
            for (key, value) in map {
                let escaped = key.replace('~', "~0").replace('/', "~1");
                let pointer = format!("{}/{escaped}", place.pointer);
                texts(value, &Place { pointer, path: place.path.member(key) }, found);
            }
        }
        _ => {}
    }
}

fn is_lost(body: &Value, pointer: &str) -> bool {
    match body.pointer(pointer) {
        Some(value) => value.is_null(),
        None => is_missing_entry(body, pointer),
    }
}

/// Returns whether the pointer leads to a missing entry of a list, and not to a missing key.
fn is_missing_entry(body: &Value, pointer: &str) -> bool {
    let mut rest = pointer;
    while let Some((parent, _)) = rest.rsplit_once('/') {
        if let Some(value) = body.pointer(parent) {
            return value.is_array() || value.is_null();
        }
        rest = parent;
    }
    false
}
