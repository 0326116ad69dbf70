//! The rules of the journal: claims, settlements, resolutions, orphans.

use super::super::checks::{file, giving_up, lapsing, queued_twice, set_clock, shared_file, without_leases};
use super::super::explore::CAN_END;
use super::super::vendor::Kind;
use super::{FORGOTTEN, NOT_DELIVERED, TWICE, assert_fails};
use crate::journal::rules::{self, Settled};
use crate::journal::{Claim, ClaimOutcome, Record, RecordState, Resolution, SettleOutcome, Settlement};
use crate::outcome::Outcome;

/// Claims as if the journal did not know of a record like this.
fn claim_without(
    known: Option<Record>,
    claim: Claim,
    is_unknown: fn(RecordState) -> bool,
) -> (ClaimOutcome, Option<Record>) {
    rules::claim(known.filter(|known| !is_unknown(known.state)), claim)
}

/// Returns a record with the time before it, as if a claim had not changed it.
fn with_time_of(known: Option<&Record>, record: Option<Record>) -> Option<Record> {
    let record = record?;
    let may_send_until = known.and_then(|known| known.may_send_until).or(record.may_send_until);
    Some(Record { may_send_until, ..record })
}

#[test]
fn a_claim_that_is_held_is_not_granted() {
    assert_fails(TWICE, shared_file(Kind::PLAIN), |rules| {
        rules.claim = |known, claim| {
            let ticket = claim.claim_id;
            let known = known.filter(|known| {
                known.state == RecordState::Claimed(ticket) || !matches!(known.state, RecordState::Claimed(_))
            });
            rules::claim(known, claim)
        };
    });
}

#[test]
fn what_was_interrupted_is_not_granted_as_new() {
    assert_fails(TWICE, file(Kind::LISTS), |rules| {
        rules.claim = |known, claim| claim_without(known, claim, |it| it == RecordState::Interrupted);
    });
}

#[test]
fn what_is_in_doubt_is_not_granted_as_new() {
    assert_fails(TWICE, file(Kind::LISTS), |rules| {
        rules.claim =
            |known, claim| claim_without(known, claim, |it| it == RecordState::Settled(Outcome::InDoubt));
    });
}

#[test]
fn what_is_delivered_is_not_granted() {
    assert_fails(TWICE, shared_file(Kind::PLAIN), |rules| {
        rules.claim = |known, claim| {
            claim_without(
                known,
                claim,
                |it| matches!(it, RecordState::Settled(outcome) if outcome.is_delivered()),
            )
        };
    });
}

#[test]
fn the_quiet_time_of_a_claim_counts_from_the_end_of_its_permit() {
    assert_fails(TWICE, file(Kind::LISTS), |rules| {
        rules.claim = |known, claim| {
            let at = claim.at;
            let (claimed, record) = rules::claim(known, claim);
            let is_new = claimed == ClaimOutcome::New;
            let counted = |record: Record| Record { may_send_until: Some(at), ..record };
            (claimed, record.map(|record| if is_new { counted(record) } else { record }))
        };
    });
}

#[test]
fn a_claim_that_is_extended_permits_attempts_for_longer() {
    assert_fails(TWICE, file(Kind::CHECKS_FIRST), |rules| {
        rules.claim = |known, claim| {
            let (claimed, record) = rules::claim(known.clone(), claim);
            let is_extended = claimed == ClaimOutcome::Extended;
            (claimed, if is_extended { with_time_of(known.as_ref(), record) } else { record })
        };
    });
}

#[test]
fn an_extension_is_not_granted_where_another_one_has_settled() {
    assert_fails(TWICE, without_leases(Kind::LISTS_AT_ONCE), |rules| {
        rules.claim = |known, claim| {
            let extends = claim.extends;
            let (claimed, record) = rules::claim(known, Claim { extends: false, ..claim });
            (if extends && record.is_some() { ClaimOutcome::Extended } else { claimed }, record)
        };
    });
}

#[test]
fn a_time_in_the_future_counts_from_the_next_claim() {
    assert_fails(CAN_END, set_clock(Kind::LISTS), |rules| {
        rules.claim = |known, claim| {
            let (claimed, record) = rules::claim(known.clone(), claim);
            match (claimed, known) {
                (ClaimOutcome::Interrupted(_), Some(known)) => {
                    let record = with_time_of(Some(&known), record);
                    (ClaimOutcome::Interrupted(Box::new(known)), record)
                }
                (claimed, _) => (claimed, record),
            }
        };
    });
}

#[test]
fn a_repeat_keeps_the_id_of_the_first_contact_in_case_nothing_comes_of_it() {
    assert_fails(NOT_DELIVERED, file(Kind::PLAIN), |rules| {
        rules.claim = |known, claim| {
            let (claimed, record) = rules::claim(known, claim);
            let is_new = claimed == ClaimOutcome::New;
            (claimed, record.map(|record| if is_new { Record { id: None, ..record } } else { record }))
        };
    });
}

#[test]
fn a_claim_whose_holder_is_gone_is_interrupted_and_not_pending() {
    assert_fails(NOT_DELIVERED, file(Kind::PLAIN), |rules| {
        rules.orphan = |record| Record { state: RecordState::Settled(Outcome::Pending), ..record };
    });
}

