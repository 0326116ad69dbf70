//! Values that are nobody's, in place of those that may be somebody's.
//!
//! Rule: the same value becomes the same again, so that an id in a body is still the id in an address. What it becomes
//! depends on its form and on the order alone.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Number, Value};

use crate::form::{is_number, is_uuid};
use crate::route;

/// Numbers with fewer digits say nothing about anybody.
const TELLING_DIGITS: usize = 6;
/// The first number that is made up.
const FIRST: usize = 100_001;
const REPLACED: &str = "replaced";
/// A day may be somebody's birthday, and so may a moment that is far from the recording.
const NO_DAY: &str = "2000-01-01";
const NO_TIME: &str = "00:00:00";
const NEAR: SignedDuration = SignedDuration::from_hours(24);
const NO_FRACTION: f64 = 0.5;

/// What each value became.
#[derive(Debug)]
pub(super) struct Disguise {
    made_up: BTreeMap<String, String>,
    keys: BTreeMap<String, String>,
    began: Timestamp,
}

impl Disguise {
    /// One for what was answered in a run that began then.
    pub(super) fn of(began: Timestamp) -> Self {
        Self { made_up: BTreeMap::new(), keys: BTreeMap::new(), began }
    }

    /// The same, knowing what some values become.
    pub(super) fn knowing(self, known: Vec<(String, String)>) -> Self {
        Self { made_up: known.into_iter().collect(), ..self }
    }

    /// A key that says nothing.
    pub(super) fn key(&mut self, key: &str) -> String {
        let number = FIRST + self.keys.len();
        self.keys.entry(key.to_owned()).or_insert_with(|| format!("{REPLACED}_{number}")).clone()
    }

    /// Something of the same form.
    pub(super) fn text(&mut self, text: &str) -> String {
        if let Some(known) = self.made_up.get(text) {
            return known.clone();
        }
        let number = FIRST + self.made_up.len();
        let made_up = match text {
            "" => return String::new(),
            day if is_day(day) => return NO_DAY.to_owned(),
            moment if is_moment(moment) => return self.moment(moment),
            uuid if is_uuid(uuid) => format!("facade00-0000-4000-8000-{number:012}"),
            number_text if is_number(number_text) => {
                if number_text.len() < TELLING_DIGITS {
                    return number_text.to_owned();
                }
                number.to_string()
            }
            address if address.contains('@') => format!("replaced.{number}@example.com"),
            phone if is_phone(phone) => format!("+4420794601{:02}", number % 100),
            address if address.contains("://") => "https://www.example.com/replaced".to_owned(),
            _ => REPLACED.to_owned(),
        };
        self.made_up.insert(text.to_owned(), made_up.clone());
        made_up
    }

    /// A number of the same kind. A fraction may be where somebody lives.
    pub(super) fn number(&mut self, number: &Number) -> Value {
        if number.is_f64() {
            return NO_FRACTION.into();
        }
        let text = number.to_string();
        let Some(digits) = text.strip_prefix('-') else {
            return self.text(&text).parse::<u64>().map_or(Value::from(0), Value::from);
        };
        if digits.len() < TELLING_DIGITS { number.clone().into() } else { Value::from(-1) }
    }

    /// As it is if it is of the run; the same for all others.
    fn moment(&self, moment: &str) -> String {
        let is_near = instant(moment).is_some_and(|it| it.duration_since(self.began).abs() <= NEAR);
        if is_near {
            return moment.to_owned();
        }
        let separator = if moment.contains(' ') { ' ' } else { 'T' };
        let zone = if moment.parse::<Timestamp>().is_ok() { "Z" } else { "" };
        format!("{NO_DAY}{separator}{NO_TIME}{zone}")
    }

    /// The path of an address, all but the `known` words of it replaced, at a host that is nobody's.
    pub(super) fn location(&mut self, location: &str, known: &BTreeSet<String>) -> String {
        let segments = route::segments(path_of(location)).into_iter();
        let segments: Vec<String> = segments
            .map(|segment| {
                let is_a_word = segment.len() <= 20 && segment.bytes().all(|it| it.is_ascii_lowercase());
                let is_a_version = segment.len() <= 5 && segment.starts_with('v');
                let is_kept = (is_a_word || is_a_version) && known.contains(segment);
                if is_kept { segment.to_owned() } else { self.text(segment) }
            })
            .collect();
        format!("https://api.example.com/{}", segments.join("/"))
    }
}

