//! Searches a text for the credentials of the tests and for contact data. The testkit defines what counts.

use serde_json::Value;
use unicontact::providers::testkit::Forbidden;
pub(crate) use unicontact::providers::testkit::shown;
use unicontact::providers::{ProviderError, UnifiedContact};

use super::providers::secrets;

const LONG_ENOUGH: usize = 4;
/// The members whose values are words of the format and no contact data.
const WORDS_OF_THE_FORMAT: [&str; 3] = ["kind", "type", "access_type"];

/// Returns the names of the secrets and of the values of `contact` in `text`.
pub(crate) fn found_in(text: &str, contact: &UnifiedContact) -> Vec<String> {
    Forbidden::new(&secrets(), contact).found_in(text).into_iter().map(str::to_owned).collect()
}

/// Returns every text in a document that is long enough to count.
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

/// Returns the parts of an error that come from the vendor.
pub(crate) fn words_of(error: &ProviderError) -> String {
    let existing = error.existing_id().map(|id| id.as_str().to_owned());
    let texts = [error.message(), error.code(), error.request_id(), existing.as_deref()];
    let fields = error.field_errors().iter().flat_map(|it| [it.field.as_str(), it.message.as_str()]);
    texts.into_iter().flatten().chain(fields).collect::<Vec<_>>().join("\n")
}

/// Returns the text in every encoding in which a vendor may repeat it, each in every case.
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
