//! Parsing of a text with a telephone number into the number, its extension, and the words beside it.
//!
//! Letters are read as keypad digits only if the number is complete only with them.

mod dates;
mod extension;
mod other_numbers;
mod run;
mod runs;
mod split;
mod unreadable;
mod vanity;
mod variants;
mod words;

use std::borrow::Cow;

use self::run::{MIN_DIGITS, MIN_DIGITS_ALONE, Run, has_parameters, is_digit, is_invisible, is_one_of};
use self::runs::find_runs;
pub(super) use self::split::split;
use super::phone_words::{AND_OR, SILENT};

/// The minimum number of digits before the decimals of a number that is not a telephone number.
const MIN_DIGITS_BEFORE_DECIMALS: usize = 10;

/// The content of a text.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum PhoneText<'t> {
    /// Only a number, in a form that the phone number library parses.
    Plain,
    /// A number with digits that are written as letters.
    Vanity,
    /// No number, but words, a date, or too few digits.
    NotANumber,
    /// A number with an unreadable digit.
    UnreadableDigit,
    /// Several numbers, or digits that may not be a number.
    Unclear,
    /// A number with an extension or words beside it.
    Parts(Parts<'t>),
}

/// A number, its extension, and the words beside it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Parts<'t> {
    pub(super) number: Cow<'t, str>,
    pub(super) extension: Option<String>,
    pub(super) label: Option<String>,
}

/// Parses a text with one number.
pub(super) fn parse(text: &str) -> PhoneText<'_> {
    if is_plain(text) {
        return parse_plain(text);
    }
    if has_parameters(text) || is_service_code(text) {
        return PhoneText::Plain;
    }
    match vanity::find(text) {
        Some((start, end)) if start == 0 && end == text.len() => PhoneText::Vanity,
        Some((start, end)) => PhoneText::Parts(parse_vanity(text, start, end)),
        None => parse_parts(text),
    }
}

/// Parses a text of digits and punctuation.
fn parse_plain(text: &str) -> PhoneText<'_> {
    if dates::is_date(text) || is_decimal(text) {
        return PhoneText::NotANumber;
    }
    let run = Run::whole(text);
    if words::start_after_words(text, &run) > 0 || words::end_before_words(text, &run) < text.len() {
        return parse_parts(text);
    }
    variants::without_variants(text).map_or(PhoneText::Plain, |(number, variant)| {
        PhoneText::Parts(Parts { number: number.into(), extension: None, label: Some(variant.to_owned()) })
    })
}

/// Returns whether a text is a number with decimals, such as `491711234567.5`.
fn is_decimal(text: &str) -> bool {
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.split_once('.').is_some_and(|(whole, decimals)| {
        is_digits(whole)
            && whole.len() >= MIN_DIGITS_BEFORE_DECIMALS
            && !whole.starts_with('0')
            && is_digits(decimals)
            && decimals.len() < MIN_DIGITS_ALONE
    })
}

fn parse_vanity(text: &str, start: usize, end: usize) -> Parts<'_> {
    let rest = &text[end..];
    let (extension, behind) =
        extension::parse(rest).map_or((None, rest), |(digits, rest)| (Some(digits), rest));
    Parts { number: text[start..end].into(), extension, label: label(&text[..start], behind) }
}

