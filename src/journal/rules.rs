//! What becomes of a record when it is claimed, settled or resolved.
//!
//! Its rule: pure functions, the same for every journal. A journal reads a record, asks here, and writes what it is told.

use std::sync::Arc;

use jiff::Timestamp;

use super::record::{Claim, Claimed, Record, Resolution, Settlement, Standing};
use crate::delivery::Outcome;

/// The answer to a claim, and the record to be written, if it was granted.
pub(super) fn claim(known: Option<Record>, claim: Claim) -> (Claimed, Option<Record>) {
    let Some(known) = known else {
        return (Claimed::New, Some(claimed(None, claim)));
    };
    match known.standing {
        Standing::Claimed(_) => (Claimed::Held, None),
        Standing::Settled(Outcome::Created | Outcome::Existing | Outcome::Skipped) if !claim.again => {
            (Claimed::Done(Box::new(known)), None)
        }
        Standing::Interrupted | Standing::Settled(Outcome::InDoubt) => {
            let standing = Standing::Claimed(claim.ticket);
            let record = Record { standing, changed_at: claim.at, ..known.clone() };
            (Claimed::Interrupted(Box::new(known)), Some(record))
        }
        Standing::Settled(_) => (Claimed::New, Some(claimed(Some(known), claim))),
    }
}

/// A record of what is about to be sent. The id of an earlier one stays, in case nothing comes of it.
fn claimed(known: Option<Record>, claim: Claim) -> Record {
    let (number, id) = known.map_or((0, None), |known| (known.number, known.id));
    Record {
        number,
        key: claim.key,
        vendor: claim.vendor,
        fingerprint: claim.fingerprint,
        standing: Standing::Claimed(claim.ticket),
        id,
        attempts: 0,
        error: None,
        by_person: false,
        changed_at: claim.at,
        content: Some(claim.content),
    }
}

/// The record to be written, unless the settlement is not its to make.
pub(super) fn settle(known: Option<&Record>, settlement: Settlement) -> Option<Record> {
    if !is_permitted(known, &settlement) {
        return None;
    }
    let mut record = Record {
        number: known.map_or(0, |known| known.number),
        key: settlement.key,
        vendor: settlement.vendor,
        fingerprint: settlement.fingerprint,
        standing: Standing::Settled(settlement.outcome),
        id: settlement.id,
        attempts: settlement.attempts,
        error: settlement.error,
        by_person: false,
        changed_at: settlement.at,
        content: kept(settlement.outcome, settlement.content),
    };
    record.id = record.id.or_else(|| known?.id.clone());
    Some(with_the_earlier(record))
}

/// Nothing came of another one: the vendor still has the first.
fn with_the_earlier(record: Record) -> Record {
    match record.standing {
        Standing::Settled(outcome) if may_be_sent(outcome) && record.id.is_some() => {
            let standing = Standing::Settled(Outcome::Existing);
            Record { standing, error: None, content: None, ..record }
        }
        _ => record,
    }
}

fn is_permitted(known: Option<&Record>, settlement: &Settlement) -> bool {
    let Some(known) = known else {
        return true;
    };
    match (known.standing, settlement.ticket) {
        (Standing::Claimed(holder), ticket) => ticket == Some(holder),
        (Standing::Settled(outcome), None) => {
            // That it was not tried again says less than why it failed.
            let tells_more =
                settlement.outcome != Outcome::Pending || *known.fingerprint != *settlement.fingerprint;
            may_be_sent(outcome) && may_be_sent(settlement.outcome) && tells_more
        }
        // The holder says it once more, or corrects itself: a cut-off comes after the end.
        (Standing::Settled(_) | Standing::Interrupted, Some(_)) | (Standing::Interrupted, None) => false,
    }
}

/// Whether nothing of it is at the vendor.
fn may_be_sent(outcome: Outcome) -> bool {
    matches!(outcome, Outcome::Failed | Outcome::Rejected | Outcome::Pending)
}

fn kept(outcome: Outcome, content: Arc<str>) -> Option<Arc<str>> {
    (!outcome.is_delivered()).then_some(content)
}

/// The record to be written, unless there is nothing for a person to resolve.
pub(super) fn resolve(known: Option<Record>, resolution: Resolution, at: Timestamp) -> Option<Record> {
    let known = known?;
    match known.standing {
        Standing::Claimed(_) => return None,
        Standing::Settled(outcome) if outcome.is_delivered() => return None,
        Standing::Settled(_) | Standing::Interrupted => {}
    }
    let resolved = Record { error: None, by_person: true, changed_at: at, ..known };
    Some(match resolution {
        Resolution::Created(id) => {
            Record { standing: Standing::Settled(Outcome::Created), id: Some(id), content: None, ..resolved }
        }
        Resolution::NotCreated => {
            with_the_earlier(Record { standing: Standing::Settled(Outcome::Pending), ..resolved })
        }
    })
}

/// What a claim becomes whose holder is gone.
pub(super) fn orphan(record: Record) -> Record {
    match record.standing {
        Standing::Claimed(_) => Record { standing: Standing::Interrupted, ..record },
        Standing::Interrupted | Standing::Settled(_) => record,
    }
}
