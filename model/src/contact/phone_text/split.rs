//! Splitting of a text with several telephone numbers. Every part has a number of its own.

#[cfg(test)]
mod tests;

use super::super::phone_float::is_written_as_number;
use super::super::phone_words::AND_OR;
use super::run::{
    MIN_DIGITS, MIN_DIGITS_ALONE, Run, count_digits, has_parameters, is_digit, is_one_of, is_plus,
};
use super::runs::find_runs;
use super::{extension, other_numbers, variants};

/// The minimum number of digits of a number that includes its area code.
const MIN_DIGITS_WITH_AREA_CODE: usize = 8;
/// The minimum number of digits on each side of a mark that also occurs inside numbers.
const MIN_DIGITS_BESIDE_SLASH: usize = 7;
/// The minimum number of digits before such a mark in an international number.
const MIN_DIGITS_BESIDE_SLASH_INTERNATIONAL: usize = 9;
/// The maximum number of digits of one number.
const MAX_DIGITS: usize = 15;

/// A candidate position for splitting a text.
#[derive(Debug, Clone, Copy)]
struct Cut {
    start: usize,
    end: usize,
    mark: Mark,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    /// A mark or word between values.
    Separator,
    /// The plus sign of another number.
    Plus,
    /// A mark that also occurs inside numbers: `030/1234567`.
    Slash,
    /// A blank between digits.
    Blank,
}

/// Splits a text into parts with one number each, together with the words beside it.
pub(in super::super) fn split(text: &str) -> Vec<&str> {
    if is_one_number(text)
        || count_digits(text) < 2 * MIN_DIGITS_ALONE
        || has_parameters(text)
        || is_written_as_number(text)
    {
        return vec![text];
    }
    let mut parts = Vec::new();
    for part in split_at_marks(text) {
        split_at_words(part, &mut parts);
    }
    parts
}

/// Returns whether a text is certainly one number. A fast check that nearly every text passes.
fn is_one_number(text: &str) -> bool {
    let unsigned = text.strip_prefix('+').unwrap_or(text);
    let mut digits = 0;
    let is_part = |byte: u8| {
        digits += usize::from(byte.is_ascii_digit());
        matches!(byte, b'0'..=b'9' | b' ' | b'-' | b'.' | b')')
            || byte == b'(' && digits < MIN_DIGITS_BESIDE_SLASH
    };
    unsigned.bytes().all(is_part) && digits <= MAX_DIGITS
}

fn split_at_marks(text: &str) -> Vec<&str> {
    let cuts = cuts(text);
    let mut parts = Vec::new();
    let mut begin = 0;
    for (place, cut) in cuts.iter().enumerate() {
        let ends = |cut: &&Cut| !matches!(cut.mark, Mark::Slash | Mark::Blank);
        let end = cuts[place + 1..].iter().find(ends).map_or(text.len(), |next| next.start);
        let right = text.get(cut.end..end.max(cut.end)).unwrap_or_default();
        let is_variant = cut.mark == Mark::Slash
            && cut.start >= begin
            && number_in(&text[begin..end.max(cut.end)])
                .is_some_and(|number| variants::several(number).is_some());
        if cut.start >= begin && !is_variant && separates(&text[begin..cut.start], right, cut.mark) {
            parts.push(without_marks(&text[begin..cut.start]));
            begin = cut.end;
        }
    }
    parts.push(without_marks(&text[begin..]));
    parts
}

/// Returns a part without separators at its ends.
fn without_marks(part: &str) -> &str {
    let part = without_last_word(part).unwrap_or(part);
    let part = part.trim_start_matches(|it: char| it.is_whitespace() || is_separator(it) || is_slash(it));
    part.trim_end_matches(|it: char| {
        it.is_whitespace() || is_separator(it) || is_slash(it) || "-–—".contains(it)
    })
}

fn is_separator(character: char) -> bool {
    ",;|\n\r\t&，；、،؛•·".contains(character)
}

fn is_slash(character: char) -> bool {
    matches!(character, '/' | '／' | '\\')
}

fn cuts(text: &str) -> Vec<Cut> {
    let mut cuts = Vec::new();
    let mut before = None;
    // Words before a plus sign may belong to either number, so `split_at_words` decides there.
    let mut has_words = false;
    for (start, character) in text.char_indices() {
        let end = start + character.len_utf8();
        let mark = match character {
            _ if is_separator(character) => Some((start, end, Mark::Separator)),
            ':' if text[end..].starts_with("::") => Some((start, end + 2, Mark::Separator)),
            _ if is_slash(character) => Some((start, end, Mark::Slash)),
            '-' | '–' | '—' if before == Some(' ') && text[end..].starts_with(' ') => {
                Some((start, end, Mark::Slash))
            }
            '(' if text[end..].starts_with(|it| is_digit(it) || is_plus(it)) => {
                Some((start, start, Mark::Slash))
            }
            ' ' if before.is_some_and(is_digit) => Some((start, end, Mark::Blank)),
            _ if is_plus(character) && !has_words => Some((start, start, Mark::Plus)),
            _ if character.is_alphabetic() && !before.is_some_and(char::is_alphabetic) => and_or(text, start),
            _ => None,
        };
        cuts.extend(mark.map(|(start, end, mark)| Cut { start, end, mark }));
        has_words = !is_digit(character) && (has_words || character.is_alphabetic());
        before = Some(character);
    }
    cuts
}

