//! The keys that the file of rejects adds to an object of JSON.
//!
//! They stand beside the object's own keys, which stay as they are spelled, and are cut out again before it is read.

use std::borrow::Cow;

use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::{Deserializer, Value};

use crate::decode::text_of;
use crate::options::Format;
use crate::row::Reject;

/// What stood where no object could be read.
const ORIGINAL: &str = "_original";
const KEYS: [&str; 4] = ["_line", "_column", "_reason", "_format"];

/// In the file of rejects of `JSContact`: what is left of a card may not say that it is one.
pub(crate) const IS_JSCONTACT: &[u8] = b"\"_format\":\"jscontact\"";

pub(crate) const NOT_MENDED: &str =
    "this line was not mended: put the contact's keys in place of `_original`";

/// An object without our keys. `None` for what was not mended.
pub(crate) fn without_marks(text: &str) -> Option<Cow<'_, str>> {
    // Most files have none of them, and are not looked at twice.
    if !KEYS.iter().chain([&ORIGINAL]).any(|key| text.contains(key)) {
        return Some(Cow::Borrowed(text));
    }
    let Some(members) = members(text) else { return Some(Cow::Borrowed(text)) };
    if members.iter().any(|member| member.key == ORIGINAL) {
        return None;
    }
    let is_ours = |key: &String| KEYS.contains(&key.as_str());
    if !members.iter().any(|member| is_ours(&member.key)) {
        return Some(Cow::Borrowed(text));
    }
    let own: Vec<&str> =
        members.iter().filter(|member| !is_ours(&member.key)).map(|member| member.whole).collect();
    Some(Cow::Owned(format!("{{{}}}", own.join(","))))
}

/// A reject as one line: its object with our keys, or what was there as a text.
pub(crate) fn marked(reject: &Reject, reason: &str, format: Format) -> String {
    let text = text_of(&reject.original).0;
    let mut all = vec![format!("\"_line\":{}", reject.line)];
    all.extend(reject.column.map(|column| format!("\"_column\":{column}")));
    all.push(format!("\"_reason\":{}", Value::from(reason)));
    if format == Format::JsContact {
        all.push(String::from_utf8_lossy(IS_JSCONTACT).into_owned());
    }
    match members(&text).filter(|_| reject.complete) {
        Some(members) => {
            let own = members.iter().filter(|member| !KEYS.contains(&member.key.as_str()));
            // Inside of a text a line cannot end: these are between its parts.
            all.extend(own.map(|member| member.whole.replace(['\n', '\r'], " ")));
        }
        None => all.push(format!("\"{ORIGINAL}\":{}", Value::from(text.as_ref()))),
    }
    format!("{{{}}}", all.join(","))
}

/// A member of an object, as it is spelled.
pub(crate) struct Member<'a> {
    pub(crate) key: String,
    pub(crate) value: &'a str,
    /// The key and the value.
    whole: &'a str,
}

/// Returns the members of an object. `None` for everything else.
pub(crate) fn members(text: &str) -> Option<Vec<Member<'_>>> {
    serde_json::from_str::<IgnoredAny>(text).ok()?;
    let mut rest = text.trim().strip_prefix('{')?;
    let mut members = Vec::new();
    loop {
        rest = rest.trim_start_matches(|character: char| character == ',' || character.is_ascii_whitespace());
        if rest.starts_with('}') {
            return Some(members);
        }
        let (key, behind) = first::<String>(rest)?;
        let value = behind.trim_start().strip_prefix(':')?.trim_start();
        let (_, behind) = first::<IgnoredAny>(value)?;
        let (value, whole) = (&value[..value.len() - behind.len()], &rest[..rest.len() - behind.len()]);
        members.push(Member { key, value, whole });
        rest = behind;
    }
}

/// The first value of a text, and what is behind it.
fn first<T: DeserializeOwned>(text: &str) -> Option<(T, &str)> {
    let mut values = Deserializer::from_str(text).into_iter::<T>();
    let value = values.next()?.ok()?;
    Some((value, &text[values.byte_offset()..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_keys_are_cut_out_wherever_they_stand_and_only_there() {
        let cut = |text| without_marks(text).map(Cow::into_owned);
        let kept = |text: &str| Some(text.to_owned());
        assert_eq!(cut(r#"{"_line":1,"name":"Ada", "_reason" : "x, }" }"#), kept(r#"{"name":"Ada"}"#));
        assert_eq!(cut(r#"{"a":{"_line":1},"a":1.50}"#), kept(r#"{"a":{"_line":1},"a":1.50}"#));
        assert_eq!(cut(r#"{"_line":1}"#), kept("{}"));
        assert_eq!(cut(r#"{"_line":1"#), kept(r#"{"_line":1"#));
        assert_eq!(cut(r#"{"name":"_original"}"#), kept(r#"{"name":"_original"}"#));
        assert_eq!(cut(r#"{"_original":"x"}"#), None);
    }

    #[test]
    fn an_object_is_marked_once_in_one_line_with_its_own_spelling() {
        let reject = |text: &str| Reject::new(3, "why", text.as_bytes().to_vec());
        let marked = |text: &str| marked(&reject(text), "why", Format::Ndjson);
        let once = marked("{\"a\":\n 1.50,\n\"a\":\"\\u0041\"}");
        assert_eq!(once, r#"{"_line":3,"_reason":"why","a":  1.50,"a":"\u0041"}"#);
        assert_eq!(marked(&once), once);
        assert_eq!(marked("{"), r#"{"_line":3,"_reason":"why","_original":"{"}"#);
        assert_eq!(marked(&marked("{")), marked("{"));
        assert_eq!(marked("{}"), r#"{"_line":3,"_reason":"why"}"#);
    }
}
