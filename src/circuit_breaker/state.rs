//! The state of a circuit breaker: closed, open or half-open, with the counts that decide when it opens and for how long.

use std::time::Duration;

use unicontact_providers::{ErrorKind, ProviderError};

use super::open_reason::{OpenReason, recovers_by_itself};
use crate::outcome::Outcome;

/// The first time for which a breaker is open, if the vendor states none.
const FIRST_WAIT: Duration = Duration::from_mins(1);
/// The first time for which a breaker is open after a failure that passes by itself, if its deliveries return to a queue: of all
/// workers, one sends one request when it is over.
const FIRST_WAIT_OF_QUEUE: Duration = Duration::from_secs(1);
/// The longest time for which a breaker is open, if the vendor states none.
const MAX_WAIT: Duration = Duration::from_mins(15);
/// The number of throttled attempts in a row that show that the vendor throttles every request, and the number if this process has
/// no more deliveries in flight: two of many may be a coincidence.
#[cfg(feature = "queue")]
const THROTTLED_OF_MANY: u32 = 3;
#[cfg(feature = "queue")]
const THROTTLED_OF_FEW: u32 = 2;
/// The number of probes in a row without an answer that open a half-open breaker again. One lost answer says little.
const LOST_PROBES: u32 = 2;

#[derive(Default)]
pub(super) struct State {
    phase: Phase,
    /// Why a person holds the breaker open, whatever the phase is.
    #[cfg(feature = "queue")]
    forced: Option<Box<OpenReason>>,
    is_shut_down: bool,
    consecutive_failures: u32,
    /// How many attempts in a row were throttled (429).
    #[cfg(feature = "queue")]
    consecutive_throttled: u32,
    /// The kind of error for which the breaker opened last.
    opened_for: Option<ErrorKind>,
    /// How many probes in a row got no answer.
    lost_probes: u32,
    /// How often in a row the breaker opened without a success in between.
    consecutive_opens: u32,
    /// How many refusals in a row suggested a limit of the account's plan by their text alone.
    consecutive_plan_limits: u32,
    /// Whether this process opened the breaker and has not published the reason yet.
    is_unpublished: bool,
}

#[derive(Default)]
enum Phase {
    #[default]
    Closed,
    Open(Box<OpenReason>),
    /// One delivery at a time, until one succeeds.
    HalfOpen,
}

impl State {
    /// Returns whether deliveries pass without a restriction.
    pub(super) fn is_closed(&self) -> bool {
        !self.is_shut_down && matches!(self.phase, Phase::Closed) && self.forced().is_none()
    }

    pub(super) fn is_open(&self) -> bool {
        self.open_reason().is_some()
    }

    pub(super) fn is_half_open(&self) -> bool {
        matches!(self.phase, Phase::HalfOpen) && self.forced().is_none()
    }

    pub(super) fn is_shut_down(&self) -> bool {
        self.is_shut_down
    }

    pub(super) fn open_reason(&self) -> Option<&OpenReason> {
        self.forced().or_else(|| self.phase_reason())
    }

    /// Returns the reason of the phase, whether or not a person holds the breaker open, too.
    fn phase_reason(&self) -> Option<&OpenReason> {
        match &self.phase {
            Phase::Open(reason) => Some(reason),
            Phase::Closed | Phase::HalfOpen => None,
        }
    }

    #[cfg(feature = "queue")]
    fn forced(&self) -> Option<&OpenReason> {
        self.forced.as_deref()
    }

    #[cfg(not(feature = "queue"))]
    #[expect(clippy::unused_self, reason = "with a queue it reads a member")]
    fn forced(&self) -> Option<&OpenReason> {
        None
    }

    #[cfg(feature = "queue")]
    pub(super) fn force_open(&mut self, reason: OpenReason) {
        self.forced = Some(Box::new(reason));
    }

    /// Returns whether a person held the breaker open.
    #[cfg(feature = "queue")]
    pub(super) fn end_forced(&mut self) -> bool {
        self.forced.take().is_some()
    }

    pub(super) fn consecutive_failures(&self) -> u32 {
        self.consecutive_failures
    }

    pub(super) fn shut_down(&mut self) {
        self.is_shut_down = true;
    }

    pub(super) fn count_failure(&mut self) {
        self.consecutive_failures += 1;
    }

    /// Counts a delivery that the vendor answered. A half-open breaker closes; an open one stays open.
    pub(super) fn count_answer(&mut self, outcome: Outcome) {
        self.consecutive_failures = 0;
        self.lost_probes = 0;
        if outcome != Outcome::Rejected {
            self.consecutive_plan_limits = 0;
        }
        if !self.is_open() {
            self.phase = Phase::Closed;
            self.consecutive_opens = 0;
        }
    }

