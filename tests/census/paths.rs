//! Paths into a contact and into a request body.

use serde_json::Value;

/// Returns the paths of a field of the mapping in a contact: `phones (mobile)` is every mobile number.
pub(crate) fn places(contact: &Value, field: &str) -> Vec<String> {
    let (path, kind) = match field.split_once(" (") {
        Some((path, kind)) => (path, Some(kind.trim_end_matches(')'))),
        None => (field, None),
    };
    let mut places = vec![(String::new(), contact)];
    for segment in path.split('.') {
        let inside = places.into_iter().filter_map(|(place, value)| {
            let place = if place.is_empty() { segment.to_owned() } else { format!("{place}.{segment}") };
            value.get(segment).map(|value| (place, value))
        });
        places = inside.flat_map(|(place, value)| entries(place, value)).collect();
    }
    let of_kind = places
        .into_iter()
        .filter(|(_, value)| kind.is_none_or(|kind| value.get("kind").and_then(Value::as_str) == Some(kind)));
    of_kind.map(|(place, _)| place).collect()
}

fn entries(place: String, value: &Value) -> Vec<(String, &Value)> {
    match value {
        Value::Array(entries) => {
            let numbered = entries.iter().enumerate();
            numbered.map(|(index, entry)| (format!("{place}[{index}]"), entry)).collect()
        }
        other => vec![(place, other)],
    }
}

/// Returns the value at a path such as `emails[0].email`.
pub(crate) fn at<'a>(document: &'a Value, path: &str) -> Option<&'a Value> {
    let pointer: String = path
        .replace('[', ".")
        .replace(']', "")
        .split('.')
        .fold(String::new(), |all, part| format!("{all}/{}", part.replace('~', "~0").replace('/', "~1")));
    if path.is_empty() { None } else { document.pointer(&pointer) }
}

/// Returns whether a body has a value at a documented path, where `[]` is any entry.
pub(crate) fn holds(body: &Value, path: &str) -> bool {
    let (first, rest) = path.split_once('.').map_or((path, None), |(first, rest)| (first, Some(rest)));
    let Some(value) = body.get(first.trim_end_matches("[]")) else {
        return false;
    };
    let goes_on = |value: &Value| match rest {
        Some(rest) => holds(value, rest),
        None => !is_nothing(value),
    };
    match value {
        Value::Array(entries) if first.ends_with("[]") => entries.iter().any(goes_on),
        other => !first.ends_with("[]") && goes_on(other),
    }
}

/// Returns whether a value is null or empty.
pub(crate) fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(entries) => entries.is_empty(),
        Value::Object(map) => map.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Returns whether the field of a fate is at one of the paths, or below one.
pub(crate) fn is_within(field: &str, places: &[String]) -> bool {
    places.iter().any(|place| {
        let rest = field.strip_prefix(place.as_str());
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    })
}

/// Returns `emails[0].email` as `emails[].email`.
pub(crate) fn without_numbers(path: &str) -> String {
    let mut is_inside = false;
    let kept = path.chars().filter(|it| {
        is_inside = (is_inside || *it == '[') && *it != ']';
        !is_inside || *it == '['
    });
    kept.collect()
}

#[test]
fn a_path_leads_to_its_value() {
    let document = serde_json::json!({"a": [{"b": 1}, {"c": ""}], "d": {"e": "f"}});
    assert_eq!(at(&document, "a[0].b"), Some(&1.into()));
    assert_eq!(at(&document, "d.e"), Some(&"f".into()));
    assert_eq!((at(&document, "a[2].b"), at(&document, "")), (None, None));
    assert!(holds(&document, "a[].b") && holds(&document, "d.e"));
    assert!(!holds(&document, "a[].c") && !holds(&document, "d[].e") && !holds(&document, "a.b"));
    assert_eq!(without_numbers("a[10].b"), "a[].b");
    assert_eq!(places(&document, "a"), ["a[0]", "a[1]"]);
    assert!(is_within("a[1].c", &["a[1]".to_owned()]) && !is_within("a[11].c", &["a[1]".to_owned()]));
}
