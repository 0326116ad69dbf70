//! A circuit breaker for each provider. It stops sending after failures that are not the contact's fault (credentials, quota,
//! outage), and closes again after a successful probe.

mod open_reason;
mod state;
#[cfg(test)]
mod tests;

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
#[cfg(feature = "queue")]
use unicontact_providers::Effect;
use unicontact_providers::clock::{SharedClock, sleep_until};
use unicontact_providers::{ErrorKind, ProviderError};

pub use self::open_reason::OpenReason;
pub(crate) use self::open_reason::recovers_by_itself;
use self::open_reason::{affects_every_contact, is_limit};
use self::state::State;
use crate::outcome::Outcome;
use crate::report::Delivery;
use crate::watch;

/// The time that is added to a time of day that the vendor states. A request that is a moment early may cost the next window.
const MARGIN: Duration = Duration::from_mins(1);

/// The circuit breaker of one provider.
pub(crate) struct CircuitBreaker {
    provider: String,
    /// Whether the provider can look a contact up.
    can_find: bool,
    failure_threshold: u32,
    on_open: OnOpen,
    clock: SharedClock,
    stop: watch::Sender<bool>,
    in_flight: AtomicUsize,
    /// [`State::is_closed`], readable without the lock: with hundreds of providers, every delivery that ends asks all breakers.
    is_closed: AtomicBool,
    state: Mutex<State>,
}

/// What happens to the deliveries of a provider while its breaker is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OnOpen {
    /// They end as pending, and the breaker stays open.
    LeavePending,
    /// They wait until the breaker is half-open, if the failure passes by itself.
    Wait,
    /// They return to their queue. The breaker becomes half-open after any failure, since a person may have fixed the cause.
    #[cfg(feature = "queue")]
    Requeue,
}

impl CircuitBreaker {
    /// Returns a closed breaker that opens after `failure_threshold` failures in a row.
    pub(crate) fn new(
        provider: &str,
        can_find: bool,
        failure_threshold: u32,
        on_open: OnOpen,
        clock: SharedClock,
    ) -> Self {
        Self {
            provider: provider.to_owned(),
            can_find,
            failure_threshold,
            on_open,
            clock,
            stop: watch::Sender::new(false),
            in_flight: AtomicUsize::new(0),
            is_closed: AtomicBool::new(true),
            state: Mutex::default(),
        }
    }

    #[cfg(feature = "queue")]
    pub(crate) fn provider(&self) -> &str {
        &self.provider
    }

    /// Returns the time of the breaker's clock.
    #[cfg(feature = "queue")]
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Returns the signal by which deliveries that wait learn that none may begin.
    pub(crate) fn stop_signal(&self) -> &watch::Sender<bool> {
        &self.stop
    }

    /// Ends every delivery that has not begun, for good.
    pub(crate) fn shut_down(&self) {
        let mut state = self.state();
        state.shut_down();
        self.publish(&state);
        drop(state);
        self.stop.send_replace(true);
    }

    /// Returns whether a delivery may begin now, if at most `window` may be in flight. Where nothing will be sent any more it may,
    /// since it ends at once.
    pub(crate) fn admits(&self, window: usize) -> bool {
        let in_flight = self.in_flight();
        if self.is_closed() {
            return in_flight < window;
        }
        let state = self.state();
        if state.is_shut_down() {
            return in_flight < window;
        }
        match state.open_reason() {
            Some(reason) => !self.is_queue_backed() && reason.half_open_at.is_none() && in_flight < window,
            None if state.is_half_open() => in_flight == 0,
            None => in_flight < window,
        }
    }

    /// Returns whether a parked delivery that is due may begin now. If it begins with a look-up, a half-open breaker admits several,
    /// since they share one request.
    pub(crate) fn admits_parked(&self, window: usize) -> bool {
        if !self.can_find {
            return self.admits(window);
        }
        !self.is_open() && self.in_flight() < window
    }

    /// Returns how many more deliveries fit into the window.
    pub(crate) fn remaining(&self, window: usize) -> usize {
        window.saturating_sub(self.in_flight())
    }

    /// Returns whether the breaker is closed and admits none only because the window is full.
    pub(crate) fn is_full(&self, window: usize) -> bool {
        self.is_closed() && self.in_flight() >= window
    }

