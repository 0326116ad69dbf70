//! Tells ids from placeholders such as `NULL` and from numbers that a spreadsheet rounded.
//!
//! Invariant: an id keeps its spelling, case included: `abc` and `ABC` are two ids.

use crate::cell_text::trimmed;
use crate::placeholders::is_id_placeholder;

/// The text of an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum IdText<'a> {
    /// An id.
    Exact(&'a str),
    /// The id of a text with decimals: the `42` of `42.0`.
    WithoutDecimals(&'a str),
    /// A placeholder such as `NULL`, not an id.
    Placeholder,
    /// A rounded number. Its last digits are lost.
    Rounded,
}

pub(crate) const PLACEHOLDER: &str =
    "a placeholder such as NULL, N/A or 0 is not an id; it is taken as empty";
pub(crate) const WITHOUT_DECIMALS: &str = "the id has decimals; it is read without them: 42.0 as 42";
pub(crate) const ROUNDED: &str =
    "a spreadsheet has rounded this id: format the column as text there and export the file again";

impl<'a> IdText<'a> {
    /// Parses the text of an id. `None` if it is empty.
    pub(crate) fn parse(text: &'a str) -> Option<Self> {
        let text = trimmed(unwrapped(trimmed(text)));
        if text.is_empty() {
            return None;
        }
        Some(match without_zero_decimals(text) {
            _ if is_id_placeholder(text) => Self::Placeholder,
            _ if is_rounded(text) => Self::Rounded,
            Some(whole) if digit_count(whole) > EXACT_DIGITS => Self::Rounded,
            Some(whole) => Self::WithoutDecimals(whole),
            None => Self::Exact(text),
        })
    }
}

/// A float is exact for whole numbers with up to this many digits.
const EXACT_DIGITS: usize = 15;

/// Returns the text without quotes, and without the guard against a spreadsheet's formulas: `="00042"`, `'00042`.
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

/// Returns whether a text is a number in scientific notation: `1.23457E+11`, `1,2e5`, `1E+11`.
///
/// `12E4` is not: product codes and hexadecimal numbers look like it, and programs write a decimal separator or a sign.
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

/// Returns the whole number of a text with only zeros after its decimal separator: the `42` of `42,0`.
///
/// `None` for `42.000` and `42,000`, which may be forty-two thousand.
fn without_zero_decimals(text: &str) -> Option<&str> {
    let (whole, zeros) = text.split_once(['.', ','])?;
    let is_float = are_digits(whole.strip_prefix('-').unwrap_or(whole))
        && !zeros.is_empty()
        && zeros.bytes().all(|byte| byte == b'0');
    let may_be_thousands = zeros.len() == 3 && digit_count(whole) <= 3;
    (is_float && !may_be_thousands).then_some(whole)
}

fn digit_count(whole: &str) -> usize {
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
    fn placeholders_are_not_ids() {
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
            assert_eq!(IdText::parse(text), Some(IdText::Placeholder), "{text:?}");
        }
        for text in ["", "  ", "\u{200b}", "\"\"", "=\"\"", "'", "''", "\u{feff}"] {
            assert_eq!(IdText::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn rounded_numbers_and_product_codes_are_told_apart() {
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
            assert_eq!(IdText::parse(text), Some(IdText::Rounded), "{text:?}");
        }
        for text in [
            "12E4", "1E5", "12e4", "12A4", "1E-5", "0E0A", "E+11", "1.2.3E+4", "A1.5E+3", "1E+", "1.5E+3X",
            "x", "É+1",
        ] {
            assert_eq!(IdText::parse(text), Some(IdText::Exact(text)), "{text:?}");
        }
    }

    #[test]
    fn zero_decimals_are_removed() {
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
            assert_eq!(IdText::parse(text), Some(IdText::WithoutDecimals(id)), "{text:?}");
        }
        for text in
            ["1.0.0", "42.10", "42.5", "42.", "42.000", "42,000", "v1.0", "1.234.000", "+42.0", "-7", "42 .0"]
        {
            assert_eq!(IdText::parse(text), Some(IdText::Exact(text)), "{text:?}");
        }
    }

    #[test]
    fn quotes_and_formula_guards_around_an_id_are_removed() {
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
            assert_eq!(IdText::parse(text), Some(IdText::Exact(id)), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn an_id_of_letters_and_digits_is_kept_exactly(id in "[A-Za-z]{1,4}[1-9][0-9]{0,20}[A-DF-Za-df-z]{0,3}") {
            prop_assert_eq!(IdText::parse(&id), Some(IdText::Exact(&id)));
        }

        #[test]
        fn a_whole_number_with_zero_decimals_is_the_same_id(id in "-?[1-9][0-9]{0,14}", zeros in "0|00|0000") {
            prop_assert_eq!(IdText::parse(&id), Some(IdText::Exact(&id)));
            for separator in [".", ","] {
                let float = format!("{id}{separator}{zeros}");
                prop_assert_eq!(IdText::parse(&float), Some(IdText::WithoutDecimals(&id)));
            }
        }

        #[test]
        fn scientific_notation_with_a_separator_is_never_an_id(
            number in "[+-]?[0-9]{1,3}[.,][0-9]{1,8}[eE][+-]?[0-9]{1,3}",
        ) {
            let parsed = IdText::parse(&number);
            prop_assert!(matches!(parsed, Some(IdText::Rounded | IdText::Placeholder)), "{:?}", parsed);
        }
    }
}
