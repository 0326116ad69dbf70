//! A clock that can be set, advanced and stopped. It reads another clock and never changes it.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::options::Clock;

/// A clock that follows another one until it is set. Clones share their state.
///
/// ```
/// use std::time::Duration;
/// use unicontact_sandbox::SettableClock;
///
/// let clock = SettableClock::default();
/// clock.set("2026-11-20T10:00:00Z".parse()?);
/// clock.advance(Duration::from_secs(60));
/// assert_eq!(clock.now().to_string(), "2026-11-20T10:01:00Z");
/// # Ok::<(), jiff::Error>(())
/// ```
#[derive(Clone)]
pub struct SettableClock {
    source: Clock,
    state: Arc<Mutex<ClockState>>,
}

#[derive(Clone, Copy)]
enum ClockState {
    Stopped(Timestamp),
    Running { ahead: SignedDuration },
}

impl SettableClock {
    /// Creates a clock that shows the time of `source`.
    pub fn new(source: Clock) -> Self {
        Self { source, state: Arc::new(Mutex::new(ClockState::Running { ahead: SignedDuration::ZERO })) }
    }

    /// Returns the current time.
    pub fn now(&self) -> Timestamp {
        self.shown_by(*self.state())
    }

    /// Stops the clock at this time.
    pub fn set(&self, now: Timestamp) {
        *self.state() = ClockState::Stopped(now);
    }

    /// Advances the clock. It stays running or stopped.
    pub fn advance(&self, by: Duration) {
        let mut state = self.state();
        *state = match *state {
            ClockState::Stopped(now) => ClockState::Stopped(now.checked_add(by).unwrap_or(Timestamp::MAX)),
            ClockState::Running { ahead } => ClockState::Running {
                ahead: ahead.saturating_add(SignedDuration::try_from(by).unwrap_or(SignedDuration::MAX)),
            },
        };
    }

    /// Lets the clock run from its current time, as fast as its source.
    pub fn follow(&self) {
        let mut state = self.state();
        let ahead = self.shown_by(*state).duration_since(self.source.now());
        *state = ClockState::Running { ahead };
    }

    /// Shows the time of the source again.
    pub fn restore(&self) {
        *self.state() = ClockState::Running { ahead: SignedDuration::ZERO };
    }

    /// Returns whether the clock runs.
    pub fn is_running(&self) -> bool {
        matches!(*self.state(), ClockState::Running { .. })
    }

    fn shown_by(&self, state: ClockState) -> Timestamp {
        match state {
            ClockState::Stopped(now) => now,
            ClockState::Running { ahead } => self.source.now().checked_add(ahead).unwrap_or(Timestamp::MAX),
        }
    }

    fn state(&self) -> MutexGuard<'_, ClockState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for SettableClock {
    fn default() -> Self {
        Self::new(Clock::default())
    }
}

impl From<SettableClock> for Clock {
    fn from(clock: SettableClock) -> Self {
        Self::new(move || clock.now())
    }
}

impl fmt::Debug for SettableClock {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("SettableClock").field(&self.now()).finish()
    }
}
