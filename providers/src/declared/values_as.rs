//! The vendor's own values for kinds and for values of a field.

use serde_json::Value;

use super::document::NodeValue;
use super::table::{TableReader, unknown_choice};

/// The vendor's values by the contact's. `*` is every other one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct ValuesAs(Vec<(String, Value)>);

impl ValuesAs {
    /// Reads `values_as`, whose members are texts, whole numbers and booleans.
    pub(super) fn read(table: &TableReader<'_>) -> Self {
        let mut values = Vec::new();
        for (name, node) in table.members("values_as") {
            let value = match &node.value {
                NodeValue::Text(text) => Value::from(text.as_str()),
                NodeValue::Integer(number) => Value::from(*number),
                NodeValue::Boolean(truth) => Value::from(*truth),
                _ => {
                    let key = table.key(&format!("values_as.{name}"));
                    let message =
                        format!("expected a text, a whole number, or true or false, not {}", node.noun());
                    table.problems().report(node.line, key, message);
                    continue;
                }
            };
            values.push((name.clone(), value));
        }
        Self(values)
    }

    /// Reports the values that are none of `known`.
    pub(super) fn check<'k>(&self, table: &TableReader<'_>, known: impl IntoIterator<Item = &'k str>) {
        let known: Vec<&str> = known.into_iter().collect();
        for (value, _) in self.0.iter().filter(|(value, _)| value != "*") {
            if !known.contains(&value.as_str()) {
                table.report("values_as", unknown_choice(value, known.iter().copied().chain(["*"])));
            }
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the contact's values, and `*`.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }

    /// Returns the vendor's values.
    pub(super) fn values(&self) -> impl Iterator<Item = &Value> {
        self.0.iter().map(|(_, value)| value)
    }

    /// Returns the vendor's value for exactly this one.
    pub(super) fn exact(&self, value: &str) -> Option<&Value> {
        self.0.iter().find(|(name, _)| name == value).map(|(_, value)| value)
    }

    /// Returns the vendor's value for this one: its own, or that of every other one.
    pub(super) fn named(&self, value: &str) -> Option<&Value> {
        self.exact(value).or_else(|| self.exact("*"))
    }

    /// Returns the vendor's value, or the value itself where no values are described. `None`: the vendor has none for it.
    pub(super) fn value_of(&self, value: &str) -> Option<Value> {
        if self.is_empty() { Some(value.into()) } else { self.named(value).cloned() }
    }
}
