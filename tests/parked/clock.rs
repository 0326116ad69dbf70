//! A clock on Tokio's paused time, which advances when every task waits.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;
use unicontact::providers::BootTime;
use unicontact::providers::clock::Clock;

/// The clock. Its wall-clock time can be set.
#[derive(Debug)]
pub(crate) struct PausedClock {
    start: Timestamp,
    begun: Instant,
    set_by: AtomicI64,
}

impl PausedClock {
    pub(crate) fn new(start: Timestamp) -> Self {
        Self { start, begun: Instant::now(), set_by: AtomicI64::new(0) }
    }

    /// Sets the wall-clock time forward. The vendor uses the elapsed time.
    pub(crate) fn set_forward(&self, by: Duration) {
        self.set_by.fetch_add(i64::try_from(by.as_secs()).unwrap(), Ordering::SeqCst);
    }

    /// Returns the time without such changes.
    pub(crate) fn true_time(&self) -> Timestamp {
        self.start.checked_add(self.uptime()).unwrap()
    }
}

#[async_trait]
impl Clock for PausedClock {
    fn now(&self) -> Timestamp {
        let set_by = SignedDuration::from_secs(self.set_by.load(Ordering::SeqCst));
        self.true_time().checked_add(set_by).unwrap()
    }

    fn uptime(&self) -> Duration {
        self.begun.elapsed()
    }

    fn boot_time(&self) -> Option<BootTime> {
        Some(BootTime { boot: 1, uptime: self.uptime() })
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}
