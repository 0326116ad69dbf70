//! Replaces values that may be personal or secret with fake ones of the same form.
//!
//! Equal values get equal replacements, so that an id in a body still matches the id in a URL. A replacement depends only
//! on the form of the value and on the order of the calls.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Number, Value};

use crate::request_match;
use crate::text_pattern::{is_number, is_uuid};

/// The fewest digits of a number that is replaced. Shorter numbers identify nobody.
const IDENTIFYING_DIGITS: usize = 6;
/// The first fake number.
const FIRST: usize = 100_001;
const REPLACED: &str = "replaced";
/// The replacement of every date, because a date may be a birthday.
const FAKE_DATE: &str = "2000-01-01";
const FAKE_TIME: &str = "00:00:00";
/// The distance from the run within which a timestamp stays.
const NEAR: SignedDuration = SignedDuration::from_hours(24);
const FAKE_FRACTION: f64 = 0.5;

/// The replacements so far.
#[derive(Debug)]
pub(super) struct Anonymizer {
    replacements: BTreeMap<String, String>,
    keys: BTreeMap<String, String>,
    began: Timestamp,
}

impl Anonymizer {
    /// Creates an anonymizer for a run that began at this time.
    pub(super) fn new(began: Timestamp) -> Self {
        Self { replacements: BTreeMap::new(), keys: BTreeMap::new(), began }
    }

    /// Sets the replacements of some values.
    pub(super) fn with_replacements(self, replacements: Vec<(String, String)>) -> Self {
        Self { replacements: replacements.into_iter().collect(), ..self }
    }

    /// Returns the replacement of a key.
    pub(super) fn key(&mut self, key: &str) -> String {
        let number = FIRST + self.keys.len();
        self.keys.entry(key.to_owned()).or_insert_with(|| format!("{REPLACED}_{number}")).clone()
    }

    /// Returns a replacement of the same form.
    pub(super) fn text(&mut self, text: &str) -> String {
        if let Some(known) = self.replacements.get(text) {
            return known.clone();
        }
        let number = FIRST + self.replacements.len();
        let replacement = match text {
            "" => return String::new(),
            date if is_date(date) => return FAKE_DATE.to_owned(),
            timestamp if is_timestamp(timestamp) => return self.timestamp(timestamp),
            uuid if is_uuid(uuid) => format!("facade00-0000-4000-8000-{number:012}"),
            number_text if is_number(number_text) => {
                if number_text.len() < IDENTIFYING_DIGITS {
                    return number_text.to_owned();
                }
                number.to_string()
            }
            address if address.contains('@') => format!("replaced.{number}@example.com"),
            phone if is_phone(phone) => format!("+4420794601{:02}", number % 100),
            address if address.contains("://") => "https://www.example.com/replaced".to_owned(),
            _ => REPLACED.to_owned(),
        };
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

    /// Returns a timestamp near the run unchanged, and a fixed one for all others.
    fn timestamp(&self, text: &str) -> String {
        let is_near = parse_timestamp(text).is_some_and(|it| it.duration_since(self.began).abs() <= NEAR);
        if is_near {
            return text.to_owned();
        }
        let separator = if text.contains(' ') { ' ' } else { 'T' };
        let zone = if text.parse::<Timestamp>().is_ok() { "Z" } else { "" };
        format!("{FAKE_DATE}{separator}{FAKE_TIME}{zone}")
    }

    /// Returns the path of a URL at a fake host. Segments are replaced unless they are in `known` and are plain words or
    /// versions.
    pub(super) fn location(&mut self, location: &str, known: &BTreeSet<String>) -> String {
        let segments = request_match::segments(path_of(location)).into_iter();
        let segments: Vec<String> = segments
            .map(|segment| {
                let is_a_word = segment.len() <= 20 && segment.bytes().all(|it| it.is_ascii_lowercase());
                let is_a_version = segment.len() <= 5 && segment.starts_with('v');
                let is_kept = (is_a_word || is_a_version)
                    && known.contains(segment)
                    && !self.replacements.contains_key(segment);
                if is_kept { segment.to_owned() } else { self.text(segment) }
            })
            .collect();
        format!("https://api.example.com/{}", segments.join("/"))
    }
}

/// Returns the path of a URL, with or without a host.
pub(super) fn path_of(location: &str) -> &str {
    let path = location
        .split_once("://")
        .map_or(location, |(_, rest)| rest.split_once('/').map_or("", |(_, path)| path));
    path.split(['?', '#']).next().unwrap_or_default()
}

/// Collects every text of a document.
pub(super) fn texts(document: &Value, found: &mut Vec<String>) {
    match document {
        Value::String(text) => found.push(text.clone()),
        Value::Array(entries) => entries.iter().for_each(|entry| texts(entry, found)),
        Value::Object(map) => map.values().for_each(|value| texts(value, found)),
        _ => {}
    }
}

fn is_date(text: &str) -> bool {
    text.len() == FAKE_DATE.len() && text.parse::<jiff::civil::Date>().is_ok()
}

/// Returns whether the text is a date and a time, with or without a zone.
fn is_timestamp(text: &str) -> bool {
    let has_only_allowed = text.bytes().all(|it| it.is_ascii_digit() || b"-:.TZ+ ".contains(&it));
    has_only_allowed && text.contains(':') && parse_timestamp(text).is_some()
}

/// Parses a timestamp. Without a zone, it is in UTC.
fn parse_timestamp(text: &str) -> Option<Timestamp> {
    let local = || text.parse::<DateTime>().ok()?.to_zoned(TimeZone::UTC).ok().map(|it| it.timestamp());
    text.parse().ok().or_else(local)
}

fn is_phone(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    digits >= 5 && text.bytes().all(|it| it.is_ascii_digit() || b" +-()/.".contains(&it))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
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
            format!("https://api.example.com/contact/{replacement}/replaced")
        );
    }

    #[test]
    fn a_replacement_has_the_form_of_its_value() {
        let mut anonymizer = anonymizer();
        assert!(anonymizer.text("ada@engines.test").ends_with("@example.com"));
        assert!(anonymizer.text("+49 171 5555555").starts_with("+44207946"));
        assert_eq!(anonymizer.text("Ada King"), "replaced");
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
        fn a_sentence_is_replaced_as_a_whole(text in "[A-Za-z]{5,9} [A-Za-z]{5,9}") {
            let replacement = anonymizer().text(&text);
            prop_assert_eq!(replacement, REPLACED);
        }
    }
}
