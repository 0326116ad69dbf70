//! The clock that all code is given. Only [`SystemClock`] reads the time of the operating system and sleeps, so with a
//! [`ManualClock`] a test of a two-minute deadline takes no time.

use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};

use crate::stamp::{BootTime, Stamp};

/// A source of time, and of waits.
#[async_trait]
pub trait Clock: fmt::Debug + Send + Sync {
    /// Returns the time of the wall clock, for expiries and dates. A user may set the wall clock while the program runs.
    fn now(&self) -> Timestamp;
    /// Returns the time since a fixed instant in the past, to measure durations. It never decreases.
    fn uptime(&self) -> Duration;
    /// Returns the time since the boot of the machine. `None` if the system does not report it.
    fn boot_time(&self) -> Option<BootTime> {
        None
    }
    /// Returns the current time of both clocks.
    fn stamp(&self) -> Stamp {
        Stamp { time: self.now(), boot: self.boot_time() }
    }
    /// Sleeps for `duration`.
    async fn sleep(&self, duration: Duration);
}

/// A shared clock.
pub type SharedClock = Arc<dyn Clock>;

/// The maximum length of one sleep while waiting for a wall-clock time. After each, the wall clock is read again, since it may
/// have been set, and runs while the machine is suspended.
const MAX_SLEEP: Duration = Duration::from_mins(1);

/// Sleeps until the wall clock of `clock` shows `time` or later.
pub async fn sleep_until(clock: &dyn Clock, time: Timestamp) {
    while let Ok(left) = Duration::try_from(time.duration_since(clock.now()))
        && !left.is_zero()
    {
        clock.sleep(left.min(MAX_SLEEP)).await;
    }
}

/// The clock of the operating system.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

#[async_trait]
#[expect(clippy::disallowed_methods, reason = "the only clock that reads the system's time")]
impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn uptime(&self) -> Duration {
        static START: OnceLock<Instant> = OnceLock::new();
        START.get_or_init(Instant::now).elapsed()
    }

    fn boot_time(&self) -> Option<BootTime> {
        boot_time::now()
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}

#[cfg(target_os = "linux")]
mod boot_time {
    use std::sync::OnceLock;

    use rustix::time::{ClockId, clock_gettime};

    use crate::stamp::BootTime;

    /// The random id of the current boot.
    const BOOT_ID: &str = "/proc/sys/kernel/random/boot_id";

    pub(super) fn now() -> Option<BootTime> {
        static BOOT: OnceLock<Option<u64>> = OnceLock::new();
        let boot = (*BOOT.get_or_init(read_boot))?;
        let uptime = clock_gettime(ClockId::Boottime).try_into().ok()?;
        Some(BootTime { boot, uptime })
    }

    fn read_boot() -> Option<u64> {
        let id = std::fs::read_to_string(BOOT_ID).ok()?;
        let digits: String = id.chars().filter(char::is_ascii_hexdigit).take(16).collect();
        u64::from_str_radix(&digits, 16).ok()
    }
}

#[cfg(not(target_os = "linux"))]
mod boot_time {
    use crate::stamp::BootTime;

    pub(super) fn now() -> Option<BootTime> {
        None
    }
}

/// A clock for tests. It advances only by [`advance`](Self::advance) and by sleeps, which return at once.
///
/// ```
/// use std::time::Duration;
/// use unicontact_providers::clock::{Clock, ManualClock};
///
/// let clock = ManualClock::new("2026-11-20T10:00:00Z".parse()?);
/// clock.advance(Duration::from_secs(60));
/// assert_eq!(clock.now().to_string(), "2026-11-20T10:01:00Z");
/// # Ok::<(), jiff::Error>(())
/// ```
#[derive(Debug)]
pub struct ManualClock {
    state: Mutex<ManualState>,
}

#[derive(Debug)]
struct ManualState {
    now: Timestamp,
    boot: u64,
    uptime: Duration,
    sleeps: Vec<Duration>,
}

impl ManualClock {
    /// Creates a clock that shows `now`.
    pub fn new(now: Timestamp) -> Self {
        Self { state: Mutex::new(ManualState { now, boot: 1, uptime: Duration::ZERO, sleeps: Vec::new() }) }
    }

    /// Advances both clocks.
    pub fn advance(&self, duration: Duration) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.now = state.now.checked_add(duration).unwrap_or(Timestamp::MAX);
        state.uptime = state.uptime.saturating_add(duration);
    }

    /// Sets the wall clock forward or, with a negative duration, back. The boot clock does not change.
    pub fn set_wall_clock(&self, by: SignedDuration) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let limit = if by.is_negative() { Timestamp::MIN } else { Timestamp::MAX };
        state.now = state.now.checked_add(by).unwrap_or(limit);
    }

    /// Starts a new boot. The wall clock does not change.
    pub fn reboot(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.boot += 1;
    }

    /// Returns the durations of all sleeps so far, in order.
    pub fn sleeps(&self) -> Vec<Duration> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.sleeps.clone()
    }
}

#[async_trait]
impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.now
    }

    fn uptime(&self) -> Duration {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.uptime
    }

    fn boot_time(&self) -> Option<BootTime> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        Some(BootTime { boot: state.boot, uptime: state.uptime })
    }

    async fn sleep(&self, duration: Duration) {
        {
            let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            state.sleeps.push(duration);
        }
        self.advance(duration);
        tokio::task::yield_now().await;
    }
}
