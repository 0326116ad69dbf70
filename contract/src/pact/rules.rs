//! Matching rules: how far an answer may differ from the example.
//!
//! Rule: of an answer, types; what the adapter decides by, exactly. Of a request nothing, but for credentials.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::form::{is_number, is_uuid};

/// The rules of a document by their paths. A path whose values are of several types has none.
#[derive(Default)]
pub(super) struct BodyRules<'a> {
    by_path: BTreeMap<String, Option<Value>>,
    exact: Option<&'a str>,
}

impl<'a> BodyRules<'a> {
    /// The rules of an answer's JSON. A value that reads `exact` is left to be the same.
    pub(super) fn of(body: &Value, exact: Option<&'a str>) -> Map<String, Value> {
        let mut rules = Self { by_path: BTreeMap::new(), exact };
        rules.collect(body, "$");
        let rules = rules.by_path.into_iter();
        rules.filter_map(|(path, matcher)| Some((path, one(&matcher?)))).collect()
    }

    fn collect(&mut self, value: &Value, path: &str) {
        match value {
            Value::Object(map) => {
                for (key, value) in map {
                    self.collect(value, &member(path, key));
                }
            }
            Value::Array(items) => {
                self.add(path, Some(json!({"match": "type", "min": usize::from(!items.is_empty())})));
                for item in items {
                    self.collect(item, &format!("{path}[*]"));
                }
            }
            leaf => self.add(path, self.of_leaf(leaf, is_id(path))),
        }
    }

    fn of_leaf(&self, leaf: &Value, is_id: bool) -> Option<Value> {
        let text = match leaf {
            Value::Null => return None,
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        if self.exact == Some(text.as_str()) {
            return None;
        }
        Some(match leaf {
            Value::Number(number) if number.is_u64() || number.is_i64() => json!({"match": "integer"}),
            Value::String(text) if is_id && is_number(text) => json!({"match": "regex", "regex": r"^\d+$"}),
            Value::String(text) if is_uuid(text) && *text == text.to_lowercase() => {
                json!({"match": "regex", "regex": UUID})
            }
            _ => json!({"match": "type"}),
        })
    }

    /// Two values at one path agree on a rule, or there is none.
    fn add(&mut self, path: &str, matcher: Option<Value>) {
        let known = self.by_path.entry(path.to_owned()).or_insert_with(|| matcher.clone());
        if *known != matcher {
            *known = agreed(known.take(), matcher);
        }
    }
}

/// Lower-case, as vendors write it.
const UUID: &str = "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$";

fn agreed(one: Option<Value>, other: Option<Value>) -> Option<Value> {
    let (one, other) = (one?, other?);
    match (one.get("min"), other.get("min")) {
        (Some(_), Some(_)) => Some(json!({"match": "type", "min": 0})),
        (None, None) if one["match"] != "integer" && other["match"] != "integer" => {
            Some(json!({"match": "type"}))
        }
        _ => None,
    }
}

/// Rules of one matcher.
pub(super) fn one(matcher: &Value) -> Value {
    json!({"combine": "AND", "matchers": [matcher]})
}

/// The rules of an answer's headers.
pub(super) fn of_answer_headers(headers: &BTreeMap<String, String>) -> Map<String, Value> {
    let rules = headers.iter().filter_map(|(name, value)| {
        let name = name.to_lowercase();
        let pattern = match name.as_str() {
            "content-type" => media_type(value),
            "location" => location(value),
            "retry-after" if is_number(value) => r"^\d+$".to_owned(),
            "retry-after" => r"^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$".to_owned(),
            "www-authenticate" => format!("^{}( .*)?$", escaped(value.split(' ').next().unwrap_or_default())),
            _ => return None,
        };
        Some((name, one(&json!({"match": "regex", "regex": pattern}))))
    });
    rules.collect()
}

/// The rule of an authorization header: any credentials of the same scheme, or these alone where they are telling.
pub(super) fn of_authorization(value: &str, is_telling: bool) -> Value {
    let scheme = value.split(' ').next().unwrap_or_default();
    let pattern =
        if is_telling { format!("^{}$", escaped(value)) } else { format!("^{} .+$", escaped(scheme)) };
    one(&json!({"match": "regex", "regex": pattern}))
}

/// The media type, with any parameters.
fn media_type(value: &str) -> String {
    let essence = value.split(';').next().unwrap_or_default().trim();
    format!(r"^{}(\s*;.*)?$", escaped(essence))
}

/// The same path at any host, with any number in place of one at its end.
fn location(value: &str) -> String {
    let path = value.split_once("://").and_then(|(_, rest)| rest.split_once('/'));
    let Some((_, path)) = path else {
        return "^.+$".to_owned();
    };
    match path.rsplit_once('/') {
        Some((parent, last)) if is_number(last) => format!(r"^(https?://[^/]+)?/{}/\d+$", escaped(parent)),
        _ => format!("^(https?://[^/]+)?/{}$", escaped(path)),
    }
}

/// The text as a pattern that matches nothing else.
pub(super) fn escaped(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len());
    for character in text.chars() {
        if r"\.+*?()|[]{}^$".contains(character) {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern
}

/// The path of a member, in brackets where its name has other characters than a word.
pub(super) fn member(path: &str, key: &str) -> String {
    let begins = key.starts_with(|it: char| it.is_ascii_alphabetic() || it == '_');
    let is_word = begins && key.chars().all(|it| it.is_ascii_alphanumeric() || it == '_');
    if is_word { format!("{path}.{key}") } else { format!("{path}['{}']", key.replace('\'', "\\'")) }
}

/// Whether a path ends with the name of an id, whatever the vendor's spelling.
fn is_id(path: &str) -> bool {
    let name = path.rsplit('.').next().unwrap_or_default();
    name.eq_ignore_ascii_case("id") || name.ends_with("_id") || name.ends_with("Id")
}