    /// Counts a delivery that begins.
    pub(crate) fn delivery_started(&self) {
        self.in_flight.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts a delivery that ended.
    pub(crate) fn delivery_ended(&self) {
        let fewer = |in_flight: usize| in_flight.checked_sub(1);
        // The count stays 0 where no delivery had begun.
        let _ = self.in_flight.fetch_update(Ordering::Relaxed, Ordering::Relaxed, fewer);
    }

    /// Returns whether the breaker becomes half-open by itself, at least after some failures.
    pub(crate) fn recovers(&self) -> bool {
        self.on_open != OnOpen::LeavePending
    }

    /// Returns whether the deliveries come from a queue.
    pub(crate) fn is_queue_backed(&self) -> bool {
        !matches!(self.on_open, OnOpen::LeavePending | OnOpen::Wait)
    }

    /// Returns whether a delivery that failed with this error returns to its queue, instead of waiting for another attempt.
    pub(crate) fn requeues(&self, error: &ProviderError) -> bool {
        let waits = error.kind() == ErrorKind::RateLimited && error.retry_at().is_none() && !self.is_open();
        self.is_queue_backed() && is_limit(error.kind()) && !waits
    }

    /// Counts the end of an attempt. In a queue, too many requests in a row open the breaker: the vendor throttles all of them.
    #[cfg(feature = "queue")]
    pub(crate) fn attempt_ended(&self, error: Option<&ProviderError>) {
        if !self.is_queue_backed() {
            return;
        }
        let mut state = self.state();
        match error {
            Some(error) if error.kind() == ErrorKind::RateLimited => {
                if state.count_throttled(self.in_flight()) {
                    self.open(state, error);
                }
            }
            Some(error) if error.effect() != Effect::Refused => {}
            _ => state.count_accepted(),
        }
    }

    pub(crate) fn is_open(&self) -> bool {
        !self.is_closed() && self.state().is_open()
    }

    /// Returns whether one delivery at a time is admitted until one succeeds.
    #[cfg(feature = "queue")]
    pub(crate) fn is_half_open(&self) -> bool {
        !self.is_closed() && self.state().is_half_open()
    }

    /// Returns whether nothing will be sent any more.
    pub(crate) fn is_open_for_good(&self) -> bool {
        if self.is_closed() {
            return false;
        }
        let state = self.state();
        state.is_shut_down() || state.open_reason().is_some_and(|reason| reason.half_open_at.is_none())
    }

    pub(crate) fn open_reason(&self) -> Option<OpenReason> {
        self.state().open_reason().cloned()
    }

    /// Returns the time at which an open breaker becomes half-open, if it does by itself.
    pub(crate) fn half_open_at(&self) -> Option<Timestamp> {
        if self.is_closed() {
            return None;
        }
        let state = self.state();
        let reason = state.open_reason().filter(|_| !state.is_shut_down())?;
        reason.half_open_at.as_ref().map(Zoned::timestamp)
    }

    /// Waits until `time`, and makes the breaker half-open.
    pub(crate) async fn half_open_after(&self, time: Timestamp) {
        sleep_until(&*self.clock, time).await;
        let mut state = self.state();
        // The breaker may have closed, or opened for longer, during the wait.
        let at = state.open_reason().and_then(|reason| reason.half_open_at.as_ref());
        if at.is_some_and(|at| at.timestamp() <= time) {
            let is_changed = state.half_open();
            self.admit(&state, is_changed);
        }
    }

    /// Returns whether a refusal confirms a limit of the account's plan: its text suggests the limit, and so did an earlier
    /// refusal, with no contact created or rejected for another reason in between.
    pub(crate) fn confirms_plan_limit(&self, error: &ProviderError) -> bool {
        self.state().confirms_plan_limit(error)
    }

    /// Records how a delivery ended. Called before its permit is released, so that a waiting delivery sees the open breaker.
    pub(crate) fn record(&self, outcome: Outcome, attempts: u32, error: Option<&ProviderError>) {
        let mut state = self.state();
        match (error, outcome) {
            (Some(error), Outcome::Failed) => self.record_failure(state, error),
            // Without an attempt, the doubt is that of an earlier run.
            (Some(error), Outcome::InDoubt) if attempts > 0 => self.record_failure(state, error),
            (_, Outcome::Created | Outcome::Existing | Outcome::Rejected) if attempts > 0 => {
                state.count_answer(outcome);
                self.publish(&state);
            }
            _ => {}
        }
    }

    /// Records a delivery that was not sent because of the journal. One of a queue returns to the queue in every state of the breaker.
    pub(crate) fn record_unsent(&self, delivery: &Delivery) {
        if !self.is_queue_backed() {
            self.record(delivery.outcome, delivery.attempts, delivery.error.as_ref());
        }
    }

    /// Opens the breaker as another process did, unless it is open for as long already.
    #[cfg(feature = "queue")]
    pub(crate) fn open_as_elsewhere(&self, reason: OpenReason) {
        let mut state = self.state();
        if state.open_as_elsewhere(reason) {
            self.publish(&state);
            self.stop.send_replace(true);
        }
    }

    /// Holds the breaker open for as long as a person wants, whatever its state.
    #[cfg(feature = "queue")]
    pub(crate) fn force_open(&self, reason: OpenReason) {
        let mut state = self.state();
        state.force_open(reason);
        self.publish(&state);
        self.stop.send_replace(true);
    }

    /// Ends what [`Self::force_open`] began. The breaker has the state that it would have without it.
    #[cfg(feature = "queue")]
    pub(crate) fn end_forced(&self) {
        let mut state = self.state();
        if state.end_forced() {
            self.publish(&state);
            self.stop.send_replace(state.is_open() || state.is_shut_down());
        }
    }

    /// Returns why this process opened the breaker, once for each time.
    #[cfg(feature = "queue")]
    pub(crate) fn take_unpublished(&self) -> Option<OpenReason> {
        self.state().take_unpublished()
    }

    /// Makes the breaker half-open, since the failure that another process met may be over.
    #[cfg(feature = "queue")]
    pub(crate) fn half_open_as_elsewhere(&self) {
        let mut state = self.state();
        let is_changed = state.half_open_as_elsewhere();
        self.admit(&state, is_changed);
    }

    /// Closes the breaker, since another process reached the provider.
    #[cfg(feature = "queue")]
    pub(crate) fn close_as_elsewhere(&self) {
        let mut state = self.state();
        let is_changed = state.close_as_elsewhere();
        self.admit(&state, is_changed);
    }

    fn record_failure(&self, mut state: MutexGuard<'_, State>, error: &ProviderError) {
        state.count_failure();
        let kind = error.kind();
        let is_limit = self.is_queue_backed() && is_limit(kind);
        let is_threshold_met = state.consecutive_failures() >= self.failure_threshold;
        if state.fails_probe(kind) || affects_every_contact(kind) || is_limit || is_threshold_met {
            self.open(state, error);
        }
    }

    fn open(&self, mut state: MutexGuard<'_, State>, error: &ProviderError) {
        if state.is_open() {
            return;
        }
        let reason = self.reason(error, &state);
        state.open(reason);
        self.publish(&state);
        self.stop.send_replace(true);
        drop(state);
        tracing::warn!(provider = self.provider, kind = error.kind().as_str(), "The provider is paused");
    }

    /// Makes a change of the state visible after which deliveries may begin.
    fn admit(&self, state: &State, is_changed: bool) {
        if is_changed {
            self.publish(state);
            self.stop.send_replace(state.is_open());
        }
    }

    fn reason(&self, error: &ProviderError, state: &State) -> OpenReason {
        let is_time_of_day = error.retry_at().is_some();
        let retry_at = error.retry_at().cloned().or_else(|| self.time_after(error.retry_after()?));
        let recovers = self.is_queue_backed() || (self.recovers() && recovers_by_itself(error.kind()));
        let margin = if is_time_of_day { MARGIN } else { Duration::ZERO };
        let stated = retry_at.as_ref().map(|time| time.saturating_add(margin));
        OpenReason {
            provider: self.provider.clone(),
            kind: Some(error.kind()),
            message: error.to_string(),
            hint: error.provider_hint(),
            consecutive_failures: state.consecutive_failures().max(1),
            retry_at,
            half_open_at: if recovers { self.probe_time(error.kind(), stated, state) } else { None },
        }
    }

    /// Returns the time that the vendor stated or, where it stated none or an earlier probe failed, at least the end of the backoff.
    fn probe_time(&self, kind: ErrorKind, stated: Option<Zoned>, state: &State) -> Option<Zoned> {
        let backoff = self.time_after(state.backoff(kind, self.is_queue_backed()))?;
        Some(stated.filter(|stated| state.trusts_vendor() || *stated > backoff).unwrap_or(backoff))
    }

    fn time_after(&self, wait: Duration) -> Option<Zoned> {
        self.clock.now().saturating_add(wait).ok().map(|time| time.to_zoned(TimeZone::UTC))
    }

    fn in_flight(&self) -> usize {
        self.in_flight.load(Ordering::Relaxed)
    }

    fn is_closed(&self) -> bool {
        self.is_closed.load(Ordering::SeqCst)
    }

    /// Makes a change of the state visible to [`Self::is_closed`].
    fn publish(&self, state: &State) {
        self.is_closed.store(state.is_closed(), Ordering::SeqCst);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
