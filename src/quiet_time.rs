//! The quiet time of a delivery in doubt: how long "not found" does not mean "not created", and what may be done about the
//! doubt before and after.
//!
//! Pure functions of the record, the provider's promises and the time. The pipeline, the import and the queue ask here.

use std::time::Duration;

use jiff::Timestamp;
use unicontact_providers::{Capabilities, Doubt, FindOutcome, Stamp};

use crate::journal::{Record, past_attempts};
use crate::outcome::Outcome;
use crate::settings::{PresumeLostAfter, Settings};

/// The shortest quiet time that is chosen without being configured.
const SHORTEST: Duration = Duration::from_mins(10);
/// The longest quiet time. Its end is a time that every journal can store.
pub(crate) const LONGEST: Duration = Duration::from_hours(24 * 3650);
/// The time within which no delivery is looked for twice.
const LOOK_INTERVAL: Duration = Duration::from_mins(1);
/// The longest time between two looks that brought nothing certain after the quiet time.
const LONGEST_LOOK_INTERVAL: Duration = Duration::from_hours(1);
/// The time that a claim leaves for what comes before the first attempt: the way to the disk, a place, a rate-limit slot.
const CLAIM_MARGIN: Duration = Duration::from_secs(30);

/// What a provider can do about a delivery in doubt, and when.
#[derive(Debug, Clone)]
pub(crate) struct DoubtPolicy {
    capabilities: Capabilities,
    /// `None` where it never ends.
    quiet_time: Option<Duration>,
    /// The time for which a claim permits attempts.
    send_window: Duration,
}

/// Whether a vendor may still be at work on a delivery in doubt.
///
/// Until the quiet time is over, a contact that is not at the vendor may appear there yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuietTime {
    /// The vendor is presumed to have finished or dropped every request, or there was none.
    Over,
    /// It may be at work until then.
    Until(Timestamp),
    /// No time proves that it is not: the configuration says `presume_lost_after = "never"`.
    Never,
}

impl QuietTime {
    /// Returns the quiet time of a journal's record at a provider with these settings and capabilities. `now` is the time
    /// by the journal's clock ([`Journal::now`](crate::journal::Journal::now)).
    ///
    /// ```
    /// use unicontact::journal::{Journal, MemoryJournal};
    /// use unicontact::providers::clock::ManualClock;
    /// use unicontact::providers::{Capabilities, DeliveryKey};
    /// use unicontact::{QuietTime, Settings};
    ///
    /// # async fn example(journal: MemoryJournal, key: DeliveryKey) -> Result<(), Box<dyn std::error::Error>> {
    /// let clock = ManualClock::new("2026-11-20T10:00:00Z".parse()?);
    /// if let Some(record) = journal.look(&key).await? {
    ///     let (settings, capabilities) = (Settings::default(), Capabilities::default());
    ///     match QuietTime::from_record(&record, &settings, &capabilities, &journal.now(&clock)) {
    ///         QuietTime::Over => println!("what is not at the vendor was not created"),
    ///         QuietTime::Until(time) => println!("it may be created until {time}"),
    ///         QuietTime::Never => println!("it may be created at any time"),
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn from_record(
        record: &Record,
        settings: &Settings,
        capabilities: &Capabilities,
        now: &Stamp,
    ) -> Self {
        if record.outcome() != Outcome::InDoubt {
            return Self::Over;
        }
        let policy = DoubtPolicy::new(settings, capabilities);
        let attempts = past_attempts(record, &policy, now);
        match policy.quiet_until(&attempts.may_send_until, now) {
            _ if policy.is_quiet(&attempts.may_send_until, now) => Self::Over,
            Some(time) => Self::Until(time),
            None => Self::Never,
        }
    }
}

/// What is known of the attempts of a delivery in doubt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PastAttempts {
    /// No attempt began after this time.
    pub(crate) may_send_until: Stamp,
    /// The time of the last look.
    pub(crate) looked_at: Option<Timestamp>,
}

