//! What differs between what a fixture expects and what happened.
//!
//! Rule: every difference names one place and both sides, and of two documents only the places at which they differ.

use std::fmt;

use serde_json::Value;

/// One place at which two things differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Where, as in `request 1 body.emails[0].email`.
    pub place: String,
    /// What the fixture says.
    pub expected: String,
    /// What happened.
    pub actual: String,
}

impl fmt::Display for Difference {
    /// Three lines: the place, what was expected, what came.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}\n  - {}\n  + {}", self.place, self.expected, self.actual)
    }
}

/// Stands for what is not there.
const NOTHING: &str = "nothing";

/// The differences found so far.
#[derive(Debug, Default)]
pub(crate) struct Differences(pub(crate) Vec<Difference>);

impl Differences {
    pub(crate) fn add(&mut self, place: &str, expected: impl Into<String>, actual: impl Into<String>) {
        self.0.push(Difference { place: place.to_owned(), expected: expected.into(), actual: actual.into() });
    }

    pub(crate) fn texts(&mut self, place: &str, expected: Option<&str>, actual: Option<&str>) {
        if expected != actual {
            self.add(place, expected.unwrap_or(NOTHING), actual.unwrap_or(NOTHING));
        }
    }

    /// Both as they are written, where they differ.
    pub(crate) fn values<T: PartialEq + fmt::Display>(
        &mut self,
        place: &str,
        expected: Option<T>,
        actual: Option<T>,
    ) {
        if expected != actual {
            let shown = |value: Option<T>| value.map_or_else(|| NOTHING.to_owned(), |it| it.to_string());
            self.add(place, shown(expected), shown(actual));
        }
    }

    /// The places at which two documents differ.
    pub(crate) fn json(&mut self, place: &str, expected: Option<&Value>, actual: Option<&Value>) {
        match (expected, actual) {
            (Some(Value::Object(left)), Some(Value::Object(right))) => {
                for (key, value) in left {
                    self.json(&format!("{place}.{key}"), Some(value), right.get(key));
                }
                for (key, value) in right.iter().filter(|(key, _)| !left.contains_key(*key)) {
                    self.json(&format!("{place}.{key}"), None, Some(value));
                }
            }
            (Some(Value::Array(left)), Some(Value::Array(right))) => {
                for index in 0..left.len().max(right.len()) {
                    self.json(&format!("{place}[{index}]"), left.get(index), right.get(index));
                }
            }
            _ => self.values(place, expected, actual),
        }
    }
}
