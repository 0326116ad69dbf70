//! The sensitive terms of a request, indexed for search. A long value is found by any run of [`RUN`] characters, a short one
//! only whole.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use serde_json::Value;

use super::decode::{Decoding, Decodings};

/// The number of characters in a row that distinguish a part of a value from common words.
pub(super) const RUN: usize = 8;
/// The minimum length of a value that is searched.
const MIN_VALUE: usize = 2;
/// The minimum length of a word of a value that is searched.
const MIN_WORD: usize = 3;
/// The minimum length of an alphanumeric term that is found inside a word. A shorter one must be a whole word.
const MIN_INSIDE_WORD: usize = 5;
/// The length from which a text consists mostly of common words, which are found only as whole words.
const LONG_TEXT: usize = 60;
/// The minimum number of digits of a telephone number. A postal code has at most six.
const MIN_PHONE_DIGITS: usize = 7;

/// The terms of one document, such as the values of a request body.
#[derive(Default)]
pub(super) struct SensitiveTerms {
    /// All runs of [`RUN`] characters of the long values.
    runs: HashSet<[char; RUN]>,
    /// Terms that are found only as whole words.
    whole_words: HashSet<Vec<char>>,
    /// Terms that are found anywhere, by their first character.
    substrings: HashMap<char, Vec<Vec<char>>>,
    /// The keys of the document.
    keys: HashSet<Vec<char>>,
    /// The digits of each value that may be a telephone number.
    phones: HashSet<String>,
}

impl SensitiveTerms {
    /// Returns the values of a document and their words. A word that equals a key of the document is not a term.
    pub(super) fn from_json(document: &Value) -> Self {
        let mut keys = HashSet::new();
        collect_keys(document, &mut keys);
        let mut terms = Self::default();
        terms.add_all(document, &keys);
        terms.keys = keys;
        terms
    }

    /// Returns whether the document has this key.
    pub(super) fn has_key(&self, key: &str) -> bool {
        self.keys.contains(&folded(key))
    }

    /// Returns whether a value is a telephone number with these digits.
    pub(super) fn has_phone(&self, digits: &str) -> bool {
        self.phones.contains(digits)
    }

    fn add_all(&mut self, document: &Value, keys: &HashSet<Vec<char>>) {
        match document {
            Value::String(text) => {
                self.add(text);
                self.add_words(text, keys);
                self.add_user_names(text);
                self.phones.extend(digits_of_phone(text));
            }
            Value::Number(number) => self.add_number(&number.to_string()),
            Value::Array(entries) => entries.iter().for_each(|entry| self.add_all(entry, keys)),
            Value::Object(map) => map.values().for_each(|entry| self.add_all(entry, keys)),
            Value::Null | Value::Bool(_) => {}
        }
    }

    /// Adds a value in all of its decodings.
    pub(super) fn add(&mut self, value: &str) {
        for decoding in Decodings::new(value.trim()).all {
            let value = decoding.folded();
            if value.characters.len() >= RUN {
                let runs = value.characters.windows(RUN);
                self.runs.extend(runs.filter_map(|run| <[char; RUN]>::try_from(run).ok()));
            } else {
                self.add_short_value(trimmed(&value));
            }
        }
    }

    fn add_short_value(&mut self, value: Vec<char>) {
        if value.len() >= MIN_VALUE {
            let is_whole_word = is_plain_and_short(&value);
            self.add_short(value, is_whole_word);
        }
    }

    fn add_number(&mut self, number: &str) {
        let digits: Vec<char> = number.chars().collect();
        if (MIN_VALUE..MIN_INSIDE_WORD).contains(&digits.len()) {
            self.add_short(digits, true);
        } else {
            self.add(number);
        }
    }

