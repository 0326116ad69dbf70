//! Runs of digits and the character classes of which they consist. Shared by the parsers of this module.

use rlibphonenumber::PHONE_NUMBER_UTIL;

/// The minimum number of digits of a telephone number beside other digits.
pub(super) const MIN_DIGITS: usize = 5;
/// The minimum number of digits of a telephone number that stands alone, such as an emergency number.
pub(super) const MIN_DIGITS_ALONE: usize = 3;
/// The minimum number of digits of a number that follows another one.
pub(super) const MIN_DIGITS_OF_SECOND_NUMBER: usize = 7;

/// A run of digits in a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Run {
    /// The start of the run, including a plus sign and a bracket.
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) digits: usize,
}

impl Run {
    /// Returns a text of digits and marks only as one run.
    pub(super) fn whole(text: &str) -> Self {
        Self { start: 0, end: text.len(), digits: count_digits(text) }
    }
}

pub(super) fn count_digits(text: &str) -> usize {
    text.chars().filter(|it| is_digit(*it)).count()
}

/// Returns whether a character is a decimal digit of any script.
pub(super) fn is_digit(character: char) -> bool {
    character.is_ascii_digit()
        || !character.is_ascii()
            && character.is_numeric()
            && !PHONE_NUMBER_UTIL.normalize_digits_only(character.encode_utf8(&mut [0; 4])).is_empty()
}

pub(super) fn is_plus(character: char) -> bool {
    matches!(character, '+' | '＋')
}

/// Returns whether a character is invisible: a direction mark, a joiner, or a soft hyphen.
pub(super) fn is_invisible(character: char) -> bool {
    matches!(character, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// Returns whether a word is one of these lower-case words, in any letter case.
pub(super) fn is_one_of(word: &str, words: &[&str]) -> bool {
    words.contains(&word.to_lowercase().as_str())
}

/// Returns whether a text has parameters of RFC 3966, which the phone number library parses.
pub(super) fn has_parameters(text: &str) -> bool {
    [";phone-context=", ";isub="].iter().any(|parameter| text.contains(parameter))
}
