//! Reports fields of the contact that the fixture's requests have and the received ones lack.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use unicontact_providers::testkit::Received;

use super::request::as_fixture;
use crate::difference::Differences;
use crate::fixture::ExpectedRequest;
use crate::scenario::Scenario;

/// A text or number of a document: its path, and its value in the form of [`comparable`].
pub(crate) type Leaf = (String, String);

/// Adds a difference for each field of the contact that an expected request has and the received one lacks. An adapter without
/// fates cannot report that it dropped the field.
pub(crate) fn dropped_fields(differences: &mut Differences, scenario: &Scenario<'_>, received: &[Received]) {
    let credentials = scenario.credentials();
    let requests = scenario.fixture.exchanges().zip(received);
    let missing: BTreeSet<String> = requests
        .flat_map(|((expected, _), received)| {
            missing_values(&leaves_of(expected), &leaves_of(&as_fixture(received, &credentials, None)))
        })
        .collect();
    for (path, value) in leaves(&serde_json::to_value(scenario.contact).unwrap_or_default()) {
        if missing.contains(&value) {
            differences.add(&format!("the contact's {path}"), "sent", "dropped without a word");
        }
    }
}

/// Returns the values of members that are absent. A member with another value is changed and not absent; of a list, each entry
/// beyond the length of the other list is.
fn missing_values(expected: &[Leaf], sent: &[Leaf]) -> Vec<String> {
    let (expected, sent) = (by_member(expected), by_member(sent));
    let count = |member: &str| sent.get(member).map_or(0, Vec::len);
    let values: BTreeSet<&str> = sent.values().flatten().copied().collect();
    let shorter = expected.iter().filter(|(member, values)| count(member) < values.len());
    let missing = shorter.flat_map(|(_, values)| values).filter(|value| !values.contains(*value));
    missing.map(|value| (*value).to_owned()).collect()
}

/// Returns the values by the path of their member, without the indices of lists.
fn by_member(leaves: &[Leaf]) -> BTreeMap<String, Vec<&str>> {
    let mut members: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (path, value) in leaves {
        let member = path.chars().filter(|it| !it.is_ascii_digit()).collect();
        members.entry(member).or_default().push(value);
    }
    members
}

/// Returns the texts and numbers of a request's body.
pub(crate) fn leaves_of(request: &ExpectedRequest) -> Vec<Leaf> {
    let form = request.form.iter().flatten();
    let form = form.filter_map(|(name, value)| Some((name.clone(), comparable(value)?)));
    request.body.iter().flat_map(leaves).chain(form).collect()
}

fn leaves(document: &Value) -> Vec<Leaf> {
    let mut found = Vec::new();
    collect("", document, &mut found);
    found
}

fn collect(path: &str, value: &Value, found: &mut Vec<Leaf>) {
    match value {
        Value::String(text) => found.extend(comparable(text).map(|text| (path.to_owned(), text))),
        Value::Number(number) => found.push((path.to_owned(), number.to_string())),
        Value::Array(entries) => {
            for (index, entry) in entries.iter().enumerate() {
                collect(&format!("{path}[{index}]"), entry, found);
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                collect(&path, member, found);
            }
        }
        Value::Bool(_) | Value::Null => {}
    }
}

/// Returns a text in lower case without punctuation, so that a reformatted number is recognized. `None` if nothing is left.
pub(crate) fn comparable(text: &str) -> Option<String> {
    let letters: String =
        text.chars().filter(|it| it.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    Some(letters).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn missing(expected: &Value, sent: &Value) -> Vec<String> {
        missing_values(&leaves(expected), &leaves(sent))
    }

    #[test]
    fn an_absent_member_is_missing_and_a_changed_one_is_not() {
        let expected = json!({"name": "Nell", "notes": "Met there", "phones": [{"number": "+44 1"}, {"number": "+44 2"}]});
        assert_eq!(missing(&expected, &expected), [""; 0]);
        let changed = json!({"name": "Nelly", "notes": "", "phones": [{"number": "441"}, {"number": "443"}]});
        assert_eq!(missing(&expected, &changed), ["metthere"]);
        let shorter = json!({"name": "Nell", "notes": "Met there", "phones": [{"number": "+442"}]});
        assert_eq!(missing(&expected, &shorter), ["441"]);
    }
}
