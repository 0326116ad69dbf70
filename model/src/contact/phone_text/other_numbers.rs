//! Numbers of customers, accounts and orders beside a telephone number.

use super::super::phone_words::{AND_OR, COUNTED, LABELS, NUMBER_ENDINGS, NUMBER_WORDS, NUMBERED, SILENT};
use super::run::{Run, is_one_of};

/// The maximum number of digits of a number without an area code.
const MAX_DIGITS_WITHOUT_AREA_CODE: usize = 8;

/// Returns whether the words before a run introduce another kind of number: `Kd-Nr 4711234`.
pub(super) fn is_other_number(text: &str, run: &Run) -> bool {
    if !is_bare(&text[run.start..run.end]) {
        return false;
    }
    let separates = |it: char| !it.is_alphabetic() && !matches!(it, '°' | 'º');
    let mut words =
        text[..run.start].rsplit(separates).filter(|word| !word.is_empty()).map(str::to_lowercase);
    let Some(word) = words.next() else { return false };
    let is_counted = |word: &str| NUMBERED.contains(&word) || COUNTED.contains(&word);
    if NUMBER_WORDS.contains(&&*word) {
        return words.next().is_some_and(|word| is_counted(&word));
    }
    let stem = NUMBER_ENDINGS.iter().find_map(|ending| word.strip_suffix(ending));
    NUMBERED.contains(&&*word) || stem.is_some_and(is_counted)
}

/// Returns whether a run after a number with a trunk prefix has no trunk prefix, and so is not a telephone number.
pub(super) fn is_not_second_number(text: &str, number: &Run, other: &Run) -> bool {
    let first = text[number.start..number.end].trim_start_matches('(');
    let between = &text[number.end..other.start];
    let has_phone_word = between
        .split(|it: char| !it.is_alphabetic())
        .any(|word| [LABELS, SILENT, AND_OR].iter().any(|words| is_one_of(word, words)));
    first.starts_with('0')
        && is_bare(&text[other.start..other.end])
        && other.digits <= MAX_DIGITS_WITHOUT_AREA_CODE
        && between.chars().any(char::is_alphabetic)
        && !has_phone_word
}

/// Returns whether a run is only digits and has no trunk prefix.
fn is_bare(run: &str) -> bool {
    run.bytes().all(|byte| byte.is_ascii_digit()) && !run.starts_with('0')
}
