//! The place of a value in JSON documents of the same shape.

use std::fmt;

use serde_json::Value;

use super::ANY_KEY;
use crate::member_names::is_identifier;

/// A step from a value to one inside it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Member(String),
    /// Every member whose key is an id, an address or a sentence.
    AnyKey,
    /// Every entry of a list.
    Entries,
}

/// The place of values in documents of the same shape, such as `emails[].email`. It is empty for the document itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ShapePath(Vec<Step>);

impl ShapePath {
    /// Returns the place of a member of the objects here.
    pub(crate) fn member(&self, key: &str) -> Self {
        self.with(if is_identifier(key) { Step::Member(key.to_owned()) } else { Step::AnyKey })
    }

    /// Returns the place of the entries of the lists here.
    pub(crate) fn entries(&self) -> Self {
        self.with(Step::Entries)
    }

    fn with(&self, step: Step) -> Self {
        let mut steps = self.0.clone();
        steps.push(step);
        Self(steps)
    }

    /// Returns whether the values of `inner` are those here, or inside them.
    pub(crate) fn contains(&self, inner: &Self) -> bool {
        inner.0.starts_with(&self.0)
    }

    /// Calls `alter` for each value here, and removes those for which it returns `false`. Returns the number of values. The
    /// document itself is never removed.
    pub(crate) fn alter(&self, document: &mut Value, alter: &mut dyn FnMut(&mut Value) -> bool) -> usize {
        if self.0.is_empty() {
            alter(document);
            return 1;
        }
        alter_below(document, &self.0, alter)
    }
}

fn alter_below(document: &mut Value, steps: &[Step], alter: &mut dyn FnMut(&mut Value) -> bool) -> usize {
    let Some((step, rest)) = steps.split_first() else { return 0 };
    let mut count = 0;
    let mut keep = |value: &mut Value| {
        if rest.is_empty() {
            count += 1;
            return alter(value);
        }
        count += alter_below(value, rest, alter);
        true
    };
    match (step, document) {
        (Step::Member(name), Value::Object(map)) => {
            let is_removed = map.get_mut(name).is_some_and(|value| !keep(value));
            is_removed.then(|| map.remove(name));
        }
        (Step::AnyKey, Value::Object(map)) => map.retain(|key, value| is_identifier(key) || keep(value)),
        (Step::Entries, Value::Array(entries)) => entries.retain_mut(keep),
        _ => {}
    }
    count
}

impl fmt::Display for ShapePath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, step) in self.0.iter().enumerate() {
            let name = match step {
                Step::Entries => {
                    formatter.write_str("[]")?;
                    continue;
                }
                Step::Member(name) => name,
                Step::AnyKey => ANY_KEY,
            };
            let separator = if index == 0 { "" } else { "." };
            write!(formatter, "{separator}{name}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_value_at_the_place_is_altered_or_removed() {
        let mut document = json!({"people": [{"id": 1}, {"id": 2, "name": "x"}], "by": {"4711": {"id": 3}}});
        let ids = ShapePath::default().member("people").entries().member("id");
        assert_eq!(ids.to_string(), "people[].id");
        assert_eq!(ids.alter(&mut document, &mut |value| *value != json!(1)), 2);
        let below_any = ShapePath::default().member("by").member("4711").member("id");
        assert_eq!(below_any.to_string(), "by.[key].id");
        let mut set = |value: &mut Value| {
            *value = Value::Null;
            true
        };
        assert_eq!(below_any.alter(&mut document, &mut set), 1);
        assert_eq!(document, json!({"people": [{}, {"id": 2, "name": "x"}], "by": {"4711": {"id": null}}}));
        assert_eq!(ids.member("other").alter(&mut document, &mut set), 0);
    }
}
