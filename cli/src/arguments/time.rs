//! Parses times on the command line: an age such as `2d`, a day, or a time of day.

use std::time::Duration;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

const EXPECTED: &str = "expected an age such as 3h or 2d, or a time such as 2026-11-29, 2026-11-29T10:00 or 2026-11-29T09:00:00Z";
const EXPECTED_AGE: &str = "expected a time such as 90s, 30m, 12h or 2d";

/// Returns the time of an age, counted back from now, or of a date. A date without an offset is in this machine's time zone.
pub(crate) fn point_in_time(text: &str) -> Result<Timestamp, &'static str> {
    parsed_at(text, &Zoned::now().with_time_zone(TimeZone::system()))
}

/// Returns a span of time such as `90s`, `30m`, `12h` or `2d`.
pub(super) fn age(text: &str) -> Result<Duration, &'static str> {
    let unit = text.chars().last().ok_or(EXPECTED_AGE)?;
    let number: u64 = text.strip_suffix(unit).and_then(|number| number.parse().ok()).ok_or(EXPECTED_AGE)?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 60 * 60,
        'd' => 24 * 60 * 60,
        _ => return Err(EXPECTED_AGE),
    };
    number.checked_mul(seconds).map(Duration::from_secs).ok_or(EXPECTED_AGE)
}

fn parsed_at(text: &str, now: &Zoned) -> Result<Timestamp, &'static str> {
    if let Ok(age) = age(text) {
        return now.timestamp().checked_sub(age).map_err(|_| EXPECTED);
    }
    if let Ok(time) = text.parse::<Timestamp>() {
        return Ok(time);
    }
    let local: DateTime = text.parse().map_err(|_| EXPECTED)?;
    local.to_zoned(now.time_zone().clone()).map(|time| time.timestamp()).map_err(|_| EXPECTED)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_an_age_a_day_or_a_time_of_day() {
        let now: Zoned = "2026-11-29T12:00:00+01:00[Europe/Berlin]".parse().unwrap();
        for (text, expected) in [
            ("2d", "2026-11-27T11:00:00Z"),
            ("3h", "2026-11-29T08:00:00Z"),
            ("90s", "2026-11-29T10:58:30Z"),
            ("2026-11-29", "2026-11-28T23:00:00Z"),
            ("2026-07-01", "2026-06-30T22:00:00Z"),
            ("2026-11-29T10:00", "2026-11-29T09:00:00Z"),
            ("2026-11-29 10:00", "2026-11-29T09:00:00Z"),
            ("2026-11-29T10:00:30", "2026-11-29T09:00:30Z"),
            ("2026-11-29T10:00:00.123Z", "2026-11-29T10:00:00.123Z"),
            ("2026-11-29T10:00:00+07:00", "2026-11-29T03:00:00Z"),
        ] {
            assert_eq!(parsed_at(text, &now), Ok(expected.parse().unwrap()), "{text}");
        }
        for text in ["", "d", "2", "yesterday", "2026-13-01", "-2d", "2w", "99999999999999d", "10:00"] {
            assert!(parsed_at(text, &now).is_err(), "{text}");
        }
    }
}
