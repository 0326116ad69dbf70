//! Mutations of the journal's rules: claims, settlements, resolutions, orphans.

use super::super::checks::{
    cancelled_claim, clock_jump, file, lease_expiry, queued_twice, shared_file, without_leases,
};
use super::super::explore::CAN_END;
use super::super::vendor::VendorKind;
use super::{NO_DUPLICATE, NOT_DELIVERED, NOT_FORGOTTEN, assert_fails};
use crate::journal::rules::{self, Settled};
use crate::journal::{Claim, ClaimOutcome, Record, RecordState, Resolution, SettleOutcome, Settlement};
use crate::outcome::Outcome;

/// Claims as if there were no record when its state matches `is_ignored`.
fn claim_without(
    current: Option<Record>,
    claim: Claim,
    is_ignored: fn(RecordState) -> bool,
) -> (ClaimOutcome, Option<Record>) {
    rules::claim(current.filter(|current| !is_ignored(current.state)), claim)
}

/// Returns a record with the `may_send_until` of the current one.
fn with_time_of(current: Option<&Record>, record: Option<Record>) -> Option<Record> {
    let record = record?;
    let may_send_until = current.and_then(|current| current.may_send_until).or(record.may_send_until);
    Some(Record { may_send_until, ..record })
}

#[test]
fn a_held_claim_is_not_granted_to_another_process() {
    assert_fails(NO_DUPLICATE, shared_file(VendorKind::PLAIN), |rules| {
        rules.claim = |current, claim| {
            let claim_id = claim.claim_id;
            let current = current.filter(|current| {
                current.state == RecordState::Claimed(claim_id)
                    || !matches!(current.state, RecordState::Claimed(_))
            });
            rules::claim(current, claim)
        };
    });
}

#[test]
fn an_interrupted_delivery_is_not_granted_as_new() {
    assert_fails(NO_DUPLICATE, file(VendorKind::LISTS), |rules| {
        rules.claim = |current, claim| claim_without(current, claim, |it| it == RecordState::Interrupted);
    });
}

#[test]
fn a_doubtful_delivery_is_not_granted_as_new() {
    assert_fails(NO_DUPLICATE, file(VendorKind::LISTS), |rules| {
        rules.claim =
            |current, claim| claim_without(current, claim, |it| it == RecordState::Settled(Outcome::InDoubt));
    });
}

#[test]
fn a_delivered_contact_is_not_granted() {
    assert_fails(NO_DUPLICATE, shared_file(VendorKind::PLAIN), |rules| {
        rules.claim = |current, claim| {
            claim_without(
                current,
                claim,
                |it| matches!(it, RecordState::Settled(outcome) if outcome.is_delivered()),
            )
        };
    });
}

#[test]
fn the_quiet_time_of_an_interrupted_claim_starts_when_its_permit_ends() {
    assert_fails(NO_DUPLICATE, file(VendorKind::LISTS), |rules| {
        rules.claim = |current, claim| {
            let at = claim.at;
            let (claimed, record) = rules::claim(current, claim);
            let is_new = claimed == ClaimOutcome::New;
            let with_time_of_claim = |record: Record| Record { may_send_until: Some(at), ..record };
            (claimed, record.map(|record| if is_new { with_time_of_claim(record) } else { record }))
        };
    });
}

#[test]
fn an_extended_claim_moves_the_end_of_its_permit() {
    assert_fails(NO_DUPLICATE, file(VendorKind::CHECKS_FIRST), |rules| {
        rules.claim = |current, claim| {
            let (claimed, record) = rules::claim(current.clone(), claim);
            let is_extended = claimed == ClaimOutcome::Extended;
            (claimed, if is_extended { with_time_of(current.as_ref(), record) } else { record })
        };
    });
}

#[test]
fn a_delivery_that_another_worker_settled_cannot_be_extended() {
    assert_fails(NO_DUPLICATE, without_leases(VendorKind::LISTS_AT_ONCE), |rules| {
        rules.claim = |current, claim| {
            let extends = claim.extends;
            let (claimed, record) = rules::claim(current, Claim { extends: false, ..claim });
            (if extends && record.is_some() { ClaimOutcome::Extended } else { claimed }, record)
        };
    });
}

#[test]
fn the_next_claim_replaces_a_time_in_the_future() {
    assert_fails(CAN_END, clock_jump(VendorKind::LISTS), |rules| {
        rules.claim = |current, claim| {
            let (claimed, record) = rules::claim(current.clone(), claim);
            match (claimed, current) {
                (ClaimOutcome::Interrupted(_), Some(current)) => {
                    let record = with_time_of(Some(&current), record);
                    (ClaimOutcome::Interrupted(Box::new(current)), record)
                }
                (claimed, _) => (claimed, record),
            }
        };
    });
}

#[test]
fn a_repeat_that_fails_keeps_the_id_of_the_first_contact() {
    assert_fails(NOT_DELIVERED, file(VendorKind::PLAIN), |rules| {
        rules.claim = |current, claim| {
            let (claimed, record) = rules::claim(current, claim);
            let is_new = claimed == ClaimOutcome::New;
            (claimed, record.map(|record| if is_new { Record { id: None, ..record } } else { record }))
        };
    });
}

#[test]
fn an_orphaned_claim_becomes_interrupted_and_not_pending() {
    assert_fails(NOT_DELIVERED, file(VendorKind::PLAIN), |rules| {
        rules.orphan = |record| Record { state: RecordState::Settled(Outcome::Pending), ..record };
    });
}

