//! Whether a text shows what it must not.
//!
//! Its rule: every credential of the tests, and every value of the contact that is long enough to be told from
//! ordinary words.

use std::fmt::Write as _;

use serde_json::Value;
use unicontact::providers::ProviderError;

use super::providers::secrets;

const LONG_ENOUGH: usize = 4;
/// Of a longer text, its beginning and its end count as well.
const TELLING: usize = 40;
/// Their values are words of the format, not of a person.
const WORDS_OF_THE_FORMAT: [&str; 3] = ["kind", "type", "access_type"];

/// What an error shows of itself and of its causes.
pub(crate) fn shown(error: &ProviderError) -> String {
    let mut text = format!("{error}\n{error:?}\n{error:#?}\n");
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        writeln!(text, "{inner}\n{inner:?}").unwrap();
        cause = inner.source();
    }
    text
}

/// The secrets and values of `contact` that `text` holds.
pub(crate) fn found_in(text: &str, contact: &Value) -> Vec<String> {
    let text = text.to_lowercase();
    let forbidden = secrets().into_iter().chain(values_of(contact));
    forbidden.filter(|value| text.contains(&value.to_lowercase())).collect()
}

/// Every text in a contact that is long enough; of long ones their beginning and end as well.
fn values_of(contact: &Value) -> Vec<String> {
    let whole = texts_of(contact);
    let parts = whole.iter().filter(|text| text.chars().count() > TELLING).flat_map(|text| {
        let end = text.chars().count() - TELLING;
        [text.chars().take(TELLING).collect(), text.chars().skip(end).collect::<String>()]
    });
    let parts: Vec<String> = parts.collect();
    whole.into_iter().chain(parts).collect()
}

/// Every text in a document that is long enough.
pub(crate) fn texts_of(document: &Value) -> Vec<String> {
    let mut texts = Vec::new();
    collect(document, &mut texts);
    texts.retain(|text| text.chars().count() >= LONG_ENOUGH);
    texts
}

fn collect(value: &Value, texts: &mut Vec<String>) {
    match value {
        Value::String(text) => texts.push(text.trim().to_owned()),
        Value::Array(entries) => entries.iter().for_each(|entry| collect(entry, texts)),
        Value::Object(map) => {
            for (_, value) in map.iter().filter(|(key, _)| !WORDS_OF_THE_FORMAT.contains(&&***key)) {
                collect(value, texts);
            }
        }
        _ => {}
    }
}

/// What a vendor said in an error: everything of it that is not ours.
pub(crate) fn words_of(error: &ProviderError) -> String {
    let existing = error.existing_id().map(|id| id.as_str().to_owned());
    let texts = [error.message(), error.code(), error.request_id(), existing.as_deref()];
    let fields = error.field_errors().iter().flat_map(|it| [it.field.as_str(), it.message.as_str()]);
    texts.into_iter().flatten().chain(fields).collect::<Vec<_>>().join("\n")
}

/// The text in every form in which a vendor may say it back, each in every case.
pub(crate) fn spellings(text: &str) -> Vec<String> {
    let json = Value::from(text).to_string();
    let json = json[1..json.len() - 1].to_owned();
    let forms = [
        text.to_owned(),
        json.replace('\\', "\\\\").replace('"', "\\\""),
        json,
        in_ascii(text, |character| {
            let mut buffer = [0; 2];
            let units = character.encode_utf16(&mut buffer).iter();
            units.map(|unit| format!("\\u{unit:04x}")).collect::<Vec<_>>().concat()
        }),
        html(text),
        html(text).replace('&', "&amp;"),
        in_ascii(&html(text), |character| format!("&#{};", u32::from(character))),
        in_ascii(&html(text), |character| format!("&#x{:x};", u32::from(character))),
        percent(text).replace('+', "%20"),
        percent(text),
    ];
    forms.into_iter().flat_map(|form| [form.to_uppercase(), form.to_lowercase(), form]).collect()
}

fn in_ascii(text: &str, escaped: impl Fn(char) -> String) -> String {
    text.chars().map(|it| if it.is_ascii() { it.to_string() } else { escaped(it) }).collect()
}

fn html(text: &str) -> String {
    let pairs = [
        ("&", "&amp;"),
        ("<", "&lt;"),
        (">", "&gt;"),
        ("\"", "&quot;"),
        ("'", "&#39;"),
        ("\u{a0}", "&nbsp;"),
    ];
    pairs.iter().fold(text.to_owned(), |text, (character, entity)| text.replace(character, entity))
}

fn percent(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
