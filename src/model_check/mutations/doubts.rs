//! The rules of doubts: the quiet time, looks, resends.

use unicontact_providers::{Capabilities, Doubt, FindOutcome, Stamp, may_resend};

use super::super::checks::{file, lapsing, set_clock};
use super::super::clock::{QUIET, Shift};
use super::super::explore::CAN_END;
use super::super::vendor::Kind;
use super::{NOT_DELIVERED, TWICE, assert_fails};
use crate::doubt::{DoubtPolicy, NextStep, PastAttempts};

#[test]
fn not_found_is_not_at_once_not_created() {
    assert_fails(TWICE, file(Kind::LISTS), |rules| {
        rules.after_look = |policy, outcome, attempts, now| match outcome {
            Some(FindOutcome::Nothing) => NextStep::Send,
            _ => policy.after_look(outcome, attempts, now),
        };
    });
}

#[test]
fn not_found_is_not_created_once_the_quiet_time_is_over() {
    assert_fails(CAN_END, file(Kind::LISTS), |rules| {
        rules.after_look = |policy, _, attempts, now| policy.after_look(None, attempts, now);
    });
}

#[test]
fn the_answer_to_a_look_is_as_old_as_the_question() {
    assert_fails(TWICE, file(Kind::LISTS), |rules| rules.look_counts_from = |_, now| now);
}

#[test]
fn a_contact_that_resembles_it_is_not_nothing() {
    assert_fails(TWICE, file(Kind::UNCLEAR), |rules| {
        rules.after_look = |policy, outcome, attempts, now| match outcome {
            Some(FindOutcome::Unclear { candidates }) if !candidates.is_empty() => {
                policy.after_look(Some(&FindOutcome::Nothing), attempts, now)
            }
            _ => policy.after_look(outcome, attempts, now),
        };
    });
}

#[test]
fn a_list_that_cannot_be_read_is_not_empty() {
    assert_fails(TWICE, file(Kind::UNCLEAR), |rules| {
        rules.after_look = |policy, outcome, attempts, now| match outcome {
            Some(FindOutcome::Unclear { candidates }) if candidates.is_empty() => {
                policy.after_look(Some(&FindOutcome::Nothing), attempts, now)
            }
            _ => policy.after_look(outcome, attempts, now),
        };
    });
}

#[test]
fn a_look_that_failed_found_not_nothing() {
    assert_fails(TWICE, file(Kind::UNCLEAR), |rules| {
        rules.after_look = |policy, outcome, attempts, now| {
            policy.after_look(outcome.or(Some(&FindOutcome::Nothing)), attempts, now)
        };
    });
}

#[test]
fn the_lag_of_the_list_belongs_to_the_quiet_time() {
    assert_fails(TWICE, file(Kind::LISTS), |rules| {
        rules.policy = |settings, capabilities| {
            let at_once = Capabilities { search_lag: std::time::Duration::ZERO, ..capabilities.clone() };
            DoubtPolicy::new(settings, &at_once)
        };
    });
}

#[test]
fn a_vendor_that_checks_before_it_inserts_is_sent_nothing_again_before_the_quiet_time_is_over() {
    assert_fails(TWICE, file(Kind::CHECKS_FIRST), |rules| rules.next_step = |_, _, _| NextStep::Send);
}

#[test]
fn a_doubt_that_nothing_can_resolve_asks_a_person() {
    assert_fails(CAN_END, file(Kind::PLAIN), |rules| {
        rules.after_look = |_, _, _, now| NextStep::Wait(now.time);
        rules.next_step = |_, _, now| NextStep::Wait(now.time);
    });
}

/// Returns past attempts whose time is long ago, if it lies in the future.
fn with_old_future(attempts: &PastAttempts, now: &Stamp) -> PastAttempts {
    let mut attempts = *attempts;
    if attempts.may_send_until.time > now.time {
        Shift::WallForward.stamp(&mut attempts.may_send_until, QUIET);
        attempts.may_send_until.boot = None;
    }
    attempts
}

#[test]
fn a_time_in_the_future_is_not_long_ago() {
    assert_fails(TWICE, set_clock(Kind::LISTS), |rules| {
        rules.after_look =
            |policy, outcome, attempts, now| policy.after_look(outcome, &with_old_future(attempts, now), now);
    });
}

#[test]
fn a_wall_clock_that_is_set_forward_does_not_end_the_quiet_time() {
    assert_fails(TWICE, set_clock(Kind::CHECKS_FIRST), |rules| {
        rules.next_step = |policy, attempts, now| {
            let may_send_until = Stamp::from_time(attempts.may_send_until.time);
            policy.next_step(&PastAttempts { may_send_until, ..*attempts }, now)
        };
    });
}

#[test]
fn no_attempt_begins_after_the_permit_of_its_claim() {
    assert_fails(TWICE, file(Kind::LISTS), |rules| {
        rules.is_past = |_, _| false;
    });
}

#[test]
fn an_unknown_attempt_is_not_repeated_at_a_vendor_that_checks_before_it_inserts() {
    assert_fails(TWICE, file(Kind::CHECKS_FIRST), |rules| {
        rules.may_resend = |error, capabilities, doubt| {
            let quiet = doubt.map(|doubt| Doubt { is_quiet: true, ..doubt });
            may_resend(error, capabilities, quiet)
        };
    });
}

#[test]
fn an_unknown_attempt_is_not_repeated_at_a_vendor_that_does_not_dedupe() {
    assert_fails(TWICE, file(Kind::PLAIN), |rules| {
        rules.may_resend = |error, _, _| error.is_transient();
    });
}

#[test]
fn a_later_refusal_does_not_undo_an_earlier_doubt() {
    assert_fails(NOT_DELIVERED, file(Kind::SERIALIZES), |rules| {
        rules.error = |failures, _| failures.last().map(|failure| failure.error());
    });
}

#[test]
fn a_look_for_a_repeat_does_not_find_the_first_contact() {
    assert_fails("a repeat does not end with the old id", file(Kind::LISTS), |rules| {
        rules.except = |_| None;
    });
}

#[test]
fn a_lost_lease_or_the_end_of_the_permit_keeps_an_attempt_from_beginning() {
    assert_fails(TWICE, lapsing(Kind::LISTS_AT_ONCE), |rules| {
        rules.holds = |_| true;
        rules.is_past = |_, _| false;
    });
}
