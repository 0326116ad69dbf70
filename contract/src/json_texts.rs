//! Finds the texts of a JSON document.

use serde_json::Value;

/// A step from a value to a part of it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Part<'a> {
    Entry(usize),
    Member(&'a str),
}

/// Returns the texts of a document.
pub(crate) fn texts(document: &Value) -> Vec<&str> {
    texts_with_places(document, (), |&(), _| Some(())).into_iter().map(|((), text)| text).collect()
}

/// Returns the texts of a document, each with its place. `root` is the place of the document, and `below` returns that of a part,
/// or `None` to leave it out.
pub(crate) fn texts_with_places<'a, P>(
    document: &'a Value,
    root: P,
    below: impl Fn(&P, Part<'a>) -> Option<P>,
) -> Vec<(P, &'a str)> {
    let mut found = Vec::new();
    collect(document, root, &below, &mut found);
    found
}

fn collect<'a, P>(
    value: &'a Value,
    place: P,
    below: &dyn Fn(&P, Part<'a>) -> Option<P>,
    found: &mut Vec<(P, &'a str)>,
) {
    match value {
        Value::String(text) => found.push((place, text)),
        Value::Array(entries) => {
            for (index, entry) in entries.iter().enumerate() {
                if let Some(place) = below(&place, Part::Entry(index)) {
                    collect(entry, place, below, found);
                }
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                if let Some(place) = below(&place, Part::Member(name)) {
                    collect(member, place, below, found);
                }
            }
        }
        _ => {}
    }
}
