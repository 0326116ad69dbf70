//! How often a provider is asked.
//!
//! Its rule: one limit for all deliveries of a provider; every attempt and every look pays, and they begin
//! evenly spaced instead of in bursts.

use std::fmt;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use governor::clock::Clock as GovernorClock;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use unicontact_providers::clock::SharedClock;

/// At most so many attempts in a second.
pub(crate) struct RateLimit {
    limiter: RateLimiter<NotKeyed, InMemoryState, Ticks, NoOpMiddleware<Nanos>>,
    ticks: Ticks,
}

/// The handed-in clock, as the limiter wants it: time since the start.
#[derive(Clone)]
struct Ticks {
    clock: SharedClock,
    start: Duration,
}

impl GovernorClock for Ticks {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        let passed = self.clock.uptime().saturating_sub(self.start);
        Nanos::from(u64::try_from(passed.as_nanos()).unwrap_or(u64::MAX))
    }
}

impl RateLimit {
    pub(crate) fn per_second(requests: u32, clock: &SharedClock) -> Self {
        let requests = NonZeroU32::new(requests).unwrap_or(NonZeroU32::MIN);
        let ticks = Ticks { clock: Arc::clone(clock), start: clock.uptime() };
        let quota = Quota::per_second(requests).allow_burst(NonZeroU32::MIN);
        Self { limiter: RateLimiter::direct_with_clock(quota, ticks.clone()), ticks }
    }

    /// Returns when the next attempt may begin.
    pub(crate) async fn wait(&self) {
        while let Err(not_yet) = self.limiter.check() {
            let wait = not_yet.wait_time_from(self.ticks.now());
            self.ticks.clock.sleep(wait).await;
        }
    }
}

impl fmt::Debug for RateLimit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("RateLimit(..)")
    }
}
