//! Extensions behind a number.

use super::super::phone_words::EXTENSION;
use super::run::{count_digits, is_digit, is_one_of};
use crate::fold::with_ascii_digits;

/// The most digits behind a word, behind marks that may separate numbers too, and behind a single comma.
const MOST_DIGITS: usize = 20;
const MOST_DIGITS_BEHIND_A_SEMICOLON: usize = 15;
const MOST_DIGITS_BEHIND_A_MARK: usize = 9;
const MOST_DIGITS_BEFORE_A_HASH: usize = 6;
const FEWEST_DIGITS_OF_A_NUMBER: usize = 7;

/// Reads an extension at the start of what stands behind a number, and returns it with what follows.
pub(super) fn read(behind: &str) -> Option<(String, &str)> {
    let is_blank = |it: char| it.is_whitespace() || matches!(it, '(' | '[' | '/' | '\\' | '.' | '-' | '–');
    let marks_end = behind.find(|it| !is_blank(it) && !matches!(it, ',' | ';' | '；'))?;
    let (marks, rest) = behind.split_at(marks_end);
    let (rest, most) = match behind_marker(rest) {
        Some(found) => found,
        None if marks.contains([';', '；']) || marks.contains(",,") => {
            (rest, MOST_DIGITS_BEHIND_A_SEMICOLON)
        }
        None if marks.contains(',') => (rest, MOST_DIGITS_BEHIND_A_MARK),
        None => return None,
    };
    let length = rest.find(|it| !is_digit(it)).unwrap_or(rest.len());
    let (digits, rest) = rest.split_at(length);
    let goes_on = rest.trim_start_matches([' ', '-', '.', '/']).starts_with(is_digit) && marks.contains(',');
    if digits.is_empty() || count_digits(digits) > most || goes_on || rest.starts_with(char::is_alphabetic) {
        return None;
    }
    Some((with_ascii_digits(digits), rest.strip_prefix('#').unwrap_or(rest)))
}

/// Reads an extension that is written as the last group of a run, with a number sign behind it: `+1 645 123 1234-910#`.
pub(super) fn before_hash<'t>(run: &'t str, behind: &'t str) -> Option<(&'t str, String, &'t str)> {
    let behind = behind.strip_prefix('#').filter(|behind| !behind.trim_start().starts_with(is_digit))?;
    let (number, digits) = run.rsplit_once([' ', '-'])?;
    let is_one =
        matches!(digits.len(), 1..=MOST_DIGITS_BEFORE_A_HASH) && digits.bytes().all(|it| it.is_ascii_digit());
    let number = number.trim_end_matches([' ', '-']);
    (is_one && count_digits(number) >= FEWEST_DIGITS_OF_A_NUMBER).then(|| (number, digits.to_owned(), behind))
}

/// Returns whether a text ends with a word before an extension.
pub(super) fn ends_with_word(text: &str) -> bool {
    let word = text.rsplit(is_digit).next().unwrap_or_default().trim_matches(|it: char| !it.is_alphabetic());
    is_one_of(word, EXTENSION)
}

/// Returns whether a text starts with an extension.
pub(super) fn starts_with_one(text: &str) -> bool {
    behind_marker(text.trim_start()).is_some_and(|(rest, _)| rest.starts_with(is_digit))
}

/// Returns what follows the word or mark before an extension, and the most digits that it may have.
fn behind_marker(text: &str) -> Option<(&str, usize)> {
    let first = text.chars().next()?;
    if let Some(rest) = EXTENSION.iter().find_map(|word| without_prefix(text, word)) {
        let rest = rest.trim_start_matches(|it: char| it.is_whitespace() || ":.．=,-#".contains(it));
        return Some((rest, MOST_DIGITS));
    }
    let rest = &text[first.len_utf8()..];
    match first {
        'x' | 'X' | 'ｘ' | 'Ｘ' | '#' | '＃' | '~' | '～' | '∼' => {
            let rest = rest.trim_start_matches(|it: char| it.is_whitespace() || ":.．,-".contains(it));
            Some((rest, MOST_DIGITS_BEHIND_A_MARK))
        }
        'p' | 'P' | 'w' | 'W' => {
            let rest = rest.strip_prefix('.').map_or(rest, str::trim_start);
            Some((rest, MOST_DIGITS))
        }
        _ => None,
    }
}

/// Returns the text behind a word in any case that no letter follows.
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
