//! Numbers beside a telephone number that are none: those of customers, accounts and orders.

use super::super::phone_words::{AND_OR, COUNTED, LABELS, NUMBER_ENDINGS, NUMBER_WORDS, NUMBERED, SILENT};
use super::run::{Run, is_one_of};

/// The most digits of a number without an area code.
const DIGITS_WITHOUT_AREA_CODE: usize = 8;

/// Returns whether the words before a run say that it is the number of something else: `Kd-Nr 4711234`.
pub(super) fn is_numbered(text: &str, run: &Run) -> bool {
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

/// Returns whether a run behind a number with a trunk prefix has none, so that it is no number of its own.
pub(super) fn is_aside(text: &str, number: &Run, other: &Run) -> bool {
    let first = text[number.start..number.end].trim_start_matches('(');
    let between = &text[number.end..other.start];
    let says_number = between
        .split(|it: char| !it.is_alphabetic())
        .any(|word| [LABELS, SILENT, AND_OR].iter().any(|words| is_one_of(word, words)));
    first.starts_with('0')
        && is_bare(&text[other.start..other.end])
        && other.digits <= DIGITS_WITHOUT_AREA_CODE
        && between.chars().any(char::is_alphabetic)
        && !says_number
}

/// Returns whether a run has nothing but digits, and no trunk prefix.
fn is_bare(run: &str) -> bool {
    run.bytes().all(|byte| byte.is_ascii_digit()) && !run.starts_with('0')
}
