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

/// A limit and what is left of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Left {
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
    pub(crate) fn burst(&self, usual: u32) -> Left {
        let used = u32::try_from(self.recent.len()).unwrap_or(u32::MAX);
        left(self.burst, used, usual, 1)
    }

    /// Returns the limit of the day. Without one it is `usual`, of which `cost` is used.
    pub(crate) fn daily(&self, usual: u32, cost: u32) -> Left {
        left(self.daily, self.used_today, usual, cost)
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

fn left(limit: Option<u32>, used: u32, usual: u32, usual_use: u32) -> Left {
    match limit {
        Some(limit) => Left { limit, remaining: limit.saturating_sub(used) },
        None => Left { limit: usual, remaining: usual.saturating_sub(usual_use) },
    }
}
