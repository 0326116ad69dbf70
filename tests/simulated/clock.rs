//! The clock of the simulated machine: Tokio's virtual time, a wall clock that can be set, and reboots.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;
use unicontact::providers::BootTime;
use unicontact::providers::clock::Clock;

#[derive(Debug)]
pub(crate) struct SimulatedClock {
    start: Instant,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    /// The wall clock at the start, plus all changes since.
    base: Timestamp,
    boot: u64,
    booted_at: Duration,
}

impl SimulatedClock {
    pub(crate) fn new() -> Self {
        let base = Timestamp::from_second(1_800_000_000).unwrap();
        let state = State { base, boot: 1, booted_at: Duration::ZERO };
        Self { start: Instant::now(), state: Mutex::new(state) }
    }

    /// Returns the true time since the start, which only the simulator uses.
    pub(crate) fn true_time(&self) -> Duration {
        self.start.elapsed()
    }

    pub(crate) fn set_wall_clock(&self, by: SignedDuration) {
        let mut state = self.state();
        state.base = state.base.checked_add(by).unwrap();
    }

    pub(crate) fn reboot(&self) {
        let mut state = self.state();
        state.boot += 1;
        state.booted_at = self.start.elapsed();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Clock for SimulatedClock {
    fn now(&self) -> Timestamp {
        self.state().base.checked_add(self.true_time()).unwrap()
    }

    fn uptime(&self) -> Duration {
        self.true_time()
    }

    fn boot_time(&self) -> Option<BootTime> {
        let state = self.state();
        let uptime = self.true_time().saturating_sub(state.booted_at);
        Some(BootTime { boot: state.boot, uptime })
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}