/// Returns a cut at a conjunction such as "or" at this position.
fn and_or(text: &str, start: usize) -> Option<(usize, usize, Mark)> {
    let rest = &text[start..];
    let length = rest.find(|it: char| !it.is_alphabetic()).unwrap_or(rest.len());
    let (word, behind) = rest.split_at(length);
    (is_one_of(word, AND_OR) && !behind.starts_with(is_digit))
        .then(|| (start, start + length, Mark::Separator))
}

/// Returns whether both texts have a number of their own.
fn separates(left: &str, right: &str, mark: Mark) -> bool {
    let (Some(first), Some(second)) = (number_in(left), number_in(right)) else { return false };
    let (before, behind) = (count_digits(first), count_digits(second));
    let is_whole = second.starts_with(|it: char| is_plus(it) || matches!(it, '0' | '('));
    if extension::starts_with_one(right) || extension::ends_with_word(left) || right.trim_end().ends_with('#')
    {
        return false;
    }
    match mark {
        Mark::Separator => {
            let is_whole = is_whole && before >= MIN_DIGITS && behind >= MIN_DIGITS;
            let are_short = before < MIN_DIGITS && behind < MIN_DIGITS;
            let are_alike = behind + 1 >= before && (are_short || before >= MIN_DIGITS);
            is_whole || before >= MIN_DIGITS && behind >= MIN_DIGITS_WITH_AREA_CODE || are_alike
        }
        Mark::Blank => {
            let length = |text: &str| text.find(char::is_whitespace).unwrap_or(text.len());
            let (last, next) = (left.rsplit(' ').next().unwrap_or_default(), &right[..length(right)]);
            [last, next]
                .iter()
                .all(|word| count_digits(word) > MIN_DIGITS_WITH_AREA_CODE && !word.contains('('))
        }
        Mark::Plus => before >= MIN_DIGITS && behind >= MIN_DIGITS_BESIDE_SLASH,
        Mark::Slash => {
            let fewest = if first.starts_with(is_plus) {
                MIN_DIGITS_BESIDE_SLASH_INTERNATIONAL
            } else {
                MIN_DIGITS_BESIDE_SLASH
            };
            // After a number with an area code, one without is a variant of it.
            let has_area_code =
                !first.trim_start_matches('(').starts_with(|it: char| is_plus(it) || it == '0')
                    || behind > MIN_DIGITS_WITH_AREA_CODE;
            let are_two = is_whole || before + behind > MAX_DIGITS && has_area_code;
            before >= fewest && behind >= MIN_DIGITS_BESIDE_SLASH && are_two
        }
    }
}

/// Returns the first run of digits in a text that may be a number.
fn number_in(text: &str) -> Option<&str> {
    let runs = find_runs(text);
    let of_length = |fewest: usize| runs.iter().find(|run| run.digits >= fewest);
    let run = of_length(MIN_DIGITS).or_else(|| of_length(MIN_DIGITS_ALONE))?;
    Some(&text[run.start..run.end])
}

/// Returns a part without a conjunction at its end.
fn without_last_word(part: &str) -> Option<&str> {
    let (before, word) = part.trim_end().rsplit_once(char::is_whitespace)?;
    is_one_of(word, AND_OR).then_some(before)
}

/// Splits a text at words between two numbers. The words belong to the number after them, unless the text ends with words and
/// does not begin with any.
fn split_at_words<'t>(text: &'t str, parts: &mut Vec<&'t str>) {
    let runs = find_runs(text);
    let is_number = |run: &&Run| {
        run.digits >= MIN_DIGITS_BESIDE_SLASH || run.digits >= MIN_DIGITS && text[run.end..].contains(is_plus)
    };
    let numbers: Vec<_> = runs.iter().filter(is_number).collect();
    let (Some(first), Some(last)) = (numbers.first(), numbers.last()) else {
        parts.push(text);
        return;
    };
    let has_letters = |text: &str| text.chars().any(char::is_alphabetic);
    let is_behind = !has_letters(&text[..first.start]) && has_letters(&text[last.end..]);
    let mut begin = 0;
    for pair in numbers.windows(2) {
        let between = &text[pair[0].end..pair[1].start];
        let is_other = other_numbers::is_not_second_number(text, pair[0], pair[1]);
        if !has_letters(between) || is_other || is_extension(&text[pair[0].end..]) {
            continue;
        }
        let cut = if is_behind { pair[1].start } else { pair[0].end };
        parts.push(without_marks(&text[begin..cut]));
        begin = cut;
    }
    parts.push(without_marks(&text[begin..]));
}

fn is_extension(behind: &str) -> bool {
    extension::parse(behind).is_some_and(|(_, rest)| !rest.trim_start().starts_with(is_digit))
}
