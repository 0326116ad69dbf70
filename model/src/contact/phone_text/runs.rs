//! Search for runs of digits with the punctuation between them.

use std::borrow::Cow;

use super::run::{
    MIN_DIGITS, MIN_DIGITS_OF_SECOND_NUMBER, Run, count_digits, is_digit, is_invisible, is_plus,
};
use super::{dates, other_numbers, words};

/// Returns the runs of digits in a text, without dates and other kinds of numbers.
pub(super) fn find_runs(text: &str) -> Vec<Run> {
    let mut runs = Vec::new();
    let mut place = 0;
    while let Some(run) = next_run(text, place) {
        place = run.end;
        if !dates::is_date(&text[run.start..run.end]) && !other_numbers::is_other_number(text, &run) {
            runs.push(run);
        }
    }
    runs
}

fn next_run(text: &str, from: usize) -> Option<Run> {
    let start = from + text[from..].find(|it: char| is_plus(it) || is_digit(it))?;
    let mut run = Run { start, end: start, digits: 0 };
    let mut rest = &text[start..];
    while let Some(character) = rest.chars().next() {
        let place = text.len() - rest.len();
        let length = if is_digit(character) {
            run.digits += 1;
            run.end = place + character.len_utf8();
            character.len_utf8()
        } else if is_plus(character) && run.digits == 0 || is_mark_between(character) {
            if run.digits > 0 && ends_before(rest, character, &run) || is_count_before(text, rest, &run) {
                break;
            }
            character.len_utf8()
        } else if let Some(length) = stray_letters(text, place, &run) {
            length
        } else {
            break;
        };
        rest = &rest[length..];
    }
    if run.digits == 0 {
        return next_run(text, text.len() - rest.len());
    }
    let after_words = words::start_after_words(text, &run);
    run.digits -= count_digits(&text[start..after_words]);
    let start = after_words;
    run.start = start;
    run.end = words::end_before_words(text, &run);
    run.start = start_with_bracket(text, from, start);
    run.end = end_with_bracket(text, &run);
    Some(run)
}

/// Returns whether a mark ends the number: a bracket around words or another number, or a tilde before an extension.
fn ends_before(rest: &str, mark: char, run: &Run) -> bool {
    match mark {
        '(' | '[' | '（' | '［' => {
            let inside = rest[mark.len_utf8()..].split([')', ']', '）', '］']).next().unwrap_or_default();
            let digits = count_digits(inside);
            inside.chars().any(char::is_alphabetic)
                || inside.contains(is_plus)
                || run.digits >= MIN_DIGITS_OF_SECOND_NUMBER
                    && (digits >= MIN_DIGITS_OF_SECOND_NUMBER || is_count(inside, rest))
        }
        '~' | '∼' | '⁓' => run.digits >= MIN_DIGITS_OF_SECOND_NUMBER,
        _ => false,
    }
}

/// Returns whether a digit after words numbers a list: the `2` of `Tel 2 030 1234567`.
fn is_count_before(text: &str, rest: &str, run: &Run) -> bool {
    run.digits == 1
        && text.as_bytes().get(run.start).is_some_and(u8::is_ascii_digit)
        && rest.trim_start().starts_with(['0', '('])
        && rest.starts_with(' ')
        && text[..run.start].contains(char::is_alphabetic)
}

/// Returns whether a bracket at the end of a text holds one or two digits, such as a position in a list.
fn is_count(inside: &str, rest: &str) -> bool {
    inside.len() <= 2 && count_digits(inside) == count_digits(rest)
}

/// Returns the length of letters that are a typo between digits, such as `600a5`, or an `x` instead of a hyphen.
fn stray_letters(text: &str, place: usize, run: &Run) -> Option<usize> {
    let rest = &text[place..];
    let length = rest.find(|it: char| !it.is_ascii_alphabetic()).unwrap_or(rest.len());
    let letters = &rest[..length];
    let is_short = matches!(letters.len(), 1 | 2);
    let is_before_a_digit = rest[length..].starts_with(is_digit);
    let is_marker = letters.eq_ignore_ascii_case("dw")
        || letters.eq_ignore_ascii_case("xt")
        || letters.len() == 1 && letters.contains(['x', 'X', 'p', 'P', 'w', 'W']);
    let is_separator = letters.eq_ignore_ascii_case("x") && matches!(run.digits, 3..MIN_DIGITS);
    if is_separator && rest[length..].trim_start().starts_with(is_digit) {
        return Some(length);
    }
    let is_typo = run.end == place || letters.len() == 1 && run.digits < MIN_DIGITS && run.digits > 0;
    (is_short && is_before_a_digit && !is_marker && is_typo).then_some(length)
}

/// Returns the start of a number, including the bracket around its first digits.
fn start_with_bracket(text: &str, from: usize, start: usize) -> usize {
    let before = &text[from..start];
    let opens = before.ends_with('(') && text[start..].contains(')');
    if opens { start - 1 } else { start }
}

fn end_with_bracket(text: &str, run: &Run) -> usize {
    let is_open = text[run.start..run.end].rfind('(') > text[run.start..run.end].rfind(')');
    if is_open && text[run.end..].starts_with(')') { run.end + 1 } else { run.end }
}

/// Returns a run without letters and invisible characters, with plain spaces.
pub(super) fn cleaned(run: &str) -> Cow<'_, str> {
    let needs_cleaning =
        |it: char| it.is_alphabetic() && it != 'ー' || is_invisible(it) || it != ' ' && it.is_whitespace();
    if !run.contains(needs_cleaning) {
        return run.into();
    }
    let kept = run.chars().filter(|it| !(it.is_alphabetic() && *it != 'ー' || is_invisible(*it)));
    kept.map(|it| if it.is_whitespace() { ' ' } else { it }).collect::<String>().into()
}

/// Returns whether a word is a placeholder for digits: `0xx`.
pub(super) fn is_placeholder(word: &str) -> bool {
    word.bytes().all(|byte| matches!(byte, b'0' | b'x' | b'X')) && word != "0"
}

fn is_mark_between(character: char) -> bool {
    matches!(
        character,
        '-' | '‐'..='―' | '−' | 'ー' | '－'..='／' | '(' | ')' | '（' | '）' | '［' | '］' | '.' | '[' | ']' | '/'
            | '~' | '⁓' | '∼'
    ) || is_invisible(character)
        || character.is_whitespace() && !matches!(character, '\n' | '\r' | '\t')
}
