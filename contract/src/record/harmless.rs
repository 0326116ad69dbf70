//! What the answers of a run may keep: the values that were sent, and the words and names of the vendor's fixtures.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::fixture::Fixture;
use crate::folder::Fixtures;
use crate::json_texts::texts;
use crate::member_names::MemberNames;

const LONGEST_WORD: usize = 40;

/// The texts and names that no recording replaces.
#[derive(Default)]
pub(super) struct Harmless {
    pub(super) names: MemberNames,
    /// The values of the contacts, as they are written and as they are sent.
    sent: BTreeSet<String>,
    /// The words that the fixtures of the vendor have in members of a name, such as `status` and `active`.
    words: BTreeSet<(String, String)>,
}

impl Harmless {
    /// Returns the words and names of the fixtures. The names of members are those of all vendors.
    pub(super) fn new(fixtures: &Fixtures, vendor: &str) -> Self {
        let mut harmless = Self::default();
        for (request, answer) in fixtures.all().iter().flat_map(Fixture::exchanges) {
            request.body.iter().for_each(|body| harmless.names.add_known_in(body));
            answer.body.iter().for_each(|body| harmless.names.add_known_in(body));
        }
        for (_, answer) in fixtures.of_vendor(vendor).flat_map(Fixture::exchanges) {
            answer.body.iter().for_each(|body| harmless.add_words("", body));
        }
        harmless
    }

    /// Adds the texts of a document that was sent.
    pub(super) fn add_sent(&mut self, document: &Value) {
        self.sent.extend(texts(document).into_iter().map(str::to_owned));
    }

    /// Returns whether a text of a member stays.
    pub(super) fn is_kept(&self, name: &str, text: &str) -> bool {
        self.sent.contains(text)
            || is_constant(text)
            || self.words.contains(&(name.to_owned(), text.to_owned()))
    }

    fn add_words(&mut self, name: &str, document: &Value) {
        match document {
            Value::String(text) if is_word(text) => {
                self.words.insert((name.to_owned(), text.clone()));
            }
            Value::Array(entries) => entries.iter().for_each(|entry| self.add_words(name, entry)),
            Value::Object(map) => map.iter().for_each(|(name, value)| self.add_words(name, value)),
            _ => {}
        }
    }
}

/// Returns whether a text has the form of a word of an enumeration.
fn is_word(text: &str) -> bool {
    text.len() <= LONGEST_WORD
        && text.starts_with(|it: char| it.is_ascii_alphabetic())
        && text.bytes().all(|it| it.is_ascii_alphabetic() || b"_-.:".contains(&it))
}

/// Returns whether a text has the form of a constant, such as an error's code: capital words with underscores.
fn is_constant(text: &str) -> bool {
    let is_word = |word: &str| word.len() > 1 && word.bytes().all(|it| it.is_ascii_uppercase());
    text.len() <= LONGEST_WORD && text.contains('_') && text.split('_').all(is_word)
}
