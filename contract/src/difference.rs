//! The differences between what a fixture expects and what the adapter did, each with its place.

use std::fmt;

use serde_json::Value;

/// A difference at one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The place, such as `request 1 body.emails[0].email`.
    pub place: String,
    /// The value in the fixture.
    pub expected: String,
    /// The actual value.
    pub actual: String,
}

impl fmt::Display for Difference {
    /// Writes three lines: the place, the expected value, the actual value.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}\n  - {}\n  + {}", self.place, self.expected, self.actual)
    }
}

/// The text for a value that is absent.
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

    /// Adds a difference with the `Display` of both, if they differ.
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

    /// Adds each place at which two documents differ.
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
