//! The changes of a record by a settlement.

use std::sync::Arc;

use super::earlier::{appended, run_of, with_earlier_delivery};
use crate::journal::record::Record;
use crate::journal::settlement::{SettleOutcome, Settlement};
use crate::journal::state::{RecordState, may_be_sent};
use crate::outcome::Outcome;

/// The answer to a settlement, and the record to write.
#[derive(Debug)]
pub struct Settled {
    /// The answer to the settlement.
    pub outcome: SettleOutcome,
    /// The record to write. `None` if the record stays as it is.
    pub record: Option<Record>,
}

/// Returns the answer to a settlement, and the record to write.
#[must_use]
pub fn settle(known: Option<&Record>, settlement: Settlement) -> Settled {
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

/// Returns the record to write when a person takes a waiting delivery out of the queue. `None` if it is held, in doubt or delivered:
/// what was sent, or may have been, stays as it is.
#[cfg(feature = "queue")]
pub(crate) fn purge(known: Option<&Record>, settlement: Settlement) -> Option<Record> {
    let is_waiting = known.is_none_or(|known| {
        matches!(known.state, RecordState::Settled(Outcome::Pending | Outcome::Failed | Outcome::Rejected))
    });
    is_waiting.then(|| settled(known, settlement))
}

/// Returns whether the delivery was in doubt before it was claimed, and the settlement does not resolve the doubt: its run was
/// cut off before it sent or looked for anything.
fn leaves_doubt(known: &Record, settlement: &Settlement) -> bool {
    let was_in_doubt = matches!(known.state, RecordState::Claimed(_)) && known.error.is_some();
    let has_done_nothing = settlement.attempts == 0 && settlement.looked_at.is_none();
    was_in_doubt && has_done_nothing && may_be_sent(settlement.outcome)
}

/// Returns the record without the claim, in doubt as before it.
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
        // A look does not move the time of the last attempt.
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
    let record = with_earlier_delivery(record);
    match known {
        // The repetition failed: the record is that of the first delivery.
        Some(known) if may_be_sent(outcome) && record.outcome().is_delivered() => {
            Record { changed_at: known.changed_at, ..record }
        }
        _ => record,
    }
}

/// Returns whether a request may have created the contact after its claim was lost.
fn is_overrun(settlement: &Settlement) -> bool {
    let may_be_created =
        matches!(settlement.outcome, Outcome::Created | Outcome::Existing | Outcome::InDoubt);
    settlement.claim_id.is_some() && settlement.attempts > 0 && may_be_created
}

/// Returns how a settlement may change a record.
fn permission(known: Option<&Record>, settlement: &Settlement) -> SettleOutcome {
    use SettleOutcome::{NotHolder, TellsLess, Written};
    let Some(known) = known else { return Written };
    let is_pending = settlement.outcome == Outcome::Pending;
    let is_same_content = *known.fingerprint == *settlement.fingerprint;
    match (known.state, settlement.claim_id) {
        (RecordState::Claimed(holder), Some(claim_id)) if claim_id == holder => Written,
        // A second settlement of the same claim, of a delivery that was cut off after its end.
        (RecordState::Settled(_), Some(claim_id)) if known.settled_by == Some(claim_id) => TellsLess,
        // A delivery that was not attempted again keeps the error with which it failed.
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
