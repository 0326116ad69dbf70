//! What becomes of a record when it is claimed, settled or resolved.
//!
//! Pure functions, the same for every journal: a journal reads a record, asks here, and writes the answer.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use unicontact_providers::{Effect, ErrorKind, Stamp};

use super::claim::{Claim, ClaimOutcome};
use super::record::Record;
use super::resolution::{Act, Resolution};
use super::settlement::{SettleOutcome, Settlement};
use super::state::{RecordState, may_be_sent};
use super::story::{Run, RunId, Story, StoryEntry, StoryEvent, without_words};
use super::unresolved::Unresolved;
use crate::outcome::Outcome;

/// How long the contact of a delivery is kept that a person resolved as created: so long the resolution can be taken back with
/// it.
const RESOLVED_CONTENT: SignedDuration = SignedDuration::from_hours(7 * 24);
/// The fingerprint of a contact whose content was forgotten.
pub(crate) const FORGOTTEN: &str = "";

/// Returns the answer to a claim, and the record to write if it was granted.
pub(crate) fn claim(known: Option<Record>, claim: Claim) -> (ClaimOutcome, Option<Record>) {
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
        RecordState::Interrupted | RecordState::Settled(Outcome::InDoubt) => {
            let until = known.may_send_until.unwrap_or_else(|| of_earlier_version(&known, &claim));
            let may_send_until = Some(not_in_future(until, &known, &claim));
            let known = Record { may_send_until, ..known };
            let state = RecordState::Claimed(claim.claim_id);
            let interruption = interruption(&known);
            let record = Record {
                state,
                error: known.error.clone().or_else(|| Some(interruption_error())),
                changed_at: claim.at.time,
                run: run_of(claim.run.as_ref(), &known),
                story: appended(
                    known.story.clone(),
                    interruption.into_iter().chain(claim.story),
                    claim.run.as_ref(),
                ),
                ..known.clone()
            };
            (ClaimOutcome::Interrupted(Box::new(known)), Some(record))
        }
        RecordState::Settled(_) => (ClaimOutcome::New, Some(claimed(Some(known), claim))),
    }
}

/// Returns the error of a delivery whose run was ended before it settled it. A claimed record has an error exactly if the
/// delivery was in doubt when it was claimed.
fn interruption_error() -> Value {
    json!({
        "kind": ErrorKind::Interrupted.as_str(),
        "effect": Effect::Unknown.as_str(),
        "operation": "create",
        "message": "an earlier run may have created it",
    })
}

/// Returns a record of what is about to be sent. The id of an earlier one stays, in case nothing comes of it.
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

/// Returns the time of the last change of a claimed record. Of a contact that the vendor has, that is the time of its delivery
/// until another one is delivered, so that a repeat that was interrupted goes on with those of which nothing came.
fn changed_at_of_claim(known: &Record, claim: &Claim) -> Timestamp {
    if known.id.is_some() { known.changed_at } else { claim.at.time }
}

/// Returns the record of a claim that permits attempts for longer, of the content that is about to be sent.
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

/// Returns the time after which no attempt of a version began that recorded none: its claims permitted attempts for as long as
/// this one, and what it settled is not older than its last change.
fn of_earlier_version(known: &Record, claim: &Claim) -> Stamp {
    let changed_at = Stamp::from_time(known.changed_at);
    match known.state {
        RecordState::Interrupted => {
            let window = claim.may_send_until.time.duration_since(claim.at.time);
            changed_at.after(window.try_into().unwrap_or_default())
        }
        RecordState::Claimed(_) | RecordState::Settled(_) => changed_at,
    }
}

/// A stamp in the future is one of a clock that was wrong, and counts from now. Only a claim that was never settled permits
/// attempts in the future.
fn not_in_future(until: Stamp, known: &Record, claim: &Claim) -> Stamp {
    match known.state {
        RecordState::Interrupted => until.min(claim.may_send_until),
        RecordState::Claimed(_) | RecordState::Settled(_) => until.min(claim.at),
    }
}

/// What a settlement changes.
#[derive(Debug)]
pub(crate) struct Settled {
    /// The answer to whoever settles.
    pub(crate) outcome: SettleOutcome,
    /// The record to write, if it changes.
    pub(crate) record: Option<Record>,
}

/// Returns the answer to a settlement, and the record to write.
pub(crate) fn settle(known: Option<&Record>, settlement: Settlement) -> Settled {
    match (permission(known, &settlement), known) {
        (SettleOutcome::Written, Some(known)) if leaves_doubt(known, &settlement) => {
            Settled { outcome: SettleOutcome::TellsLess, record: Some(with_doubt(known, settlement)) }
        }
        (SettleOutcome::Written, _) => {
            Settled { outcome: SettleOutcome::Written, record: Some(settled(known, settlement)) }
        }
        (SettleOutcome::NotHolder, Some(known)) if is_overrun(&settlement) => {
            let record = Record {
                overruns: known.overruns.saturating_add(1),
                story: appended(known.story.clone(), settlement.story, settlement.run.as_ref()),
                ..known.clone()
            };
            Settled { outcome: SettleOutcome::NotHolder, record: Some(record) }
        }
        (outcome, _) => Settled { outcome, record: None },
    }
}

