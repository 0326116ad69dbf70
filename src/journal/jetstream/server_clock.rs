//! Estimates the servers' clock from the timestamps of acknowledged writes.
//!
//! The estimate is the timestamp plus the time since the acknowledgement. Invariant: it is never later than the servers' clock,
//! and earlier by at most the time that the write took.

use std::time::Duration;

/// An estimate of the servers' clock. Its times count from the Unix epoch; uptimes are those of a clock of this machine that is
/// never set.
#[derive(Debug)]
pub(crate) struct ServerClock {
    /// The age up to which a sample is preferred to a later one whose write took longer. Clocks drift, and the leader changes.
    reliable_for: Duration,
    sample: Option<Sample>,
}

#[derive(Debug, Clone, Copy)]
struct Sample {
    /// The least difference between the servers' clock and the uptime.
    offset: Duration,
    uptime: Duration,
}

impl ServerClock {
    pub(crate) fn new(reliable_for: Duration) -> Self {
        Self { reliable_for, sample: None }
    }

    /// Adds a sample: the servers' clock showed `time` at `uptime` or before.
    pub(crate) fn add_sample(&mut self, time: Duration, uptime: Duration) {
        if self.reliable_at(uptime).is_none_or(|known| time >= known) {
            self.sample = Some(Sample { offset: time.saturating_sub(uptime), uptime });
        }
    }

    /// Returns the time at `uptime`. `None` if there is no sample, or it is too old.
    pub(crate) fn reliable_at(&self, uptime: Duration) -> Option<Duration> {
        let sample = self.sample?;
        (uptime.saturating_sub(sample.uptime) < self.reliable_for).then(|| self.at(uptime)).flatten()
    }

    /// Returns the time at `uptime`, even by an old sample. `None` if there is no sample.
    pub(crate) fn at(&self, uptime: Duration) -> Option<Duration> {
        Some(self.sample?.offset.saturating_add(uptime))
    }

    /// Returns the earliest uptime at which the servers' clock certainly shows `time`. `None` if there is no sample.
    pub(crate) fn uptime_of(&self, time: Duration) -> Option<Duration> {
        Some(time.saturating_sub(self.sample?.offset))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);
    const RELIABLE: Duration = Duration::from_secs(10);

    #[test]
    fn the_estimate_is_never_later_than_the_servers_clock() {
        let mut clock = ServerClock::new(RELIABLE);
        assert_eq!(clock.at(SECOND), None);
        clock.add_sample(100 * SECOND, 10 * SECOND);
        assert_eq!(clock.at(12 * SECOND), Some(102 * SECOND));
        // The write of this sample took longer, so it is ignored.
        clock.add_sample(103 * SECOND, 14 * SECOND);
        assert_eq!(clock.at(14 * SECOND), Some(104 * SECOND));
        clock.add_sample(106 * SECOND, 15 * SECOND);
        assert_eq!(clock.at(15 * SECOND), Some(106 * SECOND));
        assert_eq!(clock.uptime_of(108 * SECOND), Some(17 * SECOND));
    }

    #[test]
    fn any_sample_replaces_one_that_is_too_old() {
        let mut clock = ServerClock::new(RELIABLE);
        clock.add_sample(100 * SECOND, SECOND);
        assert_eq!(clock.reliable_at(SECOND + RELIABLE), None);
        assert_eq!(clock.at(SECOND + RELIABLE), Some(110 * SECOND));
        clock.add_sample(90 * SECOND, SECOND + RELIABLE);
        assert_eq!(clock.reliable_at(SECOND + RELIABLE), Some(90 * SECOND));
    }
}
