//! The parts that the lists of a `JSContact` card have in common.
//!
//! A part is removed when it is read.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use unicontact_model::contact::ChannelKind;

use crate::assembly::{Marks, present};

/// The object, or an empty one.
pub(super) fn object(value: Option<Value>) -> Map<String, Value> {
    match value {
        Some(Value::Object(map)) => map,
        _ => Map::new(),
    }
}

/// The text at a key, which is removed; empty when there is none.
pub(super) fn text(map: &mut Map<String, Value>, key: &str) -> String {
    match map.get(key) {
        Some(Value::String(_)) => match map.remove(key) {
            Some(Value::String(text)) => text,
            _ => String::new(),
        },
        _ => String::new(),
    }
}

/// The texts at a key of each object in a list.
pub(super) fn texts_of(list: Option<Value>, key: &str) -> Vec<String> {
    let Some(Value::Array(entries)) = list else { return Vec::new() };
    entries
        .into_iter()
        .map(|entry| text(&mut object(Some(entry)), key))
        .filter(|text| !text.is_empty())
        .collect()
}

/// Whether a title is one, and not a role.
pub(super) fn title_kind(entry: &Map<String, Value>) -> bool {
    entry.get("kind").is_none_or(|kind| kind == "title")
}

/// What the contexts, the features, the label and the preference of an entry say.
pub(super) fn marks(entry: &mut Map<String, Value>) -> Marks {
    let mut words: Vec<String> = object(entry.remove("features")).into_iter().map(|(word, _)| word).collect();
    words.extend(object(entry.remove("contexts")).into_iter().map(|(word, _)| word));
    let has = |word: &str| words.iter().any(|known| known == word);
    let kind = [
        ("fax", ChannelKind::Fax),
        ("mobile", ChannelKind::Mobile),
        ("work", ChannelKind::Work),
        ("private", ChannelKind::Home),
        ("main-number", ChannelKind::Main),
        ("pager", ChannelKind::Other),
    ];
    let kind = kind.into_iter().find(|(word, _)| has(word)).map(|(_, kind)| kind);
    let label = text(entry, "label");
    let label = present(&label).or(has("pager").then_some("pager")).map(str::to_owned);
    let primary = entry.remove("pref").is_some_and(|pref| pref == 1);
    Marks { kind, label, primary }
}

/// The components of a name or an address.
pub(super) struct Components(Vec<(String, String)>);

impl Components {
    pub(super) fn of(list: Option<Value>) -> Self {
        let Some(Value::Array(entries)) = list else { return Self(Vec::new()) };
        let component = |entry: Value| {
            let mut entry = object(Some(entry));
            (text(&mut entry, "kind"), text(&mut entry, "value"))
        };
        Self(entries.into_iter().map(component).collect())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The components of these kinds, in the card's order.
    pub(super) fn joined(&self, kinds: &[&str], between: &str) -> String {
        let chosen = self.0.iter().filter(|(kind, _)| kinds.contains(&kind.as_str()));
        chosen
            .map(|(_, value)| value.trim())
            .filter(|value| !value.is_empty())
            .collect::<Vec<_>>()
            .join(between)
    }
}

/// What says something about the card and nothing about the contact.
const TECHNICAL: [&str; 6] = ["@type", "version", "prodId", "created", "updated", "language"];
const MOST_NAMES: usize = 1000;

/// Counts what was not taken, by its path; ids are written as `*`.
pub(super) fn count_left_over(card: &Map<String, Value>, unused: &mut BTreeMap<String, u64>) {
    for (key, value) in card.iter().filter(|(key, _)| !TECHNICAL.contains(&key.as_str())) {
        match value {
            Value::Object(entries) if is_read(key) => {
                let members = entries.values().filter_map(Value::as_object).flat_map(Map::keys);
                let own = entries.iter().filter(|(_, value)| !value.is_object()).map(|(name, _)| name);
                for member in members.filter(|name| !TECHNICAL.contains(&name.as_str())) {
                    count(unused, format!("{key}.*.{member}"));
                }
                for name in own.filter(|name| !TECHNICAL.contains(&name.as_str())) {
                    count(unused, format!("{key}.{name}"));
                }
            }
            _ => count(unused, key.clone()),
        }
    }
}

/// Whether the property is one that is read, so that only its rest was not used.
fn is_read(key: &str) -> bool {
    const READ: [&str; 11] = [
        "addresses",
        "anniversaries",
        "emails",
        "links",
        "media",
        "name",
        "notes",
        "onlineServices",
        "organizations",
        "phones",
        "titles",
    ];
    READ.contains(&key)
}

fn count(unused: &mut BTreeMap<String, u64>, name: String) {
    if unused.len() < MOST_NAMES || unused.contains_key(&name) {
        *unused.entry(name).or_default() += 1;
    }
}
