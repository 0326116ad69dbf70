//! The changes of a record by a person, who resolves, reopens or erases it.

use jiff::{SignedDuration, Timestamp};
use unicontact_providers::Stamp;

use super::earlier::{appended, with_earlier_delivery};
use crate::journal::record::Record;
use crate::journal::resolution::{Act, Resolution};
use crate::journal::state::RecordState;
use crate::journal::story::without_words;
use crate::journal::unresolved::Unresolved;
use crate::outcome::Outcome;

/// The fingerprint of a contact that was erased.
pub(crate) const FORGOTTEN: &str = "";
/// The time for which the contact of a delivery is kept after a person resolved it as created.
const RESOLVED_CONTENT: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Returns the record to write when a person resolves a delivery. `None` if the delivery is held or delivered, or has changed
/// since the person saw it.
#[must_use]
pub fn resolve(known: Option<Record>, resolution: Resolution, act: Act) -> Option<Record> {
    let known = known.filter(|known| is_as_seen(known, &act))?;
    match known.state {
        RecordState::Claimed(_) => return None,
        RecordState::Settled(outcome) if outcome.is_delivered() => return None,
        RecordState::Settled(_) | RecordState::Interrupted => {}
    }
    // A second resolution replaces the first. Both are taken back together.
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
            with_earlier_delivery(Record { state: RecordState::Settled(Outcome::Pending), ..resolved })
        }
    };
    // The contact is kept, so that the resolution can be taken back with it.
    Some(Record { content, ..resolved })
}

/// Returns the record as it was before a person resolved it. `None` if no person did, or another run has claimed or settled the
/// delivery since.
///
/// A resolution of a version that stored no earlier state becomes a doubt, as if the contact had been sent now.
#[must_use]
pub fn reopen(known: Option<Record>, act: Act) -> Option<Record> {
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
            // The id that a person named is not the id of an earlier delivery.
            id: reopened.id.filter(|_| known.state != RecordState::Settled(Outcome::Created)),
            may_send_until: Some(Stamp::from_time(at)),
            ..reopened
        },
    })
}

/// Returns the time of the latest resolution whose contact is erased at `now`. Such a contact is kept for seven days.
#[must_use]
pub fn end_of_resolved_contents(now: Timestamp) -> Timestamp {
    now.saturating_sub(RESOLVED_CONTENT).unwrap_or(Timestamp::MIN)
}

/// Returns whether the record keeps the contact only for taking a person's resolution back.
#[must_use]
pub fn keeps_resolved_content(record: &Record) -> bool {
    record.by_person && record.outcome().is_delivered() && record.content.is_some()
}

fn is_as_seen(known: &Record, act: &Act) -> bool {
    act.seen.is_none_or(|seen| seen == known.changed_at)
}

/// Returns the record without its contact and the vendor's messages. `None` while a run holds it.
#[must_use]
pub fn forget(known: Option<Record>) -> Option<Record> {
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
