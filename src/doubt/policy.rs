//! The policy of one provider for deliveries in doubt.

use std::time::Duration;

use jiff::Timestamp;
use unicontact_providers::{Capabilities, Doubt, FindOutcome, Stamp};

use super::next_step::{MAX_QUIET_TIME, NextStep, PastAttempts};
use crate::settings::{PresumeLostAfter, Settings};

/// The shortest quiet time that is chosen without a setting.
const MIN_QUIET_TIME: Duration = Duration::from_mins(10);
/// The shortest time between two look-ups of a delivery.
const LOOK_INTERVAL: Duration = Duration::from_mins(1);
/// The longest time between two inconclusive look-ups after the quiet time.
const MAX_LOOK_INTERVAL: Duration = Duration::from_hours(1);
/// The time that a claim allows before the first attempt: for the write to disk, a permit and a rate-limit slot.
const CLAIM_MARGIN: Duration = Duration::from_secs(30);

/// What a provider can do about a delivery in doubt, and when.
#[derive(Debug, Clone)]
pub(crate) struct DoubtPolicy {
    capabilities: Capabilities,
    /// `None` if it never ends.
    pub(super) quiet_time: Option<Duration>,
    /// The time for which a claim permits attempts.
    send_window: Duration,
}

impl DoubtPolicy {
    pub(crate) fn new(settings: &Settings, capabilities: &Capabilities) -> Self {
        let presumed = match settings.presume_lost_after {
            Some(PresumeLostAfter::Never) => None,
            Some(PresumeLostAfter::After(time)) => Some(time),
            None => {
                let longest_request = capabilities.longest_request.unwrap_or_default();
                Some(MIN_QUIET_TIME.max(settings.timeout.saturating_add(longest_request)))
            }
        };
        Self {
            capabilities: capabilities.clone(),
            quiet_time: presumed.map(|time| time.saturating_add(capabilities.search_lag).min(MAX_QUIET_TIME)),
            send_window: CLAIM_MARGIN.saturating_add(settings.deadline),
        }
    }

    /// Returns the time after which a claim made now permits no attempt.
    pub(crate) fn may_send_until(&self, now: &Stamp) -> Stamp {
        now.after(self.send_window)
    }

    /// Returns whether some doubts can be resolved without a person.
    pub(crate) fn can_resolve(&self) -> bool {
        self.capabilities.find || self.covers_when_quiet()
    }

    /// Returns whether the quiet time is over: the vendor is presumed to have finished or dropped every attempt.
    pub(crate) fn is_quiet(&self, may_send_until: &Stamp, now: &Stamp) -> bool {
        let is_in_future = may_send_until.time > now.time;
        self.quiet_time.is_some_and(|time| !is_in_future && now.elapsed(may_send_until) >= time)
    }

    /// Returns the end of the quiet time, or `None` if it never ends.
    pub(crate) fn quiet_until(&self, may_send_until: &Stamp, now: &Stamp) -> Option<Timestamp> {
        let left = self.quiet_time?.saturating_sub(now.elapsed(may_send_until));
        Some(now.time.max(may_send_until.time).saturating_add(left).unwrap_or(Timestamp::MAX))
    }

    /// Returns the time from which a look-up can resolve a delivery whose claim, made now, is never settled.
    pub(crate) fn look_again_after_claim(&self, now: &Stamp) -> Option<Timestamp> {
        let until = self.may_send_until(now);
        self.can_resolve().then(|| self.quiet_until(&until, now)).flatten()
    }

    /// Returns the next step for a delivery of an earlier run.
    pub(crate) fn next_step(&self, attempts: &PastAttempts, now: &Stamp) -> NextStep {
        match attempts.looked_at.filter(|_| self.capabilities.find) {
            Some(looked_at) if is_recent(looked_at, now) => {
                match self.after_nothing_found(attempts, now) {
                    // A look-up of this run has to permit the create.
                    NextStep::Send | NextStep::Resend => NextStep::Wait(later(looked_at, LOOK_INTERVAL)),
                    _ => self.wait(attempts, now, looked_at, LOOK_INTERVAL),
                }
            }
            _ if self.capabilities.find => NextStep::Look,
            _ => self.after_nothing_found(attempts, now),
        }
    }

