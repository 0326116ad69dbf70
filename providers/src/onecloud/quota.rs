//! When a used-up quota opens again.
//!
//! Its rule: the vendor's message is taken at its word. "Tomorrow at 18:00 - 06:00" is 18:00 on the next day of the
//! calendar in the provider's time zone, whatever hour it is now: asking too early costs quota, asking late only time.

use jiff::civil::Time;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan, Zoned};

/// Whether a message says that a quota is used up. The vendor documents one such message.
pub(super) fn is_used_up(message: &str) -> bool {
    let message = message.to_lowercase();
    ["limit reached", "over limit", "quota"].iter().any(|words| message.contains(words))
}

/// When the message says that it will work again; nothing if it names no hour.
pub(super) fn opens_at(message: &str, now: Timestamp, zone: &TimeZone) -> Option<Zoned> {
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

/// The first `18:00` of a text.
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

    fn opens(message: &str, now: &str) -> Option<String> {
        let zone = TimeZone::get("Asia/Jakarta").unwrap();
        let now: Zoned = format!("{now}+07:00[Asia/Jakarta]").parse().unwrap();
        let opens = opens_at(message, now.timestamp(), &zone)?;
        Some(opens.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string())
    }

    #[test]
    fn tomorrow_is_the_next_day_on_both_sides_of_every_boundary() {
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
            assert_eq!(opens(DOCUMENTED, now).as_deref(), Some(expected), "{now}");
        }
    }

    #[test]
    fn without_tomorrow_it_is_the_next_such_hour() {
        let message = "limit reached, try again at 18:00";
        assert_eq!(opens(message, "2026-11-20T17:59:00").unwrap(), "2026-11-20T18:00:00+07:00");
        assert_eq!(opens(message, "2026-11-20T18:00:00").unwrap(), "2026-11-21T18:00:00+07:00");
    }

    #[test]
    fn a_message_without_an_hour_gives_no_time() {
        for message in ["quota used up", "limit reached 99:99", ""] {
            assert_eq!(opens(message, "2026-11-20T12:00:00"), None, "{message}");
        }
    }

    #[test]
    fn an_hour_that_the_clocks_skip_is_moved_behind_the_gap() {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let now: Timestamp = "2026-03-28T12:00:00Z".parse().unwrap();
        let opens = opens_at("limit reached, tomorrow at 02:30", now, &zone).unwrap();
        assert_eq!(opens.strftime("%H:%M").to_string(), "03:30");
    }
}
