//! Finds fields that a vendor no longer echoes. A field is echoed if the fixture's answer repeats a text of its request.

use std::collections::BTreeSet;

use serde_json::Value;

use super::change::Exchange;

/// Returns the places of `body`, as a shape names them, that should echo the request and hold nothing. Missing keys are
/// left to the comparison of shapes.
pub(super) fn lost(own: &[Exchange<'_>], body: &Value) -> BTreeSet<String> {
    let mut repeated =
        own.iter().map(|(request, answer)| repeated(request.body.as_ref(), answer.json().as_deref()));
    let Some(first) = repeated.next() else {
        return BTreeSet::new();
    };
    let repeated = repeated.fold(first, |all, other| all.intersection(&other).cloned().collect());
    repeated.iter().filter(|pointer| is_lost(body, pointer)).map(|pointer| place_of(pointer)).collect()
}

/// Returns the JSON pointers of the answer's texts that are also in the request.
fn repeated(request: Option<&Value>, answer: Option<&Value>) -> BTreeSet<String> {
    let mut sent = Vec::new();
    texts(request.unwrap_or(&Value::Null), String::new(), &mut sent);
    let mut answered = Vec::new();
    texts(answer.unwrap_or(&Value::Null), String::new(), &mut answered);
    let is_repeated = |text: &str| text.len() > 1 && sent.iter().any(|(_, sent)| *sent == text);
    answered.into_iter().filter(|(_, text)| is_repeated(text)).map(|(pointer, _)| pointer).collect()
}

fn texts<'a>(document: &'a Value, pointer: String, found: &mut Vec<(String, &'a str)>) {
    match document {
        Value::String(text) => found.push((pointer, text)),
        Value::Array(entries) => {
            for (index, entry) in entries.iter().enumerate() {
                texts(entry, format!("{pointer}/{index}"), found);
            }
        }
        Value::Object(map) => {
            for (key, value) in map {
                let key = key.replace('~', "~0").replace('/', "~1");
                texts(value, format!("{pointer}/{key}"), found);
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

/// Returns the place of a JSON pointer, such as `emails[].email`.
fn place_of(pointer: &str) -> String {
    let mut place = String::new();
    for part in pointer.split('/').skip(1) {
        if part.bytes().all(|byte| byte.is_ascii_digit()) {
            place.push_str("[]");
        } else {
            if !place.is_empty() {
                place.push('.');
            }
            place.push_str(&part.replace("~1", "/").replace("~0", "~"));
        }
    }
    place
}
