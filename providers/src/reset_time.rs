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

/// Returns the first time of day in a text, such as `18:00` or `6:00 p.m.`.
fn first_time_of_day(text: &str) -> Option<Time> {
    let is_of_time = |character: char| character.is_ascii_digit() || character == ':';
    let mut rest = text;
    loop {
        rest = &rest[rest.find(is_of_time)?..];
        let (word, after) = rest.split_at(rest.find(|it| !is_of_time(it)).unwrap_or(rest.len()));
        if let Some(time) = time_of_day(word, after) {
            return Some(time);
        }
        rest = after;
    }
}

/// Returns the time of day that a word is, with what follows it: `11:30` and ` PM`.
fn time_of_day(word: &str, after: &str) -> Option<Time> {
    let (hour, rest) = word.split_once(':')?;
    let minute = rest.split(':').next()?;
    let hour: i8 = hour.parse().ok()?;
    let hour = match half_of_day(after) {
        Some(Half::Morning) if hour == 12 => 0,
        Some(Half::Afternoon) if hour < 12 => hour.checked_add(12)?,
        _ => hour,
    };
    Time::new(hour, minute.parse().ok()?, 0, 0).ok()
}

/// A half of the day, where hours are counted to 12.
enum Half {
    Morning,
    Afternoon,
}

/// Returns the half of the day that a text begins with: `am`, `PM`, `p.m.`.
fn half_of_day(text: &str) -> Option<Half> {
    let word = text.trim_start().split(|it: char| !it.is_ascii_alphabetic() && it != '.').next()?;
    match word.replace('.', "").to_ascii_lowercase().as_str() {
        "am" => Some(Half::Morning),
        "pm" => Some(Half::Afternoon),
        _ => None,
    }
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
    fn an_hour_that_is_counted_to_twelve_is_read() {
        for (hour, expected) in [
            ("11:30 PM", "23:30"),
            ("11:30PM.", "23:30"),
            ("6:05 p.m. today", "18:05"),
            ("12:00 pm", "12:00"),
            ("12:15 AM", "00:15"),
            ("09:00 a.m.", "09:00"),
            ("18:00 PM", "18:00"),
            ("09:00:30 pm", "21:00"),
            ("11:30 on the pmail page", "11:30"),
        ] {
            let reset = reset(&format!("limit until {hour}"), "2026-11-20T00:00:00").unwrap();
            assert_eq!(reset.get(11..16), Some(expected), "{hour}");
        }
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
