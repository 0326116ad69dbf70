//! Time, handed in.
//!
//! Its rule: nothing in these crates asks the operating system for the time or sleeps on its own.
//! Whoever needs either holds a [`Clock`], so a test of a two-minute deadline takes no time.

use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};

use crate::stamp::{BootTime, Stamp};

/// The time now, and waiting.
#[async_trait]
pub trait Clock: fmt::Debug + Send + Sync {
    /// The time now, for expiries and dates. It may be set back and forth while the program runs.
    fn now(&self) -> Timestamp;
    /// How long it is since some moment in the past, for measuring. It never goes back.
    fn uptime(&self) -> Duration;
    /// Returns the time since the boot of the machine. `None` where the system does not tell it.
    fn boot_time(&self) -> Option<BootTime> {
        None
    }
    /// Returns the time now by both clocks.
    fn stamp(&self) -> Stamp {
        Stamp { time: self.now(), boot: self.boot_time() }
    }
    /// Returns after `duration`.
    async fn sleep(&self, duration: Duration);
}

/// A clock that everybody shares.
pub type SharedClock = Arc<dyn Clock>;

/// The longest part of a wait for a time of day. The wall clock may be set, and goes on while a machine is suspended.
const NAP: Duration = Duration::from_mins(1);

/// Returns once the wall clock of `clock` shows `time` or later.
pub async fn sleep_until(clock: &dyn Clock, time: Timestamp) {
    while let Ok(left) = Duration::try_from(time.duration_since(clock.now()))
        && !left.is_zero()
    {
        clock.sleep(left.min(NAP)).await;
    }
}

/// The machine's own clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

#[async_trait]
#[expect(clippy::disallowed_methods, reason = "this is the clock that is handed in")]
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

    /// Linux gives every boot a random id.
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

/// A clock that moves only when it is told to, or when somebody sleeps on it.
///
/// A sleep returns at once and moves the clock by its length. It ships as public API because
/// every test of time needs it.
///
/// ```
/// use std::time::Duration;
/// use unicontact_providers::clock::{Clock, ManualClock};
///
/// let clock = ManualClock::starting_at("2026-11-20T10:00:00Z".parse()?);
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
    /// A clock that stands at `now`.
    pub fn starting_at(now: Timestamp) -> Self {
        Self { state: Mutex::new(ManualState { now, boot: 1, uptime: Duration::ZERO, sleeps: Vec::new() }) }
    }

    /// Moves the clock forward.
    pub fn advance(&self, duration: Duration) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.now = state.now.checked_add(duration).unwrap_or(Timestamp::MAX);
        state.uptime = state.uptime.saturating_add(duration);
    }

    /// Sets the wall clock forward or, with a negative duration, back. The boot clock does not move.
    pub fn set_wall_clock(&self, by: SignedDuration) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let limit = if by.is_negative() { Timestamp::MIN } else { Timestamp::MAX };
        state.now = state.now.checked_add(by).unwrap_or(limit);
    }

    /// Starts a new boot. The wall clock does not move.
    pub fn reboot(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.boot += 1;
    }

    /// Every sleep so far, in order.
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
