//! Puts values into nested bodies, so that the fate of a field names the whole path of its place.

use serde_json::{Map, Value};

use super::Mapping;
use crate::cow_str::CowStr;
use crate::field_fate::FieldFate;

/// The separator of the places of a value that is sent to several.
const SEPARATOR: &str = ", ";

impl Mapping<'_> {
    /// Puts a value into the body at a path, and records the field as sent there. Dots make objects, and `[0]` makes a list:
    /// `person.emails[0].value`. An index beyond the end of the list adds an entry.
    ///
    /// ```
    /// use serde_json::json;
    /// use unicontact_providers::mapping::Mapping;
    ///
    /// let mut mapping = Mapping::new("demo", "Demo");
    /// mapping.send("emails[0].address", "emails[0].value", "ada@example.com");
    /// let (body, fates) = mapping.finish_in("person");
    /// assert_eq!(body, json!({"person": {"emails": [{"value": "ada@example.com"}]}}));
    /// assert_eq!(fates[0].to.as_deref(), Some("person.emails[0].value"));
    /// ```
    pub fn send(&mut self, field: impl Into<CowStr>, path: impl Into<CowStr>, value: impl Into<Value>) {
        let path = path.into();
        let (name, rest) = split(&path);
        put(self.body.entry(name).or_insert(Value::Null), rest, value.into());
        self.sent(field, path);
    }

    /// Returns the body inside of an envelope, such as `data.attributes`, and the fates with their paths in it.
    pub fn finish_in(self, envelope: &str) -> (Value, Vec<FieldFate>) {
        let (body, mut fates) = self.finish();
        for fate in &mut fates {
            if let Some(to) = fate.to.take() {
                let places: Vec<String> =
                    to.split(SEPARATOR).map(|place| format!("{envelope}.{place}")).collect();
                fate.to = Some(places.join(SEPARATOR).into());
            }
        }
        let nested = envelope
            .rsplit('.')
            .fold(body, |inner, name| Value::Object(Map::from_iter([(name.to_owned(), inner)])));
        (nested, fates)
    }
}

/// Splits a path after its first member or index. A rest that begins with `[` is an index.
fn split(path: &str) -> (&str, &str) {
    match path.find(['.', '[']) {
        Some(end) => (&path[..end], path[end..].strip_prefix('.').unwrap_or(&path[end..])),
        None => (path, ""),
    }
}

/// Puts a value at a path below `place`. What is no object or list on the way is replaced.
fn put(place: &mut Value, path: &str, value: Value) {
    if path.is_empty() {
        *place = value;
        return;
    }
    if let Some((index, rest)) = path.strip_prefix('[').and_then(|path| path.split_once(']')) {
        let rest = rest.strip_prefix('.').unwrap_or(rest);
        if !place.is_array() {
            *place = Value::Array(Vec::new());
        }
        if let Value::Array(entries) = place {
            let index = index.parse().unwrap_or(usize::MAX).min(entries.len());
            if index == entries.len() {
                entries.push(Value::Null);
            }
            if let Some(entry) = entries.get_mut(index) {
                put(entry, rest, value);
            }
        }
        return;
    }
    let (name, rest) = split(path);
    if !place.is_object() {
        *place = Value::Object(Map::new());
    }
    if let Value::Object(members) = place {
        put(members.entry(name).or_insert(Value::Null), rest, value);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn a_path_makes_objects_and_lists_and_is_the_place_of_the_fate() {
        let mut mapping = Mapping::new("demo", "Demo");
        mapping.send("emails[0].address", "channels.emails[0].value", "a@example.com");
        mapping.send("emails[0].label", "channels.emails[0].label", "Office");
        mapping.send("emails[1].address", "channels.emails[1].value", "b@example.com");
        mapping.send("title", "job", "Analyst");
        mapping.merged("name.given", "first, last", "one name");
        mapping.dropped("notes", "Demo has no notes");
        let (body, fates) = mapping.finish_in("data.attributes");
        let emails = json!([{"value": "a@example.com", "label": "Office"}, {"value": "b@example.com"}]);
        assert_eq!(body, json!({"data": {"attributes": {"channels": {"emails": emails}, "job": "Analyst"}}}));
        let places: Vec<_> = fates.iter().map(|fate| fate.to.as_deref()).collect();
        let expected = [
            Some("data.attributes.channels.emails[0].value"),
            Some("data.attributes.channels.emails[0].label"),
            Some("data.attributes.channels.emails[1].value"),
            Some("data.attributes.job"),
            Some("data.attributes.first, data.attributes.last"),
            None,
        ];
        assert_eq!(places, expected);
    }

    proptest! {
        /// The place of the fate, read as a JSON pointer, holds the value.
        #[test]
        fn the_place_of_a_fate_holds_the_value(parts in prop::collection::vec("[a-z]{1,4}(\\[0\\])?", 1..5), envelope in "[a-z]{1,4}") {
            let mut mapping = Mapping::new("demo", "Demo");
            mapping.send("title", parts.join("."), 7);
            let (body, fates) = mapping.finish_in(&envelope);
            let pointer = fates[0].to.as_deref().unwrap().replace("[0]", ".0").replace('.', "/");
            prop_assert_eq!(body.pointer(&format!("/{pointer}")), Some(&json!(7)));
        }
    }
}
