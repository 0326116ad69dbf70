//! What a contact's `vendor` section does to the body.
//!
//! Its rule: it is merged last and wins; `null` takes a field out; and whatever it replaces is told.
//! Sections of other vendors stay out.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::Mapping;
use crate::field_fate::Fate;

/// What an adapter does with one key of its own section before it is merged.
pub enum Guard {
    /// Merge this value.
    Merge(Value),
    /// Merge this value, which is the given one in another form.
    Reformat(Value, String),
    /// Leave it out, and say why.
    Refuse(String),
}

impl Mapping {
    /// Merges the section of this vendor, each key as `guard` says.
    pub fn merge_vendor(
        &mut self,
        sections: &BTreeMap<String, Map<String, Value>>,
        guard: impl Fn(&Self, &str, &Value) -> Guard,
    ) {
        for (vendor, section) in sections {
            for (key, value) in section {
                let field = format!("vendor.{vendor}.{key}");
                if vendor != self.vendor {
                    let detail = format!("it is meant for {vendor}");
                    self.kept(field, detail);
                    continue;
                }
                match guard(self, key, value) {
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
        for told in &mut self.fates {
            let hit = told.to.as_deref().is_some_and(|to| {
                replaced.iter().any(|path| {
                    to == path || to.starts_with(&format!("{path}.")) || to.starts_with(&format!("{path}["))
                })
            });
            if hit {
                told.fate = fate;
                told.detail = Some(format!("replaced by {by}").into());
            }
        }
    }
}

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

/// What is null is absent, at any depth.
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
