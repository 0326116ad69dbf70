//! An estimate of the servers' clock.
//!
//! A server stamps what is written there. The estimate is that time, and as much more as has passed since the acknowledgement:
//! never later than the server's clock, and earlier by at most the time that the write took.

use std::time::Duration;

/// An estimate of the servers' clock, which counts from the epoch. Its samples and its answers belong to times of one clock of
/// this machine that is never set (uptimes).
#[derive(Debug)]
pub(crate) struct ServersClock {
    /// How long a sample is better than a later one that took longer. Clocks drift, and another server may lead.
    reliable_for: Duration,
    /// How much the servers' clock is ahead of the uptime at least, and the uptime of the sample.
    ahead: Option<(Duration, Duration)>,
}

impl ServersClock {
    pub(crate) fn new(reliable_for: Duration) -> Self {
        Self { reliable_for, ahead: None }
    }

    /// Adds a sample: the servers' clock showed `time` at `uptime` or before.
    pub(crate) fn add_sample(&mut self, time: Duration, uptime: Duration) {
        if self.reliable_at(uptime).is_none_or(|known| time >= known) {
            self.ahead = Some((time.saturating_sub(uptime), uptime));
        }
    }

    /// Returns the time at `uptime`, or `None` where the last sample is too old to be relied on.
    pub(crate) fn reliable_at(&self, uptime: Duration) -> Option<Duration> {
        let (_, sampled) = self.ahead?;
        (uptime.saturating_sub(sampled) < self.reliable_for).then(|| self.at(uptime)).flatten()
    }

    /// Returns the time at `uptime`, however old the last sample is. `None` where there is none.
    pub(crate) fn at(&self, uptime: Duration) -> Option<Duration> {
        Some(self.ahead?.0.saturating_add(uptime))
    }

    /// Returns the uptime from which on the servers' clock surely shows `time`.
    pub(crate) fn uptime_of(&self, time: Duration) -> Option<Duration> {
        Some(time.saturating_sub(self.ahead?.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);
    const RELIABLE: Duration = Duration::from_secs(10);

    #[test]
    fn the_estimate_is_never_later_than_the_servers_clock() {
        let mut clock = ServersClock::new(RELIABLE);
        assert_eq!(clock.at(SECOND), None);
        clock.add_sample(100 * SECOND, 10 * SECOND);
        assert_eq!(clock.at(12 * SECOND), Some(102 * SECOND));
        // A sample whose write took longer says less.
        clock.add_sample(103 * SECOND, 14 * SECOND);
        assert_eq!(clock.at(14 * SECOND), Some(104 * SECOND));
        clock.add_sample(106 * SECOND, 15 * SECOND);
        assert_eq!(clock.at(15 * SECOND), Some(106 * SECOND));
        assert_eq!(clock.uptime_of(108 * SECOND), Some(17 * SECOND));
    }

    #[test]
    fn an_old_sample_is_not_relied_on_and_gives_way_to_any_other() {
        let mut clock = ServersClock::new(RELIABLE);
        clock.add_sample(100 * SECOND, SECOND);
        assert_eq!(clock.reliable_at(SECOND + RELIABLE), None);
        assert_eq!(clock.at(SECOND + RELIABLE), Some(110 * SECOND));
        clock.add_sample(90 * SECOND, SECOND + RELIABLE);
        assert_eq!(clock.reliable_at(SECOND + RELIABLE), Some(90 * SECOND));
    }
}
