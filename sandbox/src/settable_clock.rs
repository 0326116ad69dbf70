//! A clock that can be set, moved on and stopped.
//!
//! Rule: it runs on top of another clock and never changes that one.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::options::Clock;

/// A clock that runs beside another one until it is set. Its clones are the same clock.
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
    below: Clock,
    hand: Arc<Mutex<Hand>>,
}

#[derive(Clone, Copy)]
enum Hand {
    Standing(Timestamp),
    Running { ahead: SignedDuration },
}

impl SettableClock {
    /// A clock that shows the time of `below` for now.
    pub fn over(below: Clock) -> Self {
        Self { below, hand: Arc::new(Mutex::new(Hand::Running { ahead: SignedDuration::ZERO })) }
    }

    /// The time now, by this clock.
    pub fn now(&self) -> Timestamp {
        self.shown_by(*self.hand())
    }

    /// Stops it at this time.
    pub fn set(&self, now: Timestamp) {
        *self.hand() = Hand::Standing(now);
    }

    /// Moves it on by this much. It stands or runs as before.
    pub fn advance(&self, by: Duration) {
        let mut hand = self.hand();
        *hand = match *hand {
            Hand::Standing(now) => Hand::Standing(now.checked_add(by).unwrap_or(Timestamp::MAX)),
            Hand::Running { ahead } => Hand::Running {
                ahead: ahead.saturating_add(SignedDuration::try_from(by).unwrap_or(SignedDuration::MAX)),
            },
        };
    }

    /// Lets it run on from the time that it shows, as fast as the clock below.
    pub fn follow(&self) {
        let mut hand = self.hand();
        let ahead = self.shown_by(*hand).duration_since(self.below.now());
        *hand = Hand::Running { ahead };
    }

    /// Shows the time of the clock below again.
    pub fn restore(&self) {
        *self.hand() = Hand::Running { ahead: SignedDuration::ZERO };
    }

    /// Whether it runs; otherwise it stands still.
    pub fn is_running(&self) -> bool {
        matches!(*self.hand(), Hand::Running { .. })
    }

    fn shown_by(&self, hand: Hand) -> Timestamp {
        match hand {
            Hand::Standing(now) => now,
            Hand::Running { ahead } => self.below.now().checked_add(ahead).unwrap_or(Timestamp::MAX),
        }
    }

    fn hand(&self) -> MutexGuard<'_, Hand> {
        self.hand.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for SettableClock {
    fn default() -> Self {
        Self::over(Clock::default())
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
