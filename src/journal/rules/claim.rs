//! The changes of a record by a claim.

use jiff::Timestamp;
use serde_json::{Value, json};
use unicontact_providers::{Effect, ErrorKind, Stamp};

use super::earlier::{appended, run_of};
use crate::journal::claim::{Claim, ClaimOutcome};
use crate::journal::record::Record;
use crate::journal::state::RecordState;
use crate::journal::story::{Story, StoryEntry, StoryEvent};
use crate::outcome::Outcome;

/// Returns the answer to a claim, and the record to write if the claim is granted.
///
/// A claimed record has an error exactly if the delivery was in doubt when it was claimed.
#[must_use]
pub fn claim(known: Option<Record>, claim: Claim) -> (ClaimOutcome, Option<Record>) {
    let Some(known) = known else {
        return if claim.extends {
            (ClaimOutcome::Held, None)
        } else {
            (ClaimOutcome::New, Some(claimed(None, claim)))
        };
    };
    match known.state {
        RecordState::Claimed(holder) if holder == claim.claim_id => {
            (ClaimOutcome::Extended, Some(extended(known, claim)))
        }
        RecordState::Claimed(_) => (ClaimOutcome::Held, None),
        _ if claim.extends => (ClaimOutcome::Held, None),
        RecordState::Settled(Outcome::Created | Outcome::Existing | Outcome::Skipped)
            if claim.again.is_none_or(|before| known.changed_at >= before) =>
        {
            (ClaimOutcome::Done(Box::new(known)), None)
        }
        // A person took it out of the queue.
        RecordState::Settled(Outcome::Pending) if known.is_purged() => (ClaimOutcome::Held, None),
        RecordState::Interrupted | RecordState::Settled(Outcome::InDoubt) => claimed_in_doubt(known, claim),
        RecordState::Settled(_) => (ClaimOutcome::New, Some(claimed(Some(known), claim))),
    }
}

/// Returns the record as the next process finds it after its holder has ended: a claim is interrupted.
#[must_use]
pub fn interrupt(record: Record) -> Record {
    match record.state {
        RecordState::Claimed(_) => Record { state: RecordState::Interrupted, ..record },
        RecordState::Interrupted | RecordState::Settled(_) => record,
    }
}

fn claimed_in_doubt(known: Record, claim: Claim) -> (ClaimOutcome, Option<Record>) {
    let until = known.may_send_until.unwrap_or_else(|| last_attempt_of_v0_1(&known, &claim));
    let may_send_until = Some(not_in_future(until, &known, &claim));
    let known = Record { may_send_until, ..known };
    let interruption = interruption(&known);
    let record = Record {
        state: RecordState::Claimed(claim.claim_id),
        error: known.error.clone().or_else(|| Some(interruption_error())),
        changed_at: claim.at.time,
        run: run_of(claim.run.as_ref(), &known),
        story: appended(known.story.clone(), interruption.into_iter().chain(claim.story), claim.run.as_ref()),
        ..known.clone()
    };
    (ClaimOutcome::Interrupted(Box::new(known)), Some(record))
}

/// Returns the error of a delivery that was claimed and never settled.
fn interruption_error() -> Value {
    json!({
        "kind": ErrorKind::Interrupted.as_str(),
        "effect": Effect::Unknown.as_str(),
        "operation": "create",
        "message": "an earlier run may have created it",
    })
}

/// Returns the record of a claim. The vendor's id of an earlier contact stays, in case the new delivery fails.
fn claimed(known: Option<Record>, claim: Claim) -> Record {
    let changed_at = known.as_ref().map_or(claim.at.time, |known| changed_at_of_claim(known, &claim));
    let (number, id, overruns, story) =
        known.map_or((0, None, 0, Story::default()), |it| (it.number, it.id, it.overruns, it.story));
    let run = claim.run.as_ref().map(|run| run.id);
    Record {
        number,
        key: claim.key,
        vendor: claim.vendor,
        fingerprint: claim.fingerprint,
        state: RecordState::Claimed(claim.claim_id),
        id,
        attempts: 0,
        error: None,
        by_person: false,
        changed_at,
        may_send_until: Some(claim.may_send_until),
        looked_at: None,
        look_again_at: claim.look_again_at,
        settled_by: None,
        overruns,
        digest: claim.digest,
        content: Some(claim.content),
        run,
        unresolved: None,
        story: appended(story, claim.story, claim.run.as_ref()),
    }
}

/// Returns the time of the last change of a claimed record. A delivered contact keeps the time of its delivery until another
/// one is delivered: a repetition that was interrupted can then continue with [`Claim::again`].
fn changed_at_of_claim(known: &Record, claim: &Claim) -> Timestamp {
    if known.id.is_some() { known.changed_at } else { claim.at.time }
}

/// Returns the record of an extended claim, with the contact that is about to be sent.
fn extended(known: Record, claim: Claim) -> Record {
    let changed_at = changed_at_of_claim(&known, &claim);
    Record {
        run: run_of(claim.run.as_ref(), &known),
        story: appended(known.story, claim.story, claim.run.as_ref()),
        fingerprint: claim.fingerprint,
        digest: claim.digest,
        content: Some(claim.content),
        changed_at,
        may_send_until: Some(claim.may_send_until),
        look_again_at: claim.look_again_at,
        ..known
    }
}

/// Returns the time after which version 0.1.0, which recorded no times, began no attempt. Its claims permitted attempts for as
/// long as this one, and a doubt that it settled is not older than the last change of the record.
fn last_attempt_of_v0_1(known: &Record, claim: &Claim) -> Stamp {
    let changed_at = Stamp::from_time(known.changed_at);
    match known.state {
        RecordState::Interrupted => {
            let window = claim.may_send_until.time.duration_since(claim.at.time);
            changed_at.after(window.try_into().unwrap_or_default())
        }
        RecordState::Claimed(_) | RecordState::Settled(_) => changed_at,
    }
}

/// Returns a time that a wrong clock may have written, not later than now. An unsettled claim may permit attempts in the
/// future, but not later than a claim that is made now.
fn not_in_future(until: Stamp, known: &Record, claim: &Claim) -> Stamp {
    match known.state {
        RecordState::Interrupted => until.min(claim.may_send_until),
        RecordState::Claimed(_) | RecordState::Settled(_) => until.min(claim.at),
    }
}

/// Returns the event that the holder of a claim ended without a settlement.
fn interruption(known: &Record) -> Option<StoryEntry> {
    let is_interrupted = known.state == RecordState::Interrupted;
    is_interrupted.then_some(StoryEntry {
        at: known.changed_at,
        run: known.run,
        event: StoryEvent::Interrupted,
    })
}
