//! Encodes records as values of a bucket, and decodes them.
//!
//! Keys hold hashes and no contact data, because servers log them as subjects.

mod unfinished;
mod unreadable;

use std::borrow::Cow;
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use unicontact_providers::{ContactId, DeliveryKey, Stamp, hex, json_fingerprint};

pub(crate) use self::unfinished::{Unfinished, unfinished};
pub(super) use self::unreadable::unreadable;
use super::decode;
use super::error::DecodeError;
use crate::identity::ContentDigest;
use crate::journal::rules;
use crate::journal::story::{Run, RunId, Story, StoryEntry};
use crate::journal::unresolved::Unresolved;
use crate::journal::{ClaimId, Record, RecordState};
use crate::outcome::Outcome;

/// The newest format. Raise it when older versions could no longer read a record, or would lose a part of it. Older versions
/// leave such records alone, and name them by the members `format` and `contact`: keep these.
const FORMAT: u32 = 2;
/// The format of records without a time of attempts and without a story, which version 0.1.0 reads. It refuses the others as newer:
/// it would send their contacts again before the quiet time, or lose their story.
const WITHOUT_ATTEMPTS: u32 = 1;
const CLAIMED: &str = "claimed";
const INTERRUPTED: &str = "interrupted";

/// A record as it is stored, with the holder of its claim.
pub(super) struct DecodedRecord {
    pub(super) record: Record,
    pub(super) holder: Option<String>,
}

impl DecodedRecord {
    /// Returns the effective record: a claim that is not held is interrupted.
    pub(super) fn into_effective(self, is_held: bool) -> Record {
        if is_held { self.record } else { rules::interrupt(self.record) }
    }
}

#[derive(Serialize, Deserialize)]
struct Stored<'a> {
    format: u32,
    /// 0 in the first revision of a record: that revision is its number.
    number: u64,
    provider: Cow<'a, str>,
    contact: Cow<'a, str>,
    vendor: Cow<'a, str>,
    fingerprint: Cow<'a, str>,
    standing: Cow<'a, str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ticket: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    holder: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    id: Option<Cow<'a, str>>,
    attempts: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    error: Option<Cow<'a, Value>>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    by_person: bool,
    changed_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    may_send_until: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    looked_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    look_again_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "is_zero")]
    overruns: u32,
    /// Hexadecimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    digest: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    content: Option<Cow<'a, str>>,
    /// The run that last claimed or settled it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    run: Option<RunId>,
    /// The state before a person resolved the delivery.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    unresolved: Option<Value>,
    #[serde(default, skip_serializing_if = "<[StoryEntry]>::is_empty")]
    story: Cow<'a, [StoryEntry]>,
    #[serde(default, skip_serializing_if = "is_zero")]
    omitted: u32,
    /// Those that the record and the story name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    runs: Vec<Cow<'a, Run>>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

/// Returns the key of a delivery's record: its provider and a hash of its contact's key.
pub(crate) fn record_key(key: &DeliveryKey) -> String {
    format!("{}.{}", key.provider(), json_fingerprint(key.contact()))
}

/// Returns the value of a record. `holder` is the holder of its claim, if it has one.
pub(crate) fn encode(record: &Record, holder: &str) -> Vec<u8> {
    let (state, claim_id) = match record.state {
        RecordState::Claimed(claim_id) => (CLAIMED, Some(claim_id.number())),
        RecordState::Interrupted => (INTERRUPTED, None),
        RecordState::Settled(outcome) => (outcome.as_str(), record.settled_by.map(ClaimId::number)),
    };
    let is_claimed = matches!(record.state, RecordState::Claimed(_));
    let stored = Stored {
        format: format_of(record),
        number: record.number,
        provider: record.key.provider().into(),
        contact: record.key.contact().into(),
        vendor: (&*record.vendor).into(),
        fingerprint: (&*record.fingerprint).into(),
        standing: state.into(),
        ticket: claim_id,
        holder: is_claimed.then(|| holder.into()),
        id: record.id.as_ref().map(|id| id.as_str().into()),
        attempts: record.attempts,
        error: record.error.as_ref().map(Cow::Borrowed),
        by_person: record.by_person,
        changed_at: record.changed_at,
        may_send_until: record.may_send_until.map(|stamp| stamp.time),
        looked_at: record.looked_at,
        look_again_at: record.look_again_at,
        overruns: record.overruns,
        digest: record.digest.as_ref().map(|digest| hex::encode(digest.as_bytes())),
        content: record.content.as_deref().map(Cow::Borrowed),
        run: record.run,
        unresolved: record.unresolved.as_ref().map(|unresolved| unresolved.to_json()),
        story: Cow::Borrowed(&record.story.entries),
        omitted: record.story.omitted,
        runs: referenced_runs(record),
    };
    // Texts, numbers and JSON values always serialize.
    serde_json::to_vec(&stored).unwrap_or_default()
}

