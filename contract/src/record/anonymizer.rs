//! Replaces values that may be personal or secret with fake ones of the same form.
//!
//! Equal values get equal replacements in all calls of a run, so that an id in a body still matches the id in a URL. A replacement
//! depends only on the form of the value and on the order of the calls.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use serde_json::{Number, Value};

use super::replacement::{
    FAKE_DATE, FIRST, IDENTIFYING_DIGITS, fake_timestamp, is_date, replacement, timestamp,
};
use crate::request_match;
use crate::text_pattern::{is_number, is_uuid};

/// The distance from the run within which a timestamp stays.
const NEAR: SignedDuration = SignedDuration::from_hours(24);
const FAKE_FRACTION: f64 = 0.5;
const LONGEST_WORD: usize = 20;
const LONGEST_VERSION: usize = 5;

/// The replacements so far.
#[derive(Debug)]
pub(super) struct Anonymizer {
    replacements: BTreeMap<String, String>,
    began: Timestamp,
}

impl Anonymizer {
    /// Creates an anonymizer for a run that began at this time.
    pub(super) fn new(began: Timestamp) -> Self {
        Self { replacements: BTreeMap::new(), began }
    }

    /// Sets the replacements of some values.
    pub(super) fn with_replacements(self, replacements: BTreeMap<String, String>) -> Self {
        Self { replacements, ..self }
    }

    /// Returns whether a text is a replacement.
    pub(super) fn has_made(&self, text: &str) -> bool {
        self.replacements.values().any(|replacement| replacement == text)
    }

    /// Returns the replacement of a key: that of the same text, in a form that no member's name has.
    pub(super) fn key(&mut self, key: &str) -> String {
        let replacement = self.text(key);
        if reads_as_name(&replacement) { format!("key~{replacement}") } else { replacement }
    }

    /// Returns a replacement of the same form.
    pub(super) fn text(&mut self, text: &str) -> String {
        if let Some(known) = self.replacements.get(text) {
            return known.clone();
        }
        if text.is_empty() || (is_number(text) && text.len() < IDENTIFYING_DIGITS) {
            return text.to_owned();
        }
        if is_date(text) {
            return FAKE_DATE.to_owned();
        }
        if let Some(time) = timestamp(text) {
            let is_near = time.duration_since(self.began).abs() <= NEAR;
            return if is_near { text.to_owned() } else { fake_timestamp(text) };
        }
        let replacement = replacement(text, FIRST + self.replacements.len());
        self.replacements.insert(text.to_owned(), replacement.clone());
        replacement
    }

    /// Returns a replacement of the same kind of number. A fraction may be a coordinate of somebody's home.
    pub(super) fn number(&mut self, number: &Number) -> Value {
        if number.is_f64() {
            return FAKE_FRACTION.into();
        }
        let text = number.to_string();
        let Some(digits) = text.strip_prefix('-') else {
            return self.text(&text).parse::<u64>().map_or(Value::from(0), Value::from);
        };
        if digits.len() < IDENTIFYING_DIGITS { number.clone().into() } else { Value::from(-1) }
    }

    /// Returns the path of a URL at a fake host. Segments are replaced unless they are in `known` and are plain words or
    /// versions.
    pub(super) fn location(&mut self, location: &str, known: &BTreeSet<String>) -> String {
        format!("https://api.example.com/{}", self.path(path_of(location), known))
    }

    /// Returns a path without its first slash and its query, with the segments of [`Self::location`].
    pub(super) fn path(&mut self, path: &str, known: &BTreeSet<String>) -> String {
        let segments = request_match::segments(path_of(path)).into_iter();
        let segments: Vec<String> = segments
            .map(|segment| {
                let is_kept = is_word_or_version(segment)
                    && known.contains(segment)
                    && !self.replacements.contains_key(segment);
                if is_kept { segment.to_owned() } else { self.text(segment) }
            })
            .collect();
        segments.join("/")
    }
}

/// Returns whether a comparison would take the text for the name of a member.
fn reads_as_name(text: &str) -> bool {
    text.bytes().any(|it| it.is_ascii_alphabetic())
        && text.bytes().all(|it| it.is_ascii_alphanumeric() || b"_-.$:/".contains(&it))
        && !is_uuid(text)
}

fn is_word_or_version(segment: &str) -> bool {
    let is_a_word = segment.len() <= LONGEST_WORD && segment.bytes().all(|it| it.is_ascii_alphabetic());
    is_a_word || (segment.len() <= LONGEST_VERSION && segment.starts_with('v'))
}

