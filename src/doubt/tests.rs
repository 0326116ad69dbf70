//! The steps that a policy permits before and after the quiet time.

use proptest::prelude::*;
use unicontact_providers::{BootTime, Capabilities, ContactId, Dedupe, FindOutcome, Stamp};

use std::time::Duration;

use jiff::Timestamp;

use super::*;
use crate::settings::{PresumeLostAfter, Settings};

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
fn the_quiet_time_is_ten_minutes_or_the_vendors_longest_request() {
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
    assert_eq!(
        quiet_time(&own, &documented),
        Some(2 * MINUTE),
        "the search lag is added to a configured time, too"
    );
    let for_ever = Some(PresumeLostAfter::After(Duration::MAX));
    let own = Settings { presume_lost_after: for_ever, ..Settings::default() };
    assert_eq!(quiet_time(&own, &documented), Some(MAX_QUIET_TIME), "its end can be stored");
    let never = Settings { presume_lost_after: Some(PresumeLostAfter::Never), ..Settings::default() };
    assert_eq!(quiet_time(&never, &documented), None);
}

#[test]
fn a_contact_that_no_search_applies_to_needs_a_person_unless_the_vendor_dedupes() {
    for age in [0, 300, 3600, 1_000_000] {
        let attempts = sent_at(-age);
        assert_eq!(policy(Dedupe::Never, true, None).without_search(&attempts, &at(0)), NextStep::AskPerson);
        let step = policy(Dedupe::ByVendor, true, None).without_search(&attempts, &at(0));
        assert_eq!(step == NextStep::Resend, age >= 600, "{step:?}");
        assert_eq!(step.time().is_some(), age < 600, "{step:?}");
    }
}

#[test]
fn only_a_person_resolves_a_doubt_at_a_vendor_without_dedupe_and_search() {
    let policy = policy(Dedupe::Never, false, None);
    for age in [0, 3600, 1_000_000] {
        assert_eq!(policy.next_step(&sent_at(-age), &at(0)), NextStep::AskPerson);
        assert_eq!(policy.after_look(None, &sent_at(-age), &at(0)), NextStep::AskPerson);
    }
    assert!(!policy.can_resolve());
}

#[test]
fn failed_looks_after_the_quiet_time_are_repeated_at_growing_intervals() {
    let policy = policy(Dedupe::Never, true, None);
    for (age, wait) in [(3600, 900), (600, 150), (7 * 24 * 3600, 3600)] {
        let next = policy.after_look(None, &sent_at(-age), &at(0));
        assert_eq!(next, NextStep::Wait(at(wait).time), "{age}");
    }
}

#[test]
fn candidates_are_left_to_a_person_after_the_quiet_time() {
    let policy = policy(Dedupe::Never, true, None);
    let candidates = vec![ContactId::new("17").unwrap()];
    let unclear = FindOutcome::Unclear { candidates };
    let next = |age: i64| policy.after_look(Some(&unclear), &sent_at(-age), &at(0));
    assert_eq!((next(599), next(600)), (NextStep::Wait(at(60).time), NextStep::AskPerson));
}

#[test]
fn the_recorded_time_of_the_next_look_is_told_while_it_may_be_right() {
    let told = |recorded: i64| DoubtPolicy::time_told(at(recorded).time, at(60).time, &at(0));
    assert_eq!(told(900), at(900).time);
    assert_eq!(told(-1), at(60).time, "it is over");
    assert_eq!(told(60 + 3601), at(60).time, "a wrong clock wrote it");
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
                prop_assert!(time > now.time, "a wait ends in the future");
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
            let next = policy.next_step(&attempts, &at(seconds));
            prop_assert!(matches!(next, NextStep::Look | NextStep::Resend), "{next:?}");
        }
    }
}