#[test]
fn a_claim_whose_holder_is_gone_is_free() {
    assert_fails(CAN_END, file(Kind::PLAIN), |rules| rules.orphan = |record| record);
}

#[test]
fn a_settlement_without_a_claim_does_not_settle_what_another_one_sends() {
    assert_fails(NOT_DELIVERED, shared_file(Kind::PLAIN), |rules| {
        rules.settle =
            |known, settlement| rules::settle(known.filter(|_| settlement.claim_id.is_some()), settlement);
    });
}

/// Settles as if the settlement's own claim stood in the record.
fn settle_as_holder(known: Option<&Record>, settlement: Settlement) -> Settled {
    let ticket = settlement.claim_id;
    let claimed = |known: &Record| match ticket {
        Some(ticket) => Record { state: RecordState::Claimed(ticket), ..known.clone() },
        None => known.clone(),
    };
    rules::settle(known.map(claimed).as_ref(), settlement)
}

#[test]
fn a_settlement_with_a_claim_that_another_one_took_over_changes_nothing() {
    assert_fails(FORGOTTEN, lapsing(Kind::LISTS_AT_ONCE), |rules| rules.settle = settle_as_holder);
}

#[test]
fn a_settlement_after_the_end_changes_nothing() {
    assert_fails(FORGOTTEN, file(Kind::LISTS), |rules| {
        rules.settle = |known, settlement| {
            let is_again = known.is_some_and(|known| known.settled_by == settlement.claim_id);
            if is_again { settle_as_holder(known, settlement) } else { rules::settle(known, settlement) }
        };
    });
}

#[test]
fn a_claim_that_was_given_up_leaves_the_doubt() {
    assert_fails(TWICE, giving_up(Kind::PLAIN), |rules| {
        rules.settle = |known, settlement| {
            let without_error = known.map(|known| Record { error: None, ..known.clone() });
            rules::settle(without_error.as_ref(), settlement)
        };
    });
}

#[test]
fn what_was_not_tried_says_less_than_that_it_is_delivered() {
    assert_fails(FORGOTTEN, file(Kind::PLAIN), |rules| {
        rules.settle = |known, settlement| {
            let is_untried = settlement.claim_id.is_none() && settlement.outcome == Outcome::Pending;
            rules::settle(known.filter(|_| !is_untried), settlement)
        };
    });
}

#[test]
fn looking_does_not_move_the_time_of_the_last_attempt() {
    assert_fails(CAN_END, file(Kind::LISTS).impatient(), |rules| {
        rules.settle = |known, settlement| {
            let last_attempt = settlement.last_attempt.or_else(|| {
                let looked_at = settlement.looked_at.filter(|_| settlement.outcome == Outcome::InDoubt);
                looked_at.map(unicontact_providers::Stamp::from_time)
            });
            rules::settle(known, Settlement { last_attempt, ..settlement })
        };
    });
}

#[test]
fn an_attempt_under_a_claim_that_another_one_took_over_is_counted() {
    let property = "an attempt under a lost claim is on the record";
    assert_fails(property, lapsing(Kind::LISTS_AT_ONCE), |rules| {
        rules.settle = |known, settlement| {
            let settled = rules::settle(known, settlement);
            let is_holder = settled.outcome != SettleOutcome::NotHolder;
            Settled { record: settled.record.filter(|_| is_holder), ..settled }
        };
    });
}

#[test]
fn nobody_resolves_what_is_being_sent() {
    assert_fails(NOT_DELIVERED, file(Kind::PLAIN), |rules| {
        rules.resolve = |known, resolution, act| rules::resolve(known.map(rules::interrupt), resolution, act);
    });
}

#[test]
fn nobody_resolves_what_is_delivered() {
    assert_fails(NOT_DELIVERED, file(Kind::PLAIN), |rules| {
        rules.resolve = |known, resolution, act| {
            let in_doubt = |known: Record| match known.state {
                RecordState::Settled(_) => {
                    Record { state: RecordState::Settled(Outcome::InDoubt), id: None, ..known }
                }
                RecordState::Claimed(_) | RecordState::Interrupted => known,
            };
            rules::resolve(known.map(in_doubt), resolution, act)
        };
    });
}

#[test]
fn a_repeat_that_was_not_created_leaves_the_first_contact_delivered() {
    assert_fails(NOT_DELIVERED, file(Kind::PLAIN), |rules| {
        rules.resolve = |known, resolution, act| {
            let is_not_created = resolution == Resolution::NotCreated;
            let forget = |known: Record| Record { id: None, ..known };
            rules::resolve(known.map(|it| if is_not_created { forget(it) } else { it }), resolution, act)
        };
    });
}

#[test]
fn two_messages_of_one_delivery_send_it_once() {
    assert_fails(TWICE, queued_twice(Kind::PLAIN), |rules| {
        rules.claim = |known, claim| {
            claim_without(
                known,
                claim,
                |it| matches!(it, RecordState::Settled(outcome) if outcome.is_delivered()),
            )
        };
    });
}