    fn add_words(&mut self, text: &str, keys: &HashSet<Vec<char>>) {
        let is_long = text.chars().count() > LONG_TEXT;
        let words = text.split(|character: char| character.is_whitespace() || character == ',');
        let without_marks = |word| str::trim_matches(word, |character: char| !character.is_alphanumeric());
        for word in words.flat_map(|word| [word, without_marks(word)]) {
            let word = folded(word);
            if (MIN_WORD..RUN).contains(&word.len()) && !keys.contains(&word) {
                let is_whole_word = (is_long && has_word_boundaries(&word)) || is_plain_and_short(&word);
                self.add_short(word, is_whole_word);
            }
        }
    }

    /// Adds the words with an underscore, such as `ada_k` of an e-mail address. No identifier of the vendor repeats one.
    fn add_user_names(&mut self, text: &str) {
        let words = text.split(|character: char| !character.is_alphanumeric() && character != '_');
        for word in words.filter(|word| word.contains('_')).map(folded) {
            if (MIN_INSIDE_WORD..RUN).contains(&word.len()) {
                self.add_short(word, false);
            }
        }
    }

    fn add_short(&mut self, term: Vec<char>, is_whole_word: bool) {
        if is_whole_word {
            self.whole_words.insert(term);
        } else if let Some(first) = term.first() {
            let known = self.substrings.entry(*first).or_default();
            if !known.contains(&term) {
                known.push(term);
            }
        }
    }

    /// Returns the terms in a decoding, as ranges of the original text.
    pub(super) fn find_in(&self, decoding: &Decoding) -> Vec<Range<usize>> {
        let text = decoding.folded();
        let starts = 0..text.characters.len();
        let lengths = starts.filter_map(|start| {
            let length = self.longest_at(&text.characters, start);
            length.map(|length| text.source_range(start..start + length))
        });
        lengths.collect()
    }

    /// Returns the length of the longest term that begins at `start`.
    fn longest_at(&self, text: &[char], start: usize) -> Option<usize> {
        let rest = &text[start..];
        if rest.get(..RUN).is_some_and(|run| self.runs.contains(run)) {
            return Some(RUN);
        }
        let substrings = self.substrings.get(rest.first()?).into_iter().flatten();
        let substrings = substrings.filter(|term| rest.starts_with(term)).map(Vec::len).max();
        substrings.max(self.longest_word_at(text, start))
    }

    /// Returns the length of the longest whole-word term that begins at `start`.
    fn longest_word_at(&self, text: &[char], start: usize) -> Option<usize> {
        let is_word_at = |index: usize| text.get(index).is_some_and(|character| character.is_alphanumeric());
        if start.checked_sub(1).is_some_and(is_word_at) {
            return None;
        }
        let rest = &text[start..];
        (MIN_VALUE..RUN.min(rest.len() + 1))
            .rev()
            .find(|length| !is_word_at(start + length) && self.whole_words.contains(&rest[..*length]))
    }
}

/// Returns whether the script of a word separates words by spaces. Scripts with letter case do.
fn has_word_boundaries(folded_word: &[char]) -> bool {
    folded_word.iter().all(|character| character.is_lowercase() || !character.is_alphabetic())
}

fn is_plain_and_short(term: &[char]) -> bool {
    term.len() < MIN_INSIDE_WORD && term.iter().all(char::is_ascii_alphanumeric)
}

fn collect_keys(document: &Value, keys: &mut HashSet<Vec<char>>) {
    match document {
        Value::Array(entries) => entries.iter().for_each(|entry| collect_keys(entry, keys)),
        Value::Object(map) => {
            for (key, entry) in map {
                keys.insert(folded(key));
                collect_keys(entry, keys);
            }
        }
        _ => {}
    }
}

fn digits_of_phone(text: &str) -> Option<String> {
    let is_mark = |character: char| character.is_whitespace() || "+-()./".contains(character);
    let is_phone = text.chars().all(|character| character.is_ascii_digit() || is_mark(character));
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    (is_phone && digits.len() >= MIN_PHONE_DIGITS).then_some(digits)
}

/// Returns a text folded and trimmed for search.
fn folded(text: &str) -> Vec<char> {
    trimmed(&Decoding::from_text(text).folded())
}

fn trimmed(decoding: &Decoding) -> Vec<char> {
    decoding.characters.iter().collect::<String>().trim().chars().collect()
}
