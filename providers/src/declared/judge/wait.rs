//! How long an answer asks to wait.

use std::time::Duration;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use unicontact_model::scalar_text;

use super::answer::AnswerContext;
use crate::declared::account_values::AccountValues;
use crate::declared::read_path::ReadPath;
use crate::declared::template::Template;
use crate::declared::wait::{Wait, WaitUnit};
use crate::http::{duration_between, until_date};
use crate::reset_time::reset_time;

/// The header that every vendor may send.
const RETRY_AFTER: &str = "retry-after";
/// No wait in seconds is as long as the time since 1970.
const LEAST_EPOCH: f64 = 1e9;
/// No time in seconds since 1970 is as large as one in milliseconds.
const LEAST_EPOCH_IN_MS: f64 = 1e11;

/// A wait of a description, bound to one account.
#[derive(Debug)]
pub(super) enum BoundWait {
    Header(String, WaitUnit),
    Path(ReadPath, WaitUnit),
    For(Duration),
    Midnight(TimeZone),
    HourInMessage(TimeZone),
}

impl BoundWait {
    pub(super) fn new(wait: &Wait, account: &AccountValues) -> Self {
        // The configuration has refused every name that is no time zone.
        let zone = |template: &Template| {
            let name = template.fill(|hole| account.text(hole));
            name.and_then(|name| TimeZone::get(&name).ok()).unwrap_or(TimeZone::UTC)
        };
        match wait {
            Wait::Header(name, unit) => Self::Header(name.clone(), *unit),
            Wait::Path(path, unit) => Self::Path(path.clone(), *unit),
            Wait::For(duration) => Self::For(*duration),
            Wait::Midnight(template) => Self::Midnight(zone(template)),
            Wait::HourInMessage(template) => Self::HourInMessage(zone(template)),
        }
    }

    /// Returns the time of day until which to wait.
    pub(super) fn until(&self, answer: &AnswerContext<'_>) -> Option<Zoned> {
        let now = answer.exchange.answered_at;
        match self {
            Self::Midnight(zone) => now.to_zoned(zone.clone()).tomorrow().ok()?.start_of_day().ok(),
            Self::HourInMessage(zone) => {
                let message = answer.message();
                let texts = message.text.iter().chain(message.fields.iter().map(|field| &field.message));
                texts.into_iter().find_map(|text| reset_time(text, now, zone))
            }
            Self::Header(..) | Self::Path(..) | Self::For(_) => None,
        }
    }

    fn duration(&self, answer: &AnswerContext<'_>) -> Option<Duration> {
        let now = answer.exchange.answered_at;
        match self {
            Self::Header(name, unit) => parse(answer.exchange.answer.header(name)?, *unit, now),
            Self::Path(path, unit) => {
                let values = path.entries(answer.document()).values.into_iter();
                values.filter_map(scalar_text).find_map(|text| parse(&text, *unit, now))
            }
            Self::For(duration) => Some(*duration),
            Self::Midnight(_) | Self::HourInMessage(_) => None,
        }
    }

    fn is_retry_after(&self) -> bool {
        matches!(self, Self::Header(name, _) if name == RETRY_AFTER)
    }
}

/// Returns how long to wait. `Retry-After` counts first, unless the description reads it itself. The usual headers about a rate say
/// nothing about a quota.
pub(super) fn retry_after(
    waits: &[BoundWait],
    answer: &AnswerContext<'_>,
    is_quota: bool,
) -> Option<Duration> {
    let received = &answer.exchange.answer;
    let now = answer.exchange.answered_at;
    let described = || waits.iter().find_map(|wait| wait.duration(answer));
    let usual = || if is_quota { received.retry_after_header(now) } else { received.retry_after(now) };
    if waits.iter().any(BoundWait::is_retry_after) {
        return described().or_else(usual);
    }
    received.retry_after_header(now).or_else(described).or_else(usual)
}

/// Parses a wait. A point in time is read in any unit.
fn parse(text: &str, unit: WaitUnit, now: Timestamp) -> Option<Duration> {
    let text = text.trim();
    if unit == WaitUnit::StructuredReset {
        return parse(structured_reset(text)?, WaitUnit::Seconds, now);
    }
    let Ok(number) = text.parse::<f64>() else {
        return time(text).map(|time| duration_between(now, time)).or_else(|| until_date(text, now));
    };
    match unit {
        WaitUnit::Milliseconds if number < LEAST_EPOCH_IN_MS => seconds(number / 1000.0),
        WaitUnit::Seconds if number < LEAST_EPOCH => seconds(number),
        _ => until_epoch(number, now),
    }
}

fn seconds(number: f64) -> Option<Duration> {
    Duration::try_from_secs_f64(number).ok()
}

/// Returns the wait until a number of seconds or milliseconds since 1970.
fn until_epoch(number: f64, now: Timestamp) -> Option<Duration> {
    let since_1970 = seconds(if number < LEAST_EPOCH_IN_MS { number } else { number / 1000.0 })?;
    let nanoseconds = i128::try_from(since_1970.as_nanos()).ok()?;
    Some(duration_between(now, Timestamp::from_nanosecond(nanoseconds).ok()?))
}

/// Returns an ISO time, which is UTC if it names no offset.
fn time(text: &str) -> Option<Timestamp> {
    let local = || text.parse::<DateTime>().ok()?.to_zoned(TimeZone::UTC).ok().map(|it| it.timestamp());
    text.parse().ok().or_else(local)
}

/// Returns the member `t` or `reset` of a structured field: `12` of `"default";r=0;t=12` and of `limit=100, reset=12`.
fn structured_reset(text: &str) -> Option<&str> {
    text.split([';', ',']).find_map(|member| {
        let (name, value) = member.split_once('=')?;
        let is_reset = ["t", "reset"].iter().any(|it| name.trim().eq_ignore_ascii_case(it));
        is_reset.then(|| value.trim().trim_matches('"'))
    })
}
