//! Converts the value of a sheet's cell to text, exactly and independently of its number format.

use std::borrow::Cow;

use calamine::{CellErrorType, DataType, ExcelDateTime};

/// The smallest whole number with more digits than a spreadsheet keeps.
const FIRST_ROUNDED: f64 = 1e15;

/// The text of a cell.
pub(super) enum CellText<'a> {
    Text(Cow<'a, str>),
    /// The cell has no value.
    Empty,
    /// A formula failed, except with `#N/A`.
    Failed,
}

/// Returns the text of a cell. A date is `YYYY-MM-DD`. A whole number has all its digits.
///
/// A number that the spreadsheet rounded has an exponent, so that it is not read as an id. `#N/A` is empty: a lookup found
/// nothing.
pub(super) fn text_of(value: &impl DataType) -> CellText<'_> {
    if let Some(text) = value.get_string() {
        return CellText::Text(text.into());
    }
    if let Some(error) = value.get_error() {
        return if *error == CellErrorType::NA { CellText::Empty } else { CellText::Failed };
    }
    let owned = if let Some(number) = value.get_int() {
        number.to_string()
    } else if let Some(number) = value.get_float() {
        number_text(number)
    } else if let Some(is_true) = value.get_bool() {
        if is_true { "TRUE" } else { "FALSE" }.to_owned()
    } else if let Some(time) = value.get_datetime() {
        time_text(&time)
    } else if let Some(time) = value.get_datetime_iso() {
        iso_text(time)
    } else if let Some(duration) = value.get_duration_iso() {
        duration.to_owned()
    } else {
        return CellText::Empty;
    };
    CellText::Text(owned.into())
}

fn number_text(number: f64) -> String {
    if number.abs() < FIRST_ROUNDED || !number.is_finite() {
        return number.to_string();
    }
    let text = format!("{number:E}");
    text.replace('E', "E+")
}

fn time_text(time: &ExcelDateTime) -> String {
    if time.is_duration() {
        return number_text(time.as_f64());
    }
    let (year, month, day, hour, minute, second, _) = time.to_ymd_hms_milli();
    let clock = format!("{hour:02}:{minute:02}:{second:02}");
    if time.as_f64() < 1.0 {
        return clock;
    }
    let date = format!("{year:04}-{month:02}-{day:02}");
    if (hour, minute, second) == (0, 0, 0) { date } else { format!("{date} {clock}") }
}

/// Returns a date without midnight after it.
fn iso_text(time: &str) -> String {
    match time.split_once('T') {
        Some((date, clock))
            if clock.trim_end_matches('Z').chars().all(|part| matches!(part, '0' | ':' | '.')) =>
        {
            date.to_owned()
        }
        _ => time.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use calamine::{Data, ExcelDateTimeType};

    use super::*;

    fn shown(value: &Data) -> String {
        match text_of(value) {
            CellText::Text(text) => text.into_owned(),
            CellText::Empty => "(empty)".to_owned(),
            CellText::Failed => "(failed)".to_owned(),
        }
    }

    fn date(serial: f64, is_1904: bool) -> Data {
        Data::DateTime(ExcelDateTime::new(serial, ExcelDateTimeType::DateTime, is_1904))
    }

    #[test]
    fn numbers_keep_their_exact_digits() {
        let numbers =
            [442_079_460_123.0, 42.0, -7.0, 0.5, 0.1, 999_999_999_999_999.0, 123_456_789_012_345_680.0];
        let texts: Vec<String> = numbers.iter().map(|number| shown(&Data::Float(*number))).collect();
        let expected =
            ["442079460123", "42", "-7", "0.5", "0.1", "999999999999999", "1.2345678901234568E+17"];
        assert_eq!(texts, expected);
        assert_eq!(shown(&Data::Int(-5)), "-5");
    }

    #[test]
    fn serial_dates_become_calendar_dates() {
        assert_eq!(shown(&date(33_000.0, false)), "1990-05-07");
        assert_eq!(shown(&date(33_000.0 - 1462.0, true)), "1990-05-07");
        assert_eq!(shown(&date(33_000.75, false)), "1990-05-07 18:00:00");
        assert_eq!(shown(&date(0.5, false)), "12:00:00");
        assert_eq!(shown(&Data::DateTimeIso("1990-05-07T00:00:00".to_owned())), "1990-05-07");
        assert_eq!(shown(&Data::DateTimeIso("1990-05-07T18:00:00".to_owned())), "1990-05-07T18:00:00");
    }

    #[test]
    fn a_failed_lookup_is_empty_and_another_error_is_failed() {
        assert_eq!(shown(&Data::Error(CellErrorType::NA)), "(empty)");
        assert_eq!(shown(&Data::Error(CellErrorType::Ref)), "(failed)");
        assert_eq!(shown(&Data::Empty), "(empty)");
        assert_eq!(shown(&Data::Bool(true)), "TRUE");
        assert_eq!(shown(&Data::String("0042".to_owned())), "0042");
    }
}
