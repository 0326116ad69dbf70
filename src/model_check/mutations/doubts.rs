//! Mutations of the rules for doubts: the quiet time, looks, resends.

use unicontact_providers::{Capabilities, Doubt, FindOutcome, Stamp, may_resend};

use super::super::checks::{clock_jump, file, lease_expiry};
use super::super::clock::{QUIET, Shift};
use super::super::explore::CAN_END;
use super::super::vendor::VendorKind;
use super::{NO_DUPLICATE, NOT_DELIVERED, assert_fails};
use crate::quiet_time::{DoubtPolicy, NextStep, PastAttempts};

#[test]
fn not_found_before_the_quiet_time_ends_is_not_sent_again() {
    assert_fails(NO_DUPLICATE, file(VendorKind::LISTS), |rules| {
        rules.after_look = |policy, outcome, attempts, now| match outcome {
            Some(FindOutcome::Nothing) => NextStep::Send,
            _ => policy.after_look(outcome, attempts, now),
        };
    });
}

#[test]
fn not_found_after_the_quiet_time_is_sent_again() {
    assert_fails(CAN_END, file(VendorKind::LISTS), |rules| {
        rules.after_look = |policy, _, attempts, now| policy.after_look(None, attempts, now);
    });
}

#[test]
fn the_answer_to_a_look_counts_from_the_time_of_its_request() {
    assert_fails(NO_DUPLICATE, file(VendorKind::LISTS), |rules| rules.look_counts_from = |_, now| now);
}

#[test]
fn a_similar_contact_does_not_count_as_not_found() {
    assert_fails(NO_DUPLICATE, file(VendorKind::UNCLEAR), |rules| {
        rules.after_look = |policy, outcome, attempts, now| match outcome {
            Some(FindOutcome::Unclear { candidates }) if !candidates.is_empty() => {
                policy.after_look(Some(&FindOutcome::Nothing), attempts, now)
            }
            _ => policy.after_look(outcome, attempts, now),
        };
    });
}

#[test]
fn an_unreadable_list_does_not_count_as_not_found() {
    assert_fails(NO_DUPLICATE, file(VendorKind::UNCLEAR), |rules| {
        rules.after_look = |policy, outcome, attempts, now| match outcome {
            Some(FindOutcome::Unclear { candidates }) if candidates.is_empty() => {
                policy.after_look(Some(&FindOutcome::Nothing), attempts, now)
            }
            _ => policy.after_look(outcome, attempts, now),
        };
    });
}

#[test]
fn a_failed_look_does_not_count_as_not_found() {
    assert_fails(NO_DUPLICATE, file(VendorKind::UNCLEAR), |rules| {
        rules.after_look = |policy, outcome, attempts, now| {
            policy.after_look(outcome.or(Some(&FindOutcome::Nothing)), attempts, now)
        };
    });
}

#[test]
fn the_lag_of_the_vendors_list_extends_the_quiet_time() {
    assert_fails(NO_DUPLICATE, file(VendorKind::LISTS), |rules| {
        rules.policy = |settings, capabilities| {
            let at_once = Capabilities { search_lag: std::time::Duration::ZERO, ..capabilities.clone() };
            DoubtPolicy::new(settings, &at_once)
        };
    });
}

#[test]
fn a_vendor_that_checks_before_it_inserts_gets_no_resend_before_the_quiet_time_ends() {
    assert_fails(NO_DUPLICATE, file(VendorKind::CHECKS_FIRST), |rules| {
        rules.next_step = |_, _, _| NextStep::Send;
    });
}

#[test]
fn a_doubt_that_the_product_cannot_resolve_asks_a_person() {
    assert_fails(CAN_END, file(VendorKind::PLAIN), |rules| {
        rules.after_look = |_, _, _, now| NextStep::Wait(now.time);
        rules.next_step = |_, _, now| NextStep::Wait(now.time);
    });
}

/// Returns past attempts with a time in the future replaced by one long ago.
fn with_future_as_past(attempts: &PastAttempts, now: &Stamp) -> PastAttempts {
    let mut attempts = *attempts;
    if attempts.may_send_until.time > now.time {
        Shift::WallForward.apply_to_stamp(&mut attempts.may_send_until, QUIET);
        attempts.may_send_until.boot = None;
    }
    attempts
}

#[test]
fn a_time_in_the_future_does_not_end_the_quiet_time() {
    assert_fails(NO_DUPLICATE, clock_jump(VendorKind::LISTS), |rules| {
        rules.after_look = |policy, outcome, attempts, now| {
            policy.after_look(outcome, &with_future_as_past(attempts, now), now)
        };
    });
}

#[test]
fn setting_the_wall_clock_forward_does_not_end_the_quiet_time() {
    assert_fails(NO_DUPLICATE, clock_jump(VendorKind::CHECKS_FIRST), |rules| {
        rules.next_step = |policy, attempts, now| {
            let may_send_until = Stamp::from_time(attempts.may_send_until.time);
            policy.next_step(&PastAttempts { may_send_until, ..*attempts }, now)
        };
    });
}

#[test]
fn no_attempt_starts_after_the_permit_of_its_claim() {
    assert_fails(NO_DUPLICATE, file(VendorKind::LISTS), |rules| {
        rules.is_past = |_, _| false;
    });
}

#[test]
fn an_attempt_of_unknown_effect_is_not_retried_at_a_vendor_that_checks_before_it_inserts() {
    assert_fails(NO_DUPLICATE, file(VendorKind::CHECKS_FIRST), |rules| {
        rules.may_resend = |error, capabilities, doubt| {
            let quiet = doubt.map(|doubt| Doubt { is_quiet: true, ..doubt });
            may_resend(error, capabilities, quiet)
        };
    });
}

#[test]
fn an_attempt_of_unknown_effect_is_not_retried_at_a_vendor_without_dedupe() {
    assert_fails(NO_DUPLICATE, file(VendorKind::PLAIN), |rules| {
        rules.may_resend = |error, _, _| error.is_transient();
    });
}

#[test]
fn a_later_refusal_does_not_remove_an_earlier_doubt() {
    assert_fails(NOT_DELIVERED, file(VendorKind::SERIALIZES), |rules| {
        rules.final_error = |failures, _| failures.last().map(|failure| failure.error());
    });
}

#[test]
fn a_look_for_a_repeat_ignores_the_first_contact() {
    assert_fails("a repeat does not end with the old id", file(VendorKind::LISTS), |rules| {
        rules.excluded = |_| None;
    });
}

#[test]
fn no_attempt_starts_after_the_lease_or_the_permit_has_ended() {
    assert_fails(NO_DUPLICATE, lease_expiry(VendorKind::LISTS_AT_ONCE), |rules| {
        rules.holds = |_| true;
        rules.is_past = |_, _| false;
    });
}
