//! Guards the merge of the contact's own section: what it may replace, and in which form.

use serde_json::{Map, Value};

use super::pruned::pruned;
use super::reserved::Reserved;
use crate::field_fate::{Fate, FieldFate};
use crate::mapping::Guard;

/// The rules for the contact's own section.
#[derive(Debug)]
pub(super) struct SectionGuard {
    pub(super) title: String,
    /// What is dropped, also in the entries of lists that the create makes.
    pub(super) reserved: Reserved,
    /// The lists of objects that the create makes.
    pub(super) lists: Vec<String>,
    /// Whether the vendor takes texts only.
    pub(super) is_text: bool,
}

impl SectionGuard {
    /// Returns what becomes of one key of the section.
    pub(super) fn judge(&self, key: &str, value: &Value) -> Guard {
        let title = &self.title;
        if self.reserved.is_refused(key) {
            return Guard::Refuse(format!("{title} does not take this key in a create"));
        }
        if self.reserved.meets_key(&[key.to_owned()], value) {
            return Guard::Refuse(format!("{title} gets the idempotency key there"));
        }
        let mut rest = value.clone();
        let removed = self.reserved.take_out(key, &mut rest);
        let guard = self.judge_form(key, &rest);
        if removed.is_empty() {
            return guard;
        }
        let without = format!("without {}", removed.join(" and "));
        match guard {
            Guard::Merge(rest) => Guard::Reformat(rest, without),
            Guard::Reformat(rest, detail) => Guard::Reformat(rest, format!("{detail}, {without}")),
            Guard::Refuse(_) => Guard::Refuse(format!("{without} nothing is left")),
        }
    }

    /// Returns what becomes of a value in which no key is refused.
    fn judge_form(&self, key: &str, value: &Value) -> Guard {
        let title = &self.title;
        match value {
            Value::Null => Guard::Merge(Value::Null),
            Value::Number(_) | Value::Bool(_) if self.is_text => Guard::Reformat(
                Value::String(value.to_string()),
                format!("written as a text, which {title} wants of every value"),
            ),
            Value::Array(_) | Value::Object(_) if self.is_text => {
                Guard::Refuse(format!("{title} takes texts only"))
            }
            Value::Object(members) => judge_object(members),
            Value::Array(entries) if self.lists.iter().any(|list| list == key) => self.judge_entries(entries),
            value => judge_value(value),
        }
    }

    /// Takes the refused keys out of the entries of a list that the create makes: there they would be those of another request.
    fn judge_entries(&self, entries: &[Value]) -> Guard {
        let is_refused_in = |entry: &Value| {
            entry.as_object().is_some_and(|entry| entry.keys().any(|key| self.reserved.is_refused(key)))
        };
        if !entries.iter().any(is_refused_in) {
            return judge_value(&Value::Array(entries.to_vec()));
        }
        let mut entries = entries.to_vec();
        for entry in entries.iter_mut().filter_map(Value::as_object_mut) {
            entry.retain(|key, _| !self.reserved.is_refused(key));
        }
        let keys = self.reserved.names().join(" and ");
        match pruned(&Value::Array(entries)) {
            Some(rest) => Guard::Reformat(rest, format!("without {keys}")),
            None => Guard::Refuse(format!("without {keys} nothing is left")),
        }
    }
}

/// Removes the objects that are empty because the section takes their members away. A key of the section with nothing left is
/// kept.
pub(super) fn remove_empty_objects(
    vendor: &str,
    section: &Map<String, Value>,
    fields: &mut Map<String, Value>,
    fates: &mut [FieldFate],
) {
    for (key, _) in section.iter().filter(|(_, value)| value.is_object()) {
        if !fields.get_mut(key).is_some_and(is_emptied) {
            continue;
        }
        fields.remove(key);
        let field = format!("vendor.{vendor}.{key}");
        for fate in fates.iter_mut().filter(|fate| fate.field == field && fate.fate != Fate::Dropped) {
            *fate =
                FieldFate::new(field.clone(), Fate::Kept).with_detail("it takes the field out of the body");
        }
    }
}

/// Removes the empty objects in an object, and returns whether it is empty then.
fn is_emptied(value: &mut Value) -> bool {
    let Value::Object(members) = value else { return false };
    members.retain(|_, member| !is_emptied(member));
    members.is_empty()
}

