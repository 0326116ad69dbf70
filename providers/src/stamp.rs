//! A time by two clocks: the wall clock, and the clock that counts from the boot of the machine.
//!
//! A wall clock can be set; a boot clock cannot, but it means nothing after the next boot. [`Stamp::elapsed`] uses both, so
//! that a clock that was set never makes a time look longer ago than it is.

use std::time::Duration;

use jiff::Timestamp;

/// A time by the wall clock and, where the system tells it, by the boot clock.
///
/// ```
/// use std::time::Duration;
/// use unicontact_providers::{BootTime, Stamp};
///
/// let at = |time: &str, uptime| {
///     let boot = Some(BootTime { boot: 7, uptime: Duration::from_secs(uptime) });
///     Stamp { time: time.parse().unwrap(), boot }
/// };
/// let sent = at("2026-11-20T10:00:00Z", 100);
/// let after_the_clock_was_set = at("2026-11-20T11:00:00Z", 105);
/// assert_eq!(after_the_clock_was_set.elapsed(&sent), Duration::from_secs(5));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// The time by the wall clock.
    pub time: Timestamp,
    /// The time by the boot clock. `None` where the system has none, or where the time is that of other machines.
    pub boot: Option<BootTime>,
}

/// A time by the clock of one boot of a machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BootTime {
    /// A number that tells this boot from every other.
    pub boot: u64,
    /// The time since the boot, including the time that the machine was suspended.
    pub uptime: Duration,
}

impl Stamp {
    /// Returns a stamp of the wall clock alone.
    pub fn from_time(time: Timestamp) -> Self {
        Self { time, boot: None }
    }

    /// Returns the time from `since` to this stamp: the smaller of what the two clocks say, and zero for a stamp in the
    /// future.
    pub fn elapsed(&self, since: &Self) -> Duration {
        let by_wall = Duration::try_from(self.time.duration_since(since.time)).unwrap_or_default();
        match (self.boot, since.boot) {
            (Some(now), Some(then)) if now.boot == then.boot => {
                by_wall.min(now.uptime.saturating_sub(then.uptime))
            }
            _ => by_wall,
        }
    }

    /// Returns the stamp that is `duration` later.
    #[must_use]
    pub fn after(&self, duration: Duration) -> Self {
        let boot = self.boot.map(|boot| BootTime { uptime: boot.uptime.saturating_add(duration), ..boot });
        Self { time: self.time.saturating_add(duration).unwrap_or(Timestamp::MAX), boot }
    }

    /// Returns whether this stamp is later than `limit` by either clock.
    pub fn is_past(&self, limit: &Self) -> bool {
        let by_boot = match (self.boot, limit.boot) {
            (Some(now), Some(limit)) => now.boot != limit.boot || now.uptime > limit.uptime,
            _ => false,
        };
        by_boot || self.time > limit.time
    }

    /// Returns the earlier of the two stamps by the wall clock.
    #[must_use]
    pub fn min(self, other: Self) -> Self {
        if other.time < self.time { other } else { self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64, boot: Option<(u64, u64)>) -> Stamp {
        let boot = boot.map(|(boot, uptime)| BootTime { boot, uptime: Duration::from_secs(uptime) });
        Stamp { time: Timestamp::from_second(1_700_000_000 + seconds).unwrap(), boot }
    }

    #[test]
    fn elapsed_is_the_smaller_of_both_clocks_within_one_boot() {
        let sent = at(0, Some((1, 50)));
        for (now, seconds) in [
            (at(10, Some((1, 60))), 10),
            (at(3600, Some((1, 60))), 10),
            (at(4, Some((1, 60))), 4),
            (at(-60, Some((1, 60))), 0),
            (at(3600, Some((2, 5))), 3600),
            (at(3600, None), 3600),
        ] {
            assert_eq!(now.elapsed(&sent), Duration::from_secs(seconds), "{now:?}");
        }
    }

    #[test]
    fn a_limit_is_past_when_either_clock_says_so() {
        let limit = at(0, Some((1, 50)));
        assert!(!at(0, Some((1, 50))).is_past(&limit));
        assert!(at(1, Some((1, 50))).is_past(&limit));
        assert!(at(-9, Some((1, 51))).is_past(&limit));
        assert!(at(-9, Some((2, 1))).is_past(&limit));
        assert!(!at(-9, None).is_past(&limit));
    }
}