#[test]
fn an_orphaned_claim_can_be_claimed() {
    assert_fails(CAN_END, file(VendorKind::PLAIN), |rules| rules.orphan = |record| record);
}

#[test]
fn a_settlement_without_a_claim_does_not_settle_a_claimed_delivery() {
    assert_fails(NOT_DELIVERED, shared_file(VendorKind::PLAIN), |rules| {
        rules.settle = |current, settlement| {
            rules::settle(current.filter(|_| settlement.claim_id.is_some()), settlement)
        };
    });
}

/// Settles as if the record had the claim of the settlement.
fn settle_as_holder(current: Option<&Record>, settlement: Settlement) -> Settled {
    let claim_id = settlement.claim_id;
    let claimed = |current: &Record| match claim_id {
        Some(claim_id) => Record { state: RecordState::Claimed(claim_id), ..current.clone() },
        None => current.clone(),
    };
    rules::settle(current.map(claimed).as_ref(), settlement)
}

#[test]
fn a_settlement_with_a_lost_claim_changes_nothing() {
    assert_fails(NOT_FORGOTTEN, lease_expiry(VendorKind::LISTS_AT_ONCE), |rules| {
        rules.settle = settle_as_holder;
    });
}

#[test]
fn a_second_settlement_with_the_same_claim_changes_nothing() {
    assert_fails(NOT_FORGOTTEN, file(VendorKind::LISTS), |rules| {
        rules.settle = |current, settlement| {
            let is_repeat = current.is_some_and(|current| current.settled_by == settlement.claim_id);
            if is_repeat { settle_as_holder(current, settlement) } else { rules::settle(current, settlement) }
        };
    });
}

#[test]
fn a_cancelled_claim_leaves_the_delivery_in_doubt() {
    assert_fails(NO_DUPLICATE, cancelled_claim(VendorKind::PLAIN), |rules| {
        rules.settle = |current, settlement| {
            let without_error = current.map(|current| Record { error: None, ..current.clone() });
            rules::settle(without_error.as_ref(), settlement)
        };
    });
}

#[test]
fn pending_without_an_attempt_does_not_overwrite_a_delivered_record() {
    assert_fails(NOT_FORGOTTEN, file(VendorKind::PLAIN), |rules| {
        rules.settle = |current, settlement| {
            let is_untried = settlement.claim_id.is_none() && settlement.outcome == Outcome::Pending;
            rules::settle(current.filter(|_| !is_untried), settlement)
        };
    });
}

#[test]
fn a_look_does_not_move_the_time_of_the_last_attempt() {
    assert_fails(CAN_END, file(VendorKind::LISTS).impatient(), |rules| {
        rules.settle = |current, settlement| {
            let last_attempt = settlement.last_attempt.or_else(|| {
                let looked_at = settlement.looked_at.filter(|_| settlement.outcome == Outcome::InDoubt);
                looked_at.map(unicontact_providers::Stamp::from_time)
            });
            rules::settle(current, Settlement { last_attempt, ..settlement })
        };
    });
}

#[test]
fn an_attempt_under_a_lost_claim_is_counted_as_an_overrun() {
    let property = "an attempt under a lost claim is on the record";
    assert_fails(property, lease_expiry(VendorKind::LISTS_AT_ONCE), |rules| {
        rules.settle = |current, settlement| {
            let settled = rules::settle(current, settlement);
            let is_holder = settled.outcome != SettleOutcome::NotHolder;
            Settled { record: settled.record.filter(|_| is_holder), ..settled }
        };
    });
}

#[test]
fn a_claimed_delivery_cannot_be_resolved() {
    assert_fails(NOT_DELIVERED, file(VendorKind::PLAIN), |rules| {
        rules.resolve =
            |current, resolution, act| rules::resolve(current.map(rules::interrupt), resolution, act);
    });
}

#[test]
fn a_delivered_contact_cannot_be_resolved() {
    assert_fails(NOT_DELIVERED, file(VendorKind::PLAIN), |rules| {
        rules.resolve = |current, resolution, act| {
            let in_doubt = |current: Record| match current.state {
                RecordState::Settled(_) => {
                    Record { state: RecordState::Settled(Outcome::InDoubt), id: None, ..current }
                }
                RecordState::Claimed(_) | RecordState::Interrupted => current,
            };
            rules::resolve(current.map(in_doubt), resolution, act)
        };
    });
}

#[test]
fn a_repeat_that_is_resolved_as_not_created_leaves_the_first_contact_delivered() {
    assert_fails(NOT_DELIVERED, file(VendorKind::PLAIN), |rules| {
        rules.resolve = |current, resolution, act| {
            let is_not_created = resolution == Resolution::NotCreated;
            let forget = |current: Record| Record { id: None, ..current };
            rules::resolve(current.map(|it| if is_not_created { forget(it) } else { it }), resolution, act)
        };
    });
}

#[test]
fn two_messages_of_one_delivery_create_one_contact() {
    assert_fails(NO_DUPLICATE, queued_twice(VendorKind::PLAIN), |rules| {
        rules.claim = |current, claim| {
            claim_without(
                current,
                claim,
                |it| matches!(it, RecordState::Settled(outcome) if outcome.is_delivered()),
            )
        };
    });
}
