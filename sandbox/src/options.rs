//! The options of a sandbox. The clock is an option, so that no test waits for a token to expire.

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;

use crate::faults::Faults;
use crate::vendor::Vendor;

/// The options of a [`Sandbox`](crate::Sandbox). Use `..Options::default()`: fields will be added.
#[derive(Debug, Clone)]
pub struct Options {
    /// The vendors that are served, in any order; [`Vendor::BUILT_IN`] by default.
    pub vendors: Vec<Vendor>,
    /// The first of the neighbouring ports of the vendors, or 0 for any free ones.
    pub port: u16,
    /// The clock of the stand-ins, until [`Sandbox::clock`](crate::Sandbox::clock) is set.
    pub clock: Clock,
    /// The faults; none by default.
    pub faults: Faults,
    /// The port of the [control endpoint](crate::control), or 0 for any free one. `None` starts no endpoint.
    pub control_port: Option<u16>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            vendors: Vendor::BUILT_IN.to_vec(),
            port: 0,
            clock: Clock::default(),
            faults: Faults::default(),
            control_port: None,
        }
    }
}

/// A source of the current time. The default is the system's clock.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Timestamp + Send + Sync>);

impl Clock {
    /// Creates a clock that returns the result of `now`.
    pub fn new(now: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// Returns the current time.
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