fn format_of(record: &Record) -> u32 {
    let has_story = !record.story.entries.is_empty() || record.unresolved.is_some();
    if record.may_send_until.is_some() || has_story { FORMAT } else { WITHOUT_ATTEMPTS }
}

/// Returns the runs that a record and its story refer to.
fn referenced_runs(record: &Record) -> Vec<Cow<'_, Run>> {
    let entries = &record.story.entries;
    let is_referenced =
        |run: &Run| record.run == Some(run.id) || entries.iter().any(|entry| entry.run == Some(run.id));
    record.story.runs.iter().filter(|run| is_referenced(run)).map(|run| Cow::Borrowed(&**run)).collect()
}

/// Decodes a value. `written_at` is the time that the servers gave the revision.
pub(super) fn decode(
    value: &[u8],
    revision: u64,
    written_at: Timestamp,
) -> Result<DecodedRecord, DecodeError> {
    let stored: Stored<'_> = decode::decode(value, FORMAT)?;
    let state = decode_state(&stored.standing, stored.ticket).ok_or(DecodeError::Damaged)?;
    let is_settled = matches!(state, RecordState::Settled(_));
    let may_be_created = !is_settled || state == RecordState::Settled(Outcome::InDoubt);
    // Version 0.1.0 stored no times of attempts, and took `changed_at` from its own clock.
    let is_by_servers = may_be_created && stored.may_send_until.is_none();
    let changed_at = if is_by_servers { written_at } else { stored.changed_at };
    let id = stored.id.map(|id| ContactId::new(id.into_owned()).ok_or(DecodeError::Damaged)).transpose()?;
    let record = Record {
        number: if stored.number == 0 { revision } else { stored.number },
        key: DeliveryKey::from_contact_key(&stored.provider, stored.contact.into_owned()),
        vendor: stored.vendor.into(),
        fingerprint: stored.fingerprint.into(),
        state,
        id,
        attempts: stored.attempts,
        error: stored.error.map(Cow::into_owned),
        by_person: stored.by_person,
        changed_at,
        may_send_until: stored.may_send_until.map(Stamp::from_time),
        looked_at: stored.looked_at,
        look_again_at: stored.look_again_at,
        settled_by: stored.ticket.filter(|_| is_settled).map(ClaimId::from_number),
        overruns: stored.overruns,
        digest: decode_digest(stored.digest.as_deref())?,
        content: stored.content.map(Arc::from),
        run: stored.run,
        unresolved: decode_unresolved(stored.unresolved)?,
        story: Story {
            entries: stored.story.into_owned(),
            runs: stored.runs.into_iter().map(|run| Arc::new(run.into_owned())).collect(),
            omitted: stored.omitted,
        },
    };
    Ok(DecodedRecord { record, holder: stored.holder.map(Cow::into_owned) })
}

fn decode_unresolved(json: Option<Value>) -> Result<Option<Box<Unresolved>>, DecodeError> {
    let Some(json) = json else { return Ok(None) };
    let unresolved = Unresolved::from_json(json);
    unresolved.map(|unresolved| Some(Box::new(unresolved))).ok_or(DecodeError::Damaged)
}

fn decode_digest(text: Option<&str>) -> Result<Option<ContentDigest>, DecodeError> {
    let Some(text) = text else { return Ok(None) };
    let bytes = hex::decode(text).and_then(|bytes| ContentDigest::from_bytes(&bytes));
    bytes.map(Some).ok_or(DecodeError::Damaged)
}

fn decode_state(word: &str, claim_id: Option<u64>) -> Option<RecordState> {
    Some(match (word, claim_id) {
        (CLAIMED, Some(claim_id)) => RecordState::Claimed(ClaimId::from_number(claim_id)),
        (INTERRUPTED, _) => RecordState::Interrupted,
        (word, _) => RecordState::Settled(Outcome::from_word(word)?),
    })
}

#[cfg(test)]
mod tests;
