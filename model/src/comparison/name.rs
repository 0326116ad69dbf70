//! Comparison of names.

use super::agreement::Agreement;
use crate::fold::{fold, is_truncated, plain_words, without_spaces};

/// The minimum length of a prefix that resembles the word or name.
const MIN_PREFIX_LENGTH: usize = 3;
/// The minimum length of a word that is more than an initial.
const MIN_WORD_LENGTH: usize = 2;

/// A name in the forms that are compared.
pub(super) struct NameForms {
    folded: String,
    without_spaces: String,
    /// In alphabetical order.
    words: Vec<String>,
    /// Without accents and punctuation.
    plain_words: Vec<String>,
    plain: String,
    /// The parts between the characters that a vendor may not be able to store.
    ascii_parts: Vec<String>,
    has_substitutes: bool,
}

impl NameForms {
    pub(super) fn new(name: &str) -> Self {
        let folded = fold(name);
        let mut words: Vec<String> = folded
            .split(|it: char| it.is_whitespace() || it == ',' || it == ';')
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect();
        words.sort_unstable();
        let plain_words = plain_words(&folded);
        Self {
            without_spaces: without_spaces(&folded),
            plain: plain_words.concat(),
            ascii_parts: ascii_parts(name),
            has_substitutes: name.contains(is_substitute),
            folded,
            words,
            plain_words,
        }
    }

    pub(super) fn agreement(&self, stored: &Self) -> Agreement {
        if self.folded == stored.folded {
            Agreement::Same
        } else if self.without_spaces == stored.without_spaces
            || self.words == stored.words
            || is_truncated(&self.folded, &stored.folded)
        {
            Agreement::Altered
        } else if self.resembles(stored) {
            Agreement::Resembling
        } else {
            Agreement::Different
        }
    }

    fn resembles(&self, stored: &Self) -> bool {
        let is_plainly_equal = !self.plain.is_empty() && self.plain == stored.plain;
        is_plainly_equal
            || is_prefix(&stored.plain, &self.plain)
            || holds_words(&self.plain_words, &stored.plain_words, |last, word| word.starts_with(last))
            || holds_words(&stored.plain_words, &self.plain_words, |last, word| word == last)
            || (stored.has_substitutes && self.ascii_parts == stored.ascii_parts)
    }
}

fn is_prefix(short: &str, long: &str) -> bool {
    long.starts_with(short) && short.chars().count() >= MIN_PREFIX_LENGTH
}

/// Returns whether every word of `few` is a word of `many`. `is_last` compares the last word, which may be truncated.
fn holds_words(many: &[String], few: &[String], is_last: impl Fn(&str, &str) -> bool) -> bool {
    let Some((last, others)) = few.split_last() else {
        return false;
    };
    let mut left: Vec<&str> = many.iter().map(String::as_str).collect();
    let mut take = |fits: &dyn Fn(&str) -> bool| {
        let place = left.iter().position(|word| fits(word));
        place.map(|place| left.swap_remove(place)).is_some()
    };
    let length = |word: &String| word.chars().count();
    let shortest = if many.contains(last) { MIN_WORD_LENGTH } else { MIN_PREFIX_LENGTH };
    let is_specific = others.iter().any(|word| length(word) >= MIN_WORD_LENGTH) || length(last) >= shortest;
    is_specific && others.iter().all(|word| take(&|it| it == word)) && take(&|it| is_last(last, it))
}

/// Returns whether a vendor writes this character in place of one that it cannot store.
fn is_substitute(character: char) -> bool {
    character == '?' || character == char::REPLACEMENT_CHARACTER
}

fn ascii_parts(name: &str) -> Vec<String> {
    let lower = name.to_ascii_lowercase();
    let mut parts = vec![String::new()];
    let mut is_open = true;
    for character in lower.trim().chars() {
        let is_lost = !character.is_ascii() || is_substitute(character);
        if is_lost && is_open {
            parts.push(String::new());
        } else if !is_lost && let Some(part) = parts.last_mut() {
            part.push(character);
        }
        is_open = !is_lost;
    }
    parts
}
