//! What a vendor was told and gives back.
//!
//! Rule: a field that a fixture's answer repeats from its request, and that is `null` now, is lost. It is the fixture's
//! own values that tell which fields those are, not the vendor's.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Exchange;
use super::answer::json;

/// The places of `body`, as a shape names them, at which it should repeat what was sent and has nothing. A key that is gone is not told: the
/// shape tells that.
pub(super) fn lost(own: &[Exchange<'_>], body: &Value) -> BTreeSet<String> {
    let mut repeated =
        own.iter().map(|(request, answer)| repeated(request.body.as_ref(), json(answer).as_deref()));
    let Some(first) = repeated.next() else {
        return BTreeSet::new();
    };
    let repeated = repeated.fold(first, |all, other| all.intersection(&other).cloned().collect());
    repeated.iter().filter(|pointer| is_lost(body, pointer)).map(|pointer| in_words(pointer)).collect()
}

/// The places of the answer whose text stands in the request.
fn repeated(request: Option<&Value>, answer: Option<&Value>) -> BTreeSet<String> {
    let mut sent = Vec::new();
    texts(request.unwrap_or(&Value::Null), String::new(), &mut sent);
    let mut given = Vec::new();
    texts(answer.unwrap_or(&Value::Null), String::new(), &mut given);
    let is_repeated = |text: &str| text.len() > 1 && sent.iter().any(|(_, sent)| *sent == text);
    given.into_iter().filter(|(_, text)| is_repeated(text)).map(|(pointer, _)| pointer).collect()
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
        // An entry that is missing from its list is lost; a key that is missing is told by the shape.
        None => missing_entry(body, pointer),
    }
}

fn missing_entry(body: &Value, pointer: &str) -> bool {
    let mut rest = pointer;
    while let Some((parent, _)) = rest.rsplit_once('/') {
        if let Some(value) = body.pointer(parent) {
            return value.is_array() || value.is_null();
        }
        rest = parent;
    }
    false
}

fn in_words(pointer: &str) -> String {
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
