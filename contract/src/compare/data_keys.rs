//! Finds the keys of an answer that are data, such as the names of people, so that no finding shows them.

use serde_json::{Map, Value};
use unicontact_providers::UnifiedContact;

use crate::experiment::FixtureExchange;
use crate::member_names::MemberNames;

/// Returns the body of an answer with a placeholder in place of each key that is data. Keys of the fixtures' exchanges stay.
pub(super) fn without_data_keys<'a>(
    body: &Value,
    contact: &UnifiedContact,
    fixtures: impl Iterator<Item = &'a FixtureExchange<'a>>,
) -> Value {
    let mut names = MemberNames::default();
    for exchange in fixtures {
        exchange.request.body.iter().for_each(|body| names.add_known_in(body));
        exchange.answer.json().iter().for_each(|body| names.add_known_in(body));
    }
    if let Ok(contact) = serde_json::to_value(contact) {
        names.add_contact(&contact);
    }
    names.add_answer(body);
    with_placeholders(body, &names)
}

fn with_placeholders(value: &Value, names: &MemberNames) -> Value {
    match value {
        Value::Array(entries) => entries.iter().map(|entry| with_placeholders(entry, names)).collect(),
        Value::Object(map) => Value::Object(members(map, names)),
        other => other.clone(),
    }
}

/// Returns the members of an object. A placeholder is no identifier, so that it is compared as any key.
fn members(map: &Map<String, Value>, names: &MemberNames) -> Map<String, Value> {
    let members = map.iter().enumerate().map(|(index, (key, value))| {
        let key = if names.is_kept(key) { key.clone() } else { format!("[{index}]") };
        (key, with_placeholders(value, names))
    });
    members.collect()
}
