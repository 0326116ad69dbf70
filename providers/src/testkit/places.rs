//! Looks up the places that fates name, such as `person.emails[0].value`, in the body of a draft.

use serde_json::{Map, Value};

/// Returns whether the body holds a value at `path`, or an envelope anywhere in it does.
///
/// Dots separate members, and `[0]` is an entry of a list; without it every entry counts. A member's name may have dots itself, and
/// may stand in quotation marks. In a list of pairs, such as `{"property": "email", "value": …}`, the name is enough.
pub(super) fn holds(body: &Value, path: &str) -> bool {
    if is_at(body, path) {
        return true;
    }
    match body {
        Value::Object(members) => members.values().any(|member| holds(member, path)),
        Value::Array(entries) => entries.iter().any(|entry| holds(entry, path)),
        _ => false,
    }
}

fn is_at(value: &Value, path: &str) -> bool {
    match value {
        Value::Null => false,
        _ if path.is_empty() => true,
        Value::Object(members) => {
            members.iter().any(|(name, member)| below(path, name).is_some_and(|rest| is_at(member, rest)))
                || is_in_pair(members, path)
        }
        Value::Array(entries) => match entry(path) {
            Some((index, rest)) => entries.get(index).is_some_and(|entry| is_at(entry, rest)),
            None => entries.iter().any(|entry| is_at(entry, path)),
        },
        Value::String(text) => text == path,
        _ => false,
    }
}

/// Returns whether an object is a pair whose name begins the path, and has the rest of it: `{"property": "phones", "value": […]}`.
fn is_in_pair(members: &Map<String, Value>, path: &str) -> bool {
    let names = members.values().filter_map(Value::as_str).filter(|name| !name.is_empty());
    let mut rests = names.filter_map(|name| below(path, name));
    rests.any(|rest| rest.is_empty() || members.values().any(|member| is_at(member, rest)))
}

/// Returns the path below the member `name`, if `path` begins with it.
fn below<'a>(path: &'a str, name: &str) -> Option<&'a str> {
    let quoted = path.strip_prefix('"').and_then(|rest| rest.strip_prefix(name)?.strip_prefix('"'));
    let rest = quoted.or_else(|| path.strip_prefix(name))?;
    match rest.strip_prefix('.') {
        Some(rest) => Some(rest),
        None => (rest.is_empty() || rest.starts_with('[')).then_some(rest),
    }
}

/// Returns the index with which `path` begins, and the path below that entry.
fn entry(path: &str) -> Option<(usize, &str)> {
    let (index, rest) = path.strip_prefix('[')?.split_once(']')?;
    Some((index.parse().ok()?, rest.strip_prefix('.').unwrap_or(rest)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn a_place_is_a_path_through_the_whole_body() {
        let body = json!({
            "person": {"name": "Ada", "emails": [{"value": "a@example.com"}], "gone": null},
            "home.phone": "1",
            "values": [
                {"property": "city", "value": "Berlin"},
                {"property": "phones", "value": [{"number": "1"}]},
            ],
        });
        for path in
            ["person.name", "name", "person.emails[0].value", "person.emails", "emails.value", "home.phone"]
        {
            assert!(holds(&body, path), "{path}");
        }
        for path in ["\"home.phone\"", "city", "values[0].value", "phones[0].number"] {
            assert!(holds(&body, path), "{path}");
        }
        for path in [
            "person.email",
            "person.gone",
            "person.emails[1].value",
            "home",
            "person.name.given",
            "nam",
            "phones[1].number",
        ] {
            assert!(!holds(&body, path), "{path}");
        }
    }

    proptest! {
        /// A value is found at the path by which it was put there, and not once it is taken out.
        #[test]
        fn what_is_nested_is_found_by_its_path(parts in prop::collection::vec("[a-z]{1,6}", 1..5)) {
            let path = parts.join(".");
            let nested = |value: Value| parts.iter().rev().fold(value, |inner, part| json!({part.as_str(): inner}));
            prop_assert!(holds(&nested(json!(7)), &path));
            prop_assert!(!holds(&nested(Value::Null), &path));
        }
    }
}
