//! The rules of the queue: what leaves it, and what is queued again.

use super::super::checks::{lapsing_in_a_pause, queue};
use super::super::explore::CAN_END;
use super::super::vendor::Kind;
use super::{LEFT, assert_fails};
use crate::delivery::Outcome;
use crate::journal::rules::{self, Settled};
use crate::journal::{RecordState, SettleOutcome};
use crate::queue::{DeliveryResult, acknowledges};

#[test]
fn a_settlement_by_another_than_the_holder_is_an_error() {
    assert_fails(LEFT, lapsing_in_a_pause(Kind::PLAIN), |rules| {
        rules.settle = |known, settlement| {
            let settled = rules::settle(known, settlement);
            let is_holder = settled.outcome != SettleOutcome::NotHolder;
            Settled { outcome: if is_holder { settled.outcome } else { SettleOutcome::Written }, ..settled }
        };
    });
}

#[test]
fn what_the_journal_did_not_take_stays_in_the_queue() {
    assert_fails(LEFT, lapsing_in_a_pause(Kind::PLAIN), |rules| {
        rules.acknowledges =
            |ended, record, now| acknowledges(DeliveryResult { is_recorded: true, ..ended }, record, now);
    });
}

#[test]
fn a_doubt_that_is_not_settled_stays_in_the_queue() {
    assert_fails(LEFT, queue(Kind::PLAIN), |rules| {
        rules.acknowledges =
            |ended, record, now| ended.outcome == Outcome::InDoubt || acknowledges(ended, record, now);
    });
}

#[test]
fn a_doubt_that_another_worker_settled_as_pending_stays_in_the_queue() {
    assert_fails(LEFT, lapsing_in_a_pause(Kind::PLAIN), |rules| {
        rules.acknowledges = |ended, record, now| {
            let is_pending =
                record.is_some_and(|record| record.standing == RecordState::Settled(Outcome::Pending));
            (ended.outcome == Outcome::InDoubt && is_pending) || acknowledges(ended, record, now)
        };
    });
}

#[test]
fn what_is_pending_stays_in_the_queue() {
    assert_fails(LEFT, queue(Kind::PLAIN), |rules| {
        rules.acknowledges =
            |ended, record, now| ended.outcome == Outcome::Pending || acknowledges(ended, record, now);
    });
}

#[test]
fn what_met_a_pause_stays_in_the_queue() {
    assert_fails(LEFT, queue(Kind::PLAIN), |rules| {
        rules.acknowledges =
            |ended, record, now| ended.outcome == Outcome::Failed || acknowledges(ended, record, now);
    });
}

#[test]
fn a_parked_doubt_that_is_due_is_queued_again() {
    assert_fails(CAN_END, queue(Kind::LISTS), |rules| {
        rules.requeues = |record, _| !matches!(record.standing, RecordState::Settled(Outcome::InDoubt));
    });
}

#[test]
fn what_is_pending_and_in_no_message_is_queued_again() {
    assert_fails(CAN_END, queue(Kind::PLAIN), |rules| {
        rules.requeues = |record, now| record.look_again_at().is_some_and(|time| time <= now);
    });
}
