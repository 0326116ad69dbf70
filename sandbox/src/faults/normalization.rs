//! The forms in which a vendor stores texts, e-mail addresses and phone numbers.

use serde::{Deserialize, Serialize};

/// The calling codes of two digits. Those that begin with 1 or 7 have one digit, all others three (ITU-T E.164).
const TWO_DIGIT_CODES: [&str; 44] = [
    "20", "27", "30", "31", "32", "33", "34", "36", "39", "40", "41", "43", "44", "45", "46", "47", "48",
    "49", "51", "52", "53", "54", "55", "56", "57", "58", "60", "61", "62", "63", "64", "65", "66", "81",
    "82", "84", "86", "90", "91", "92", "93", "94", "95", "98",
];

/// The form in which a contact is stored. By default texts are trimmed, and white space within them becomes one space.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Normalization {
    /// The number of characters to which a text is cut; 0 is as good as 1. E-mail addresses and phone numbers are not cut.
    pub max_length: Option<usize>,
    /// The letter case of texts. With any, e-mail addresses are stored in lower case.
    pub case: Option<LetterCase>,
    /// The form of phone numbers.
    pub phones: Option<PhoneFormat>,
}

/// A letter case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LetterCase {
    /// `Ada O'Neil-King`: upper case after anything that is no letter, lower case otherwise.
    Title,
    /// `ADA O'NEIL-KING`
    Upper,
    /// `ada o'neil-king`
    Lower,
}

/// A form of a phone number. A number with a letter, or without a digit, stays as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PhoneFormat {
    /// `442079460123`: the digits and nothing else.
    Digits,
    /// `+44 207 946 012 3`: the calling code, and the rest in groups of three.
    Spaced,
    /// `02079460123`: without the calling code, behind a 0. A number without a `+` keeps its digits.
    National,
}

impl Normalization {
    pub(crate) fn text(&self, text: &str) -> String {
        let folded = folded(text);
        let cut: String = match self.max_length {
            Some(length) => folded.chars().take(length.max(1)).collect(),
            None => folded,
        };
        match self.case {
            Some(case) => case.apply(cut.trim_end()),
            None => cut.trim_end().to_owned(),
        }
    }

    pub(crate) fn email(&self, address: &str) -> String {
        let trimmed = address.trim();
        if self.case.is_some() { trimmed.to_lowercase() } else { trimmed.to_owned() }
    }

    pub(crate) fn phone(&self, number: &str) -> String {
        let folded = folded(number);
        self.phones.and_then(|format| format.apply(&folded)).unwrap_or(folded)
    }
}

fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl LetterCase {
    fn apply(self, text: &str) -> String {
        match self {
            Self::Upper => text.to_uppercase(),
            Self::Lower => text.to_lowercase(),
            Self::Title => title(text),
        }
    }
}

fn title(text: &str) -> String {
    let mut titled = String::new();
    let mut starts_word = true;
    for letter in text.chars() {
        if starts_word {
            titled.extend(letter.to_uppercase());
        } else {
            titled.extend(letter.to_lowercase());
        }
        starts_word = !letter.is_alphabetic();
    }
    titled
}

impl PhoneFormat {
    /// Returns the number in this form, if it is one.
    fn apply(self, number: &str) -> Option<String> {
        let digits: String = number.chars().filter(char::is_ascii_digit).collect();
        if digits.is_empty() || number.chars().any(char::is_alphabetic) {
            return None;
        }
        let (code, rest) = if number.starts_with('+') { split_code(&digits) } else { ("", digits.as_str()) };
        Some(match self {
            Self::Digits => digits,
            Self::National if code.is_empty() => digits,
            Self::National => format!("0{rest}"),
            Self::Spaced if code.is_empty() => grouped(rest),
            Self::Spaced => format!("+{code} {}", grouped(rest)).trim_end().to_owned(),
        })
    }
}

/// Splits the digits of an international number into the calling code and the rest.
fn split_code(digits: &str) -> (&str, &str) {
    let length = match digits.get(..2) {
        _ if digits.starts_with(['1', '7']) => 1,
        Some(code) if TWO_DIGIT_CODES.contains(&code) => 2,
        _ => 3,
    };
    digits.split_at_checked(length).unwrap_or((digits, ""))
}

/// Returns ASCII digits in groups of three.
fn grouped(digits: &str) -> String {
    let digits: Vec<char> = digits.chars().collect();
    digits.chunks(3).map(String::from_iter).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn digits(text: &str) -> String {
        text.chars().filter(char::is_ascii_digit).collect()
    }

    proptest! {
        #[test]
        fn a_text_has_single_spaces_inside_and_its_length(text in "[\\s\\PC]*", max_length in 1..30_usize) {
            let stored = Normalization { max_length: Some(max_length), ..Normalization::default() }.text(&text);
            prop_assert!(stored.chars().count() <= max_length);
            prop_assert_eq!(folded(&stored), &*stored);
            prop_assert!(folded(&text).starts_with(&stored));
        }

        #[test]
        fn a_case_changes_nothing_but_the_case(text in "[a-zA-Z '-]{0,40}") {
            for case in [LetterCase::Title, LetterCase::Upper, LetterCase::Lower] {
                let stored = Normalization { case: Some(case), ..Normalization::default() }.text(&text);
                prop_assert_eq!(stored.to_lowercase(), folded(&text).to_lowercase());
            }
        }

        #[test]
        fn a_number_keeps_its_digits_unless_it_is_national(number in "\\+?[0-9 ()/-]{1,20}") {
            for (format, lost) in
                [(PhoneFormat::Digits, 0), (PhoneFormat::Spaced, 0), (PhoneFormat::National, 3)]
            {
                let stored = Normalization { phones: Some(format), ..Normalization::default() }.phone(&number);
                let (before, after) = (digits(&number), digits(&stored));
                let rest = before.get(lost.min(before.len())..).unwrap_or_default();
                prop_assert!(after.ends_with(rest), "{} as {:?}: {}", number, format, stored);
                prop_assert_eq!(stored.contains(' ') && format == PhoneFormat::Digits && !after.is_empty(), false);
            }
        }
    }
}
