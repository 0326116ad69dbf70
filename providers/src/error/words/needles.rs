//! What must not be repeated, ready to be looked for.
//!
//! Its rule: of a long value no run of [`RUN`] characters is repeated; a short one is not repeated whole.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use serde_json::Value;

use super::readings::{Reading, Readings};

/// How many characters in a row tell a part of a value from ordinary words.
pub(super) const RUN: usize = 8;
const SHORTEST_VALUE: usize = 2;
const SHORTEST_WORD: usize = 3;
/// A shorter one of plain letters and digits counts only where it stands alone.
const SHORTEST_WITHIN: usize = 5;
/// The words of a longer text are mostly ordinary ones, and count only where they stand alone.
const LONG_TEXT: usize = 60;
/// The digits of the shortest telephone number. A postal code has at most six.
const SHORTEST_PHONE: usize = 7;

#[derive(Debug, Default)]
pub(super) struct Needles {
    runs: HashSet<[char; RUN]>,
    /// Found only where they stand alone.
    alone: HashSet<Vec<char>>,
    /// Found anywhere; by their first character.
    anywhere: HashMap<char, Vec<Vec<char>>>,
    /// What the values are called.
    keys: HashSet<Vec<char>>,
    /// The digits of each value that may be a telephone number.
    phones: HashSet<String>,
}

impl Needles {
    /// Every value of a document and every word of them. The keys of the document are no values: what is called like
    /// one of them tells nothing as a mere word of a text.
    pub(super) fn of(document: &Value) -> Self {
        let mut keys = HashSet::new();
        collect_keys(document, &mut keys);
        let mut needles = Self::default();
        needles.add_all(document, &keys);
        needles.keys = keys;
        needles
    }

    /// Whether the document has a key that is called so.
    pub(super) fn has_key(&self, key: &str) -> bool {
        self.keys.contains(&folded(key))
    }

    /// Whether a value is a telephone number of these digits.
    pub(super) fn has_phone(&self, digits: &str) -> bool {
        self.phones.contains(digits)
    }

    fn add_all(&mut self, document: &Value, keys: &HashSet<Vec<char>>) {
        match document {
            Value::String(text) => {
                self.add(text);
                self.add_words(text, keys);
                self.phones.extend(digits_of_phone(text));
            }
            Value::Number(number) => self.add_number(&number.to_string()),
            Value::Array(entries) => entries.iter().for_each(|entry| self.add_all(entry, keys)),
            Value::Object(map) => map.values().for_each(|entry| self.add_all(entry, keys)),
            Value::Null | Value::Bool(_) => {}
        }
    }

    /// Adds a value. One that looks escaped itself is also known by what it would mean.
    pub(super) fn add(&mut self, value: &str) {
        for reading in Readings::of(value.trim()).all {
            let value = reading.folded();
            if value.characters.len() >= RUN {
                let runs = value.characters.windows(RUN);
                self.runs.extend(runs.filter_map(|run| <[char; RUN]>::try_from(run).ok()));
            } else {
                self.add_short_value(trimmed(&value));
            }
        }
    }

    fn add_short_value(&mut self, value: Vec<char>) {
        if value.len() >= SHORTEST_VALUE {
            let only_alone = is_plain_and_short(&value);
            self.add_short(value, only_alone);
        }
    }

    fn add_number(&mut self, number: &str) {
        let digits: Vec<char> = number.chars().collect();
        if (SHORTEST_VALUE..SHORTEST_WITHIN).contains(&digits.len()) {
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
            if (SHORTEST_WORD..RUN).contains(&word.len()) && !keys.contains(&word) {
                let only_alone = (is_long && stands_alone(&word)) || is_plain_and_short(&word);
                self.add_short(word, only_alone);
            }
        }
    }

    fn add_short(&mut self, needle: Vec<char>, only_alone: bool) {
        if only_alone {
            self.alone.insert(needle);
        } else if let Some(first) = needle.first() {
            let known = self.anywhere.entry(*first).or_default();
            if !known.contains(&needle) {
                known.push(needle);
            }
        }
    }

    /// Where they are in a reading: ranges of places of the original text.
    pub(super) fn found_in(&self, reading: &Reading) -> Vec<Range<usize>> {
        let text = reading.folded();
        let starts = 0..text.characters.len();
        let lengths = starts.filter_map(|start| {
            let length = self.longest_at(&text.characters, start);
            length.map(|length| text.places_of(start..start + length))
        });
        lengths.collect()
    }

    /// The length of the longest of them that begins here.
    fn longest_at(&self, text: &[char], start: usize) -> Option<usize> {
        let rest = &text[start..];
        if rest.get(..RUN).is_some_and(|run| self.runs.contains(run)) {
            return Some(RUN);
        }
        let anywhere = self.anywhere.get(rest.first()?).into_iter().flatten();
        let anywhere = anywhere.filter(|needle| rest.starts_with(needle)).map(Vec::len).max();
        anywhere.max(self.longest_alone_at(text, start))
    }

    fn longest_alone_at(&self, text: &[char], start: usize) -> Option<usize> {
        let goes_on = |place: usize| text.get(place).is_some_and(|character| character.is_alphanumeric());
        if start.checked_sub(1).is_some_and(goes_on) {
            return None;
        }
        let rest = &text[start..];
        (SHORTEST_VALUE..RUN.min(rest.len() + 1))
            .rev()
            .find(|length| !goes_on(start + length) && self.alone.contains(&rest[..*length]))
    }
}

/// Whether its script puts blanks between words: those that know capitals do.
fn stands_alone(folded_word: &[char]) -> bool {
    folded_word.iter().all(|character| character.is_lowercase() || !character.is_alphabetic())
}

fn is_plain_and_short(needle: &[char]) -> bool {
    needle.len() < SHORTEST_WITHIN && needle.iter().all(char::is_ascii_alphanumeric)
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
    (is_phone && digits.len() >= SHORTEST_PHONE).then_some(digits)
}

/// As it is looked for.
fn folded(text: &str) -> Vec<char> {
    trimmed(&Reading::literal(text).folded())
}

fn trimmed(reading: &Reading) -> Vec<char> {
    reading.characters.iter().collect::<String>().trim().chars().collect()
}
