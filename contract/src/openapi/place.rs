//! Places in a JSON document, such as `items[].id`: all entries of a list are one place.

use std::fmt;

use serde_json::Value;

use crate::shape::ShapePath;

/// A step from a value to a part of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step {
    Member(String),
    Entries,
}

/// A place in a document: the steps from the whole document. Unlike a [`ShapePath`], it has the name of every member, by which a
/// schema describes it.
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

    /// Returns the place among documents of the same shape.
    pub(super) fn shape_path(&self) -> ShapePath {
        self.0.iter().fold(ShapePath::default(), |path, step| match step {
            Step::Member(name) => path.member(name),
            Step::Entries => path.entries(),
        })
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
