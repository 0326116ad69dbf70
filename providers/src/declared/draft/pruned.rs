//! Values without what holds nothing: vendors take null and empty texts, lists and objects for values.

use serde_json::{Map, Value};

/// Returns the value without the parts that hold nothing. `None` if nothing is left.
pub(super) fn pruned(value: &Value) -> Option<Value> {
    match value {
        Value::Null => None,
        Value::String(text) if text.trim().is_empty() => None,
        Value::Array(entries) => {
            let entries: Vec<Value> = entries.iter().filter_map(pruned).collect();
            (!entries.is_empty()).then_some(Value::Array(entries))
        }
        Value::Object(members) => {
            let members: Map<String, Value> =
                members.iter().filter_map(|(name, member)| Some((name.clone(), pruned(member)?))).collect();
            (!members.is_empty()).then_some(Value::Object(members))
        }
        other => Some(other.clone()),
    }
}

/// Takes the entries out of lists whose index was never written.
pub(super) fn close_gaps(members: &mut Map<String, Value>) {
    members.values_mut().for_each(close_gaps_of);
}

fn close_gaps_of(value: &mut Value) {
    match value {
        Value::Array(entries) => {
            entries.retain(|entry| !entry.is_null());
            entries.iter_mut().for_each(close_gaps_of);
        }
        Value::Object(members) => close_gaps(members),
        _ => {}
    }
}

/// Returns the value with every number and truth value as a text.
pub(super) fn in_texts(value: Value) -> Value {
    match value {
        Value::Bool(_) | Value::Number(_) => Value::String(value.to_string()),
        Value::Array(entries) => Value::Array(entries.into_iter().map(in_texts).collect()),
        Value::Object(members) => {
            Value::Object(members.into_iter().map(|(name, member)| (name, in_texts(member))).collect())
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_holds_nothing_is_left_out_at_any_depth() {
        let value = json!({"a": "", "b": [null, " ", {"c": {}}], "d": [0, false, {"e": [], "f": "x"}]});
        assert_eq!(pruned(&value), Some(json!({"d": [0, false, {"f": "x"}]})));
        assert_eq!(pruned(&json!({"a": [{}]})), None);
    }

    #[test]
    fn gaps_of_lists_are_closed_and_empty_lists_stay() {
        let mut value = json!({"a": [null, {"b": [null, [1, []]]}], "c": []});
        close_gaps_of(&mut value);
        assert_eq!(value, json!({"a": [{"b": [[1, []]]}], "c": []}));
    }

    #[test]
    fn numbers_and_truths_become_texts() {
        assert_eq!(in_texts(json!({"a": 1.5, "b": [true, "x"]})), json!({"a": "1.5", "b": ["true", "x"]}));
    }
}