/// What to do about a delivery in doubt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NextStep {
    /// Look for it at the vendor.
    Look,
    /// Send it: it was not created.
    Send,
    /// Send it once more: the vendor's dedupe covers every attempt so far. It stays in doubt until the vendor has it.
    Resend,
    /// Nothing before this time.
    Wait(Timestamp),
    /// Nothing, until a person resolves it.
    AskPerson,
}

impl NextStep {
    /// Returns when something can be done, if nothing can be done before.
    pub(crate) fn time(self) -> Option<Timestamp> {
        match self {
            Self::Wait(time) => Some(time),
            Self::Look | Self::Send | Self::Resend | Self::AskPerson => None,
        }
    }
}

impl DoubtPolicy {
    pub(crate) fn new(settings: &Settings, capabilities: &Capabilities) -> Self {
        let presumed = match settings.presume_lost_after {
            Some(PresumeLostAfter::Never) => None,
            Some(PresumeLostAfter::After(time)) => Some(time),
            None => {
                let longest_request = capabilities.longest_request.unwrap_or_default();
                Some(SHORTEST.max(settings.timeout.saturating_add(longest_request)))
            }
        };
        Self {
            capabilities: capabilities.clone(),
            quiet_time: presumed.map(|time| time.saturating_add(capabilities.search_lag).min(LONGEST)),
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

    /// Returns the end of the quiet time, or `None` where it never ends.
    pub(crate) fn quiet_until(&self, may_send_until: &Stamp, now: &Stamp) -> Option<Timestamp> {
        let left = self.quiet_time?.saturating_sub(now.elapsed(may_send_until));
        Some(now.time.max(may_send_until.time).saturating_add(left).unwrap_or(Timestamp::MAX))
    }

    /// Returns when looking for a delivery is worth it whose claim, made now, is never settled.
    pub(crate) fn look_again_after_claim(&self, now: &Stamp) -> Option<Timestamp> {
        let until = self.may_send_until(now);
        self.can_resolve().then(|| self.quiet_until(&until, now)).flatten()
    }

    /// Returns what to do about a delivery of an earlier run.
    pub(crate) fn next_step(&self, attempts: &PastAttempts, now: &Stamp) -> NextStep {
        match attempts.looked_at.filter(|_| self.capabilities.find) {
            Some(looked_at) if is_just_now(looked_at, now) => {
                match self.after_nothing(attempts, now) {
                    // The look that permits it comes first.
                    NextStep::Send | NextStep::Resend => NextStep::Wait(later(looked_at, LOOK_INTERVAL)),
                    _ => self.wait(attempts, now, looked_at, LOOK_INTERVAL),
                }
            }
            _ if self.capabilities.find => NextStep::Look,
            _ => self.after_nothing(attempts, now),
        }
    }

    /// Returns what to do after a look that did not find it; `None` is a look that failed, or none where the
    /// vendor cannot be asked.
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
            Some(FindOutcome::Nothing) => return self.after_nothing(attempts, now),
            Some(FindOutcome::Unclear { candidates }) => !candidates.is_empty(),
            Some(FindOutcome::Found(_)) | None => false,
        };
        let is_quiet = self.is_quiet(&attempts.may_send_until, now);
        if has_candidates && is_quiet {
            return NextStep::AskPerson;
        }
        let rarer = now.elapsed(&attempts.may_send_until) / 4;
        let rarer = rarer.clamp(LOOK_INTERVAL, LONGEST_LOOK_INTERVAL);
        if self.quiet_time.is_none() && self.capabilities.find && !has_candidates {
            // Only a look can end it without a person, and this one said nothing.
            return NextStep::Wait(later(now.time, rarer));
        }
        let interval = match (is_quiet, self.capabilities.find) {
            (true, _) => rarer,
            (false, true) => LOOK_INTERVAL,
            (false, false) => Duration::ZERO,
        };
        self.wait(attempts, now, now.time, interval)
    }

