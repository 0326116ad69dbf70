//! One property of a card: its texts, and what its parameters say.
//!
//! The three versions say the same in different ways; from here on it is said in one.

use calcard::vcard::{VCardEntry, VCardParameterName, VCardParameterValue, VCardType, VCardValue};
use unicontact_model::contact::ChannelKind;

use crate::assembly::Marks;
use crate::assembly::kinds::{exact, marks_of};

/// The property's name in upper case.
pub(super) fn name_of(entry: &VCardEntry) -> String {
    entry.name.as_str().to_ascii_uppercase()
}

/// The texts of a value, its structure's parts in order.
pub(super) fn texts(entry: &VCardEntry) -> Vec<String> {
    entry.values.iter().map(text_of).collect()
}

/// The whole value as one text.
pub(super) fn text(entry: &VCardEntry) -> String {
    texts(entry).join(",")
}

fn text_of(value: &VCardValue) -> String {
    match value {
        VCardValue::Text(text) => text.clone(),
        VCardValue::Component(parts) => parts.join(", "),
        VCardValue::Integer(number) => number.to_string(),
        VCardValue::Float(number) => number.to_string(),
        VCardValue::Boolean(flag) => flag.to_string(),
        VCardValue::Binary(_)
        | VCardValue::PartialDateTime(_)
        | VCardValue::Sex(_)
        | VCardValue::GramGender(_)
        | VCardValue::Kind(_) => String::new(),
    }
}

/// The value of a parameter.
pub(super) fn parameter(entry: &VCardEntry, name: &VCardParameterName) -> Option<String> {
    entry.params.iter().find(|parameter| parameter.name == *name)?.value.as_text().map(str::to_owned)
}

/// Whether a parameter that the parser does not know by name is there: `X-APPLE-OMIT-YEAR`.
pub(super) fn has_parameter(entry: &VCardEntry, name: &str) -> bool {
    entry.params.iter().any(|parameter| parameter.name.as_str().eq_ignore_ascii_case(name))
}

/// The words of its TYPE parameters, in lower case.
pub(super) fn types(entry: &VCardEntry) -> Vec<String> {
    let mut words = Vec::new();
    for parameter in &entry.params {
        match (&parameter.name, &parameter.value) {
            (VCardParameterName::Type, VCardParameterValue::Type(VCardType::MainNumber)) => {
                words.push("main".into());
            }
            (VCardParameterName::Type, value) => words.extend(value.as_text().map(str::to_lowercase)),
            // vCard 2.1 writes the word alone.
            (VCardParameterName::Other(word), VCardParameterValue::Null) => words.push(word.to_lowercase()),
            _ => {}
        }
    }
    words.into_iter().flat_map(|word| word.split(',').map(str::to_owned).collect::<Vec<_>>()).collect()
}

/// Words of TYPE that say nothing about where a value belongs.
const SILENT: [&str; 13] = [
    "internet",
    "voice",
    "text",
    "msg",
    "pref",
    "sms",
    "textphone",
    "postal",
    "parcel",
    "dom",
    "intl",
    "x400",
    "tlx",
];

/// What a property says about its value: its kind, its label, whether it is the main one.
pub(super) fn marks(entry: &VCardEntry, label: Option<&str>) -> Marks {
    let words = types(entry);
    let primary = words.iter().any(|word| word == "pref") || has_parameter(entry, "PREF");
    let mut kinds: Vec<(&str, ChannelKind)> = Vec::new();
    let mut other: Option<&str> = None;
    for word in &words {
        let word = word.strip_prefix("x-").unwrap_or(word);
        match exact(word) {
            Some(kind) => kinds.push((word, kind)),
            None if SILENT.contains(&word) => {}
            None => other = other.or(Some(word)),
        }
    }
    kinds.sort_by_key(|(_, kind)| strength(*kind));
    kinds.dedup();
    let mut marks = Marks { kind: kinds.first().map(|(_, kind)| *kind), label: None, primary };
    if kinds.len() > 1 {
        let mut words: Vec<&str> = kinds.iter().map(|(word, _)| *word).collect();
        words.reverse();
        marks.label = Some(words.join(" "));
    } else if let (Some(other), None) = (other, marks.kind) {
        (marks.kind, marks.label) = (Some(ChannelKind::Other), Some(other.to_owned()));
    }
    if let Some(label) = label {
        let said = marks_of(label);
        marks.label = said.label;
        let is_vague = said.kind.is_none_or(|kind| kind == ChannelKind::Other);
        marks.kind = if is_vague { marks.kind.or(said.kind) } else { said.kind };
    }
    marks
}

/// Of several kinds the one that matters most when somebody dials.
fn strength(kind: ChannelKind) -> u8 {
    match kind {
        ChannelKind::Fax => 0,
        ChannelKind::Mobile => 1,
        ChannelKind::Work => 2,
        ChannelKind::Home => 3,
        ChannelKind::Main => 4,
        ChannelKind::Other => 5,
    }
}

/// A label without Apple's brackets: `_$!<Mobile>!$_`.
pub(super) fn bare_label(label: &str) -> &str {
    label.trim().strip_prefix("_$!<").and_then(|rest| rest.strip_suffix(">!$_")).unwrap_or(label.trim())
}
