//! Places in a JSON document, such as `items[].id`: all entries of a list are one place.

use std::fmt;

use serde_json::Value;

/// A step from a value to a part of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step {
    Member(String),
    Entries,
}

/// A place in a document: the steps from the whole document.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place(pub(super) Vec<Step>);

impl Place {
    pub(super) fn below(&self, step: Step) -> Self {
        Self(self.0.iter().cloned().chain([step]).collect())
    }

    /// Returns every value at the place.
    pub(super) fn values<'a>(&self, document: &'a Value) -> Vec<&'a Value> {
        let mut values = vec![document];
        for step in &self.0 {
            values = match step {
                Step::Member(name) => values.into_iter().filter_map(|value| value.get(name)).collect(),
                Step::Entries => values.into_iter().filter_map(Value::as_array).flatten().collect(),
            };
        }
        values
    }

    /// Changes every value at the place; `None` removes a member.
    pub(super) fn change(&self, document: &mut Value, to: &dyn Fn(&Value) -> Option<Value>) {
        change(document, &self.0, to);
    }
}

fn change(value: &mut Value, steps: &[Step], to: &dyn Fn(&Value) -> Option<Value>) {
    match (steps, value) {
        ([Step::Member(name)], Value::Object(members)) => {
            if let Some(changed) = members.get(name).map(to) {
                match changed {
                    Some(changed) => drop(members.insert(name.clone(), changed)),
                    None => drop(members.remove(name)),
                }
            }
        }
        ([Step::Entries], Value::Array(entries)) => {
            *entries = entries.iter().filter_map(to).collect();
        }
        ([Step::Member(name), rest @ ..], Value::Object(members)) => {
            if let Some(member) = members.get_mut(name) {
                change(member, rest, to);
            }
        }
        ([Step::Entries, rest @ ..], Value::Array(entries)) => {
            for entry in entries {
                change(entry, rest, to);
            }
        }
        _ => {}
    }
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("body")?;
        for step in &self.0 {
            match step {
                Step::Member(name) => write!(formatter, ".{name}")?,
                Step::Entries => formatter.write_str("[]")?,
            }
        }
        Ok(())
    }
}
