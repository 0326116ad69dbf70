//! Values that are nobody's, in place of those that may be somebody's.
//!
//! Rule: the same value becomes the same again, so that an id in a body is still the id in an address. What it becomes
//! depends on its form and on the order alone.

use std::collections::BTreeMap;

use serde_json::Value;

/// Numbers with fewer digits say nothing about anybody.
const TELLING_DIGITS: usize = 6;
/// The first number that is made up.
const FIRST: usize = 100_001;
const REPLACED: &str = "replaced";

/// What each value became.
#[derive(Debug, Default)]
pub(super) struct Disguise(BTreeMap<String, String>);

impl Disguise {
    /// One that knows what some values become.
    pub(super) fn knowing(known: Vec<(String, String)>) -> Self {
        Self(known.into_iter().collect())
    }

    /// Something of the same form.
    pub(super) fn text(&mut self, text: &str) -> String {
        if let Some(known) = self.0.get(text) {
            return known.clone();
        }
        let number = FIRST + self.0.len();
        let made_up = match text {
            "" => return String::new(),
            moment if is_moment(moment) => return moment.to_owned(),
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
        self.0.insert(text.to_owned(), made_up.clone());
        made_up
    }

    pub(super) fn number(&mut self, number: &serde_json::Number) -> Value {
        let text = number.to_string();
        let is_whole = is_number(&text);
        let is_telling = text.len() >= TELLING_DIGITS;
        if !is_whole {
            return if is_telling { Value::from(0.5) } else { number.clone().into() };
        }
        if !is_telling && !self.0.contains_key(&text) {
            return number.clone().into();
        }
        self.text(&text).parse::<u64>().map_or_else(|_| number.clone().into(), Value::from)
    }

    /// The path of an address, its ids replaced, at a host that is nobody's.
    pub(super) fn location(&mut self, location: &str) -> String {
        let path = location
            .split_once("://")
            .map_or(location, |(_, rest)| rest.split_once('/').map_or("", |(_, path)| path));
        let path = path.split(['?', '#']).next().unwrap_or_default();
        let segments = path.split('/').filter(|segment| !segment.is_empty());
        let segments: Vec<String> = segments
            .map(|segment| {
                let is_a_word = segment.len() <= 20 && segment.bytes().all(|it| it.is_ascii_lowercase());
                let is_a_version = segment.len() <= 4 && segment.starts_with('v');
                if is_a_word || is_a_version { segment.to_owned() } else { self.text(segment) }
            })
            .collect();
        format!("https://api.example.com/{}", segments.join("/"))
    }
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

/// A date, or a moment with or without its zone.
fn is_moment(text: &str) -> bool {
    text.len() >= "2026-01-01".len()
        && text.contains('-')
        && (text.parse::<jiff::Timestamp>().is_ok()
            || text.parse::<jiff::civil::DateTime>().is_ok()
            || text.parse::<jiff::civil::Date>().is_ok())
        && text.bytes().all(|it| it.is_ascii_digit() || b"-:.TZ+ ".contains(&it))
}

fn is_uuid(text: &str) -> bool {
    let lengths = text.split('-').map(str::len);
    lengths.eq([8, 4, 4, 4, 12]) && text.bytes().all(|it| it.is_ascii_hexdigit() || it == b'-')
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_phone(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    digits >= 5 && text.bytes().all(|it| it.is_ascii_digit() || b" +-()/.".contains(&it))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_value_becomes_the_same_and_another_another() {
        let mut disguise = Disguise::default();
        let id = "d46a122c-0bb3-4a7a-8c27-2138d3d3ab06";
        let made_up = disguise.text(id);
        assert_ne!(made_up, id);
        assert!(is_uuid(&made_up));
        assert_eq!(disguise.text(id), made_up);
        assert_ne!(disguise.text("a46a122c-0bb3-4a7a-8c27-2138d3d3ab06"), made_up);
        assert_eq!(
            disguise.location(&format!("https://x.test/contact/{id}?a=1")),
            format!("https://api.example.com/contact/{made_up}")
        );
    }

    #[test]
    fn a_value_keeps_its_form() {
        let mut disguise = Disguise::default();
        assert!(disguise.text("ada@engines.test").ends_with("@example.com"));
        assert!(disguise.text("+49 171 5555555").starts_with("+44207946"));
        assert_eq!(disguise.text("Ada King"), "replaced");
        assert_eq!(disguise.text("2026-11-20T10:00:00.472"), "2026-11-20T10:00:00.472");
        assert_eq!(disguise.text("4711"), "4711");
        assert_eq!(disguise.text("471147").len(), 6);
        assert!(disguise.number(&471_147_u64.into()).is_u64());
        assert_eq!(disguise.text("471147"), disguise.number(&471_147_u64.into()).to_string());
    }
}
