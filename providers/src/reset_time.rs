//! Reads the time at which a quota resets from a vendor's message. "Tomorrow at 18:00 - 06:00" is 18:00 on the next calendar day
//! in the given time zone, at any hour: an attempt that is too early costs quota, one that is too late only time.

use jiff::civil::Time;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan, Zoned};

/// Returns the time at which the quota resets, or `None` if the message has no hour.
pub(crate) fn reset_time(message: &str, now: Timestamp, zone: &TimeZone) -> Option<Zoned> {
    let hour = first_time_of_day(message)?;
    let now = now.to_zoned(zone.clone());
    let tomorrow = message.to_lowercase().contains("tomorrow");
    let today = now.date().to_zoned(zone.clone()).ok()?.with().time(hour).build().ok()?;
    if today > now && !tomorrow {
        return Some(today);
    }
    let next_day = now.date().checked_add(1.day()).ok()?;
    next_day.to_datetime(hour).to_zoned(zone.clone()).ok()
}

/// Returns the first time of day in a text, such as `18:00`.
fn first_time_of_day(text: &str) -> Option<Time> {
    text.split(|character: char| !character.is_ascii_digit() && character != ':').find_map(|word| {
        let (hour, minute) = word.split_once(':')?;
        Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENTED: &str = "time limit reached please try again tomorrow at 18:00 - 06:00";

    fn reset(message: &str, now: &str) -> Option<String> {
        let zone = TimeZone::get("Asia/Jakarta").unwrap();
        let now: Zoned = format!("{now}+07:00[Asia/Jakarta]").parse().unwrap();
        let reset = reset_time(message, now.timestamp(), &zone)?;
        Some(reset.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string())
    }

    #[test]
    fn tomorrow_is_the_next_calendar_day_at_any_hour() {
        for (now, expected) in [
            ("2026-11-20T17:59:59", "2026-11-21T18:00:00+07:00"),
            ("2026-11-20T18:00:00", "2026-11-21T18:00:00+07:00"),
            ("2026-11-20T18:00:01", "2026-11-21T18:00:00+07:00"),
            ("2026-11-20T23:59:59", "2026-11-21T18:00:00+07:00"),
            ("2026-11-21T00:00:00", "2026-11-22T18:00:00+07:00"),
            ("2026-11-21T05:59:59", "2026-11-22T18:00:00+07:00"),
            ("2026-11-21T06:00:00", "2026-11-22T18:00:00+07:00"),
            ("2026-12-31T19:00:00", "2027-01-01T18:00:00+07:00"),
        ] {
            assert_eq!(reset(DOCUMENTED, now).as_deref(), Some(expected), "{now}");
        }
    }

    #[test]
    fn an_hour_without_tomorrow_is_its_next_occurrence() {
        let message = "limit reached, try again at 18:00";
        assert_eq!(reset(message, "2026-11-20T17:59:00").unwrap(), "2026-11-20T18:00:00+07:00");
        assert_eq!(reset(message, "2026-11-20T18:00:00").unwrap(), "2026-11-21T18:00:00+07:00");
    }

    #[test]
    fn a_message_without_an_hour_gives_no_time() {
        for message in ["quota used up", "limit reached 99:99", ""] {
            assert_eq!(reset(message, "2026-11-20T12:00:00"), None, "{message}");
        }
    }

    #[test]
    fn an_hour_skipped_by_daylight_saving_moves_after_the_gap() {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let now: Timestamp = "2026-03-28T12:00:00Z".parse().unwrap();
        let reset = reset_time("limit reached, tomorrow at 02:30", now, &zone).unwrap();
        assert_eq!(reset.strftime("%H:%M").to_string(), "03:30");
    }
}
