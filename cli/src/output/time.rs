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

/// Returns a duration in words: `3 ms`, `2.2 s`, `40 s`, `4 min`, `2 h 45 min`, `3 d`.
pub(crate) fn duration_in_words(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match duration.as_millis() {
        milliseconds @ 0..1_000 => format!("{milliseconds} ms"),
        milliseconds @ 1_000..9_950 if milliseconds % 1_000 > 0 => format!("{:.1} s", duration.as_secs_f64()),
        1_000..120_000 => format!("{seconds} s"),
        120_000..7_200_000 => format!("{} min", seconds / 60),
        7_200_000..172_800_000 => match seconds / 60 % 60 {
            0 => format!("{} h", seconds / 3_600),
            minutes => format!("{} h {minutes} min", seconds / 3_600),
        },
        _ => format!("{} d", seconds / 86_400),
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
    fn durations_have_the_unit_that_people_say() {
        let in_words = |milliseconds: u64| duration_in_words(Duration::from_millis(milliseconds));
        let seconds = [0, 999, 1_000, 1_001, 2_249, 9_949, 9_950, 119_940].map(in_words);
        assert_eq!(seconds, ["0 ms", "999 ms", "1 s", "1.0 s", "2.2 s", "9.9 s", "9 s", "119 s"]);
        let minutes = [120_000, 599_000, 7_199_000].map(in_words);
        assert_eq!(minutes, ["2 min", "9 min", "119 min"]);
        let hours = [7_200_000, 9_900_000, 172_799_000, 172_800_000].map(in_words);
        assert_eq!(hours, ["2 h", "2 h 45 min", "47 h 59 min", "2 d"]);
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
