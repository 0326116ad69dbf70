//! Birthdays in the notations of files.
//!
//! Invariant: a date is read only if it is unambiguous. A missing year and the order of day and month are never guessed.

use jiff::civil::Date;

use super::ContactBuilder;
use super::value::{Origin, ValueKind, present};

const NO_YEAR: &str = "a birthday without a year";
const NO_DAY: &str = "a birthday without a day";
const TWO_DIGIT_YEAR: &str = "a birthday with a year of two digits (write it as YYYY-MM-DD)";
const AMBIGUOUS: &str = "an ambiguous date (write it as YYYY-MM-DD)";
const NO_DATE: &str = "not a date (write it as YYYY-MM-DD)";

/// The months by their first letters, in English and German.
const MONTHS: [(&str, i8); 16] = [
    ("jan", 1),
    ("feb", 2),
    ("mar", 3),
    ("mär", 3),
    ("apr", 4),
    ("may", 5),
    ("mai", 5),
    ("jun", 6),
    ("jul", 7),
    ("aug", 8),
    ("sep", 9),
    ("oct", 10),
    ("okt", 10),
    ("nov", 11),
    ("dec", 12),
    ("dez", 12),
];

impl ContactBuilder {
    /// Sets the birthday.
    pub(crate) fn birthday(&mut self, origin: Origin<'_>, text: &str) {
        let Some(text) = present(text).filter(|text| !is_zero(text)) else { return };
        match parse(text) {
            Ok(date) => self.contact.birthday = Some(date),
            Err(reason) => self.bad_cell(ValueKind::Other, origin, text, reason),
        }
    }

    /// Sets the birthday from its parts.
    pub(crate) fn birthday_parts(&mut self, origin: Origin<'_>, year: &str, month: &str, day: &str) {
        if [year, month, day].iter().all(|part| part.trim().is_empty()) {
            return;
        }
        match from_parts(year, month, day) {
            Ok(date) => self.contact.birthday = Some(date),
            Err(reason) => {
                let value = [year, month, day].map(str::trim).join("-");
                self.bad_cell(ValueKind::Other, origin, &value, reason);
            }
        }
    }
}

/// Returns whether a text is a placeholder of programs for no date: `0000-00-00`, the `0.0.00` of Outlook.
fn is_zero(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b'0' | b'-' | b'.' | b'/' | b':' | b' '))
        && text.bytes().filter(|byte| *byte == b'0').count() >= 3
}

/// Parses a date. The error is the reason for the user.
fn parse(text: &str) -> Result<Date, &'static str> {
    let text = text.trim();
    if text.starts_with("--") {
        return Err(NO_YEAR);
    }
    let day = text.split(['T', ' ']).next().unwrap_or_default();
    if let Ok(date) = day.parse::<Date>() {
        return Ok(date);
    }
    if day.len() == 8 && day.bytes().all(|byte| byte.is_ascii_digit()) {
        return from_parts(&day[..4], &day[4..6], &day[6..]);
    }
    let parts: Vec<&str> =
        text.split(|character: char| !character.is_alphanumeric()).filter(|part| !part.is_empty()).collect();
    if let Some(named) = with_a_named_month(&parts) {
        return named;
    }
    let numbers: Vec<Option<i16>> = parts.iter().take(3).map(|part| part.parse().ok()).collect();
    match numbers.as_slice() {
        [Some(year), Some(month), Some(day)] if parts[0].len() == 4 => date(*year, *month, *day),
        [Some(first), Some(second), Some(year)] if parts[2].len() == 4 => {
            let german = day.contains('.');
            match (*first, *second) {
                (first, second) if german || first > 12 || first == second => date(*year, second, first),
                (first, second) if second > 12 => date(*year, first, second),
                _ => Err(AMBIGUOUS),
            }
        }
        [Some(_), Some(_), Some(_)] => Err(TWO_DIGIT_YEAR),
        [Some(_)] | [Some(_), Some(_)] if parts[0].len() == 4 => Err(NO_DAY),
        [Some(_), Some(_)] => Err(NO_YEAR),
        _ => Err(NO_DATE),
    }
}

/// Returns the date with a year, a month and a day. The error is the reason for the user.
fn from_parts(year: &str, month: &str, day: &str) -> Result<Date, &'static str> {
    let number = |text: &str| text.trim().parse::<i16>().ok();
    let Some(year) = number(year) else { return Err(NO_YEAR) };
    match (number(month), number(day)) {
        (Some(month), Some(day)) => date(year, month, day),
        _ => Err(NO_DAY),
    }
}

fn with_a_named_month(parts: &[&str]) -> Option<Result<Date, &'static str>> {
    let place = parts.iter().position(|part| month_of(part).is_some())?;
    let month = month_of(parts[place])?;
    let numbers: Vec<i16> = parts.iter().filter_map(|part| part.parse().ok()).collect();
    Some(match numbers.as_slice() {
        [day, year] if *year > 99 => date(*year, i16::from(month), *day),
        [year, day] if *year > 99 => date(*year, i16::from(month), *day),
        [_] => Err(NO_YEAR),
        _ => Err(NO_DATE),
    })
}

fn month_of(word: &str) -> Option<i8> {
    let word = word.to_lowercase();
    let starts =
        |(start, _): &&(&str, i8)| word.starts_with(start) && !word.starts_with(|it: char| it.is_numeric());
    MONTHS.iter().find(starts).map(|(_, month)| *month)
}

fn date(year: i16, month: i16, day: i16) -> Result<Date, &'static str> {
    let (Ok(month), Ok(day)) = (i8::try_from(month), i8::try_from(day)) else { return Err(NO_DATE) };
    Date::new(year, month, day).map_err(|_| NO_DATE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_of_zeros_is_empty() {
        for text in ["0000-00-00", "0.0.00", "0/0/00", "00.00.0000", "0000-00-00 00:00:00"] {
            assert!(is_zero(text), "{text}");
        }
        for text in ["2000-01-01", "0", "-", "1.0.00"] {
            assert!(!is_zero(text), "{text}");
        }
    }

    #[test]
    fn unambiguous_dates_are_parsed() {
        for text in ["1815-12-10", "18151210", "1815-12-10T00:00:00Z", "1815/12/10", "10.12.1815"] {
            assert_eq!(parse(text).unwrap().to_string(), "1815-12-10", "{text}");
        }
        assert_eq!(parse("12/31/1990").unwrap().to_string(), "1990-12-31");
        assert_eq!(parse("31/12/1990").unwrap().to_string(), "1990-12-31");
        assert_eq!(parse("10 Dec 1815").unwrap().to_string(), "1815-12-10");
        assert_eq!(parse("Dezember 10, 1815").unwrap().to_string(), "1815-12-10");
    }

    #[test]
    fn a_missing_year_and_an_ambiguous_order_are_errors() {
        assert_eq!(parse("--12-10"), Err(NO_YEAR));
        assert_eq!(parse("10 December"), Err(NO_YEAR));
        assert_eq!(parse("10.12."), Err(NO_YEAR));
        assert_eq!(parse("1990-12"), Err(NO_DAY));
        assert_eq!(parse("1990"), Err(NO_DAY));
        assert_eq!(parse("03/04/1990"), Err(AMBIGUOUS));
        assert_eq!(parse("soon"), Err(NO_DATE));
        assert_eq!(parse("0/0/00"), Err(TWO_DIGIT_YEAR));
    }
}
