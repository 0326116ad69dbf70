//! Finds fields that a vendor echoes: the fixtures' answers repeat a text of their request there.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::credentials::SECRET_PLACEHOLDER;
use crate::experiment::FixtureExchange;
use crate::json_texts::{Part, texts, texts_with_places};
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
    let sent = texts(request.unwrap_or(&Value::Null));
    let answered = texts_with_places(answer.unwrap_or(&Value::Null), Place::default(), |place, part| {
        Some(place.below(part))
    });
    // An issued token repeats no credential, although fixtures have the same text for both.
    let is_value = |text: &str| text.len() > 1 && text != SECRET_PLACEHOLDER;
    let is_repeated = |text: &str| is_value(text) && sent.contains(&text);
    let echoed = answered.into_iter().filter(|(_, text)| is_repeated(text));
    echoed.map(|(place, _)| (place.pointer, place.path)).collect()
}

#[derive(Default)]
struct Place {
    pointer: String,
    path: ShapePath,
}

impl Place {
    fn below(&self, part: Part<'_>) -> Self {
        let Self { pointer, path } = self;
        match part {
            Part::Entry(index) => Self { pointer: format!("{pointer}/{index}"), path: path.entries() },
            Part::Member(name) => {
                let escaped = name.replace('~', "~0").replace('/', "~1");
                Self { pointer: format!("{pointer}/{escaped}"), path: path.member(name) }
            }
        }
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
