//! Extensions after a number.

use super::super::phone_words::EXTENSION;
use super::run::{count_digits, is_digit, is_one_of};
use crate::fold::with_ascii_digits;

/// The maximum number of digits after a word such as "ext.".
const MAX_DIGITS: usize = 20;
/// The maximum number of digits after a semicolon or two commas.
const MAX_DIGITS_AFTER_SEMICOLON: usize = 15;
/// The maximum number of digits after a single comma or a mark such as `x` or `#`.
const MAX_DIGITS_AFTER_MARK: usize = 9;
/// The maximum number of digits before a number sign that ends the extension.
const MAX_DIGITS_BEFORE_HASH: usize = 6;
/// The minimum number of digits of the number before such an extension.
const MIN_DIGITS_OF_NUMBER: usize = 7;

/// Parses the extension at the start of the text after a number. Returns its digits and the rest of the text.
pub(super) fn parse(behind: &str) -> Option<(String, &str)> {
    let is_blank = |it: char| it.is_whitespace() || matches!(it, '(' | '[' | '/' | '\\' | '.' | '-' | '–');
    let marks_end = behind.find(|it| !is_blank(it) && !matches!(it, ',' | ';' | '；'))?;
    let (marks, rest) = behind.split_at(marks_end);
    let (rest, max) = match after_marker(rest) {
        Some(found) => found,
        None if marks.contains([';', '；']) || marks.contains(",,") => (rest, MAX_DIGITS_AFTER_SEMICOLON),
        None if marks.contains(',') => (rest, MAX_DIGITS_AFTER_MARK),
        None => return None,
    };
    let length = rest.find(|it| !is_digit(it)).unwrap_or(rest.len());
    let (digits, rest) = rest.split_at(length);
    let number_continues =
        rest.trim_start_matches([' ', '-', '.', '/']).starts_with(is_digit) && marks.contains(',');
    if digits.is_empty()
        || count_digits(digits) > max
        || number_continues
        || rest.starts_with(char::is_alphabetic)
    {
        return None;
    }
    Some((with_ascii_digits(digits), rest.strip_prefix('#').unwrap_or(rest)))
}

/// Parses an extension that is the last group of a run and ends with a number sign: `+1 645 123 1234-910#`.
pub(super) fn before_hash<'t>(run: &'t str, behind: &'t str) -> Option<(&'t str, String, &'t str)> {
    let behind = behind.strip_prefix('#').filter(|behind| !behind.trim_start().starts_with(is_digit))?;
    let (number, digits) = run.rsplit_once([' ', '-'])?;
    let is_one =
        matches!(digits.len(), 1..=MAX_DIGITS_BEFORE_HASH) && digits.bytes().all(|it| it.is_ascii_digit());
    let number = number.trim_end_matches([' ', '-']);
    (is_one && count_digits(number) >= MIN_DIGITS_OF_NUMBER).then(|| (number, digits.to_owned(), behind))
}

/// Returns whether a text ends with a word that introduces an extension.
pub(super) fn ends_with_word(text: &str) -> bool {
    let word = text.rsplit(is_digit).next().unwrap_or_default().trim_matches(|it: char| !it.is_alphabetic());
    is_one_of(word, EXTENSION)
}

/// Returns whether a text starts with an extension.
pub(super) fn starts_with_one(text: &str) -> bool {
    after_marker(text.trim_start()).is_some_and(|(rest, _)| rest.starts_with(is_digit))
}

/// Returns the text after a word or mark that introduces an extension, and the maximum number of digits there.
fn after_marker(text: &str) -> Option<(&str, usize)> {
    let first = text.chars().next()?;
    if let Some(rest) = EXTENSION.iter().find_map(|word| without_prefix(text, word)) {
        let rest = rest.trim_start_matches(|it: char| it.is_whitespace() || ":.．=,-#".contains(it));
        return Some((rest, MAX_DIGITS));
    }
    let rest = &text[first.len_utf8()..];
    match first {
        'x' | 'X' | 'ｘ' | 'Ｘ' | '#' | '＃' | '~' | '～' | '∼' => {
            let rest = rest.trim_start_matches(|it: char| it.is_whitespace() || ":.．,-".contains(it));
            Some((rest, MAX_DIGITS_AFTER_MARK))
        }
        'p' | 'P' | 'w' | 'W' => {
            let rest = rest.strip_prefix('.').map_or(rest, str::trim_start);
            Some((rest, MAX_DIGITS))
        }
        _ => None,
    }
}

/// Returns the text after a word in any letter case. `None` if the word continues with a letter.
fn without_prefix<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let mut rest = text.chars();
    for expected in word.chars() {
        let character = rest.next()?;
        if character != expected && !character.to_lowercase().eq(expected.to_lowercase()) {
            return None;
        }
    }
    Some(rest.as_str()).filter(|rest| !rest.starts_with(char::is_alphabetic))
}
