//! Whether a text shows what it must not.
//!
//! Its rule: every credential of the tests, and every value of the contact that is long enough to be told from
//! ordinary words.

use serde_json::Value;
use unicontact::providers::ProviderError;

use super::providers::secrets;

const LONG_ENOUGH: usize = 4;
/// Their values are words of the format, not of a person.
const WORDS_OF_THE_FORMAT: [&str; 3] = ["kind", "type", "access_type"];

/// What an error shows of itself and of its causes.
pub(crate) fn shown(error: &ProviderError) -> String {
    let mut text = format!("{error}\n{error:?}\n{error:#?}");
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        text.push_str(&format!("\n{inner}\n{inner:?}"));
        cause = inner.source();
    }
    text
}

/// The secrets and values of `contact` that `text` holds.
pub(crate) fn found_in(text: &str, contact: &Value) -> Vec<String> {
    let text = text.to_lowercase();
    let secrets = secrets().into_iter().map(str::to_owned);
    let forbidden = secrets.chain(values_of(contact));
    forbidden.filter(|value| text.contains(&value.to_lowercase())).collect()
}

/// Every text in a contact that is long enough.
pub(crate) fn values_of(contact: &Value) -> Vec<String> {
    let mut values = Vec::new();
    collect(contact, &mut values);
    values.retain(|value| value.chars().count() >= LONG_ENOUGH);
    values
}

fn collect(value: &Value, values: &mut Vec<String>) {
    match value {
        Value::String(text) => values.push(text.trim().to_owned()),
        Value::Array(entries) => entries.iter().for_each(|entry| collect(entry, values)),
        Value::Object(map) => {
            for (_, value) in map.iter().filter(|(key, _)| !WORDS_OF_THE_FORMAT.contains(&&***key)) {
                collect(value, values);
            }
        }
        _ => {}
    }
}
