//! Searches a text for credentials and contact data. A value of the contact counts only if it is too long to be an ordinary word.
//! A finding names the value and does not show it.

use std::error::Error as _;
use std::fmt::Write as _;

use serde_json::Value;

use super::received::Received;
use crate::contact::UnifiedContact;
use crate::error::ProviderError;

/// The number of characters from which a value of the contact counts.
const MIN_LENGTH: usize = 4;
/// The length of the beginning and the end of a longer text, which count, too.
const PART_LENGTH: usize = 40;
/// The members whose values are words of the format and no contact data.
const FORMAT_MEMBERS: [&str; 2] = ["kind", "primary"];

/// The texts that no error and no `Debug` may show, each with its name: credentials and values of a contact.
#[derive(Clone)]
pub struct Forbidden(Vec<(String, String)>);

impl Forbidden {
    /// Returns all of these credentials, and every value of the contact with at least four characters.
    pub fn new(secrets: &[String], contact: &UnifiedContact) -> Self {
        let mut texts = Vec::new();
        for (index, secret) in secrets.iter().enumerate().filter(|(_, secret)| !secret.is_empty()) {
            texts.push((format!("credential {}", index + 1), secret.to_lowercase()));
        }
        let document = serde_json::to_value(contact).unwrap_or(Value::Null);
        collect("", &document, &mut texts);
        Self(texts)
    }

    /// Returns only credentials.
    pub(super) fn secrets(secrets: &[String]) -> Self {
        Self::new(secrets, &UnifiedContact::default())
    }

    /// Adds the query of every request.
    #[must_use]
    pub fn with_queries_of(mut self, requests: &[Received]) -> Self {
        let queries = requests.iter().filter_map(Received::query);
        self.0.extend(queries.map(|query| ("the query of a URL".to_owned(), query.to_lowercase())));
        self
    }

    /// Returns the names of the forbidden texts in `text`, in any case of letters.
    pub fn found_in(&self, text: &str) -> Vec<&str> {
        let text = text.to_lowercase();
        let found = self.0.iter().filter(|(_, forbidden)| text.contains(forbidden.as_str()));
        let mut names: Vec<&str> = found.map(|(name, _)| name.as_str()).collect();
        names.dedup();
        names
    }
}

fn collect(path: &str, value: &Value, texts: &mut Vec<(String, String)>) {
    match value {
        Value::String(text) if text.chars().count() >= MIN_LENGTH => {
            let parts = ends_of(text).into_iter().chain([text.clone()]);
            texts.extend(parts.map(|part| (format!("the contact's {path}"), part.to_lowercase())));
        }
        Value::Array(entries) => {
            for (index, entry) in entries.iter().enumerate() {
                collect(&format!("{path}[{index}]"), entry, texts);
            }
        }
        Value::Object(map) => {
            for (key, value) in map.iter().filter(|(key, _)| !FORMAT_MEMBERS.contains(&key.as_str())) {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                collect(&path, value, texts);
            }
        }
        _ => {}
    }
}

fn ends_of(text: &str) -> Vec<String> {
    let length = text.chars().count();
    if length <= PART_LENGTH {
        return Vec::new();
    }
    vec![text.chars().take(PART_LENGTH).collect(), text.chars().skip(length - PART_LENGTH).collect()]
}

/// Returns all that an error shows: `Display` and `Debug`, its own and those of its causes.
pub fn shown(error: &ProviderError) -> String {
    let mut text = format!("{error}\n{error:?}\n{:?}\n", error.existing_id());
    let mut cause = error.source();
    while let Some(inner) = cause {
        // Writing to a string does not fail.
        let _ = writeln!(text, "{inner}\n{inner:?}");
        cause = inner.source();
    }
    text
}
