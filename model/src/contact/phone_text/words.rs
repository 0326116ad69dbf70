//! Digits that belong to the words behind a number, and not to the number.

use super::run::{DIGITS_OF_ANOTHER, Run, count_digits};
use super::{dates, extension};

/// Endings of a time or a rank.
const ENDINGS: [&str; 7] = ["am", "pm", "uhr", "st", "nd", "rd", "th"];
/// The digits before a group of two that belongs to a word: `030 1234567 12. Stock`.
const DIGITS_BEFORE_TWO: usize = 9;
/// The digits of a group behind which a single digit stands apart: `0171 1234567 2 klingeln`.
const DIGITS_OF_A_BLOCK: usize = 6;

/// Returns the end of a run without its last group, where that belongs to the words behind it: `9am`, `2x`, `3. Stock`.
pub(super) fn end_before_words(text: &str, run: &Run) -> usize {
    let Some((before, last)) = text[run.start..run.end].rsplit_once(' ') else { return run.end };
    let before = before.trim_end();
    let is_long = count_digits(before) >= DIGITS_OF_ANOTHER;
    let belongs_to_words = dates::is_date(last) || is_of_words(before, last, &text[run.end..]);
    if is_long && belongs_to_words { run.start + before.len() } else { run.end }
}

/// Returns the start of a run without its first digit, where that belongs to a word or counts the numbers of a list: `o2`,
/// `1. 0171 1234567`.
pub(super) fn start_behind_words(text: &str, run: &Run) -> usize {
    let written = &text[run.start..run.end];
    let Some((first, rest)) = written.split_once(' ') else { return run.start };
    let rest = rest.trim_start();
    let is_digit = |text: &str| matches!(text.as_bytes(), [b'1'..=b'9']);
    let is_of_word = is_digit(first) && first != "1" && text[..run.start].ends_with(char::is_alphabetic);
    let is_count = first.strip_suffix(['.', ')']).is_some_and(is_digit) && rest.starts_with(['0', '(']);
    let is_long = count_digits(rest) >= DIGITS_OF_ANOTHER;
    if is_long && (is_of_word || is_count) { run.end - rest.len() } else { run.start }
}

fn is_of_words(before: &str, last: &str, behind: &str) -> bool {
    let is_short = matches!(last.len(), 1 | 2) || last.len() == 3 && last.contains('.');
    if !is_short || !last.starts_with(|first: char| first.is_ascii_digit()) {
        return false;
    }
    let length = behind.find(|it: char| !it.is_alphabetic()).unwrap_or(behind.len());
    if ENDINGS.iter().any(|ending| behind[..length].eq_ignore_ascii_case(ending)) {
        return true;
    }
    let is_masked = behind.get(..2).is_some_and(|mask| mask.eq_ignore_ascii_case("xx"));
    if is_masked || extension::read(behind).is_some() {
        return false;
    }
    let group = before.rsplit([' ', '-', '.', '/']).next().unwrap_or_default();
    let is_apart = match count_digits(last) {
        1 => last != "0",
        _ => count_digits(group) > 2 && count_digits(before) >= DIGITS_BEFORE_TWO,
    };
    let is_block = count_digits(last) == 1 && count_digits(group) >= DIGITS_OF_A_BLOCK;
    is_apart && (is_joined_to_a_word(behind) || is_block && starts_with_word(behind.trim_start()))
}

/// Returns whether a word stands behind digits without a blank, or behind their full stop.
fn is_joined_to_a_word(behind: &str) -> bool {
    let joined = behind.trim_start_matches(['.', 'º', 'ª', '°']);
    starts_with_word(joined) || joined.len() < behind.len() && starts_with_word(joined.trim_start())
}

fn starts_with_word(text: &str) -> bool {
    text.starts_with(char::is_alphabetic)
}
