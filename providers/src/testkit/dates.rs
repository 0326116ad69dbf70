//! Rule 7 for the time: a draft must not hold the date on which it is made. The suite cannot set the adapter's clock, so it searches
//! the draft for today's date.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan as _};

/// The forms in which a date is written.
const FORMS: [&str; 7] = ["%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y"];
/// The number of milliseconds of a second: a time may be counted in either.
const MILLISECONDS: i64 = 1000;

/// Returns the dates and times around `now` in `text` that `contact`, the text of the contact, does not hold.
pub(super) fn current_dates(text: &str, contact: &str, now: Timestamp) -> Vec<String> {
    let mut found: Vec<String> = forms_of_today(now)
        .into_iter()
        .filter(|date| text.contains(date.as_str()) && !contact.contains(date.as_str()))
        .collect();
    let numbers = text.split(|character: char| !character.is_ascii_alphanumeric());
    let times = numbers.filter(|number| is_time_near(number, now) && !contact.contains(number));
    found.extend(times.map(str::to_owned));
    found.sort();
    found.dedup();
    found
}

/// Returns yesterday, today and tomorrow, since the adapter's time zone is unknown.
fn forms_of_today(now: Timestamp) -> Vec<String> {
    let today: Date = now.to_zoned(jiff::tz::TimeZone::UTC).date();
    let days = [today.checked_sub(1.day()).ok(), Some(today), today.checked_add(1.day()).ok()];
    days.into_iter().flatten().flat_map(|day| FORMS.map(|form| day.strftime(form).to_string())).collect()
}

/// Returns whether a number counts the seconds or milliseconds of a time within a day of `now`.
fn is_time_near(number: &str, now: Timestamp) -> bool {
    let Ok(number) = number.parse::<i64>() else { return false };
    [number, number / MILLISECONDS].into_iter().any(|seconds| {
        Timestamp::from_second(seconds)
            .is_ok_and(|time| time.duration_since(now).abs() < SignedDuration::from_hours(24))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOW: Timestamp = Timestamp::constant(1_795_168_800, 0);

    #[test]
    fn dates_around_today_are_found_unless_the_contact_has_them() {
        let found = |text: &str| current_dates(text, r#"{"birthday":"2026-11-21"}"#, NOW);
        assert_eq!(found(r#"{"entered":"2026-11-20"}"#), ["2026-11-20"]);
        assert_eq!(found(r#"{"entered":"19.11.2026"}"#), ["19.11.2026"]);
        assert_eq!(found(r#"{"at":1795168801,"ms":1795168801123}"#), ["1795168801", "1795168801123"]);
        for other in [r#"{"birthday":"2026-11-21"}"#, r#"{"born":"1985-02-28"}"#, "a1795168801f", "{}"] {
            assert!(found(other).is_empty(), "{other}");
        }
    }

    proptest! {
        #[test]
        fn every_form_of_today_is_found(form in prop::sample::select(&FORMS[..]), hours in 0_i64..500_000) {
            let now = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hours);
            let date = now.to_zoned(jiff::tz::TimeZone::UTC).strftime(form).to_string();
            let text = format!("entered: {date}");
            prop_assert!(current_dates(&text, "", now).contains(&date));
            prop_assert!(current_dates(&text, &text, now).is_empty());
        }
    }
}
