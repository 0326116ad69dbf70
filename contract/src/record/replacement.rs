//! Makes the replacement of a text from its form and a number. Different numbers give different replacements.

use std::ops::RangeInclusive;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use crate::text_pattern::{is_number, is_uuid};

/// The fewest digits of a number that is replaced. Shorter numbers identify nobody.
pub(super) const IDENTIFYING_DIGITS: usize = 6;
/// The first fake number.
pub(super) const FIRST: usize = 100_001;
/// The replacement of every date, because a date may be a birthday.
pub(super) const FAKE_DATE: &str = "2000-01-01";
const FAKE_TIME: &str = "00:00:00";
/// The lengths of opaque ids. A longer text may be a credential.
const ID_LENGTHS: RangeInclusive<usize> = 6..=31;

/// Returns the replacement with this number, from [`FIRST`] on.
pub(super) fn replacement(text: &str, number: usize) -> String {
    if is_uuid(text) {
        format!("facade00-0000-4000-8000-{number:012}")
    } else if is_number(text) {
        number.to_string()
    } else if text.contains('@') {
        format!("replaced.{number}@example.com")
    } else if is_phone(text) {
        format!("+442079460{:03}", number % 1000)
    } else if let Some(id) = id_like(text, number - FIRST) {
        id
    } else {
        word(number)
    }
}

/// Returns the replacement of a text without a form of its own. The tilde shows that it is no name of a vendor.
fn word(number: usize) -> String {
    format!("replaced~{number}")
}

/// Returns an id with letters and digits where this one has them.
fn id_like(text: &str, number: usize) -> Option<String> {
    let is_id = ID_LENGTHS.contains(&text.len())
        && text.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-' || it == b'_')
        && text.bytes().any(|it| it.is_ascii_digit())
        && text.bytes().any(|it| it.is_ascii_alphabetic());
    if !is_id {
        return None;
    }
    let mut rest = number;
    let mut next = |first: char, size: u8| {
        let digit = u8::try_from(rest % usize::from(size)).unwrap_or_default();
        rest /= usize::from(size);
        char::from_u32(u32::from(first) + u32::from(digit)).unwrap_or(first)
    };
    let id: Vec<char> = text
        .chars()
        .rev()
        .map(|it| match it {
            '0'..='9' => next('0', 10),
            'a'..='z' => next('a', 26),
            'A'..='Z' => next('A', 26),
            other => other,
        })
        .collect();
    (rest == 0).then(|| id.into_iter().rev().collect())
}

/// Returns the fixed timestamp in the form of another one.
pub(super) fn fake_timestamp(text: &str) -> String {
    let separator = if text.contains(' ') { ' ' } else { 'T' };
    let zone = if text.parse::<Timestamp>().is_ok() { "Z" } else { "" };
    format!("{FAKE_DATE}{separator}{FAKE_TIME}{zone}")
}

pub(super) fn is_date(text: &str) -> bool {
    text.len() == FAKE_DATE.len() && text.parse::<jiff::civil::Date>().is_ok()
}

/// Returns the time of a text that is a date and a time, with or without a zone.
pub(super) fn timestamp(text: &str) -> Option<Timestamp> {
    let has_only_allowed = text.bytes().all(|it| it.is_ascii_digit() || b"-:.TZ+ ".contains(&it));
    let local = || text.parse::<DateTime>().ok()?.to_zoned(TimeZone::UTC).ok().map(|it| it.timestamp());
    let parse = || text.parse().ok().or_else(local);
    (has_only_allowed && text.contains(':')).then(parse).flatten()
}

fn is_phone(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    digits >= 5 && text.bytes().all(|it| it.is_ascii_digit() || b" +-()/.".contains(&it))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_replacement_has_the_form_of_its_text() {
        for (text, expected) in [
            ("d46a122c-0bb3-4a7a-8c27-2138d3d3ab06", "facade00-0000-4000-8000-000000100012"),
            ("4711471147", "100012"),
            ("ada@engines.test", "replaced.100012@example.com"),
            ("+49 171 5555555", "+442079460012"),
            ("003Qy00000AbCdEIAV", "000Aa00000AaAaAAAL"),
            ("p-4711", "a-0011"),
            ("Ada King", "replaced~100012"),
            ("gold", "replaced~100012"),
        ] {
            assert_eq!(replacement(text, FIRST + 11), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn different_numbers_give_different_replacements(
            text in "[A-Za-z]{1,3}[0-9][A-Za-z0-9_-]{2,30}|[a-z ]{1,9}|[0-9]{6,12}|[a-z]{3}@[a-z]{3}",
            one in 0_usize..5000,
            other in 0_usize..5000,
        ) {
            prop_assume!(one != other);
            prop_assert_ne!(replacement(&text, FIRST + one), replacement(&text, FIRST + other));
        }
    }
}
