//! A point in time on the command line: an age such as `2d`, a local date and time, or a time with its offset.

use std::time::Duration;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use unicontact::providers::clock::{Clock, SystemClock};

const EXPECTED: &str =
    "expected an age such as 90s, 30m, 12h or 2d, or a time such as 2026-11-29 or 2026-11-29T10:00";

/// Returns the time that the text names.
pub(crate) fn point_in_time(text: &str) -> Result<Timestamp, &'static str> {
    parse(text, &SystemClock.now().to_zoned(TimeZone::system()))
}

fn parse(text: &str, now: &Zoned) -> Result<Timestamp, &'static str> {
    if let Some(age) = age(text) {
        return now.timestamp().checked_sub(age).map_err(|_| EXPECTED);
    }
    if let Ok(time) = text.parse() {
        return Ok(time);
    }
    let local: DateTime = text.parse().map_err(|_| EXPECTED)?;
    let zoned = local.to_zoned(now.time_zone().clone()).map_err(|_| EXPECTED)?;
    Ok(zoned.timestamp())
}

/// Returns the age of a number and a unit.
fn age(text: &str) -> Option<Duration> {
    let unit = text.chars().last()?;
    let number: u64 = text.strip_suffix(unit)?.parse().ok()?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 60 * 60,
        'd' => 24 * 60 * 60,
        _ => return None,
    };
    number.checked_mul(seconds).map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Result<String, &'static str> {
        let now: Zoned = "2026-11-20T12:30:00+01:00[Europe/Berlin]".parse().unwrap();
        parse(text, &now).map(|time| time.to_string())
    }

    #[test]
    fn an_age_counts_from_now() {
        for (age, time) in [
            ("90s", "2026-11-20T11:28:30Z"),
            ("30m", "2026-11-20T11:00:00Z"),
            ("12h", "2026-11-19T23:30:00Z"),
            ("2d", "2026-11-18T11:30:00Z"),
        ] {
            assert_eq!(at(age).as_deref(), Ok(time), "{age}");
        }
    }

    #[test]
    fn a_time_is_local_unless_it_has_an_offset() {
        for (text, time) in [
            ("2026-11-29", "2026-11-28T23:00:00Z"),
            ("2026-07-01", "2026-06-30T22:00:00Z"),
            ("2026-11-29T10:00", "2026-11-29T09:00:00Z"),
            ("2026-11-29 10:00:30", "2026-11-29T09:00:30Z"),
            ("2026-11-29T10:00:00Z", "2026-11-29T10:00:00Z"),
            ("2026-11-29T10:00:00-05:00", "2026-11-29T15:00:00Z"),
        ] {
            assert_eq!(at(text).as_deref(), Ok(time), "{text}");
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for text in
            ["", "d", "2", "2w", "-2d", "1.5h", "yesterday", "2026-13-01", "99999999999999999999d", "10:00"]
        {
            assert_eq!(at(text), Err(EXPECTED), "{text}");
        }
    }
}