/// Returns whether the delivery was in doubt before it was claimed, and the settlement does not resolve the doubt. The
/// settling run gave up, or was cut off, before it got the answer to its claim: it sent nothing, and an earlier run may have.
fn leaves_doubt(known: &Record, settlement: &Settlement) -> bool {
    let was_in_doubt = matches!(known.state, RecordState::Claimed(_)) && known.error.is_some();
    let has_done_nothing = settlement.attempts == 0 && settlement.looked_at.is_none();
    was_in_doubt && has_done_nothing && may_be_sent(settlement.outcome)
}

/// Returns the record of a claim that is given up, in doubt as it was before the claim.
fn with_doubt(known: &Record, settlement: Settlement) -> Record {
    Record {
        state: RecordState::Settled(Outcome::InDoubt),
        changed_at: settlement.at,
        settled_by: settlement.claim_id,
        run: run_of(settlement.run.as_ref(), known),
        story: appended(known.story.clone(), settlement.story, settlement.run.as_ref()),
        ..known.clone()
    }
}

fn settled(known: Option<&Record>, settlement: Settlement) -> Record {
    let outcome = settlement.outcome;
    let is_in_doubt = outcome == Outcome::InDoubt;
    let before = known.filter(|_| is_in_doubt);
    let record = Record {
        number: known.map_or(0, |known| known.number),
        key: settlement.key,
        vendor: settlement.vendor,
        fingerprint: settlement.fingerprint,
        state: RecordState::Settled(settlement.outcome),
        id: settlement.id.or_else(|| known?.id.clone()),
        attempts: settlement.attempts,
        error: settlement.error,
        by_person: false,
        changed_at: settlement.at,
        // Looking does not move the time of the last attempt.
        may_send_until: settlement.last_attempt.filter(|_| is_in_doubt).or_else(|| before?.may_send_until),
        looked_at: settlement.looked_at.filter(|_| is_in_doubt).or_else(|| before?.looked_at),
        look_again_at: settlement.look_again_at.filter(|_| is_in_doubt),
        settled_by: settlement.claim_id,
        overruns: known.map_or(0, |known| known.overruns),
        digest: settlement.digest,
        content: kept(settlement.outcome, settlement.content),
        run: settlement.run.as_ref().map(|run| run.id).or_else(|| known?.run),
        unresolved: None,
        story: appended(
            known.map(|known| known.story.clone()).unwrap_or_default(),
            settlement.story,
            settlement.run.as_ref(),
        ),
    };
    let record = with_the_earlier(record);
    match known {
        // Nothing came of another one.
        Some(known) if may_be_sent(outcome) && record.outcome().is_delivered() => {
            Record { changed_at: known.changed_at, ..record }
        }
        _ => record,
    }
}

/// Whether a request may have created the contact under a claim that was lost.
fn is_overrun(settlement: &Settlement) -> bool {
    let may_be_created =
        matches!(settlement.outcome, Outcome::Created | Outcome::Existing | Outcome::InDoubt);
    settlement.claim_id.is_some() && settlement.attempts > 0 && may_be_created
}

/// Nothing came of another one: the vendor still has the first.
fn with_the_earlier(record: Record) -> Record {
    match record.state {
        RecordState::Settled(outcome) if may_be_sent(outcome) && record.id.is_some() => {
            let state = RecordState::Settled(Outcome::Existing);
            Record { state, error: None, content: None, ..record }
        }
        _ => record,
    }
}

fn permission(known: Option<&Record>, settlement: &Settlement) -> SettleOutcome {
    use SettleOutcome::{NotHolder, TellsLess, Written};
    let Some(known) = known else { return Written };
    let is_pending = settlement.outcome == Outcome::Pending;
    let is_same_content = *known.fingerprint == *settlement.fingerprint;
    match (known.state, settlement.claim_id) {
        (RecordState::Claimed(holder), Some(claim_id)) if claim_id == holder => Written,
        // The holder settles once more: a cut-off comes after the end.
        (RecordState::Settled(_), Some(claim_id)) if known.settled_by == Some(claim_id) => TellsLess,
        // That it was not tried again says less than why it failed, or that another one sends it.
        (RecordState::Settled(outcome), None)
            if may_be_sent(outcome)
                && may_be_sent(settlement.outcome)
                && !(is_pending && is_same_content) =>
        {
            Written
        }
        (_, None) if is_pending => TellsLess,
        _ => NotHolder,
    }
}

fn kept(outcome: Outcome, content: Arc<str>) -> Option<Arc<str>> {
    (!outcome.is_delivered()).then_some(content)
}