    /// Returns when a later run can take a step that this one does not take.
    pub(crate) fn time_of_later_run(step: NextStep, now: &Stamp) -> Option<Timestamp> {
        let is_now = matches!(step, NextStep::Look | NextStep::Send | NextStep::Resend);
        step.time().or_else(|| is_now.then(|| later(now.time, LOOK_INTERVAL)))
    }

    fn after_nothing(&self, attempts: &PastAttempts, now: &Stamp) -> NextStep {
        let is_quiet = self.is_quiet(&attempts.may_send_until, now);
        let doubt = Doubt { since_first: None, is_quiet };
        if self.capabilities.find && is_quiet {
            NextStep::Send
        } else if self.capabilities.dedupe.covers(&doubt) {
            NextStep::Resend
        } else if self.can_resolve() {
            self.wait(attempts, now, now.time, Duration::ZERO)
        } else {
            NextStep::AskPerson
        }
    }

    /// Waits for the end of the quiet time, and at least for `interval` from the last look on.
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

/// Returns whether a look is less than the interval ago. One in the future was stamped by a wrong clock and does not count.
fn is_just_now(looked_at: Timestamp, now: &Stamp) -> bool {
    looked_at <= now.time && now.elapsed(&Stamp::from_time(looked_at)) < LOOK_INTERVAL
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use unicontact_providers::{BootTime, ContactId, Dedupe};

    use super::*;

    const MINUTE: Duration = Duration::from_mins(1);

    fn at(seconds: i64) -> Stamp {
        let uptime = Duration::from_secs(u64::try_from(1_000_000 + seconds).unwrap());
        let boot = Some(BootTime { boot: 1, uptime });
        Stamp { time: Timestamp::from_second(1_700_000_000 + seconds).unwrap(), boot }
    }

    fn policy(dedupe: Dedupe, find: bool, presume_lost_after: Option<PresumeLostAfter>) -> DoubtPolicy {
        let capabilities = Capabilities { dedupe, find, ..Capabilities::default() };
        DoubtPolicy::new(&Settings { presume_lost_after, ..Settings::default() }, &capabilities)
    }

    fn sent_at(seconds: i64) -> PastAttempts {
        PastAttempts { may_send_until: at(seconds), looked_at: None }
    }

    #[test]
    fn the_quiet_time_is_ten_minutes_or_longer_where_the_vendor_may_work_for_longer() {
        let quiet_time = |settings: &Settings, capabilities: &Capabilities| {
            DoubtPolicy::new(settings, capabilities).quiet_time
        };
        let plain = Capabilities::default();
        assert_eq!(quiet_time(&Settings::default(), &plain), Some(10 * MINUTE));
        let slow = Settings { timeout: 15 * MINUTE, ..Settings::default() };
        assert_eq!(quiet_time(&slow, &plain), Some(15 * MINUTE));
        let documented = Capabilities { longest_request: Some(30 * MINUTE), search_lag: MINUTE, ..plain };
        assert_eq!(quiet_time(&slow, &documented), Some(46 * MINUTE));
        let own = Settings { presume_lost_after: Some(PresumeLostAfter::After(MINUTE)), ..slow };
        assert_eq!(quiet_time(&own, &documented), Some(2 * MINUTE), "the search lag is added all the same");
        let for_ever = Some(PresumeLostAfter::After(Duration::MAX));
        let own = Settings { presume_lost_after: for_ever, ..Settings::default() };
        assert_eq!(quiet_time(&own, &documented), Some(LONGEST), "its end can be stored");
        let never = Settings { presume_lost_after: Some(PresumeLostAfter::Never), ..Settings::default() };
        assert_eq!(quiet_time(&never, &documented), None);
    }

    #[test]
    fn nobody_but_a_person_resolves_it_where_the_vendor_neither_dedupes_nor_finds() {
        let policy = policy(Dedupe::Never, false, None);
        for age in [0, 3600, 1_000_000] {
            assert_eq!(policy.next_step(&sent_at(-age), &at(0)), NextStep::AskPerson);
            assert_eq!(policy.after_look(None, &sent_at(-age), &at(0)), NextStep::AskPerson);
        }
        assert!(!policy.can_resolve());
    }

    #[test]
    fn a_look_that_fails_after_the_quiet_time_is_made_again_ever_more_rarely() {
        let policy = policy(Dedupe::Never, true, None);
        for (age, wait) in [(3600, 900), (600, 150), (7 * 24 * 3600, 3600)] {
            let next = policy.after_look(None, &sent_at(-age), &at(0));
            assert_eq!(next, NextStep::Wait(at(wait).time), "{age}");
        }
    }

    #[test]
    fn candidates_are_left_to_a_person_once_the_quiet_time_is_over() {
        let policy = policy(Dedupe::Never, true, None);
        let candidates = vec![ContactId::new("17").unwrap()];
        let unclear = FindOutcome::Unclear { candidates };
        let next = |age: i64| policy.after_look(Some(&unclear), &sent_at(-age), &at(0));
        assert_eq!((next(599), next(600)), (NextStep::Wait(at(60).time), NextStep::AskPerson));
    }

    fn dedupes() -> impl Strategy<Value = Dedupe> {
        prop::sample::select(vec![
            Dedupe::Never,
            Dedupe::ByVendor,
            Dedupe::Serialized,
            Dedupe::IdempotencyKey { window: MINUTE },
        ])
    }

    fn stamps() -> impl Strategy<Value = Stamp> {
        (-2_000_i64..2_000, -2_000_i64..2_000, prop::option::of(0_u64..3)).prop_map(|(wall, uptime, boot)| {
            let boot = boot.zip(at(uptime).boot).map(|(boot, time)| BootTime { boot, ..time });
            Stamp { time: at(wall).time, boot }
        })
    }

    fn outcomes() -> impl Strategy<Value = Option<FindOutcome>> {
        let id = ContactId::new("17").unwrap();
        prop::sample::select(vec![
            None,
            Some(FindOutcome::Nothing),
            Some(FindOutcome::Unclear { candidates: Vec::new() }),
            Some(FindOutcome::Unclear { candidates: vec![id] }),
        ])
    }

    proptest! {
        #[test]
        fn nothing_is_sent_before_the_quiet_time_is_over_by_every_clock(
            dedupe in dedupes(),
            find in any::<bool>(),
            sent in stamps(),
            now in stamps(),
            looked_at in prop::option::of(-2_000_i64..2_000),
            outcome in outcomes(),
        ) {
            let policy = policy(dedupe, find, None);
            let looked_at = looked_at.map(|seconds| at(seconds).time);
            let attempts = PastAttempts { may_send_until: sent, looked_at };
            let steps = [policy.next_step(&attempts, &now), policy.after_look(outcome.as_ref(), &attempts, &now)];
            let by_wall = now.time.duration_since(sent.time).as_secs();
            let is_quiet = by_wall >= 600 && now.elapsed(&sent) >= 10 * MINUTE;
            for step in steps {
                prop_assert!(step != NextStep::Send || is_quiet, "{by_wall} {step:?}");
                if step == NextStep::Resend {
                    prop_assert!(is_quiet || dedupe == Dedupe::Serialized, "{by_wall} {step:?}");
                }
                if let NextStep::Wait(time) = step {
                    prop_assert!(time > now.time, "waiting has an end in the future");
                }
            }
            let sends = matches!(steps[1], NextStep::Send | NextStep::Resend);
            prop_assert!(!sends || matches!(outcome, Some(FindOutcome::Nothing)));
        }

        #[test]
        fn every_wait_is_followed_by_a_look_or_a_resend(
            dedupe in dedupes(),
            find in any::<bool>(),
            sent in -2_000_i64..0,
        ) {
            let policy = policy(dedupe, find, None);
            let attempts = sent_at(sent);
            if let NextStep::Wait(time) = policy.next_step(&attempts, &at(0)) {
                let seconds = time.duration_since(at(0).time).as_secs();
                let then = policy.next_step(&attempts, &at(seconds));
                prop_assert!(matches!(then, NextStep::Look | NextStep::Resend), "{then:?}");
            }
        }
    }
}
