//! Vanity numbers, whose digits are written as letters: `1-800-FLOWERS`.

use rlibphonenumber::{PHONE_NUMBER_UTIL, Region};

use super::super::phone_words::{AND_OR, EXTENSION, LABELS, SILENT};
use super::extension;
use super::run::is_one_of;

/// The minimum number of letters that the phone number library reads as digits.
const MIN_LETTERS: usize = 3;
/// The minimum number of letters of a number that has only a prefix in digits: `1-800-CALL-ATT`.
const MIN_LETTERS_AFTER_PREFIX: usize = 6;
/// The maximum number of digits of such a prefix: `001 800`.
const MAX_DIGITS_OF_PREFIX: usize = 6;
/// Prefixes of vanity numbers.
const PREFIXES: [&str; 14] =
    ["800", "808", "822", "833", "844", "855", "866", "877", "888", "900", "700", "300", "13", "18"];

/// Returns the range of a vanity number, which is complete only with its letters.
pub(super) fn find(text: &str) -> Option<(usize, usize)> {
    let start = text.find(|it: char| it.is_ascii_digit() || matches!(it, '+' | '('))?;
    let first = start + text[start..].find(|it: char| it.is_ascii_alphabetic())?;
    let ends = |it: char| !(it.is_ascii_alphanumeric() || " -./+".contains(it));
    let end = text[first..].find(ends).map_or(text.len(), |length| first + length);
    let word = extension_word(&text[first..end]).map_or(end, |place| first + place);
    let end = start + text[start..word].trim_end_matches([' ', '-', '.', '/']).len();
    is_vanity(&text[start..end]).then_some((start, end))
}

/// Returns the position of a word that introduces an extension, after the first word.
fn extension_word(text: &str) -> Option<usize> {
    let mut places = text.match_indices([' ', '-']).map(|(place, _)| place + 1);
    places.find(|place| extension::starts_with_one(&text[*place..]))
}

/// Returns whether a text is a vanity number.
fn is_vanity(text: &str) -> bool {
    let Some(first) = text.find(|it: char| it.is_ascii_alphabetic()) else { return false };
    let is_part = |it: char| it.is_ascii_alphanumeric() || " -.()/+".contains(it);
    let starts = text.starts_with(|it: char| it.is_ascii_digit() || matches!(it, '+' | '('));
    let letters = text.bytes().filter(u8::is_ascii_alphabetic).count();
    if !starts || letters < MIN_LETTERS || !text.chars().all(is_part) || is_in_brackets(text) {
        return false;
    }
    let digits: String = text[..first].chars().filter(char::is_ascii_digit).collect();
    let has_label = has_label(text);
    if digits.len() <= MAX_DIGITS_OF_PREFIX && has_prefix(&digits) {
        return !has_label || letters >= MIN_LETTERS_AFTER_PREFIX;
    }
    if has_label {
        return false;
    }
    let is_short = text.starts_with('+') && digits.len() <= MAX_DIGITS_OF_PREFIX;
    let is_upper = !text.contains(|it: char| it.is_ascii_lowercase());
    (is_short || is_upper) && is_complete_only_with_letters(text)
}

/// Returns whether the text contains a label.
fn has_label(text: &str) -> bool {
    let mut words = text.split(|it: char| !it.is_ascii_alphabetic()).filter(|word| !word.is_empty());
    words.any(|word| [LABELS, SILENT, AND_OR, EXTENSION].iter().any(|words| is_one_of(word, words)))
}

fn is_in_brackets(text: &str) -> bool {
    text.split('(').skip(1).any(|part| part.starts_with(|it: char| it.is_ascii_alphabetic()))
}

fn has_prefix(digits: &str) -> bool {
    let zeros = digits.trim_start_matches('0');
    let without_country = zeros.strip_prefix("11").or_else(|| zeros.strip_prefix('1')).unwrap_or(zeros);
    PREFIXES.iter().any(|prefix| zeros.starts_with(prefix) || without_country.starts_with(prefix))
}

fn is_complete_only_with_letters(text: &str) -> bool {
    let region = if text.starts_with('+') { None } else { Some(Region::US) };
    let whole = PHONE_NUMBER_UTIL.parse(text, region);
    let digits: String = text.chars().filter(|it| !it.is_ascii_alphabetic()).collect();
    let is_complete =
        PHONE_NUMBER_UTIL.parse(&digits, region).is_ok_and(|it| it.is_possible_with_reason().is_ok());
    whole.is_ok_and(|number| number.is_valid()) && !is_complete
}
