//! Ids as people's files hold them.
//!
//! A text in a column of ids may be a placeholder such as `NULL`, a number that a spreadsheet has rounded, or an id with
//! decimals or quotes that a program has added. An id is kept exactly, case included: `abc` and `ABC` are two ids.

use crate::assembly::cell::trimmed;
use crate::placeholders::is_id_placeholder;

/// What a text in a column of ids stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum IdText<'a> {
    /// An id.
    Exact(&'a str),
    /// An id that a program has written as a float: the `42` of `42.0`.
    WithoutDecimals(&'a str),
    /// No id.
    Placeholder,
    /// A number whose last digits are lost.
    Rounded,
}

pub(crate) const PLACEHOLDER: &str =
    "a placeholder such as NULL, N/A or 0 is no id; it is taken as if nothing stood there";
pub(crate) const WITHOUT_DECIMALS: &str =
    "an id that is written with decimals is taken without them: 42.0 is 42";
pub(crate) const ROUNDED: &str =
    "a spreadsheet has rounded this id: format the column as text there and export the file again";

impl<'a> IdText<'a> {
    /// Returns what `text` stands for. `None` when nothing is in it.
    pub(crate) fn read(text: &'a str) -> Option<Self> {
        let text = trimmed(unwrapped(trimmed(text)));
        if text.is_empty() {
            return None;
        }
        Some(match whole_of_a_float(text) {
            _ if is_id_placeholder(text) => Self::Placeholder,
            _ if is_rounded(text) => Self::Rounded,
            Some(whole) if digits_of(whole) > EXACT_DIGITS => Self::Rounded,
            Some(whole) => Self::WithoutDecimals(whole),
            None => Self::Exact(text),
        })
    }
}

/// A float holds every whole number of so many digits.
const EXACT_DIGITS: usize = 15;

/// The text without what keeps a spreadsheet from calculating: `="00042"`, `'00042`, and without quotes around it.
fn unwrapped(text: &str) -> &str {
    let quoted = text.strip_prefix('=').unwrap_or(text);
    if let Some(inner) = quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'))
        && !inner.contains('"')
    {
        return inner;
    }
    match text.strip_prefix('\'') {
        Some(rest) => rest.strip_suffix('\'').unwrap_or(rest),
        None => text,
    }
}

/// Whether a text is a number in the scientific notation of spreadsheets and programs: `1.23457E+11`, `1,2e5`, `1E+11`.
///
/// `12E4` is none: codes of products and hexadecimal numbers look like that, and every program that writes a number so
/// writes a decimal separator or a sign.
fn is_rounded(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once(['E', 'e']) else { return false };
    let mantissa = mantissa.strip_prefix(['-', '+']).unwrap_or(mantissa);
    let has_sign = exponent.starts_with('+');
    let exponent = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
    match mantissa.split_once(['.', ',']) {
        Some((whole, fraction)) => are_digits(whole) && are_digits(fraction) && are_digits(exponent),
        None => has_sign && are_digits(mantissa) && are_digits(exponent),
    }
}

/// The whole number of a text that is one with nothing but zeros behind its decimal separator: the `42` of `42,0`.
///
/// `42.000` and `42,000` are left as they are: they may be forty-two thousand.
fn whole_of_a_float(text: &str) -> Option<&str> {
    let (whole, zeros) = text.split_once(['.', ','])?;
    let is_float = are_digits(whole.strip_prefix('-').unwrap_or(whole))
        && !zeros.is_empty()
        && zeros.bytes().all(|byte| byte == b'0');
    let may_be_thousands = zeros.len() == 3 && digits_of(whole) <= 3;
    (is_float && !may_be_thousands).then_some(whole)
}

fn digits_of(whole: &str) -> usize {
    whole.trim_start_matches(['-', '0']).len()
}

fn are_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn placeholders_are_no_ids() {
        for text in [
            "NULL",
            "null",
            " Null ",
            "(null)",
            "<null>",
            "[NULL]",
            "{null}",
            "\\N",
            "\\n",
            "#N/A",
            "#n/a",
            "#N/A N/A",
            "#NA",
            "<NA>",
            "n/a",
            "N.A.",
            "n. a.",
            "NA",
            "none",
            "None",
            "nil",
            "nan",
            "-NaN",
            "NaT",
            "-1.#IND",
            "1.#QNAN",
            "undefined",
            "Unknown",
            "(blank)",
            "(none)",
            "false",
            "[object Object]",
            "#REF!",
            "#VALUE!",
            "#DIV/0!",
            "#NAME?",
            "#NULL!",
            "#NUM!",
            "#SPILL!",
            "#NV",
            "#BEZUG!",
            "#N/D",
            "#¡VALOR!",
            "#####",
            "-",
            "--",
            "—",
            "?",
            "???",
            ".",
            "...",
            "*",
            "[]",
            "{}",
            "0",
            "000",
            "-0",
            "0.0",
            "0,00",
            "'0",
            "=\"\"\"\"",
            "\"NULL\"",
            "='NULL'",
            "00000000-0000-0000-0000-000000000000",
            "{00000000-0000-0000-0000-000000000000}",
            "urn:uuid:00000000-0000-0000-0000-000000000000",
            "\u{200b}NULL\u{feff}",
            "\u{a0}nan",
        ] {
            assert_eq!(IdText::read(text), Some(IdText::Placeholder), "{text:?}");
        }
        for text in ["", "  ", "\u{200b}", "\"\"", "=\"\"", "'", "''", "\u{feff}"] {
            assert_eq!(IdText::read(text), None, "{text:?}");
        }
    }

    #[test]
    fn numbers_that_a_spreadsheet_has_rounded_are_told_from_codes() {
        for text in [
            "1.23457E+11",
            "1,23457E+11",
            "1.2E5",
            "1.5e+3",
            "4.892E+092",
            "1E+11",
            "12E+4",
            "-1.5E+12",
            "1.7743856575E10",
            "1.5E-05",
            "'1.23457E+11",
            "=\"1.23457E+11\"",
            " 1.23457E+11 ",
            "1234567890123456789.0",
        ] {
            assert_eq!(IdText::read(text), Some(IdText::Rounded), "{text:?}");
        }
        for text in [
            "12E4", "1E5", "12e4", "12A4", "1E-5", "0E0A", "E+11", "1.2.3E+4", "A1.5E+3", "1E+", "1.5E+3X",
            "x", "É+1",
        ] {
            assert_eq!(IdText::read(text), Some(IdText::Exact(text)), "{text:?}");
        }
    }

    #[test]
    fn a_float_of_a_whole_number_is_that_number() {
        for (text, id) in [
            ("42.0", "42"),
            ("42.00", "42"),
            ("42,0", "42"),
            ("42.0000", "42"),
            ("-7.0", "-7"),
            ("007.0", "007"),
            ("1234.000", "1234"),
            ("123456789012345.0", "123456789012345"),
            ("'42.0", "42"),
        ] {
            assert_eq!(IdText::read(text), Some(IdText::WithoutDecimals(id)), "{text:?}");
        }
        for text in
            ["1.0.0", "42.10", "42.5", "42.", "42.000", "42,000", "v1.0", "1.234.000", "+42.0", "-7", "42 .0"]
        {
            assert_eq!(IdText::read(text), Some(IdText::Exact(text)), "{text:?}");
        }
    }

    #[test]
    fn what_programs_put_around_an_id_is_taken_off() {
        for (text, id) in [
            ("=\"00042\"", "00042"),
            ("'00042", "00042"),
            ("'00042'", "00042"),
            ("\"00042\"", "00042"),
            (" 42\t", "42"),
            ("=\" 42 \"", "42"),
            ("\u{202a}42\u{202c}", "42"),
            ("o'neil", "o'neil"),
            ("=A1", "=A1"),
            ("\"a\"b\"", "\"a\"b\""),
        ] {
            assert_eq!(IdText::read(text), Some(IdText::Exact(id)), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn an_id_of_letters_and_digits_is_kept_exactly(id in "[A-Za-z]{1,4}[1-9][0-9]{0,20}[A-DF-Za-df-z]{0,3}") {
            prop_assert_eq!(IdText::read(&id), Some(IdText::Exact(&id)));
        }

        #[test]
        fn a_whole_number_is_the_same_id_as_its_float(id in "-?[1-9][0-9]{0,14}", zeros in "0|00|0000") {
            prop_assert_eq!(IdText::read(&id), Some(IdText::Exact(&id)));
            for separator in [".", ","] {
                let float = format!("{id}{separator}{zeros}");
                prop_assert_eq!(IdText::read(&float), Some(IdText::WithoutDecimals(&id)));
            }
        }

        #[test]
        fn scientific_notation_with_a_separator_is_never_an_id(
            number in "[+-]?[0-9]{1,3}[.,][0-9]{1,8}[eE][+-]?[0-9]{1,3}",
        ) {
            let read = IdText::read(&number);
            prop_assert!(matches!(read, Some(IdText::Rounded | IdText::Placeholder)), "{:?}", read);
        }
    }
}
