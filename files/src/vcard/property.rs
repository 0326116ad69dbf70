//! Reads the values and parameters of a property, alike for the three versions of vCard.

use calcard::vcard::{VCardEntry, VCardParameterName, VCardParameterValue, VCardType, VCardValue};
use unicontact_model::contact::ChannelKind;

use crate::contact_builder::Attributes;
use crate::contact_builder::channel_kinds::{attributes_from_label, kind_of_word};

/// Returns the property's name in upper case.
pub(super) fn name_of(entry: &VCardEntry) -> String {
    entry.name.as_str().to_ascii_uppercase()
}

/// Returns the texts of a structured value, in order.
pub(super) fn text_values(entry: &VCardEntry) -> Vec<String> {
    entry.values.iter().map(text_of).collect()
}

/// Returns the whole value as one text.
pub(super) fn text(entry: &VCardEntry) -> String {
    text_values(entry).join(",")
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

/// Returns the value of a parameter.
pub(super) fn parameter(entry: &VCardEntry, name: &VCardParameterName) -> Option<String> {
    entry.params.iter().find(|parameter| parameter.name == *name)?.value.as_text().map(str::to_owned)
}

/// Returns whether a property has a parameter, such as `X-APPLE-OMIT-YEAR`.
pub(super) fn has_parameter(entry: &VCardEntry, name: &str) -> bool {
    entry.params.iter().any(|parameter| parameter.name.as_str().eq_ignore_ascii_case(name))
}

/// Returns the words of the TYPE parameters, in lower case.
pub(super) fn types(entry: &VCardEntry) -> Vec<String> {
    let mut words = Vec::new();
    for parameter in &entry.params {
        match (&parameter.name, &parameter.value) {
            (VCardParameterName::Type, VCardParameterValue::Type(VCardType::MainNumber)) => {
                words.push("main".into());
            }
            (VCardParameterName::Type, value) => words.extend(value.as_text().map(str::to_lowercase)),
            // vCard 2.1 has the word without `TYPE=`.
            (VCardParameterName::Other(word), VCardParameterValue::Null) => words.push(word.to_lowercase()),
            _ => {}
        }
    }
    words.into_iter().flat_map(|word| word.split(',').map(str::to_owned).collect::<Vec<_>>()).collect()
}

/// Words of TYPE that are neither a kind nor a label.
const IGNORED_TYPES: [&str; 13] = [
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

/// Returns the attributes of a value: its kind, its label, whether it is the primary one.
pub(super) fn attributes(entry: &VCardEntry, label: Option<&str>) -> Attributes {
    let words = types(entry);
    let primary = words.iter().any(|word| word == "pref") || has_parameter(entry, "PREF");
    let mut kinds: Vec<(&str, ChannelKind)> = Vec::new();
    let mut other: Option<&str> = None;
    for word in &words {
        let word = word.strip_prefix("x-").unwrap_or(word);
        match kind_of_word(word) {
            Some(kind) => kinds.push((word, kind)),
            None if IGNORED_TYPES.contains(&word) => {}
            None => other = other.or(Some(word)),
        }
    }
    kinds.sort_by_key(|(_, kind)| precedence(*kind));
    kinds.dedup();
    let mut attributes = Attributes { kind: kinds.first().map(|(_, kind)| *kind), label: None, primary };
    if kinds.len() > 1 {
        let mut words: Vec<&str> = kinds.iter().map(|(word, _)| *word).collect();
        words.reverse();
        attributes.label = Some(words.join(" "));
    } else if let (Some(other), None) = (other, attributes.kind) {
        (attributes.kind, attributes.label) = (Some(ChannelKind::Other), Some(other.to_owned()));
    }
    if let Some(label) = label {
        let labeled = attributes_from_label(label);
        attributes.label = labeled.label;
        let is_vague = labeled.kind.is_none_or(|kind| kind == ChannelKind::Other);
        attributes.kind = if is_vague { attributes.kind.or(labeled.kind) } else { labeled.kind };
    }
    attributes
}

/// Returns the precedence of a kind among several. The lowest number wins.
fn precedence(kind: ChannelKind) -> u8 {
    match kind {
        ChannelKind::Fax => 0,
        ChannelKind::Mobile => 1,
        ChannelKind::Work => 2,
        ChannelKind::Home => 3,
        ChannelKind::Main => 4,
        ChannelKind::Other => 5,
    }
}

/// Returns a label without Apple's brackets: `_$!<Mobile>!$_`.
pub(super) fn bare_label(label: &str) -> &str {
    label.trim().strip_prefix("_$!<").and_then(|rest| rest.strip_suffix(">!$_")).unwrap_or(label.trim())
}
