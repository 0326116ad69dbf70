//! Builds the matching rules of a Pact: how far an answer may differ from the example.
//!
//! Answers match by type, apart from the vendor's error code, which must be equal. Requests must be equal, apart from
//! credentials.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::text_pattern::{is_number, is_uuid};

/// The rules of a document by path. A path with values of several types has none.
#[derive(Default)]
pub(super) struct BodyRules<'a> {
    by_path: BTreeMap<String, Option<Value>>,
    exact: Option<&'a str>,
}

impl<'a> BodyRules<'a> {
    /// Returns the rules of an answer's JSON. A value equal to `exact` gets no rule, so that it must be equal.
    pub(super) fn from_body(body: &Value, exact: Option<&'a str>) -> Map<String, Value> {
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
            leaf => self.add(path, self.leaf_matcher(leaf, is_id(path))),
        }
    }

    fn leaf_matcher(&self, leaf: &Value, is_id: bool) -> Option<Value> {
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

    /// Adds the matcher of a value, combined with that of earlier values at the same path.
    fn add(&mut self, path: &str, matcher: Option<Value>) {
        let known = self.by_path.entry(path.to_owned()).or_insert_with(|| matcher.clone());
        if *known != matcher {
            *known = combine(known.take(), matcher);
        }
    }
}

/// Lower-case, as the vendors write it.
const UUID: &str = "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$";

fn combine(one: Option<Value>, other: Option<Value>) -> Option<Value> {
    let (one, other) = (one?, other?);
    match (one.get("min"), other.get("min")) {
        (Some(_), Some(_)) => Some(json!({"match": "type", "min": 0})),
        (None, None) if one["match"] != "integer" && other["match"] != "integer" => {
            Some(json!({"match": "type"}))
        }
        _ => None,
    }
}

/// Returns a rule with one matcher.
pub(super) fn one(matcher: &Value) -> Value {
    json!({"combine": "AND", "matchers": [matcher]})
}

/// Returns the rules of an answer's headers.
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

/// Returns the rule of an `Authorization` header: any credentials of the same scheme, or exactly these if they
/// distinguish the answers.
pub(super) fn of_authorization(value: &str, is_distinguishing: bool) -> Value {
    let pattern = match value.split_once(' ') {
        _ if is_distinguishing => format!("^{}$", escaped(value)),
        Some((scheme, _)) => format!("^{} .+$", escaped(scheme)),
        None => return of_credential(),
    };
    one(&json!({"match": "regex", "regex": pattern}))
}

/// Returns the rule of any other header or parameter that holds a credential: any value.
pub(super) fn of_credential() -> Value {
    one(&json!({"match": "regex", "regex": "^.+$"}))
}

/// Returns a pattern of the media type with any parameters.
fn media_type(value: &str) -> String {
    let essence = value.split(';').next().unwrap_or_default().trim();
    format!(r"^{}(\s*;.*)?$", escaped(essence))
}

/// Returns a pattern of the path at any host. A number at its end matches any number.
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

/// Returns a pattern that matches the text literally.
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

/// Returns the path of a member, in brackets if its name is not a plain word.
pub(super) fn member(path: &str, key: &str) -> String {
    let starts_as_word = key.starts_with(|it: char| it.is_ascii_alphabetic() || it == '_');
    let is_word = starts_as_word && key.chars().all(|it| it.is_ascii_alphanumeric() || it == '_');
    if is_word { format!("{path}.{key}") } else { format!("{path}['{}']", key.replace('\'', "\\'")) }
}

/// Returns whether a path ends with the name of an id in one of the vendors' spellings.
fn is_id(path: &str) -> bool {
    let name = path.rsplit('.').next().unwrap_or_default();
    name.eq_ignore_ascii_case("id") || name.ends_with("_id") || name.ends_with("Id")
}
