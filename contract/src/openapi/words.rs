//! The words for types and values in findings. They never repeat a value that is sent.

use serde_json::Value;

/// The most values of an enumeration that are listed.
const MAX_LISTED: usize = 8;
/// The longest text of a description that is repeated, in characters.
const MAX_TEXT: usize = 80;

/// Returns the kind of a value, such as `a text`.
pub(super) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(number) if number.is_f64() => "a decimal number",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// Returns the types of a schema, such as `a text or null`.
pub(super) fn types(names: &[&str]) -> String {
    let words: Vec<&str> = names.iter().map(|name| type_name(name)).collect();
    words.join(" or ")
}

fn type_name(name: &str) -> &str {
    match name {
        "string" => "a text",
        "integer" => "a whole number",
        "number" => "a number",
        "boolean" => "a boolean",
        "array" => "a list",
        "object" => "an object",
        other => other,
    }
}

/// Returns the permitted values of an enumeration.
pub(super) fn one_of(values: &[Value]) -> String {
    let mut words: Vec<String> =
        values.iter().take(MAX_LISTED).map(|it| shortened(&it.to_string())).collect();
    if values.len() > MAX_LISTED {
        words.push(format!("{} more", values.len() - MAX_LISTED));
    }
    if let [only] = words.as_slice() { only.clone() } else { format!("one of {}", words.join(", ")) }
}

/// Returns the first characters of a text of the description.
pub(super) fn shortened(text: &str) -> String {
    match text.char_indices().nth(MAX_TEXT) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// Returns whether a type of a schema permits a value.
pub(super) fn is_of_type(value: &Value, name: &str) -> bool {
    match (name, value) {
        ("integer", Value::Number(number)) => {
            !number.is_f64() || number.as_f64().is_some_and(|it| it.fract() == 0.0)
        }
        ("number", Value::Number(_))
        | ("string", Value::String(_))
        | ("boolean", Value::Bool(_))
        | ("array", Value::Array(_))
        | ("object", Value::Object(_))
        | ("null", Value::Null) => true,
        _ => false,
    }
}
