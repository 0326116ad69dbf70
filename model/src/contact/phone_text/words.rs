//! Digits at the ends of a run that belong to the words beside the number.

use super::run::{MIN_DIGITS_OF_SECOND_NUMBER, Run, count_digits};
use super::{dates, extension};

/// Suffixes of a time or an ordinal.
const SUFFIXES: [&str; 7] = ["am", "pm", "uhr", "st", "nd", "rd", "th"];
/// The minimum number of digits before a group of two digits that belongs to a word: `030 1234567 12. Stock`.
const MIN_DIGITS_BEFORE_PAIR: usize = 9;
/// The minimum number of digits of a group after which a single digit belongs to a word: `0171 1234567 2 klingeln`.
const MIN_DIGITS_OF_BLOCK: usize = 6;

/// Returns the end of a run. Excludes its last group if that belongs to the words after it: `9am`, `2x`, `3. Stock`.
pub(super) fn end_before_words(text: &str, run: &Run) -> usize {
    let Some((before, last)) = text[run.start..run.end].rsplit_once(' ') else { return run.end };
    let before = before.trim_end();
    let is_long = count_digits(before) >= MIN_DIGITS_OF_SECOND_NUMBER;
    let is_part_of_words = dates::is_date(last) || belongs_to_words(before, last, &text[run.end..]);
    if is_long && is_part_of_words { run.start + before.len() } else { run.end }
}

/// Returns the start of a run. Excludes its first digit if that belongs to a word (`o2`) or to a list (`1. 0171 1234567`).
pub(super) fn start_after_words(text: &str, run: &Run) -> usize {
    let written = &text[run.start..run.end];
    let Some((first, rest)) = written.split_once(' ') else { return run.start };
    let rest = rest.trim_start();
    let is_digit = |text: &str| matches!(text.as_bytes(), [b'1'..=b'9']);
    let is_of_word = is_digit(first) && first != "1" && text[..run.start].ends_with(char::is_alphabetic);
    let is_count = first.strip_suffix(['.', ')']).is_some_and(is_digit) && rest.starts_with(['0', '(']);
    let is_long = count_digits(rest) >= MIN_DIGITS_OF_SECOND_NUMBER;
    if is_long && (is_of_word || is_count) { run.end - rest.len() } else { run.start }
}

fn belongs_to_words(before: &str, last: &str, behind: &str) -> bool {
    let is_short = matches!(last.len(), 1 | 2) || last.len() == 3 && last.contains('.');
    if !is_short || !last.starts_with(|first: char| first.is_ascii_digit()) {
        return false;
    }
    let length = behind.find(|it: char| !it.is_alphabetic()).unwrap_or(behind.len());
    if SUFFIXES.iter().any(|suffix| behind[..length].eq_ignore_ascii_case(suffix)) {
        return true;
    }
    let is_masked = behind.get(..2).is_some_and(|mask| mask.eq_ignore_ascii_case("xx"));
    if is_masked || extension::parse(behind).is_some() {
        return false;
    }
    let group = before.rsplit([' ', '-', '.', '/']).next().unwrap_or_default();
    let is_apart = match count_digits(last) {
        1 => last != "0",
        _ => count_digits(group) > 2 && count_digits(before) >= MIN_DIGITS_BEFORE_PAIR,
    };
    let is_block = count_digits(last) == 1 && count_digits(group) >= MIN_DIGITS_OF_BLOCK;
    is_apart && (is_joined_to_a_word(behind) || is_block && starts_with_word(behind.trim_start()))
}

/// Returns whether a word follows digits without a blank, or after a full stop.
fn is_joined_to_a_word(behind: &str) -> bool {
    let joined = behind.trim_start_matches(['.', 'º', 'ª', '°']);
    starts_with_word(joined) || joined.len() < behind.len() && starts_with_word(joined.trim_start())
}

fn starts_with_word(text: &str) -> bool {
    text.starts_with(char::is_alphabetic)
}
