//! Comparison of telephone numbers.

use rlibphonenumber::{MatchType, PHONE_NUMBER_UTIL};

use super::Agreement;

/// The digits at the end of a number, or at its beginning where it was cut, that are seldom those of another one.
const TELLING_DIGITS: usize = 7;
/// The digits at the end of a number that are the same with and without its country code.
const NATIONAL_DIGITS: usize = 9;
/// The fewest digits that are a number.
const FEWEST_DIGITS: usize = 4;

/// A telephone number in the forms that are compared.
pub(super) struct NumberForms {
    /// The number without its extension, written with `+` where it was with `00`.
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
        match digits.strip_prefix("00").filter(|rest| rest.len() >= TELLING_DIGITS) {
            Some(rest) => Self { number: format!("+{rest}"), digits: rest.to_owned(), extension },
            None => Self { number: number.to_owned(), digits, extension },
        }
    }

    pub(super) fn agreement(&self, stored: &Self) -> Agreement {
        self.number_agreement(stored).min(self.extension_agreement(stored))
    }

    /// Returns whether the text holds a number that can be compared.
    pub(super) fn is_number(&self) -> bool {
        self.significant_digits().len() >= FEWEST_DIGITS
    }

    /// Returns whether the last nine digits are the same, of a shorter number all digits. An extension may be left out, or
    /// follow the number without a mark.
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
            let is_cut =
                is_beginning(&stored.digits, &self.digits) || is_beginning(&self.digits, &stored.digits);
            return if is_cut { Agreement::Resembling } else { Agreement::Different };
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

/// Returns the text with the digits and the plus sign of every script as those of ASCII.
pub(crate) fn with_ascii_digits(text: &str) -> String {
    let to_ascii = |character: char| match character {
        '＋' => '+',
        _ if character.is_ascii() => character,
        _ => {
            let digit = PHONE_NUMBER_UTIL.normalize_digits_only(character.encode_utf8(&mut [0; 4]));
            digit.chars().next().unwrap_or(character)
        }
    };
    text.chars().map(to_ascii).collect()
}

fn is_beginning(short: &str, long: &str) -> bool {
    short.len() >= TELLING_DIGITS && long.starts_with(short)
}

fn last_digits(digits: &str) -> Option<&str> {
    digits.len().checked_sub(TELLING_DIGITS).and_then(|start| digits.get(start..))
}

fn digits_of(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}