/// A member that is null takes the vendor's field away, so nulls stay for the merge.
fn judge_object(members: &Map<String, Value>) -> Guard {
    let mut rest = Map::new();
    for (name, member) in members {
        match member {
            Value::Null => drop(rest.insert(name.clone(), Value::Null)),
            Value::Object(inner) => match judge_object(inner) {
                Guard::Merge(value) | Guard::Reformat(value, _) => drop(rest.insert(name.clone(), value)),
                Guard::Refuse(_) => {}
            },
            other => drop(pruned(other).map(|value| rest.insert(name.clone(), value))),
        }
    }
    if rest.is_empty() {
        return empty();
    }
    if rest == *members { Guard::Merge(rest.into()) } else { shortened(rest.into()) }
}

fn judge_value(value: &Value) -> Guard {
    match pruned(value) {
        None => empty(),
        Some(rest) if rest == *value => Guard::Merge(rest),
        Some(rest) => shortened(rest),
    }
}

fn empty() -> Guard {
    Guard::Refuse(super::drafting::EMPTY.to_owned())
}

fn shortened(value: Value) -> Guard {
    Guard::Reformat(value, "without what is empty in it".to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn judge(is_text: bool, key: &str, value: impl Into<Value>) -> Guard {
        let refused = vec!["id".to_owned(), "_destroy".to_owned()];
        let lists = vec!["phones".to_owned()];
        let reserved = Reserved::refusing(&refused);
        SectionGuard { title: "Acme".to_owned(), reserved, lists, is_text }.judge(key, &value.into())
    }

    #[test]
    fn what_is_refused_or_empty_is_dropped_and_the_rest_is_merged() {
        let refuse = |text: &str| Guard::Refuse(text.to_owned());
        assert_eq!(judge(false, "id", json!(7)), refuse("Acme does not take this key in a create"));
        assert_eq!(judge(false, "note", json!("")), refuse("an empty value is not sent"));
        assert_eq!(judge(false, "note", json!([{}])), refuse("an empty value is not sent"));
        assert_eq!(judge(false, "note", json!(null)), Guard::Merge(Value::Null));
        assert_eq!(judge(false, "note", json!({"a": null})), Guard::Merge(json!({"a": null})));
        let shortened = Guard::Reformat(json!({"a": "x"}), "without what is empty in it".to_owned());
        assert_eq!(judge(false, "note", json!({"a": "x", "b": {"c": ""}})), shortened);
        assert_eq!(judge(false, "company", json!({"id": 7})), Guard::Merge(json!({"id": 7})));
    }

    #[test]
    fn a_refused_path_is_taken_out_of_the_value() {
        let reserved = Reserved::refusing(&["company.id".to_owned(), "a.b.c".to_owned()]);
        let guard = SectionGuard { title: "Acme".to_owned(), reserved, lists: Vec::new(), is_text: false };
        let without = |value, path: &str| Guard::Reformat(value, format!("without {path}"));
        for (key, value, expected) in [
            ("company", json!({"id": 7, "name": "x"}), without(json!({"name": "x"}), "company.id")),
            ("company", json!({"id": 7}), Guard::Refuse("without company.id nothing is left".to_owned())),
            ("company", json!([{"id": 7}, {"name": "x"}]), without(json!([{"name": "x"}]), "company.id")),
            ("company", json!({"name": "x"}), Guard::Merge(json!({"name": "x"}))),
            ("company", json!("x"), Guard::Merge(json!("x"))),
            ("company.id", json!(7), Guard::Refuse("Acme does not take this key in a create".to_owned())),
            ("a", json!({"b": {"c": 1, "d": 2}}), without(json!({"b": {"d": 2}}), "a.b.c")),
        ] {
            let guarded = guard.judge(key, &value);
            let is_shortened = |guarded: &Guard| matches!((guarded, &expected), (Guard::Reformat(one, detail), Guard::Reformat(other, end)) if one == other && detail.ends_with(end.as_str()));
            assert!(guarded == expected || is_shortened(&guarded), "{key}: {value}: {guarded:?}");
        }
    }

    #[test]
    fn refused_keys_leave_the_entries_of_lists_that_the_create_makes() {
        let reformatted = |value| Guard::Reformat(value, "without id and _destroy".to_owned());
        let phones = json!([{"id": 1, "number": "+1"}, {"number": "+2"}]);
        assert_eq!(
            judge(false, "phones", phones.clone()),
            reformatted(json!([{"number": "+1"}, {"number": "+2"}]))
        );
        assert_eq!(judge(false, "others", phones.clone()), Guard::Merge(phones));
    }

    #[test]
    fn a_vendor_of_texts_gets_texts() {
        let detail = "written as a text, which Acme wants of every value".to_owned();
        assert_eq!(judge(true, "line", json!(7)), Guard::Reformat(json!("7"), detail));
        assert_eq!(judge(true, "line", json!([])), Guard::Refuse("Acme takes texts only".to_owned()));
    }
}
