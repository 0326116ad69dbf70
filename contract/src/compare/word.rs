//! Finds words that no fixture has at a place where the fixtures have only fixed words, such as the name of a status.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::json_texts::{Part, texts_with_places};
use crate::shape::ShapePath;

const LONGEST_WORD: usize = 40;

/// The texts of documents by their place.
type Texts<'a> = BTreeMap<ShapePath, BTreeSet<&'a str>>;

/// A place with a word that no fixture has there.
pub(super) struct OtherWord<'a> {
    pub(super) path: ShapePath,
    /// The words of the fixtures.
    pub(super) known: BTreeSet<&'a str>,
}

/// Returns the places of `seen` with a word that no document of the fixtures has there.
pub(super) fn other_words<'a>(
    fixtures: impl IntoIterator<Item = &'a Value>,
    seen: &Value,
) -> Vec<OtherWord<'a>> {
    let (mut known, mut in_answer) = (Texts::new(), Texts::new());
    for document in fixtures {
        add_texts(document, &mut known);
    }
    add_texts(seen, &mut in_answer);
    let words = known.into_iter().filter(|(_, texts)| texts.iter().all(|text| is_word(text)));
    let other = words.filter(|(path, known)| {
        let texts = in_answer.get(path);
        texts.is_some_and(|texts| texts.iter().any(|text| is_word(text) && !known.contains(text)))
    });
    other.map(|(path, known)| OtherWord { path, known }).collect()
}

fn add_texts<'a>(document: &'a Value, texts: &mut Texts<'a>) {
    let below = |path: &ShapePath, part: Part<'_>| {
        Some(match part {
            Part::Entry(_) => path.entries(),
            Part::Member(name) => path.member(name),
        })
    };
    for (path, text) in texts_with_places(document, ShapePath::default(), below) {
        texts.entry(path).or_default().insert(text);
    }
}

fn is_word(text: &str) -> bool {
    let is_allowed = |it: char| it.is_ascii_alphabetic() || "_-".contains(it);
    (1..=LONGEST_WORD).contains(&text.len()) && text.chars().all(is_allowed)
}