/// Returns the path of a URL, with or without a host.
pub(super) fn path_of(location: &str) -> &str {
    let path = location
        .split_once("://")
        .map_or(location, |(_, rest)| rest.split_once('/').map_or("", |(_, path)| path));
    path.split(['?', '#']).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::member_names::is_identifier;
    use crate::personal_data;

    fn anonymizer() -> Anonymizer {
        Anonymizer::new("2026-11-20T10:00:00Z".parse().unwrap())
    }

    #[test]
    fn equal_values_get_equal_replacements_and_different_values_different_ones() {
        let mut anonymizer = anonymizer();
        let id = "d46a122c-0bb3-4a7a-8c27-2138d3d3ab06";
        let replacement = anonymizer.text(id);
        assert_ne!(replacement, id);
        assert!(is_uuid(&replacement));
        assert_eq!(anonymizer.text(id), replacement);
        assert_ne!(anonymizer.text("a46a122c-0bb3-4a7a-8c27-2138d3d3ab06"), replacement);
        let known = BTreeSet::from(["contact".to_owned(), id.to_owned()]);
        assert_eq!(
            anonymizer.location(&format!("https://x.test/contact/{id}/ada?a=1"), &known),
            format!("https://api.example.com/contact/{replacement}/replaced~100003")
        );
    }

    #[test]
    fn a_replacement_has_the_form_of_its_value() {
        let mut anonymizer = anonymizer();
        assert!(anonymizer.text("ada@engines.test").ends_with("@example.com"));
        assert!(anonymizer.text("+49 171 5555555").starts_with("+44207946"));
        assert_eq!(anonymizer.text("Ada King"), "replaced~100003");
        assert_eq!(anonymizer.text("2026-11-20T10:00:00.472"), "2026-11-20T10:00:00.472");
        assert_eq!(anonymizer.text("4711"), "4711");
        assert_eq!(anonymizer.text("471147").len(), 6);
        assert!(anonymizer.number(&471_147_u64.into()).is_u64());
        assert_eq!(anonymizer.text("471147"), anonymizer.number(&471_147_u64.into()).to_string());
    }

    #[test]
    fn birthdays_and_coordinates_are_replaced() {
        let mut anonymizer = anonymizer();
        assert_eq!(anonymizer.text("1985-12-10"), "2000-01-01");
        for birthday in ["1985-12-10T00:00:00Z", "1985-12-09T23:00:00Z", "2025-11-20T09:00:00+01:00"] {
            assert_eq!(anonymizer.text(birthday), "2000-01-01T00:00:00Z");
        }
        assert_eq!(anonymizer.text("1985-12-09 23:00:00"), "2000-01-01 00:00:00");
        assert_eq!(anonymizer.text("2026-11-21T09:00:00Z"), "2026-11-21T09:00:00Z");
        let number = |anonymizer: &mut Anonymizer, value: Value| match value {
            Value::Number(number) => anonymizer.number(&number),
            other => other,
        };
        assert_eq!(number(&mut anonymizer, json!(52.52)), 0.5);
        assert_eq!(number(&mut anonymizer, json!(-1_234_567)), -1);
        assert_eq!(number(&mut anonymizer, json!(-12)), -12);
    }

    #[test]
    fn a_key_has_the_replacement_of_its_text_and_the_form_of_no_name() {
        let mut anonymizer = anonymizer();
        for text in ["ada@engines.test", "471147", "graceboss"] {
            assert_eq!(anonymizer.key(text), anonymizer.text(text));
        }
        assert_eq!(anonymizer.key("A1234567"), format!("key~{}", anonymizer.text("A1234567")));
    }

    fn anything() -> impl Strategy<Value = String> {
        prop_oneof![
            any::<String>(),
            "[a-z.]{1,9}@[a-z]{1,9}[.][a-z]{2,3}",
            "[+0-9 ()/-]{1,20}",
            "[A-Za-z0-9_-]{1,60}",
            "(eyJ|tok_|sk_|AKIA)[A-Za-z0-9]{5,40}",
            "https://[a-z]{1,9}[.][a-z]{2,3}/[A-Za-z0-9@]{0,40}",
        ]
    }

    proptest! {
        #[test]
        fn no_replacement_is_suspicious(texts in prop::collection::vec(anything(), 1..5)) {
            let mut anonymizer = anonymizer();
            let texts: Vec<String> = texts.iter().map(|text| anonymizer.text(text)).collect();
            prop_assert_eq!(personal_data::suspicious_places(&json!(texts)), Vec::<String>::new());
        }

        #[test]
        fn no_key_of_a_map_has_the_form_of_a_name(text in anything()) {
            let key = anonymizer().key(&text);
            prop_assert!(!reads_as_name(&key) && !is_identifier(&key), "{}", key);
        }

        #[test]
        fn a_sentence_is_replaced_as_a_whole(text in "[A-Za-z]{5,9} [A-Za-z]{5,9}") {
            let replacement = anonymizer().text(&text);
            prop_assert!(text.split(' ').all(|word| !replacement.contains(word)), "{}", replacement);
        }
    }
}