    /// Returns the next step after a look-up that did not find the contact. `None` is a look-up that failed, or that the vendor does
    /// not offer.
    pub(crate) fn after_look(
        &self,
        outcome: Option<&FindOutcome>,
        attempts: &PastAttempts,
        now: &Stamp,
    ) -> NextStep {
        if !self.can_resolve() {
            return NextStep::AskPerson;
        }
        let has_candidates = match outcome {
            Some(FindOutcome::Nothing) => return self.after_nothing_found(attempts, now),
            Some(FindOutcome::Unclear { candidates }) => !candidates.is_empty(),
            Some(FindOutcome::Found(_)) | None => false,
        };
        let is_quiet = self.is_quiet(&attempts.may_send_until, now);
        if has_candidates && is_quiet {
            return NextStep::AskPerson;
        }
        let backoff = now.elapsed(&attempts.may_send_until) / 4;
        let backoff = backoff.clamp(LOOK_INTERVAL, MAX_LOOK_INTERVAL);
        if self.quiet_time.is_none() && self.capabilities.find && !has_candidates {
            // Only a look-up can end the doubt without a person, and this one was inconclusive.
            return NextStep::Wait(later(now.time, backoff));
        }
        let interval = match (is_quiet, self.capabilities.find) {
            (true, _) => backoff,
            (false, true) => LOOK_INTERVAL,
            (false, false) => Duration::ZERO,
        };
        self.wait(attempts, now, now.time, interval)
    }

    /// Returns the next step for a contact that no search of the vendor applies to.
    pub(crate) fn without_search(&self, attempts: &PastAttempts, now: &Stamp) -> NextStep {
        let is_quiet = self.is_quiet(&attempts.may_send_until, now);
        if self.capabilities.dedupe.covers(&Doubt { since_first: None, is_quiet }) {
            NextStep::Resend
        } else if self.covers_when_quiet() {
            self.wait(attempts, now, now.time, Duration::ZERO)
        } else {
            NextStep::AskPerson
        }
    }

    /// Returns the time at which a later run can take a step that this run does not take.
    pub(crate) fn time_of_later_run(step: NextStep, now: &Stamp) -> Option<Timestamp> {
        let is_now = matches!(step, NextStep::Look | NextStep::Send | NextStep::Resend);
        step.time().or_else(|| is_now.then(|| later(now.time, LOOK_INTERVAL)))
    }

    /// Returns the time of the next look: the one that was recorded, and told, when the doubt arose. A time that is over, or far
    /// from the one that the policy computes, such as that of a wrong clock, does not count.
    pub(crate) fn time_told(recorded: Timestamp, computed: Timestamp, now: &Stamp) -> Timestamp {
        let is_near = recorded <= later(computed, MAX_LOOK_INTERVAL);
        if recorded > now.time && is_near { recorded } else { computed }
    }

    fn after_nothing_found(&self, attempts: &PastAttempts, now: &Stamp) -> NextStep {
        if !self.capabilities.find {
            return self.without_search(attempts, now);
        }
        let is_quiet = self.is_quiet(&attempts.may_send_until, now);
        if is_quiet {
            NextStep::Send
        } else if self.capabilities.dedupe.covers(&Doubt { since_first: None, is_quiet }) {
            NextStep::Resend
        } else {
            self.wait(attempts, now, now.time, Duration::ZERO)
        }
    }

    /// Waits for the end of the quiet time, and at least for `interval` after the last look-up.
    fn wait(
        &self,
        attempts: &PastAttempts,
        now: &Stamp,
        looked_at: Timestamp,
        interval: Duration,
    ) -> NextStep {
        let Some(quiet_until) = self.quiet_until(&attempts.may_send_until, now) else {
            return NextStep::AskPerson;
        };
        NextStep::Wait(quiet_until.max(later(looked_at, interval)))
    }

    fn covers_when_quiet(&self) -> bool {
        self.capabilities.dedupe.covers(&Doubt { since_first: None, is_quiet: true })
    }
}

fn later(time: Timestamp, by: Duration) -> Timestamp {
    time.saturating_add(by).unwrap_or(Timestamp::MAX)
}

/// Returns whether a look-up is less than [`LOOK_INTERVAL`] ago. A wrong clock stamped one in the future, which does not count.
fn is_recent(looked_at: Timestamp, now: &Stamp) -> bool {
    looked_at <= now.time && now.elapsed(&Stamp::from_time(looked_at)) < LOOK_INTERVAL
}
