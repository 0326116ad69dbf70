//! Finds credentials and contact data in a text. Values of the contact count only if they are long enough to differ from
//! ordinary words. A leak is reported by the name of the value, never with the value.

use std::error::Error as _;
use std::fmt::Write as _;

use serde_json::Value;

use super::received::Received;
use crate::contact::UnifiedContact;
use crate::error::ProviderError;

const LONG_ENOUGH: usize = 4;
/// The length from which the beginning and the end of a text count as well.
const TELLING: usize = 40;
/// Keys whose values are words of the format, not of a person.
const WORDS_OF_THE_FORMAT: [&str; 2] = ["kind", "primary"];

/// Credentials and values of a contact that no output may show, each with its name.
#[derive(Clone)]
pub struct Forbidden(Vec<(String, String)>);

impl Forbidden {
    /// Returns the credentials, and the values of the contact that are long enough to differ from ordinary words.
    pub fn new(secrets: &[String], contact: &UnifiedContact) -> Self {
        let mut texts = Vec::new();
        for (index, secret) in secrets.iter().enumerate().filter(|(_, secret)| !secret.is_empty()) {
            texts.push((format!("credential {}", index + 1), secret.to_lowercase()));
        }
        let document = serde_json::to_value(contact).unwrap_or(Value::Null);
        collect("", &document, &mut texts);
        Self(texts)
    }

    /// Returns only the credentials.
    pub(super) fn secrets(secrets: &[String]) -> Self {
        Self::new(secrets, &UnifiedContact::default())
    }

    /// Adds the query of every request.
    #[must_use]
    pub fn and_queries_of(mut self, requests: &[Received]) -> Self {
        let queries = requests.iter().filter_map(Received::query);
        self.0.extend(queries.map(|query| ("the query of a URL".to_owned(), query.to_lowercase())));
        self
    }

    /// Returns the names of the values that `text` shows, in any case of letters.
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
        Value::String(text) if text.chars().count() >= LONG_ENOUGH => {
            let parts = telling_parts(text).into_iter().chain([text.clone()]);
            texts.extend(parts.map(|part| (format!("the contact's {path}"), part.to_lowercase())));
        }
        Value::Array(entries) => {
            for (index, entry) in entries.iter().enumerate() {
                collect(&format!("{path}[{index}]"), entry, texts);
            }
        }
        Value::Object(map) => {
            for (key, value) in map.iter().filter(|(key, _)| !WORDS_OF_THE_FORMAT.contains(&key.as_str())) {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                collect(&path, value, texts);
            }
        }
        _ => {}
    }
}

fn telling_parts(text: &str) -> Vec<String> {
    let length = text.chars().count();
    if length <= TELLING {
        return Vec::new();
    }
    vec![text.chars().take(TELLING).collect(), text.chars().skip(length - TELLING).collect()]
}

/// Returns the text of an error and of its causes.
pub fn shown(error: &ProviderError) -> String {
    let mut text = format!("{error}\n{error:?}\n{:?}\n", error.existing_id());
    let mut cause = error.source();
    while let Some(inner) = cause {
        // Writing to a text does not fail.
        let _ = writeln!(text, "{inner}\n{inner:?}");
        cause = inner.source();
    }
    text
}
