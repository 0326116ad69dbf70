//! A list of fault rules with its seed, as TOML or JSON.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::rule::Rule;
use super::value;

/// The rules of the faults, and the seed of their draws. The default has no rules.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Faults {
    /// The seed of all draws. In TOML at most 2^63 - 1.
    #[serde(default, deserialize_with = "value::seed")]
    pub seed: u64,
    /// The rules, in the order in which they are applied.
    #[serde(default, rename = "fault")]
    pub rules: Vec<Rule>,
}

/// The error of a text that is not a valid list of faults.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct FaultsError {
    /// The line, from 1, if the text is TOML and the line is known.
    pub line: Option<usize>,
    /// What is wrong, with the key and its valid values.
    pub message: String,
}

impl Faults {
    /// Creates faults with a seed.
    pub fn new(seed: u64, rules: impl IntoIterator<Item = Rule>) -> Self {
        Self { seed, rules: rules.into_iter().collect() }
    }

    /// Parses TOML.
    ///
    /// # Errors
    ///
    /// The first mistake, with its line: invalid TOML, an unknown key, a value out of range, a key that this kind of fault
    /// ignores, a missing key. For the last two, the line is the first one of the rule.
    pub fn from_toml(text: &str) -> Result<Self, FaultsError> {
        toml::from_str(text).map_err(|error| {
            let place = error.span().map(|span| SourceLocation::new(text, span.start));
            FaultsError {
                line: place.as_ref().map(|place| place.line),
                message: with_key(in_one_line(error.message()), place.and_then(|place| place.key)),
            }
        })
    }

    /// Parses JSON of the same form: `{"seed": 7, "fault": [{"what": "cut_body"}]}`.
    ///
    /// # Errors
    ///
    /// The first mistake, without a line.
    pub fn from_json(text: &str) -> Result<Self, FaultsError> {
        serde_json::from_str(text)
            .map_err(|error| FaultsError { line: None, message: in_one_line(&error.to_string()) })
    }
}

impl fmt::Display for FaultsError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(formatter, "line {line}: {}", self.message),
            None => formatter.write_str(&self.message),
        }
    }
}

/// A location in a TOML text.
struct SourceLocation<'a> {
    line: usize,
    /// The key at the start of the line, if there is one.
    key: Option<&'a str>,
}

impl<'a> SourceLocation<'a> {
    fn new(text: &'a str, offset: usize) -> Self {
        let (before, after) = text.split_at_checked(offset).unwrap_or((text, ""));
        let start = before.rfind('\n').map_or(0, |end| end + 1);
        let end = after.find('\n').map_or(text.len(), |length| offset + length);
        let key = text[start..end].split_once('=').map(|(key, _)| key.trim());
        let is_bare = |key: &&str| key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        Self { line: 1 + before.matches('\n').count(), key: key.filter(is_bare) }
    }
}

/// Prefixes the message with the key, unless it contains the key already.
fn with_key(message: String, key: Option<&str>) -> String {
    match key.map(|key| format!("`{key}`")) {
        Some(key) if !message.contains(&key) => format!("{key}: {message}"),
        _ => message,
    }
}

fn in_one_line(message: &str) -> String {
    message.lines().collect::<Vec<_>>().join(", ")
}
