//! Comparison of telephone numbers.

use rlibphonenumber::{MatchType, PHONE_NUMBER_UTIL};

use super::agreement::Agreement;
use crate::fold::with_ascii_digits;

/// The number of equal digits at the end, or at the beginning of a truncated number, that make two numbers resemble.
const DISTINCTIVE_DIGITS: usize = 7;
/// The number of final digits that are the same with and without the country code.
const NATIONAL_DIGITS: usize = 9;
/// The minimum number of digits of a telephone number.
const MIN_DIGITS: usize = 4;

/// A telephone number in the forms that are compared.
pub(super) struct NumberForms {
    /// The number without its extension. A leading `00` is written as `+`.
    number: String,
    digits: String,
    extension: String,
}

impl NumberForms {
    pub(super) fn new(text: &str) -> Self {
        let text = with_ascii_digits(text);
        let start = text.find(|it: char| it == '+' || it.is_ascii_digit()).unwrap_or(text.len());
        let text = &text[start..];
        let is_extension = |it: char| it.is_alphabetic() || it == '#' || it == ';' || it == ',';
        let (number, extension) = text.split_at(text.find(is_extension).unwrap_or(text.len()));
        let (number, extension) = (number.trim(), digits_of(extension));
        let digits = digits_of(number);
        match digits.strip_prefix("00").filter(|rest| rest.len() >= DISTINCTIVE_DIGITS) {
            Some(rest) => Self { number: format!("+{rest}"), digits: rest.to_owned(), extension },
            None => Self { number: number.to_owned(), digits, extension },
        }
    }

    pub(super) fn agreement(&self, stored: &Self) -> Agreement {
        self.number_agreement(stored).min(self.extension_agreement(stored))
    }

    /// Returns whether the text holds a number that can be compared.
    pub(super) fn is_number(&self) -> bool {
        self.significant_digits().len() >= MIN_DIGITS
    }

    /// Returns whether the last nine digits are equal, or all digits of a shorter number. One of the numbers may have an
    /// extension appended without a separator.
    pub(super) fn ends_alike(&self, other: &Self) -> bool {
        let (one, other) = (self.significant_digits(), other.significant_digits());
        let (short, long) = if one.len() < other.len() { (one, other) } else { (other, one) };
        let end = short.len().saturating_sub(NATIONAL_DIGITS);
        let has_extension = short.len() >= NATIONAL_DIGITS && long.starts_with(short);
        short.get(end..).is_some_and(|end| long.ends_with(end)) || has_extension
    }

    fn significant_digits(&self) -> &str {
        self.digits.trim_start_matches('0')
    }

    fn number_agreement(&self, stored: &Self) -> Agreement {
        if self.digits == stored.digits {
            return Agreement::Same;
        }
        let ends_alike = last_digits(&self.digits).is_some_and(|end| stored.digits.ends_with(end));
        if !ends_alike {
            let is_truncated =
                is_prefix(&stored.digits, &self.digits) || is_prefix(&self.digits, &stored.digits);
            return if is_truncated { Agreement::Resembling } else { Agreement::Different };
        }
        match PHONE_NUMBER_UTIL.is_number_match_with_two_strings(&self.number, &stored.number) {
            Ok(MatchType::ExactMatch) => Agreement::Same,
            Ok(MatchType::NsnMatch) => Agreement::Altered,
            _ => Agreement::Resembling,
        }
    }

    fn extension_agreement(&self, stored: &Self) -> Agreement {
        if self.extension == stored.extension {
            Agreement::Same
        } else if self.extension.is_empty() || stored.extension.is_empty() {
            Agreement::Altered
        } else {
            Agreement::Resembling
        }
    }
}

fn is_prefix(short: &str, long: &str) -> bool {
    short.len() >= DISTINCTIVE_DIGITS && long.starts_with(short)
}

fn last_digits(digits: &str) -> Option<&str> {
    digits.len().checked_sub(DISTINCTIVE_DIGITS).and_then(|start| digits.get(start..))
}

fn digits_of(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}
