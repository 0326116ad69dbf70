//! How a sandbox is started.
//!
//! Rule: time is handed in, so that no test has to wait for a token to expire.

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;

use crate::faults::Faults;

/// How to start a [`Sandbox`](crate::Sandbox). Build it with `..Options::default()`: it will grow.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The first of four neighbouring ports, or 0 for any four free ones.
    pub port: u16,
    /// Where the stand-ins read the time, until [`Sandbox::clock`](crate::Sandbox::clock) is set.
    pub clock: Clock,
    /// What goes wrong. Nothing, by default.
    pub faults: Faults,
    /// The port of the [control endpoint](crate::control), or 0 for any free one; without it there is none.
    pub control_port: Option<u16>,
}

/// Where the stand-ins read the time. The default is the system's clock.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Timestamp + Send + Sync>);

impl Clock {
    /// A clock that answers whatever `now` says.
    pub fn new(now: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// The time now, by this clock.
    pub fn now(&self) -> Timestamp {
        (self.0)()
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::new(Timestamp::now)
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Clock").field(&self.now()).finish()
    }
}
