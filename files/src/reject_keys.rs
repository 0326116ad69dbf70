//! Adds keys such as `_line` and `_reason` to rejected JSON objects, and removes them when the object is read again.
//!
//! Invariant: the object's own keys and values keep their spelling.

use std::borrow::Cow;

use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::{Deserializer, Value};

use crate::decode::text_of;
use crate::detect::IS_JSCONTACT;
use crate::options::Format;
use crate::row::Reject;

/// The key of a text that is not an object.
const ORIGINAL: &str = "_original";
const REJECT_KEYS: [&str; 4] = ["_line", "_column", "_reason", "_format"];

pub(crate) const NOT_CORRECTED: &str =
    "this line was not corrected: replace `_original` with the keys of the contact";

/// Returns an object without the reject keys. `None` if it holds `_original`: nobody has corrected it.
pub(crate) fn without_reject_keys(text: &str) -> Option<Cow<'_, str>> {
    // Fast path: most objects have none of these keys.
    if !REJECT_KEYS.iter().chain([&ORIGINAL]).any(|key| text.contains(key)) {
        return Some(Cow::Borrowed(text));
    }
    let Some(members) = members(text) else { return Some(Cow::Borrowed(text)) };
    if members.iter().any(|member| member.key == ORIGINAL) {
        return None;
    }
    let is_reject_key = |key: &String| REJECT_KEYS.contains(&key.as_str());
    if !members.iter().any(|member| is_reject_key(&member.key)) {
        return Some(Cow::Borrowed(text));
    }
    let own: Vec<&str> =
        members.iter().filter(|member| !is_reject_key(&member.key)).map(|member| member.whole).collect();
    Some(Cow::Owned(format!("{{{}}}", own.join(","))))
}

/// Returns a reject as one line of JSON: its object with the reject keys, or its text under `_original`.
pub(crate) fn with_reject_keys(reject: &Reject, reason: &str, format: Format) -> String {
    let text = text_of(&reject.original).0;
    let mut all = vec![format!("\"_line\":{}", reject.line)];
    all.extend(reject.column.map(|column| format!("\"_column\":{column}")));
    all.push(format!("\"_reason\":{}", Value::from(reason)));
    if format == Format::JsContact {
        all.push(String::from_utf8_lossy(IS_JSCONTACT).into_owned());
    }
    match members(&text).filter(|_| reject.complete) {
        Some(members) => {
            let own = members.iter().filter(|member| !REJECT_KEYS.contains(&member.key.as_str()));
            // JSON escapes line breaks inside strings, so these are between tokens.
            all.extend(own.map(|member| member.whole.replace(['\n', '\r'], " ")));
        }
        None => all.push(format!("\"{ORIGINAL}\":{}", Value::from(text.as_ref()))),
    }
    format!("{{{}}}", all.join(","))
}

/// A member of an object.
pub(crate) struct Member<'a> {
    pub(crate) key: String,
    /// The value as it is spelled.
    pub(crate) value: &'a str,
    /// The key and the value as they are spelled.
    whole: &'a str,
}

/// Returns the members of an object. `None` if the text is not an object.
pub(crate) fn members(text: &str) -> Option<Vec<Member<'_>>> {
    serde_json::from_str::<IgnoredAny>(text).ok()?;
    let mut rest = text.trim().strip_prefix('{')?;
    let mut members = Vec::new();
    loop {
        rest = rest.trim_start_matches(|character: char| character == ',' || character.is_ascii_whitespace());
        if rest.starts_with('}') {
            return Some(members);
        }
        let (key, after) = first_value::<String>(rest)?;
        let value = after.trim_start().strip_prefix(':')?.trim_start();
        let (_, after) = first_value::<IgnoredAny>(value)?;
        let (value, whole) = (&value[..value.len() - after.len()], &rest[..rest.len() - after.len()]);
        members.push(Member { key, value, whole });
        rest = after;
    }
}

/// Returns the first value of a text, and the text after it.
fn first_value<T: DeserializeOwned>(text: &str) -> Option<(T, &str)> {
    let mut values = Deserializer::from_str(text).into_iter::<T>();
    let value = values.next()?.ok()?;
    Some((value, &text[values.byte_offset()..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reject_keys_are_removed_from_the_top_level_only() {
        let cleaned = |text| without_reject_keys(text).map(Cow::into_owned);
        let kept = |text: &str| Some(text.to_owned());
        assert_eq!(cleaned(r#"{"_line":1,"name":"Ada", "_reason" : "x, }" }"#), kept(r#"{"name":"Ada"}"#));
        assert_eq!(cleaned(r#"{"a":{"_line":1},"a":1.50}"#), kept(r#"{"a":{"_line":1},"a":1.50}"#));
        assert_eq!(cleaned(r#"{"_line":1}"#), kept("{}"));
        assert_eq!(cleaned(r#"{"_line":1"#), kept(r#"{"_line":1"#));
        assert_eq!(cleaned(r#"{"name":"_original"}"#), kept(r#"{"name":"_original"}"#));
        assert_eq!(cleaned(r#"{"_original":"x"}"#), None);
    }

    #[test]
    fn reject_keys_are_added_once_and_the_object_keeps_its_spelling() {
        let reject = |text: &str| Reject::new(3, "why", text.as_bytes().to_vec());
        let written = |text: &str| with_reject_keys(&reject(text), "why", Format::Ndjson);
        let once = written("{\"a\":\n 1.50,\n\"a\":\"\\u0041\"}");
        assert_eq!(once, r#"{"_line":3,"_reason":"why","a":  1.50,"a":"\u0041"}"#);
        assert_eq!(written(&once), once);
        assert_eq!(written("{"), r#"{"_line":3,"_reason":"why","_original":"{"}"#);
        assert_eq!(written(&written("{")), written("{"));
        assert_eq!(written("{}"), r#"{"_line":3,"_reason":"why"}"#);
    }
}
