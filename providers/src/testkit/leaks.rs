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

/// What the name of every value of the contact begins with.
const OF_THE_CONTACT: &str = "the contact's ";

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

    /// Removes the values of the contact that are in none of these requests. The vendor was not sent them, so that a word of an
    /// answer that equals one is the vendor's own.
    #[must_use]
    pub fn sent_in(mut self, requests: &[Received]) -> Self {
        let sent: String = requests.iter().map(sent_text).collect();
        let is_sent = |text: &str| text.split_whitespace().all(|word| sent.contains(&folded(word)));
        self.0.retain(|(name, text)| !name.starts_with(OF_THE_CONTACT) || is_sent(text));
        self
    }

    /// Returns the names of the forbidden texts in `text`, in any case of letters.
    pub fn found_in(&self, text: &str) -> Vec<&str> {
        let text = text.to_lowercase();
        let found = self.0.iter().filter(|(_, forbidden)| shows(&text, forbidden));
        let mut names: Vec<&str> = found.map(|(name, _)| name.as_str()).collect();
        names.dedup();
        names
    }
}

/// Returns whether a text holds another one. Digits within a longer number, such as that of a duration, are not the other's.
fn shows(text: &str, forbidden: &str) -> bool {
    let is_digit = |char: Option<char>| char.is_some_and(|char| char.is_ascii_digit());
    let is_number = forbidden.chars().all(|char| char.is_ascii_digit());
    text.match_indices(forbidden).any(|(start, found)| {
        let (before, after) = (text[..start].chars().next_back(), text[start + found.len()..].chars().next());
        !is_number || !(is_digit(before) || is_digit(after))
    })
}

fn collect(path: &str, value: &Value, texts: &mut Vec<(String, String)>) {
    match value {
        Value::String(text) if text.chars().count() >= MIN_LENGTH => {
            let parts = ends_of(text).into_iter().chain([text.clone()]);
            texts.extend(parts.map(|part| (format!("{OF_THE_CONTACT}{path}"), part.to_lowercase())));
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

/// Returns the letters and digits of a request's query, path and body, with the encodings of JSON and of forms decoded.
fn sent_text(request: &Received) -> String {
    let body = request.text();
    let decoded = |text: &str| -> String {
        url::form_urlencoded::parse(text.replace('/', "&").as_bytes())
            .flat_map(|(name, value)| [name, value])
            .collect()
    };
    let mut texts = String::new();
    texts_of(&serde_json::from_str(&body).unwrap_or(Value::Null), &mut texts);
    let all = [&*texts, &body, &decoded(&body), &decoded(&request.target().replace('?', "&"))];
    all.into_iter().map(folded).collect::<Vec<_>>().join(" ")
}

/// Appends every text of a document.
fn texts_of(document: &Value, texts: &mut String) {
    match document {
        Value::String(text) => texts.push_str(text),
        Value::Array(entries) => entries.iter().for_each(|entry| texts_of(entry, texts)),
        Value::Object(map) => map.values().for_each(|value| texts_of(value, texts)),
        _ => {}
    }
}

/// Returns the letters and digits of a text in lower case, because adapters write numbers and addresses in other forms.
fn folded(text: &str) -> String {
    text.chars().filter(|it| it.is_alphanumeric()).flat_map(char::to_lowercase).collect()
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn digits_within_a_longer_number_are_not_those_of_the_contact() {
        let contact = json!({"name": "Mira", "phones": [{"number": "+442079460123", "extension": "61234"}]});
        let contact: UnifiedContact = serde_json::from_value(contact).unwrap();
        let forbidden = Forbidden::new(&[], &contact);
        let shows_extension = |text: &str| !forbidden.found_in(text).is_empty();
        assert!(shows_extension("ext. 61234"));
        assert!(shows_extension("ext.61234, 5461234"));
        assert!(!shows_extension("Some(5462034960.561234s)"));
    }

    #[test]
    fn a_value_that_no_request_holds_may_be_shown() {
        let contact = json!({
            "name": "Mira Beispiel",
            "emails": [{"address": "mira@example.com", "label": "Private"}],
            "phones": ["+442079460123"],
            "organization": "Zoë \"Widgets\"",
        });
        let contact: UnifiedContact = serde_json::from_value(contact).unwrap();
        let body = r#"{"first": "Mira", "last": "Beispiel", "phone": "44 20 7946 0123", "company": "Zo\u00eb \"Widgets\""}"#;
        let length = body.len();
        let request = format!(
            "POST /people/mira%40example.com?limit=1 HTTP/1.1\r\ncontent-length: {length}\r\n\r\n{body}"
        );
        let request = Received::from_bytes(request.as_bytes()).unwrap();
        let forbidden = Forbidden::new(&["hunter22".to_owned()], &contact);
        let text = "Private: Mira Beispiel, mira@example.com, +442079460123, Zoë \"Widgets\", hunter22";
        let all = forbidden.found_in(text);
        let sent = forbidden.clone().sent_in(&[request]);
        let expected: Vec<&str> = all.iter().copied().filter(|name| !name.ends_with("label")).collect();
        assert_eq!(all.len(), expected.len() + 1, "{all:?}");
        assert_eq!(sent.found_in(text), expected);
        assert_eq!(forbidden.sent_in(&[]).found_in(text), ["credential 1"]);
    }
}
