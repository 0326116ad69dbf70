//! The values that a program has behind the labels of its exports.

use std::collections::HashMap;

use serde_json::Value;
use toml_edit::{Item, TableLike};

use super::fold_without_accents;

/// The values of a property, by folded label. An empty text stands for the value that a new contact has anyway.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct PropertyValues(HashMap<String, Value>);

impl PropertyValues {
    pub(super) fn from_table(table: &dyn TableLike) -> Self {
        Self(
            table
                .iter()
                .filter_map(|(label, item)| Some((fold_without_accents(label), value(item)?)))
                .collect(),
        )
    }

    /// Returns the value of a cell: the one behind its label, or the text of an unknown label. `None` for a value that is
    /// not worth sending.
    pub(crate) fn value(&self, cell: &str) -> Option<Value> {
        match self.0.get(&fold_without_accents(cell)) {
            Some(Value::String(text)) if text.is_empty() => None,
            Some(value) => Some(value.clone()),
            None => Some(cell.into()),
        }
    }
}

fn value(item: &Item) -> Option<Value> {
    item.as_bool().map(Value::Bool).or_else(|| item.as_str().map(Value::from))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn values() -> PropertyValues {
        let document: toml_edit::Document<&str> =
            toml_edit::Document::parse("'Bad Timing' = 'BAD_TIMING'\n'1' = true\n'0' = ''").unwrap();
        PropertyValues::from_table(document.as_table())
    }

    #[test]
    fn a_label_stands_for_its_value_in_any_case() {
        for label in ["Bad Timing", "bad timing", "BAD_TIMING"] {
            assert_eq!(values().value(label), Some("BAD_TIMING".into()), "{label}");
        }
        assert_eq!((values().value("1"), values().value("0")), (Some(Value::Bool(true)), None));
    }

    proptest! {
        #[test]
        fn an_unknown_label_is_kept_as_it_is(label in "[A-Zc-z][a-z ]{0,20}") {
            prop_assume!(fold_without_accents(&label) != "badtiming");
            prop_assert_eq!(values().value(&label), Some(label.as_str().into()));
        }
    }
}
