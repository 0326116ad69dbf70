//! The marked contact, and the search for its values and the credentials in a text.

use serde_json::{Value, json};

use crate::hostile::SECRETS;

/// The marker in every text of the contact.
const MARKER: &str = "zq";
/// The values of the contact that cannot contain the marker.
const UNMARKED: [&str; 5] = ["2079460123", "7700900123", "1985-12-10", "471147", "662607"];

/// A contact with a marker in every field.
pub(crate) fn contact() -> Value {
    json!({
        "external_id": "zqexternal",
        "name": {"full": "Zqprefix Zqgiven Zqmiddle Zqfamily Zqsuffix", "prefix": "Zqprefix", "given": "Zqgiven",
            "middle": "Zqmiddle", "family": "Zqfamily", "suffix": "Zqsuffix"},
        "emails": [
            {"address": "zqmail@example.com", "kind": "work", "label": "zqmaillabel", "primary": true},
            {"address": "zqsecond@example.com"},
        ],
        "phones": [
            {"number": "+442079460123", "kind": "work", "label": "zqphonelabel", "extension": "471147"},
            {"number": "+447700900123", "kind": "mobile"},
        ],
        "addresses": [{"street": "1 Zqstreet", "street2": "Zqflat", "city": "Zqcity", "region": "Zqregion",
            "postal_code": "ZQ1 1QZ", "country": "GB"}],
        "organization": {"name": "Zqorganization", "department": "Zqdepartment"},
        "title": "Zqtitle",
        "links": [
            {"kind": "website", "url": "https://zqwebsite.example.com/zqpage"},
            {"kind": "twitter", "url": "https://twitter.com/zqtwitter"},
            {"kind": "facebook", "url": "https://www.facebook.com/zqfacebook"},
        ],
        "birthday": "1985-12-10",
        "photo_url": "https://example.com/zqphoto.webp",
        "notes": "Zqnotes of some length",
        "tags": ["zqtag"],
        "owner_id": "zqowner",
        "custom": {"zqkey": "zqcustom"},
        "vendor": {
            "smarttask": {"description": "zqdescription"},
            "emnify": {"note": "zqown"},
            "cloverhound": {"nickname": "zqown"},
            "onecloud": {"LineId": "zqown"},
        },
    })
}

/// The same contact with one field changed.
pub(crate) fn contact_with(key: &str, value: Value) -> Value {
    let mut contact = contact();
    contact[key] = value;
    contact
}

/// Returns every word of `text` that contains a credential.
pub(crate) fn secrets_in(text: &str) -> Vec<&str> {
    words_with(text, &[SECRETS])
}

/// Returns every word of `text` that contains a value of the contact. Names of fields do not count.
pub(crate) fn contact_in(text: &str) -> Vec<&str> {
    let mut shown = words_with(text, &[MARKER]);
    shown.extend(words_with(text, &UNMARKED));
    shown.retain(|word| !word.contains("custom.zqkey"));
    shown
}

fn words_with<'a>(text: &'a str, needles: &[&str]) -> Vec<&'a str> {
    let holds_one = |word: &&str| {
        let word = word.to_lowercase();
        needles.iter().any(|needle| word.contains(needle))
    };
    text.split_whitespace().filter(|word| !is_a_time(word)).filter(holds_one).collect()
}

/// Recognizes the time of a log line, whose microseconds may equal a value of the contact.
fn is_a_time(word: &str) -> bool {
    word.len() == "2026-11-21T05:22:13.471147Z".len()
        && word.starts_with("20")
        && word.ends_with('Z')
        && word.chars().all(|character| character.is_ascii_digit() || "-:.TZ".contains(character))
}
