//! Limits how many deliveries of a provider are in flight at once. Without a permit, no attempt is in flight.
//!
//! Permits go first to deliveries that return for another attempt, since their deadline runs, and then in the order of the requests. A
//! dropped permit goes to the next waiter.
//!
//! With [`Concurrency::Auto`] the limit is that of [`Aimd`], which paces attempts while it grows fast: a waiter holds its permit until
//! its turn, and queues again if the limit has fallen meanwhile. A throttled delivery releases its permit while it waits, since the
//! limit fell in its stead. A fixed limit does not change; there, the waiting delivery keeps its permit and so spares the vendor.

#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::fmt;
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::oneshot;
use unicontact_providers::clock::SharedClock;
use unicontact_providers::{Created, Effect, ErrorKind, ProviderError};

use super::aimd::{Aimd, AttemptStart, Feedback};
use crate::settings::Concurrency;

/// The concurrency limiter of one provider.
pub(crate) struct ConcurrencyLimiter(Arc<Shared>);

/// The permit of a delivery. A suspended delivery may have released it.
pub(crate) struct Permit {
    shared: Arc<Shared>,
    is_held: bool,
    is_active: bool,
}

/// An attempt in flight.
pub(crate) struct Attempt {
    shared: Arc<Shared>,
    started_at: Duration,
    start: AttemptStart,
}

struct Shared {
    clock: SharedClock,
    state: Mutex<State>,
}

struct State {
    limit: Limit,
    /// The number of permits that are held.
    held: usize,
    /// The number of deliveries that wait for nothing but the vendor.
    active: usize,
    returning: VecDeque<oneshot::Sender<Permit>>,
    waiting: VecDeque<oneshot::Sender<Permit>>,
    /// The earliest start of the next attempt, while attempts are paced.
    next_start: Duration,
}

enum Limit {
    Fixed(usize),
    Adaptive(Aimd),
}

impl ConcurrencyLimiter {
    pub(crate) fn new(concurrency: Concurrency, clock: &SharedClock) -> Self {
        let limit = match concurrency {
            Concurrency::Fixed(limit) => Limit::Fixed(limit.get()),
            Concurrency::Auto => Limit::Adaptive(Aimd::new(Concurrency::MAX_OF_AUTO)),
        };
        let state = State {
            limit,
            held: 0,
            active: 0,
            returning: VecDeque::new(),
            waiting: VecDeque::new(),
            next_start: Duration::ZERO,
        };
        Self(Arc::new(Shared { clock: Arc::clone(clock), state: Mutex::new(state) }))
    }

    /// Waits for a permit.
    pub(crate) async fn acquire(&self) -> Permit {
        self.0.acquire_from(|state| &mut state.waiting).await
    }
}

impl Permit {
    /// Counts the delivery as active: it waits for nothing but the vendor.
    pub(crate) fn activate(&mut self) {
        if !mem::replace(&mut self.is_active, true) {
            self.shared.state().active += 1;
        }
    }

    /// Counts the delivery as waiting, and releases its permit until [`Self::reacquire`] if `releases`.
    pub(crate) fn suspend(&mut self, releases: bool) {
        if mem::take(&mut self.is_active) {
            self.shared.state().active -= 1;
        }
        if releases && mem::take(&mut self.is_held) {
            self.shared.release();
        }
    }

    /// Starts an attempt.
    pub(crate) fn start_attempt(&self) -> Attempt {
        let started_at = self.shared.clock.uptime();
        let state = self.shared.state();
        let start = match &state.limit {
            Limit::Fixed(_) => AttemptStart::default(),
            Limit::Adaptive(aimd) => aimd.attempt_started(state.active),
        };
        drop(state);
        Attempt { shared: Arc::clone(&self.shared), started_at, start }
    }

    /// Waits for a permit again if it was released, before deliveries that have not begun.
    pub(crate) async fn reacquire(&mut self) {
        if !self.is_held {
            *self = self.shared.acquire_from(|state| &mut state.returning).await;
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.suspend(true);
    }
}

impl Attempt {
    /// Adjusts the limit to the result. Returns whether the delivery can release its permit while it waits for another attempt.
    pub(crate) fn finish(self, result: &Result<Created, ProviderError>) -> bool {
        let latency = self.shared.clock.uptime().saturating_sub(self.started_at);
        let feedback = match result {
            Err(error) if error.kind() == ErrorKind::RateLimited => Feedback::Throttled,
            Err(error) if error.effect() != Effect::Refused => Feedback::Ignored,
            _ => Feedback::Answered(latency),
        };
        let mut state = self.shared.state();
        let active = state.active;
        let Limit::Adaptive(aimd) = &mut state.limit else {
            return false;
        };
        let throttles_all = aimd.throttles_all(self.start);
        aimd.attempt_ended(self.start, feedback, active);
        drop(state);
        // The limit may have risen.
        self.shared.grant_free();
        feedback == Feedback::Throttled && !throttles_all
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn acquire_from(
        self: &Arc<Self>,
        queue: impl Fn(&mut State) -> &mut VecDeque<oneshot::Sender<Permit>>,
    ) -> Permit {
        loop {
            let (sender, receiver) = oneshot::channel();
            queue(&mut self.state()).push_back(sender);
            self.grant_free();
            // The queue, which `self` keeps, does not drop a sender unsent.
            if let Ok(permit) = receiver.await
                && self.is_within_limit_after_pacing().await
            {
                return permit;
            }
        }
    }

    /// Waits for the start that pacing assigns. Returns whether the held permits are still within the limit.
    async fn is_within_limit_after_pacing(&self) -> bool {
        let Some(wait) = self.state().pacing_wait(&self.clock) else {
            return true;
        };
        self.clock.sleep(wait).await;
        let state = self.state();
        state.held <= state.limit()
    }

    fn release(self: &Arc<Self>) {
        self.state().held -= 1;
        self.grant_free();
    }

    /// Grants the free permits, without the lock: the permit of a waiter that is gone is released at once.
    fn grant_free(self: &Arc<Self>) {
        loop {
            let Some(waiter) = self.state().next_waiter() else {
                return;
            };
            let permit = Permit { shared: Arc::clone(self), is_held: true, is_active: false };
            if let Err(mut ungranted) = waiter.send(permit) {
                ungranted.is_held = false;
                self.state().held -= 1;
            }
        }
    }
}

impl State {
    fn limit(&self) -> usize {
        match &self.limit {
            Limit::Fixed(limit) => *limit,
            Limit::Adaptive(aimd) => aimd.limit(),
        }
    }

    /// Returns how long the next attempt has to wait for its start, if it has to.
    fn pacing_wait(&mut self, clock: &SharedClock) -> Option<Duration> {
        let Limit::Adaptive(aimd) = &self.limit else {
            return None;
        };
        let interval = aimd.pacing_interval()?;
        let now = clock.uptime();
        let start = self.next_start.max(now);
        self.next_start = start + interval;
        Some(start.saturating_sub(now)).filter(|wait| !wait.is_zero())
    }

    /// Returns the waiter that gets the next free permit, which counts as held.
    fn next_waiter(&mut self) -> Option<oneshot::Sender<Permit>> {
        if self.held >= self.limit() {
            return None;
        }
        let waiter = self.returning.pop_front().or_else(|| self.waiting.pop_front())?;
        self.held += 1;
        Some(waiter)
    }
}

impl fmt::Debug for ConcurrencyLimiter {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ConcurrencyLimiter")
            .field("limit", &self.0.state().limit())
            .finish_non_exhaustive()
    }
}
