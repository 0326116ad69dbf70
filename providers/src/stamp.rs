//! Timestamps of two clocks: the wall clock and the boot clock.
//!
//! A user can set the wall clock. The boot clock cannot be set but is valid only until the next boot. [`Stamp::elapsed`] uses
//! both, so setting the wall clock never makes an elapsed time too long within one boot.

use std::time::Duration;

use jiff::Timestamp;

/// A timestamp of the wall clock and, if the system has one, of the boot clock.
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
    /// The time of the wall clock.
    pub time: Timestamp,
    /// The time of the boot clock. `None` if the system has none, or if the timestamp is from other machines.
    pub boot: Option<BootTime>,
}

/// A time of the boot clock of one machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BootTime {
    /// A number that identifies the boot.
    pub boot: u64,
    /// The time since the boot, including suspension.
    pub uptime: Duration,
}

impl Stamp {
    /// Creates a timestamp of the wall clock only.
    pub fn from_time(time: Timestamp) -> Self {
        Self { time, boot: None }
    }

    /// Returns the time from `since` to this timestamp: the smaller of the differences of the two clocks, and zero if `since` is
    /// later.
    pub fn elapsed(&self, since: &Self) -> Duration {
        let by_wall = Duration::try_from(self.time.duration_since(since.time)).unwrap_or_default();
        match (self.boot, since.boot) {
            (Some(now), Some(then)) if now.boot == then.boot => {
                by_wall.min(now.uptime.saturating_sub(then.uptime))
            }
            _ => by_wall,
        }
    }

    /// Returns the timestamp that is `duration` later.
    #[must_use]
    pub fn after(&self, duration: Duration) -> Self {
        let boot = self.boot.map(|boot| BootTime { uptime: boot.uptime.saturating_add(duration), ..boot });
        Self { time: self.time.saturating_add(duration).unwrap_or(Timestamp::MAX), boot }
    }

    /// Returns whether this timestamp is later than `limit` by either clock.
    pub fn is_past(&self, limit: &Self) -> bool {
        let by_boot = match (self.boot, limit.boot) {
            (Some(now), Some(limit)) => now.boot != limit.boot || now.uptime > limit.uptime,
            _ => false,
        };
        by_boot || self.time > limit.time
    }

    /// Returns the earlier of two timestamps by the wall clock.
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
    fn elapsed_time_is_the_smaller_difference_of_both_clocks_within_one_boot() {
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
    fn a_limit_is_past_by_either_clock() {
        let limit = at(0, Some((1, 50)));
        assert!(!at(0, Some((1, 50))).is_past(&limit));
        assert!(at(1, Some((1, 50))).is_past(&limit));
        assert!(at(-9, Some((1, 51))).is_past(&limit));
        assert!(at(-9, Some((2, 1))).is_past(&limit));
        assert!(!at(-9, None).is_past(&limit));
    }
}
