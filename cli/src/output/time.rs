//! Times and durations for people.

use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{RoundMode, Timestamp, TimestampRound, Unit, Zoned};

const TIME: &str = "%H:%M";
const DATE_AND_TIME: &str = "%Y-%m-%d %H:%M";

/// Returns the time in this machine's time zone, rounded up to a minute. The date is left out if it is today.
pub(crate) fn local_minute(time: Timestamp) -> String {
    minute_at(time, &Zoned::now().with_time_zone(TimeZone::system()))
}

/// Returns the date and the time in this machine's time zone.
pub(crate) fn local_second(time: Timestamp) -> String {
    time.to_zoned(TimeZone::system()).strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// Returns the date, the hour and the minute in this machine's time zone.
pub(crate) fn local_date_and_minute(time: Timestamp) -> String {
    time.to_zoned(TimeZone::system()).strftime(DATE_AND_TIME).to_string()
}

/// Returns a duration in words: `3 ms`, `2.2 s`, `4 min`.
pub(crate) fn duration_in_words(duration: Duration) -> String {
    match duration.as_millis() {
        milliseconds @ 0..1_000 => format!("{milliseconds} ms"),
        1_000..120_000 => format!("{:.1} s", duration.as_secs_f64()),
        _ => format!("{} min", duration.as_secs() / 60),
    }
}

fn minute_at(time: Timestamp, now: &Zoned) -> String {
    let up = TimestampRound::new().smallest(Unit::Minute).mode(RoundMode::Ceil);
    let time = time.round(up).unwrap_or(time).to_zoned(now.time_zone().clone());
    let format = if time.date() == now.date() { TIME } else { DATE_AND_TIME };
    time.strftime(format).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_milliseconds_seconds_or_minutes() {
        let words = [0, 999, 1_000, 2_249, 119_940, 120_000, 599_000]
            .map(|milliseconds| duration_in_words(Duration::from_millis(milliseconds)));
        assert_eq!(words, ["0 ms", "999 ms", "1.0 s", "2.2 s", "119.9 s", "2 min", "9 min"]);
    }

    #[test]
    fn times_are_rounded_up_to_minutes_and_have_a_date_unless_it_is_today() {
        let now: Zoned = "2026-11-20T23:50:00+01:00[Europe/Berlin]".parse().unwrap();
        let minute = |time: &str| minute_at(time.parse().unwrap(), &now);
        assert_eq!(minute("2026-11-20T22:52:00Z"), "23:52");
        assert_eq!(minute("2026-11-20T22:52:00.001Z"), "23:53");
        assert_eq!(minute("2026-11-20T22:59:01Z"), "2026-11-21 00:00");
        assert_eq!(minute("2026-11-19T22:52:00Z"), "2026-11-19 23:52");
    }
}