fn parse_parts(text: &str) -> PhoneText<'_> {
    let runs = find_runs(text);
    let of_length = |fewest: usize| runs.iter().position(|run| run.digits >= fewest);
    let main = of_length(MIN_DIGITS).or_else(|| of_length(MIN_DIGITS_ALONE));
    if unreadable::has_letter_for_digit(text) {
        return PhoneText::UnreadableDigit;
    }
    let Some(main) = main else { return PhoneText::NotANumber };
    let Run { start, end, .. } = runs[main];
    if is_time(&text[end..]) {
        let is_date = text[start..].split([' ', 'T']).next().is_some_and(dates::is_date);
        return if is_date { PhoneText::NotANumber } else { PhoneText::Unclear };
    }
    if unreadable::has_mark_for_digit(text, &runs[main]) {
        return PhoneText::UnreadableDigit;
    }
    let (number, rest) = (&text[start..end], &text[end..]);
    let (number, extension, behind) = match extension::before_hash(number, rest) {
        Some((number, extension, behind)) => (number, Some(extension), behind),
        None => match extension::parse(rest) {
            Some((extension, behind)) => (number, Some(extension), behind),
            None => (number, None, rest),
        },
    };
    let is_behind = |run: &&Run| run.start >= text.len() - behind.len();
    let is_number =
        |run: &Run| run.digits >= MIN_DIGITS && !other_numbers::is_not_second_number(text, &runs[main], run);
    if runs[main + 1..].iter().filter(is_behind).any(is_number) {
        return PhoneText::Unclear;
    }
    let number = runs::cleaned(number);
    let mut label = label(&text[..start], behind);
    let number =
        match variants::without_variants(&number).map(|(number, variant)| (number.to_owned(), variant)) {
            Some((without, variant)) => {
                label = Some(label.map_or_else(|| variant.to_owned(), |label| format!("{variant} {label}")));
                without.into()
            }
            None => number,
        };
    PhoneText::Parts(Parts { number, extension, label })
}

/// Returns whether a text holds only ASCII digits and the marks between them.
fn is_plain(text: &str) -> bool {
    let is_plain = |byte| matches!(byte, b'0'..=b'9' | b'+' | b' ' | b'-' | b'.' | b'(' | b')' | b'/');
    text.bytes().all(is_plain)
}

/// Returns whether a text is a service code such as `*100#`.
fn is_service_code(text: &str) -> bool {
    text.starts_with(['*', '#']) && !text.chars().any(char::is_alphabetic)
}

/// Returns whether minutes follow a run of digits, as in a time.
fn is_time(behind: &str) -> bool {
    behind.strip_prefix(':').is_some_and(|rest| rest.starts_with(is_digit))
}

/// Returns the meaningful words before and after a number.
fn label(before: &str, behind: &str) -> Option<String> {
    let words: Vec<String> = [words(before), words(behind)].into_iter().flatten().collect();
    (!words.is_empty()).then(|| words.join(" "))
}

/// Returns the words of a text without brackets, punctuation and words for "telephone".
fn words(text: &str) -> Option<String> {
    let separates = |it: char| it.is_whitespace() || "()[]{}<>（）［］【】「」,;|:\"“”„«»".contains(it);
    let words = text.split(separates).filter_map(|word| {
        let bare = word.trim_matches(|it: char| !it.is_alphanumeric());
        (!bare.is_empty() && !runs::is_placeholder(bare)).then_some((word, bare))
    });
    let mut words: Vec<(&str, &str)> = words.collect();
    let is_meaningless = |word: Option<&(&str, &str)>| {
        word.is_some_and(|(_, bare)| is_one_of(bare, SILENT) || is_one_of(bare, AND_OR))
    };
    // "Do not call" is meaningful as a whole, although "call" alone is not.
    let is_request = words.last().is_some_and(|(_, bare)| bare.eq_ignore_ascii_case("call"));
    while words.len() > 1 && !is_request && is_meaningless(words.last()) {
        words.pop();
    }
    let first = words.iter().position(|word| !is_meaningless(Some(word)))?;
    let has_letters = words[first..].iter().any(|(_, bare)| bare.chars().any(char::is_alphabetic));
    let first = if has_letters { first } else { 0 };
    let kept: Vec<&str> = words[first..].iter().map(|(word, _)| word.trim_matches(is_mark)).collect();
    Some(kept.join(" "))
}

/// Returns whether a character is punctuation to trim from a word. A full stop stays: `Büro Dr.`.
fn is_mark(character: char) -> bool {
    !character.is_alphanumeric() && !matches!(character, '.' | '!' | '?' | '\'' | '’' | '+' | '%' | '°')
        || is_invisible(character)
}

#[cfg(test)]
mod tests;
