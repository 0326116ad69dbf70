//! Counts the requests of a vendor that limits them in a short window and in a day.
//!
//! Choices, because no vendor's page says it: the window is a rolling one, a refused request does not count, and the day is that
//! of the fault's time zone.

use std::collections::VecDeque;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::faults::FaultKind;
use crate::received_request::ReceivedRequest;

/// The requests of a vendor, and its limits as of the last one.
pub(crate) struct RequestLimits {
    window: SignedDuration,
    recent: VecDeque<Timestamp>,
    day: Option<Date>,
    used_today: u32,
    burst: Option<u32>,
    daily: Option<u32>,
}

/// The limit that refuses a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exceeded {
    /// The short window, which has room again after this number of seconds.
    Burst { seconds: i64 },
    /// The day.
    Daily,
}

/// A limit, and what remains of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Allowance {
    pub(crate) limit: u32,
    pub(crate) remaining: u32,
}

impl RequestLimits {
    /// Creates the counts for a vendor whose short window is this long.
    pub(crate) fn new(window: SignedDuration) -> Self {
        Self { window, recent: VecDeque::new(), day: None, used_today: 0, burst: None, daily: None }
    }

    /// Counts a request that costs this much of the day's limit, and returns the limit that refuses it.
    pub(crate) fn count(&mut self, request: &ReceivedRequest, cost: u32) -> Option<Exceeded> {
        self.burst = request.limits.burst;
        self.daily = request.limits.daily.as_ref().map(|limit| limit.calls);
        self.begin_day(request);
        self.forget_old(request.at);
        let exceeded = self.exceeded(request.at, cost);
        match exceeded {
            Some(Exceeded::Daily) => request.limits.refuse(FaultKind::DailyLimit),
            Some(Exceeded::Burst { .. }) => request.limits.refuse(FaultKind::BurstLimit),
            None => {
                // Without a limit nothing reads them.
                if self.burst.is_some() {
                    self.recent.push_back(request.at);
                }
                self.used_today = self.used_today.saturating_add(cost);
            }
        }
        exceeded
    }

    /// Returns the limit of the short window. Without one it is `usual`, of which one request is used.
    pub(crate) fn burst(&self, usual: u32) -> Allowance {
        let used = u32::try_from(self.recent.len()).unwrap_or(u32::MAX);
        allowance(self.burst, used, usual, 1)
    }

    /// Returns the limit of the day. Without one it is `usual`, of which `cost` is used.
    pub(crate) fn daily(&self, usual: u32, cost: u32) -> Allowance {
        allowance(self.daily, self.used_today, usual, cost)
    }

    fn exceeded(&self, now: Timestamp, cost: u32) -> Option<Exceeded> {
        if self.daily.is_some_and(|limit| self.used_today.saturating_add(cost) > limit) {
            return Some(Exceeded::Daily);
        }
        let used = u32::try_from(self.recent.len()).unwrap_or(u32::MAX);
        self.burst.filter(|limit| used >= *limit)?;
        let oldest = self.recent.front().copied().unwrap_or(now);
        let wait = self.window.saturating_sub(now.duration_since(oldest));
        Some(Exceeded::Burst { seconds: wait.as_secs() + i64::from(wait.subsec_nanos() > 0) })
    }

    fn begin_day(&mut self, request: &ReceivedRequest) {
        let zone = request.limits.daily.as_ref().and_then(|limit| TimeZone::get(&limit.time_zone).ok());
        let today = Some(request.at.to_zoned(zone.unwrap_or(TimeZone::UTC)).date());
        if self.day != today {
            self.day = today;
            self.used_today = 0;
        }
    }

    fn forget_old(&mut self, now: Timestamp) {
        while self.recent.front().is_some_and(|at| now.duration_since(*at) >= self.window) {
            self.recent.pop_front();
        }
    }
}

fn allowance(limit: Option<u32>, used: u32, usual: u32, usual_use: u32) -> Allowance {
    match limit {
        Some(limit) => Allowance { limit, remaining: limit.saturating_sub(used) },
        None => Allowance { limit: usual, remaining: usual.saturating_sub(usual_use) },
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Bytes;
    use axum::http::{HeaderMap, Method, Uri};
    use proptest::prelude::*;

    use super::*;
    use crate::faults::Limits;

    const WINDOW: i64 = 10;

    fn request(second: i64, calls: u32) -> ReceivedRequest {
        let mut limits = Limits::default();
        limits.burst = Some(calls);
        ReceivedRequest {
            method: Method::GET,
            uri: Uri::default(),
            headers: HeaderMap::new(),
            body: Bytes::new(),
            at: Timestamp::from_second(second).unwrap(),
            number: 1,
            limits,
            horizon: None,
        }
    }

    proptest! {
        #[test]
        fn no_window_has_more_than_its_requests_and_a_refusal_says_when_the_next_may_come(
            gaps in prop::collection::vec(0..6_i64, 1..60),
            calls in 1..5_u32,
        ) {
            let mut limits = RequestLimits::new(SignedDuration::from_secs(WINDOW));
            let mut accepted: Vec<i64> = Vec::new();
            let mut now = 0;
            for gap in gaps {
                now += gap;
                let in_window = accepted.iter().filter(|second| now - **second < WINDOW).count();
                match limits.count(&request(now, calls), 1) {
                    None => {
                        prop_assert!(in_window < calls as usize);
                        accepted.push(now);
                    }
                    Some(exceeded) => {
                        let oldest = accepted[accepted.len() - in_window];
                        prop_assert_eq!(in_window, calls as usize);
                        prop_assert_eq!(exceeded, Exceeded::Burst { seconds: oldest + WINDOW - now });
                    }
                }
            }
        }
    }
}