    /// Returns whether the refusal is at least the second in a row that suggests a limit of the account's plan.
    pub(super) fn confirms_plan_limit(&mut self, error: &ProviderError) -> bool {
        if error.suggests_plan_limit() {
            self.consecutive_plan_limits = self.consecutive_plan_limits.saturating_add(1);
            return self.consecutive_plan_limits > 1;
        }
        if Outcome::from_error(error) == Outcome::Rejected {
            self.consecutive_plan_limits = 0;
        }
        false
    }

    /// Counts an attempt that the vendor throttled, of a delivery among so many in flight. Returns whether the vendor throttles every
    /// request.
    #[cfg(feature = "queue")]
    pub(super) fn count_throttled(&mut self, in_flight: usize) -> bool {
        self.consecutive_throttled = self.consecutive_throttled.saturating_add(1);
        let is_one_of_many = u32::try_from(in_flight).is_ok_and(|in_flight| in_flight > THROTTLED_OF_FEW);
        let all = if is_one_of_many { THROTTLED_OF_MANY } else { THROTTLED_OF_FEW };
        self.is_half_open() || self.consecutive_throttled >= all
    }

    /// Counts an attempt that the vendor answered without throttling it.
    #[cfg(feature = "queue")]
    pub(super) fn count_accepted(&mut self) {
        self.consecutive_throttled = 0;
    }

    /// Returns whether the failure of a delivery opens a half-open breaker again.
    pub(super) fn fails_probe(&mut self, kind: ErrorKind) -> bool {
        if !self.is_half_open() {
            return false;
        }
        if kind == ErrorKind::Interrupted {
            self.lost_probes += 1;
            return self.lost_probes >= LOST_PROBES;
        }
        recovers_by_itself(kind) || self.opened_for == Some(kind)
    }

    /// Opens the breaker for a failure that this process met.
    pub(super) fn open(&mut self, reason: OpenReason) {
        self.opened_for = reason.kind;
        self.phase = Phase::Open(Box::new(reason));
        self.reset_streaks();
        self.consecutive_opens += 1;
        self.is_unpublished = true;
    }

    /// Opens the breaker for a failure that another process met, if that keeps it open for longer. Returns whether it does.
    #[cfg(feature = "queue")]
    pub(super) fn open_as_elsewhere(&mut self, reason: OpenReason) -> bool {
        let is_longer = self.phase_reason().is_none_or(|known| known.half_open_at < reason.half_open_at);
        if !is_longer || self.is_shut_down {
            return false;
        }
        // The other process met the failure that this one would have met.
        self.opened_for = reason.kind;
        self.consecutive_opens += u32::from(self.phase_reason().is_none());
        self.phase = Phase::Open(Box::new(reason));
        self.reset_streaks();
        true
    }

    /// Closes the breaker after another process reached the provider. Returns whether it was not closed.
    #[cfg(feature = "queue")]
    pub(super) fn close_as_elsewhere(&mut self) -> bool {
        let is_changed = !matches!(self.phase, Phase::Closed) && !self.is_shut_down;
        if is_changed {
            self.phase = Phase::Closed;
            self.consecutive_opens = 0;
            self.reset_streaks();
        }
        is_changed
    }

    /// Begins to count anew: what opened the breaker says nothing about the next probe.
    fn reset_streaks(&mut self) {
        self.consecutive_failures = 0;
        self.lost_probes = 0;
        #[cfg(feature = "queue")]
        self.count_accepted();
    }

    /// Admits a probe. Returns whether the breaker was open.
    pub(super) fn half_open(&mut self) -> bool {
        let is_changed = self.phase_reason().is_some() && !self.is_shut_down;
        if is_changed {
            self.phase = Phase::HalfOpen;
        }
        is_changed
    }

    /// Admits a probe after a failure that another process met and that may be over. Returns whether that is a change.
    #[cfg(feature = "queue")]
    pub(super) fn half_open_as_elsewhere(&mut self) -> bool {
        let is_changed = !matches!(self.phase, Phase::HalfOpen) && !self.is_shut_down;
        if is_changed {
            self.phase = Phase::HalfOpen;
        }
        is_changed
    }

    #[cfg(feature = "queue")]
    pub(super) fn take_unpublished(&mut self) -> Option<OpenReason> {
        let is_unpublished = std::mem::take(&mut self.is_unpublished);
        self.phase_reason().filter(|_| is_unpublished).cloned()
    }

    /// Returns the time for which the breaker opens, if the vendor states none. It doubles until a delivery succeeds.
    pub(super) fn backoff(&self, kind: ErrorKind, is_queue_backed: bool) -> Duration {
        let is_short = is_queue_backed && recovers_by_itself(kind) && kind != ErrorKind::QuotaExhausted;
        let first = if is_short { FIRST_WAIT_OF_QUEUE } else { FIRST_WAIT };
        first.saturating_mul(1 << self.consecutive_opens.min(10)).min(MAX_WAIT)
    }

    /// Returns whether the time that a vendor stated may be used alone: no probe has refuted an earlier one.
    pub(super) fn trusts_vendor(&self) -> bool {
        self.consecutive_opens == 0
    }
}
