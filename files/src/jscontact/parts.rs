//! Reads and removes the members that the entries of a `JSContact` card have in common.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use unicontact_model::contact::ChannelKind;

use crate::contact_builder::{Attributes, present};

/// Returns the object in a value, or an empty one.
pub(super) fn object(value: Option<Value>) -> Map<String, Value> {
    match value {
        Some(Value::Object(map)) => map,
        _ => Map::new(),
    }
}

/// Removes and returns the text of a member. Empty if there is none.
pub(super) fn text(map: &mut Map<String, Value>, key: &str) -> String {
    match map.get(key) {
        Some(Value::String(_)) => match map.remove(key) {
            Some(Value::String(text)) => text,
            _ => String::new(),
        },
        _ => String::new(),
    }
}

/// Returns the text of a member of each object in a list.
pub(super) fn texts_of(list: Option<Value>, key: &str) -> Vec<String> {
    let Some(Value::Array(entries)) = list else { return Vec::new() };
    entries
        .into_iter()
        .map(|entry| text(&mut object(Some(entry)), key))
        .filter(|text| !text.is_empty())
        .collect()
}

/// Returns whether an entry of `titles` is a title, not a role.
pub(super) fn is_title(entry: &Map<String, Value>) -> bool {
    entry.get("kind").is_none_or(|kind| kind == "title")
}

/// Removes the contexts, features, label and preference of an entry, and returns the attributes in them.
pub(super) fn attributes(entry: &mut Map<String, Value>) -> Attributes {
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
    Attributes { kind, label, primary }
}

/// The components of a name or an address, as kinds and values.
pub(super) struct Components(Vec<(String, String)>);

impl Components {
    pub(super) fn from_list(list: Option<Value>) -> Self {
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

    /// Joins the values of these kinds, in the card's order.
    pub(super) fn joined(&self, kinds: &[&str], separator: &str) -> String {
        let chosen = self.0.iter().filter(|(kind, _)| kinds.contains(&kind.as_str()));
        chosen
            .map(|(_, value)| value.trim())
            .filter(|value| !value.is_empty())
            .collect::<Vec<_>>()
            .join(separator)
    }
}

/// Properties about the card, not the contact.
const TECHNICAL: [&str; 6] = ["@type", "version", "prodId", "created", "updated", "language"];
/// A limit on the names that are counted, because the file determines them.
const MAX_NAMES: usize = 1000;

/// Counts the unused members by their paths, with `*` for ids.
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

/// Returns whether the reader reads a property, so that only the rest of it is unused.
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
    if unused.len() < MAX_NAMES || unused.contains_key(&name) {
        *unused.entry(name).or_default() += 1;
    }
}
