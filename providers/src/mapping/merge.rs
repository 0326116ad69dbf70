//! Merges a contact's `vendor` section into the body. The section is merged last and wins, `null` removes a field, and the fate of
//! each replaced field says so. The sections of other vendors are not sent.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::Mapping;
use crate::field_fate::Fate;

/// An adapter's decision on one key of the `vendor` section.
#[derive(Debug, Clone, PartialEq)]
pub enum Guard {
    /// Merge this value.
    Merge(Value),
    /// Merge this value, which is the section's in another form; the text says in which.
    Reformat(Value, String),
    /// Drop the key for this reason.
    Refuse(String),
}

impl Mapping<'_> {
    /// Merges the section of this vendor, as `guard` decides for each key. A key is a member of the body: its dots make no
    /// objects.
    pub fn merge_vendor(
        &mut self,
        sections: &BTreeMap<String, Map<String, Value>>,
        guard: impl Fn(&str, &Value) -> Guard,
    ) {
        for (vendor, section) in sections {
            for (key, value) in section {
                let field = format!("vendor.{vendor}.{key}");
                if *vendor != self.vendor {
                    let detail = format!("it is meant for {vendor}");
                    self.kept(field, detail);
                    continue;
                }
                match guard(key, value) {
                    Guard::Merge(Value::Null) => {
                        self.overwrite(key, Value::Null, &field);
                        self.kept(field, "it takes the field out of the body");
                    }
                    Guard::Merge(value) => {
                        self.overwrite(key, value, &field);
                        self.sent(field, key.clone());
                    }
                    Guard::Reformat(value, detail) => {
                        self.overwrite(key, value, &field);
                        self.reformatted(field, key.clone(), detail);
                    }
                    Guard::Refuse(why) => self.dropped(field, why),
                }
            }
        }
    }

    fn overwrite(&mut self, key: &str, value: Value, by: &str) {
        let mut replaced = Vec::new();
        let fate = if value.is_null() { Fate::Dropped } else { Fate::Overridden };
        merge(&mut self.body, key, value, key, &mut replaced);
        for field in &mut self.fates {
            let is_replaced = field.places().any(|to| {
                replaced.iter().any(|path| {
                    to.strip_prefix(path.as_str())
                        .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
                })
            });
            if is_replaced {
                field.fate = fate;
                field.detail = Some(format!("replaced by {by}").into());
            }
        }
    }
}

/// Merges `value` into the member `key` at `path`, and adds the path of each value that it replaces to `replaced`.
fn merge(body: &mut Map<String, Value>, key: &str, value: Value, path: &str, replaced: &mut Vec<String>) {
    match (body.get_mut(key), value) {
        (Some(Value::Object(inner)), Value::Object(section)) => {
            for (key, value) in section {
                let path = format!("{path}.{key}");
                merge(inner, &key, value, &path, replaced);
            }
        }
        (before, value) => {
            if before.is_some() {
                replaced.push(path.to_owned());
            }
            if value.is_null() {
                body.remove(key);
            } else {
                body.insert(key.to_owned(), without_nulls(value));
            }
        }
    }
}

/// Removes the members that are null, at any depth.
fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let map = map.into_iter().filter(|(_, value)| !value.is_null());
            Value::Object(map.map(|(key, value)| (key, without_nulls(value))).collect())
        }
        Value::Array(entries) => Value::Array(entries.into_iter().map(without_nulls).collect()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_key_of_the_vendor_section_is_not_split_at_its_dots() {
        let section = Map::from_iter([("person.name".to_owned(), json!("Ada"))]);
        let sections = BTreeMap::from_iter([("demo".to_owned(), section)]);
        let mut mapping = Mapping::new("demo", "Demo");
        mapping.set("person.email", "ada@example.com");
        mapping.merge_vendor(&sections, |_, value| Guard::Merge(value.clone()));
        let (body, fates) = mapping.finish();
        assert_eq!(body, json!({"person": {"email": "ada@example.com"}, "person.name": "Ada"}));
        assert_eq!(fates[0].field, "vendor.demo.person.name");
        assert_eq!(fates[0].to.as_deref(), Some("person.name"));
    }

    #[test]
    fn a_value_at_a_path_is_replaced_by_the_vendor_section() {
        let section = Map::from_iter([("person".to_owned(), json!({"name": {"full": "Countess"}}))]);
        let sections = BTreeMap::from_iter([("demo".to_owned(), section)]);
        let mut mapping = Mapping::new("demo", "Demo");
        mapping.set("person.name.full", "Ada King");
        mapping.sent("name.full", "person.name.full");
        mapping.merge_vendor(&sections, |_, value| Guard::Merge(value.clone()));
        let (body, fates) = mapping.finish();
        assert_eq!(body, json!({"person": {"name": {"full": "Countess"}}}));
        assert_eq!(fates[0].fate, Fate::Overridden);
    }
}
