//! Times of day, as people read them.

use jiff::tz::TimeZone;
use jiff::{RoundMode, Timestamp, TimestampRound, Unit, Zoned};

const TIME: &str = "%H:%M";
const DATE_AND_TIME: &str = "%Y-%m-%d %H:%M";

/// Returns the first full minute that is not before `time`, in this machine's time zone; with its date when that is not
/// today.
pub(crate) fn local_minute(time: Timestamp) -> String {
    minute_seen_at(time, &Zoned::now().with_time_zone(TimeZone::system()))
}

fn minute_seen_at(time: Timestamp, now: &Zoned) -> String {
    let up = TimestampRound::new().smallest(Unit::Minute).mode(RoundMode::Ceil);
    let time = time.round(up).unwrap_or(time).to_zoned(now.time_zone().clone());
    let format = if time.date() == now.date() { TIME } else { DATE_AND_TIME };
    time.strftime(format).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_told_in_full_minutes_never_early_and_with_its_date_when_that_is_not_today() {
        let now: Zoned = "2026-11-20T23:50:00+01:00[Europe/Berlin]".parse().unwrap();
        let told = |time: &str| minute_seen_at(time.parse().unwrap(), &now);
        assert_eq!(told("2026-11-20T22:52:00Z"), "23:52");
        assert_eq!(told("2026-11-20T22:52:00.001Z"), "23:53");
        assert_eq!(told("2026-11-20T22:59:01Z"), "2026-11-21 00:00");
        assert_eq!(told("2026-11-19T22:52:00Z"), "2026-11-19 23:52");
    }
}
