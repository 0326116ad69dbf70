//! Alters one place of a fixture's answer. A status and a media type may be those of a live vendor. All other values are made up.

use serde_json::{Value, json};

use crate::fixture::FixtureAnswer;
use crate::shape::{ShapePath, Type};

/// The first of the numbers that replace texts.
const MADE_UP_NUMBER: u64 = 4711;
/// The text that replaces a value. No vendor uses this word.
const MADE_UP_TEXT: &str = "made_up";
const WEB_PAGE: &str = "<!DOCTYPE html><title>made_up</title>";

/// A change to an answer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Alteration {
    /// The answer has this status.
    Status(u16),
    /// The header has this value, or is missing.
    Header(String, Option<String>),
    /// The body is empty.
    Empty,
    /// The body is a text that is no JSON.
    NoJson,
    /// The body is a web page.
    WebPage,
    /// The key is missing.
    Missing(ShapePath),
    /// The value is `null`.
    Null(ShapePath),
    /// The value has another type.
    Retyped(ShapePath, Type),
    /// The text is a word that the vendor does not use.
    OtherWord(ShapePath),
}

/// An altered answer.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct AlteredAnswer {
    pub(crate) answer: FixtureAnswer,
    /// The replaced texts and numbers, each with its replacement. An id that was replaced is no other result.
    pub(crate) replaced: Vec<(String, String)>,
}

impl Alteration {
    /// Returns the altered answer, or `None` if the answer has nothing at the place or is already so.
    pub(crate) fn apply(&self, answer: &FixtureAnswer) -> Option<AlteredAnswer> {
        let mut altered = answer.clone();
        match self {
            Self::Status(status) => altered.status = Some(*status),
            Self::Header(name, value) => set_header(&mut altered, name, value.as_deref()),
            Self::Empty => (altered.body, altered.text) = (None, None),
            Self::NoJson => (altered.body, altered.text) = (None, Some(MADE_UP_TEXT.to_owned())),
            Self::WebPage => {
                (altered.body, altered.text) = (None, Some(WEB_PAGE.to_owned()));
                set_header(&mut altered, "content-type", Some("text/html"));
            }
            Self::Missing(path) => return in_body(answer, path, &mut |_, _| None),
            Self::Null(path) => return in_body(answer, path, &mut |_, _| Some(Value::Null)),
            Self::Retyped(path, to) => {
                return in_body(answer, path, &mut |value, index| Some(to.made_up_from(value, index)));
            }
            Self::OtherWord(path) => {
                return in_body(answer, path, &mut |_, _| Some(MADE_UP_TEXT.into()));
            }
        }
        (altered != *answer).then_some(AlteredAnswer { answer: altered, replaced: Vec::new() })
    }
}

/// Sets a header or removes it. A header that has the value already keeps its spelling.
fn set_header(answer: &mut FixtureAnswer, name: &str, value: Option<&str>) {
    let is_same =
        |(known, old): (&String, &String)| known.eq_ignore_ascii_case(name) && Some(&**old) == value;
    if answer.headers.iter().any(is_same) {
        return;
    }
    answer.headers.retain(|known, _| !known.eq_ignore_ascii_case(name));
    if let Some(value) = value {
        answer.headers.insert(name.to_owned(), value.to_owned());
    }
}

/// Replaces each value at the place by the result of `replace`, which takes the value and its index, or removes it.
fn in_body(
    answer: &FixtureAnswer,
    path: &ShapePath,
    replace: &mut dyn FnMut(&Value, u64) -> Option<Value>,
) -> Option<AlteredAnswer> {
    let original = answer.json()?;
    let mut body = original.clone().into_owned();
    let (mut replaced, mut index) = (Vec::new(), 0);
    path.alter(&mut body, &mut |value| {
        let new = replace(value, index);
        index += 1;
        replaced.extend(new.as_ref().and_then(|new| Some((scalar_text(value)?, scalar_text(new)?))));
        let is_kept = new.is_some();
        *value = new.unwrap_or_default();
        is_kept
    });
    let is_altered = body != *original;
    let answer = FixtureAnswer { body: Some(body), text: None, ..answer.clone() };
    is_altered.then_some(AlteredAnswer { answer, replaced })
}

fn scalar_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

impl Type {
    /// Returns a value of this type. It has the digits of the value that it replaces, if that is possible. `index` makes
    /// different numbers for different values.
    fn made_up_from(self, value: &Value, index: u64) -> Value {
        match self {
            Self::Boolean => true.into(),
            Self::Number => {
                let digits = value.as_str().and_then(|text| text.parse::<u64>().ok());
                digits.unwrap_or(MADE_UP_NUMBER + index).into()
            }
            Self::Text => match value {
                Value::Number(number) => number.to_string().into(),
                _ => MADE_UP_TEXT.into(),
            },
            Self::List => json!([MADE_UP_TEXT]),
            Self::Object => json!({MADE_UP_TEXT: MADE_UP_TEXT}),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(body: &Value) -> FixtureAnswer {
        serde_json::from_value(json!({"status": 200, "headers": {"Location": "/1"}, "body": body})).unwrap()
    }

    #[test]
    fn a_number_keeps_its_digits_as_text_and_a_text_as_number() {
        let people = ShapePath::default().member("people").entries().member("id");
        let texts = answer(&json!({"people": [{"id": "12"}, {"id": "x"}, {"id": "y"}]}));
        let altered = Alteration::Retyped(people.clone(), Type::Number).apply(&texts).unwrap();
        assert_eq!(altered.answer.body, Some(json!({"people": [{"id": 12}, {"id": 4712}, {"id": 4713}]})));
        let pairs = [("12", "12"), ("x", "4712"), ("y", "4713")].map(|(a, b)| (a.to_owned(), b.to_owned()));
        assert_eq!(altered.replaced, pairs);
        let numbers = answer(&json!({"people": [{"id": 12}]}));
        let altered = Alteration::Retyped(people.clone(), Type::Text).apply(&numbers).unwrap();
        assert_eq!(altered.answer.body, Some(json!({"people": [{"id": "12"}]})));
        assert_eq!(Alteration::Null(people).apply(&answer(&json!({"people": []}))), None);
    }

    #[test]
    fn a_header_is_removed_in_any_case() {
        let altered = Alteration::Header("location".to_owned(), None).apply(&answer(&json!({}))).unwrap();
        assert!(altered.answer.headers.is_empty());
    }

    #[test]
    fn an_alteration_without_effect_is_none() {
        let answer = answer(&json!({"note": null}));
        let note = ShapePath::default().member("note");
        let location =
            |value: Option<&str>| Alteration::Header("location".to_owned(), value.map(str::to_owned));
        for alteration in [
            Alteration::Status(200),
            Alteration::Header("x-other".to_owned(), None),
            location(Some("/1")),
            Alteration::Null(note.clone()),
            Alteration::Missing(note.member("below")),
        ] {
            assert_eq!(alteration.apply(&answer), None, "{alteration:?}");
        }
        for alteration in [Alteration::Status(201), location(Some("/2")), Alteration::Missing(note)] {
            assert!(alteration.apply(&answer).is_some(), "{alteration:?}");
        }
    }
}
