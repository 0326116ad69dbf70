//! Telephone numbers in the notation of spreadsheets and programs: `4.92E+11`, `442079460123.0`.

/// The minimum number of digits before decimals or separators.
const MIN_DIGITS: usize = 7;
/// The minimum number of significant digits of a number that a program wrote without rounding.
const DIGITS_OF_A_PROGRAM: usize = 9;
/// The maximum number of digits of a telephone number.
const MAX_DIGITS: usize = 15;

/// The error of a number whose last digits may be lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rounded;

/// Returns a text with its floating-point numbers written as digits. `None` for a text without such a number.
///
/// # Errors
///
/// If the last digits of a number may be lost.
pub(super) fn with_whole_numbers(text: &str) -> Result<Option<String>, Rounded> {
    if !text.bytes().any(|byte| matches!(byte, b'.' | b',' | b'E' | b'e')) {
        return Ok(None);
    }
    if let Some(digits) = with_decimals(text) {
        return Ok(Some(digits));
    }
    let mut written: Option<String> = None;
    for word in text.split_whitespace() {
        let word = word.trim_matches(|it: char| !it.is_ascii_alphanumeric() && it != '+');
        if let Some(digits) = whole_number(word) {
            let digits = digits?;
            written = Some(written.as_deref().unwrap_or(text).replacen(word, &digits, 1));
        }
    }
    Ok(written)
}

/// Returns the digits of a number with decimals, an exponent or thousands separators. `None` for any other text.
///
/// # Errors
///
/// If the last digits may be lost.
fn whole_number(text: &str) -> Option<Result<String, Rounded>> {
    let (sign, unsigned) = match text.strip_prefix('+') {
        Some(rest) => ("+", rest.trim_start()),
        None => ("", text),
    };
    let digits = match unsigned.split_once(['E', 'e']) {
        Some((mantissa, exponent)) => with_exponent(mantissa, exponent)?,
        None => Ok(with_decimals(unsigned)?),
    };
    Some(digits.map(|digits| format!("{sign}{digits}")))
}

/// Returns whether a text is one number with thousands separators or decimals, such as `442,079,460,123.00`.
pub(super) fn is_written_as_number(text: &str) -> bool {
    text.contains([',', '.']) && with_decimals(text.strip_prefix('+').unwrap_or(text)).is_some()
}

/// Returns the digits before `.0`, without thousands separators.
fn with_decimals(text: &str) -> Option<String> {
    let (whole, decimal_mark) = match text.rsplit_once(['.', ',']) {
        Some((whole, decimals)) if is_digits(decimals) && decimals.bytes().all(|byte| byte == b'0') => {
            // `.000` may be a thousands group.
            let mark = text[whole.len()..].chars().next().filter(|_| decimals.len() < 3);
            if is_digits(whole) && whole.len() >= MIN_DIGITS {
                return Some(whole.to_owned());
            }
            (if mark.is_some() { whole } else { text }, mark)
        }
        _ => (text, None),
    };
    // Points and blanks are thousands separators only before decimals: telephone numbers contain both as well.
    let separators: &[char] = match decimal_mark {
        Some(',') => &['.', ' ', '\u{a0}', '\u{202f}', '\''],
        _ => &[','],
    };
    let separator = separators.iter().find(|separator| has_thousands(whole, **separator))?;
    Some(whole.replace(*separator, ""))
}

/// Returns whether a text is a number such as `442,079,460,123`.
fn has_thousands(text: &str, separator: char) -> bool {
    let mut groups = text.split(separator);
    let starts = groups.next().is_some_and(|first| is_digits(first) && first.len() <= 3);
    starts
        && text.len() >= MIN_DIGITS + 2
        && groups.clone().count() >= 2
        && groups.all(|group| is_digits(group) && group.len() == 3)
}

fn with_exponent(mantissa: &str, exponent: &str) -> Option<Result<String, Rounded>> {
    let (is_spreadsheet, exponent) = match exponent.strip_prefix('+') {
        Some(exponent) => (true, exponent),
        None => (false, exponent),
    };
    let (whole, decimals) = mantissa.split_once(['.', ',']).unwrap_or((mantissa, ""));
    let is_number = is_digits(whole) && (decimals.is_empty() || is_digits(decimals)) && is_digits(exponent);
    let is_long = whole.len() > 3 && !is_spreadsheet;
    if !is_number || is_long || exponent.len() > 3 {
        return None;
    }
    let rounded = Some(Err(Rounded));
    let Some(shift) = exponent.parse::<usize>().ok().filter(|shift| *shift <= MAX_DIGITS) else {
        return rounded;
    };
    let mut digits = format!("{whole}{decimals}");
    if let Some(fraction) = decimals.get(shift..) {
        digits.truncate(whole.len() + shift);
        let is_whole = fraction.bytes().all(|byte| byte == b'0');
        return if is_whole && digits.len() >= MIN_DIGITS { Some(Ok(digits)) } else { rounded };
    }
    // A spreadsheet drops digits; a program drops only trailing zeros.
    let has_all = !is_spreadsheet && digits.len() >= DIGITS_OF_A_PROGRAM && !digits.ends_with('0');
    if !has_all {
        return rounded;
    }
    digits.push_str(&"0".repeat(shift - decimals.len()));
    Some(Ok(digits))
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_with_all_its_digits_is_exact() {
        for (text, digits) in [
            ("9.87654321E9", "9876543210"),
            ("9.876501234E9", "9876501234"),
            ("1.7743856575E10", "17743856575"),
            ("+4.42079460123e11", "+442079460123"),
            ("4,42079460123E+11", "442079460123"),
            ("4.420794601230E+011", "442079460123"),
            ("442079460123.0", "442079460123"),
            ("4420794601230,0", "4420794601230"),
            ("+442079460123.00", "+442079460123"),
            ("442,079,460,123", "442079460123"),
            ("442,079,460,123.00", "442079460123"),
            ("442.079.460.123,00", "442079460123"),
            ("442 079 460 123,0", "442079460123"),
        ] {
            assert_eq!(whole_number(text), Some(Ok(digits.to_owned())), "{text}");
        }
    }

    #[test]
    fn a_number_whose_last_digits_may_be_lost_is_rounded() {
        for text in
            ["4.92E+11", "4.92E11", "+4.92e11", "4,42E+11", "4.420795e+11", "9.87654321E+9", "4.4207946E11"]
        {
            assert_eq!(whole_number(text), Some(Err(Rounded)), "{text}");
        }
        assert_eq!(whole_number("4.420794601E+11"), Some(Err(Rounded)), "a spreadsheet's format");
        assert_eq!(whole_number("4.42079460E11"), Some(Err(Rounded)), "a fixed number of digits");
        assert_eq!(whole_number("1.5E30"), Some(Err(Rounded)));
    }

    #[test]
    fn words_beside_a_number_are_kept() {
        let written = |text| with_whole_numbers(text);
        assert_eq!(written("Tel: 442079460123.0 (Anna)"), Ok(Some("Tel: 442079460123 (Anna)".to_owned())));
        assert_eq!(written("9.87654321E9 home"), Ok(Some("9876543210 home".to_owned())));
        assert_eq!(written("4.92E+11 home"), Err(Rounded));
        assert_eq!(written("+44 20 7946 0123, ext. 12"), Ok(None));
    }

    #[test]
    fn other_texts_are_not_floating_point_numbers() {
        for text in [
            "030.1234567",
            "030.0",
            "+49.30.1234567",
            "5551234E12",
            "030 1234567 E",
            "1234567, 68",
            "030,123",
        ] {
            assert_eq!(whole_number(text), None, "{text}");
        }
    }
}
