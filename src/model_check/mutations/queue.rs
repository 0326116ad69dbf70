//! Mutations of the queue's rules: acknowledgements, and deliveries that are enqueued again.

use super::super::checks::{lease_expiry_in_a_pause, queue};
use super::super::explore::CAN_END;
use super::super::vendor::VendorKind;
use super::{NOT_LEFT_UNFINISHED, assert_fails};
use crate::journal::rules::{self, Settled};
use crate::journal::{RecordState, SettleOutcome};
use crate::outcome::Outcome;
use crate::queue::{Ended, acknowledges};

#[test]
fn a_settlement_without_the_claim_is_reported_as_not_written() {
    assert_fails(NOT_LEFT_UNFINISHED, lease_expiry_in_a_pause(VendorKind::PLAIN), |rules| {
        rules.settle = |current, settlement| {
            let settled = rules::settle(current, settlement);
            let is_holder = settled.outcome != SettleOutcome::NotHolder;
            Settled { outcome: if is_holder { settled.outcome } else { SettleOutcome::Written }, ..settled }
        };
    });
}

#[test]
fn a_delivery_that_the_journal_did_not_record_is_not_acknowledged() {
    assert_fails(NOT_LEFT_UNFINISHED, lease_expiry_in_a_pause(VendorKind::PLAIN), |rules| {
        rules.acknowledges =
            |ended, record, now| acknowledges(Ended { is_recorded: true, ..ended }, record, now);
    });
}

#[test]
fn an_unrecorded_doubt_is_not_acknowledged() {
    assert_fails(NOT_LEFT_UNFINISHED, queue(VendorKind::PLAIN), |rules| {
        rules.acknowledges =
            |ended, record, now| ended.outcome == Outcome::InDoubt || acknowledges(ended, record, now);
    });
}

#[test]
fn a_doubt_that_another_worker_settled_as_pending_is_not_acknowledged() {
    assert_fails(NOT_LEFT_UNFINISHED, lease_expiry_in_a_pause(VendorKind::PLAIN), |rules| {
        rules.acknowledges = |ended, record, now| {
            let is_pending =
                record.is_some_and(|record| record.state == RecordState::Settled(Outcome::Pending));
            (ended.outcome == Outcome::InDoubt && is_pending) || acknowledges(ended, record, now)
        };
    });
}

#[test]
fn a_pending_delivery_is_not_acknowledged() {
    assert_fails(NOT_LEFT_UNFINISHED, queue(VendorKind::PLAIN), |rules| {
        rules.acknowledges =
            |ended, record, now| ended.outcome == Outcome::Pending || acknowledges(ended, record, now);
    });
}

#[test]
fn a_delivery_that_failed_because_of_a_pause_is_not_acknowledged() {
    assert_fails(NOT_LEFT_UNFINISHED, queue(VendorKind::PLAIN), |rules| {
        rules.acknowledges =
            |ended, record, now| ended.outcome == Outcome::Failed || acknowledges(ended, record, now);
    });
}

#[test]
fn a_doubt_that_is_due_is_enqueued_again() {
    assert_fails(CAN_END, queue(VendorKind::LISTS), |rules| {
        rules.requeues = |record, _| !matches!(record.state, RecordState::Settled(Outcome::InDoubt));
    });
}

#[test]
fn a_pending_delivery_without_a_message_is_enqueued_again() {
    assert_fails(CAN_END, queue(VendorKind::PLAIN), |rules| {
        rules.requeues = |record, now| record.look_again_at().is_some_and(|time| time <= now);
    });
}