/// The path of an address, with or without a host.
pub(super) fn path_of(location: &str) -> &str {
    let path = location
        .split_once("://")
        .map_or(location, |(_, rest)| rest.split_once('/').map_or("", |(_, path)| path));
    path.split(['?', '#']).next().unwrap_or_default()
}

/// Every text of a document.
pub(super) fn texts(document: &Value, found: &mut Vec<String>) {
    match document {
        Value::String(text) => found.push(text.clone()),
        Value::Array(entries) => entries.iter().for_each(|entry| texts(entry, found)),
        Value::Object(map) => map.values().for_each(|value| texts(value, found)),
        _ => {}
    }
}

fn is_day(text: &str) -> bool {
    text.len() == NO_DAY.len() && text.parse::<jiff::civil::Date>().is_ok()
}

/// A date and a time, with or without a zone.
fn is_moment(text: &str) -> bool {
    let is_written = text.bytes().all(|it| it.is_ascii_digit() || b"-:.TZ+ ".contains(&it));
    is_written && text.contains(':') && instant(text).is_some()
}

/// Without a zone, as if it were UTC.
fn instant(text: &str) -> Option<Timestamp> {
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
    use crate::personal;

    fn disguise() -> Disguise {
        Disguise::of("2026-11-20T10:00:00Z".parse().unwrap())
    }

    #[test]
    fn the_same_value_becomes_the_same_and_another_another() {
        let mut disguise = disguise();
        let id = "d46a122c-0bb3-4a7a-8c27-2138d3d3ab06";
        let made_up = disguise.text(id);
        assert_ne!(made_up, id);
        assert!(is_uuid(&made_up));
        assert_eq!(disguise.text(id), made_up);
        assert_ne!(disguise.text("a46a122c-0bb3-4a7a-8c27-2138d3d3ab06"), made_up);
        let known = BTreeSet::from(["contact".to_owned(), id.to_owned()]);
        assert_eq!(
            disguise.location(&format!("https://x.test/contact/{id}/ada?a=1"), &known),
            format!("https://api.example.com/contact/{made_up}/replaced")
        );
    }

    #[test]
    fn a_value_keeps_its_form() {
        let mut disguise = disguise();
        assert!(disguise.text("ada@engines.test").ends_with("@example.com"));
        assert!(disguise.text("+49 171 5555555").starts_with("+44207946"));
        assert_eq!(disguise.text("Ada King"), "replaced");
        assert_eq!(disguise.text("2026-11-20T10:00:00.472"), "2026-11-20T10:00:00.472");
        assert_eq!(disguise.text("4711"), "4711");
        assert_eq!(disguise.text("471147").len(), 6);
        assert!(disguise.number(&471_147_u64.into()).is_u64());
        assert_eq!(disguise.text("471147"), disguise.number(&471_147_u64.into()).to_string());
    }

    #[test]
    fn a_birthday_and_a_place_on_earth_are_not_kept() {
        let mut disguise = disguise();
        assert_eq!(disguise.text("1985-12-10"), "2000-01-01");
        for birthday in ["1985-12-10T00:00:00Z", "1985-12-09T23:00:00Z", "2025-11-20T09:00:00+01:00"] {
            assert_eq!(disguise.text(birthday), "2000-01-01T00:00:00Z");
        }
        assert_eq!(disguise.text("1985-12-09 23:00:00"), "2000-01-01 00:00:00");
        assert_eq!(disguise.text("2026-11-21T09:00:00Z"), "2026-11-21T09:00:00Z");
        let number = |disguise: &mut Disguise, value: Value| match value {
            Value::Number(number) => disguise.number(&number),
            other => other,
        };
        assert_eq!(number(&mut disguise, json!(52.52)), 0.5);
        assert_eq!(number(&mut disguise, json!(-1_234_567)), -1);
        assert_eq!(number(&mut disguise, json!(-12)), -12);
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
        fn nothing_suspicious_is_left_of_anything(texts in prop::collection::vec(anything(), 1..5)) {
            let mut disguise = disguise();
            let texts: Vec<String> = texts.iter().map(|text| disguise.text(text)).collect();
            prop_assert_eq!(personal::places_in(&json!(texts)), Vec::<String>::new());
        }

        #[test]
        fn no_word_is_left_of_a_sentence(text in "[A-Za-z]{5,9} [A-Za-z]{5,9}") {
            let left = disguise().text(&text);
            prop_assert_eq!(left, REPLACED);
        }
    }
}