/// Returns the record to write, unless there is nothing for a person to resolve.
pub(crate) fn resolve(known: Option<Record>, resolution: Resolution, act: Act) -> Option<Record> {
    let known = known.filter(|known| is_as_seen(known, &act))?;
    match known.state {
        RecordState::Claimed(_) => return None,
        RecordState::Settled(outcome) if outcome.is_delivered() => return None,
        RecordState::Settled(_) | RecordState::Interrupted => {}
    }
    // A second resolution replaces the first: what can be restored is the state before both.
    let before = match known.unresolved.clone() {
        None if !known.by_person => Some(Box::new(known.to_unresolved())),
        before => before,
    };
    let content = known.content.clone();
    let resolved = Record {
        error: None,
        by_person: true,
        changed_at: act.at,
        may_send_until: None,
        looked_at: None,
        look_again_at: None,
        settled_by: None,
        unresolved: before,
        story: appended(known.story, [act.resolved(&resolution)], None),
        ..known
    };
    let resolved = match resolution {
        Resolution::Created(id) => {
            Record { state: RecordState::Settled(Outcome::Created), id: Some(id), ..resolved }
        }
        Resolution::NotCreated => {
            with_the_earlier(Record { state: RecordState::Settled(Outcome::Pending), ..resolved })
        }
    };
    // It can be taken back with the contact for a while.
    Some(Record { content, ..resolved })
}

/// Returns the record as it was before a person resolved it, unless no person did or another run has claimed or settled it
/// since. What a version that kept no earlier state resolved is in doubt again, as if it had been sent now.
pub(crate) fn reopen(known: Option<Record>, act: Act) -> Option<Record> {
    let known = known.filter(|known| known.by_person && is_as_seen(known, &act))?;
    let at = act.at;
    let reopened = Record {
        by_person: false,
        changed_at: at,
        story: appended(known.story, [act.reopened()], None),
        unresolved: None,
        ..known
    };
    Some(match known.unresolved {
        Some(before) => {
            let Unresolved { state, id, error, may_send_until, looked_at, look_again_at, settled_by } =
                *before;
            Record { state, id, error, may_send_until, looked_at, look_again_at, settled_by, ..reopened }
        }
        None => Record {
            state: RecordState::Settled(Outcome::InDoubt),
            // The id that the person named is not that of an earlier delivery.
            id: reopened.id.filter(|_| known.state != RecordState::Settled(Outcome::Created)),
            may_send_until: Some(Stamp::from_time(at)),
            ..reopened
        },
    })
}

/// Returns the latest time of a person's resolution whose contact is not kept any longer at `now`.
pub(crate) fn end_of_resolved_contents(now: Timestamp) -> Timestamp {
    now.saturating_sub(RESOLVED_CONTENT).unwrap_or(Timestamp::MIN)
}

#[cfg(feature = "queue")]
/// Returns whether the record keeps the contact only so that a person's resolution can be taken back.
pub(crate) fn keeps_resolved_content(record: &Record) -> bool {
    record.by_person && record.outcome().is_delivered() && record.content.is_some()
}

fn is_as_seen(known: &Record, act: &Act) -> bool {
    act.seen.is_none_or(|seen| seen == known.changed_at)
}

fn run_of(run: Option<&Arc<Run>>, known: &Record) -> Option<RunId> {
    run.map(|run| run.id).or(known.run)
}

/// Returns the event that the run of a claim was ended before it settled it.
fn interruption(known: &Record) -> Option<StoryEntry> {
    let is_interrupted = known.state == RecordState::Interrupted;
    is_interrupted.then_some(StoryEntry {
        at: known.changed_at,
        run: known.run,
        event: StoryEvent::Interrupted,
    })
}

fn appended(
    mut story: Story,
    entries: impl IntoIterator<Item = StoryEntry>,
    run: Option<&Arc<Run>>,
) -> Story {
    story.append(entries, run);
    story
}

/// Returns the record without the content of its contact and the vendor's words, unless it is being sent.
pub(crate) fn forget(known: Option<Record>) -> Option<Record> {
    let known = known.filter(|known| !matches!(known.state, RecordState::Claimed(_)))?;
    let error = known.error.as_ref().map(without_words);
    let unresolved = known.unresolved.map(|before| {
        let error = before.error.as_ref().map(without_words);
        Box::new(Unresolved { error, ..*before })
    });
    let mut story = known.story;
    story.forget_words();
    Some(Record {
        error,
        fingerprint: FORGOTTEN.into(),
        digest: None,
        content: None,
        unresolved,
        story,
        ..known
    })
}

/// Returns what a claim becomes whose holder is gone.
pub(crate) fn orphan(record: Record) -> Record {
    match record.state {
        RecordState::Claimed(_) => Record { state: RecordState::Interrupted, ..record },
        RecordState::Interrupted | RecordState::Settled(_) => record,
    }
}
