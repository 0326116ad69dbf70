//! Records as values of a bucket.
//!
//! Its rule: what is written is read back the same, or is an error. A key tells nothing of the contact, since subjects stand in
//! the logs of servers.

use std::borrow::Cow;
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use unicontact_providers::{
    ContactId, DeliveryKey, Stamp, bytes_of_hexadecimal, fingerprint_of_json, hexadecimal,
};

use super::failure::Unreadable;
use crate::identity::ContentDigest;
use crate::journal::rules;
use crate::journal::story::{Run, RunId, Story, StoryEntry};
use crate::journal::unresolved::Unresolved;
use crate::journal::{ClaimId, Record, RecordState};
use crate::outcome::Outcome;

/// The newest format. It is raised when an older version could no longer read, or keep, what is written.
const FORMAT: u32 = 2;
/// The format of records that hold no time of attempts and no story. Version 0.1.0 reads them. Of the others it would send again
/// before the quiet time, or lose the story, and refuses them as newer.
const WITHOUT_ATTEMPTS: u32 = 1;
const CLAIMED: &str = "claimed";
const INTERRUPTED: &str = "interrupted";

/// A record, and who holds its claim.
pub(super) struct Held {
    pub(super) record: Record,
    pub(super) holder: Option<String>,
}

impl Held {
    /// As it counts, whether or not its holder lives.
    pub(super) fn counting(self, is_held: bool) -> Record {
        if is_held { self.record } else { rules::interrupt(self.record) }
    }
}

#[derive(Deserialize)]
struct Head {
    format: u32,
}

#[derive(Serialize, Deserialize)]
struct Stored<'a> {
    format: u32,
    /// 0 in the first version, whose revision is the number.
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
    /// The one that last claimed or settled it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    run: Option<RunId>,
    /// The state before a person resolved it.
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

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands it over so")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

/// How a delivery stands that is not finished.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Unfinished {
    /// A holder sends it.
    Claimed {
        /// Who.
        holder: String,
    },
    /// It was claimed, and the end of its holder was recorded.
    Interrupted,
    /// It was not sent.
    Pending,
    /// It failed with an error of this kind, which may lie outside the contact.
    Failed {
        /// In the word of reports.
        kind: String,
    },
    /// It may be at the vendor.
    InDoubt {
        /// When something can be done about that without a person.
        look_again_at: Option<Timestamp>,
    },
}

/// The members that say how a delivery stands.
#[derive(Deserialize)]
struct Brief<'a> {
    #[serde(borrow)]
    standing: Cow<'a, str>,
    #[serde(default, borrow)]
    holder: Option<Cow<'a, str>>,
    #[serde(default)]
    look_again_at: Option<Timestamp>,
    #[serde(default, borrow)]
    error: Option<BriefError<'a>>,
}

#[derive(Deserialize)]
struct BriefError<'a> {
    #[serde(borrow)]
    kind: Cow<'a, str>,
}

/// Returns how the delivery of a value stands, or `None` where it is finished, or the value cannot be read.
pub(crate) fn unfinished(value: &[u8]) -> Option<Unfinished> {
    let Brief { standing, holder, look_again_at, error } = serde_json::from_slice(value).ok()?;
    match &*standing {
        CLAIMED => Some(Unfinished::Claimed { holder: holder?.into_owned() }),
        INTERRUPTED => Some(Unfinished::Interrupted),
        word if word == Outcome::Pending.as_str() => Some(Unfinished::Pending),
        word if word == Outcome::InDoubt.as_str() => Some(Unfinished::InDoubt { look_again_at }),
        word if word == Outcome::Failed.as_str() => {
            Some(Unfinished::Failed { kind: error?.kind.into_owned() })
        }
        _ => None,
    }
}

/// The key of a delivery's record: its provider, and what tells its contact from others.
pub(crate) fn key_of(key: &DeliveryKey) -> String {
    format!("{}.{}", key.provider(), fingerprint_of_json(key.contact()))
}

/// The value of a record. `holder` is who holds its claim, if it is claimed.
pub(crate) fn written(record: &Record, holder: &str) -> Vec<u8> {
    let (standing, ticket) = match record.state {
        RecordState::Claimed(ticket) => (CLAIMED, Some(ticket.number())),
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
        standing: standing.into(),
        ticket,
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
        digest: record.digest.as_ref().map(|digest| hexadecimal(digest.as_bytes())),
        content: record.content.as_deref().map(Cow::Borrowed),
        run: record.run,
        unresolved: record.unresolved.as_ref().map(|before| before.to_json()),
        story: Cow::Borrowed(&record.story.entries),
        omitted: record.story.omitted,
        runs: named_runs(record),
    };
    // It serializes without fail: its values are texts, numbers and JSON already.
    serde_json::to_vec(&stored).unwrap_or_default()
}

fn format_of(record: &Record) -> u32 {
    let has_story = !record.story.entries.is_empty() || record.unresolved.is_some();
    if record.may_send_until.is_some() || has_story { FORMAT } else { WITHOUT_ATTEMPTS }
}

fn named_runs(record: &Record) -> Vec<Cow<'_, Run>> {
    let entries = &record.story.entries;
    let is_named =
        |run: &Run| record.run == Some(run.id) || entries.iter().any(|entry| entry.run == Some(run.id));
    record.story.runs.iter().filter(|run| is_named(run)).map(|run| Cow::Borrowed(&**run)).collect()
}

/// Returns the record of a value that was written as this revision of its key, at this time by the servers' clock.
pub(super) fn read(value: &[u8], revision: u64, written_at: Timestamp) -> Result<Held, Unreadable> {
    let Head { format } = serde_json::from_slice(value).map_err(|_| Unreadable::Damaged)?;
    if format > FORMAT {
        return Err(Unreadable::Newer);
    }
    let stored: Stored<'_> = serde_json::from_slice(value).map_err(|_| Unreadable::Damaged)?;
    let standing = standing(&stored.standing, stored.ticket).ok_or(Unreadable::Damaged)?;
    let is_settled = matches!(standing, RecordState::Settled(_));
    let may_be_created = !is_settled || standing == RecordState::Settled(Outcome::InDoubt);
    // Version 0.1.0 wrote no times of attempts, and the time of its own clock.
    let is_by_servers = may_be_created && stored.may_send_until.is_none();
    let changed_at = if is_by_servers { written_at } else { stored.changed_at };
    let id = stored.id.map(|id| ContactId::new(id.into_owned()).ok_or(Unreadable::Damaged)).transpose()?;
    let record = Record {
        number: if stored.number == 0 { revision } else { stored.number },
        key: DeliveryKey::of(&stored.provider, stored.contact.into_owned()),
        vendor: stored.vendor.into(),
        fingerprint: stored.fingerprint.into(),
        state: standing,
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
        digest: digest_of(stored.digest.as_deref())?,
        content: stored.content.map(Arc::from),
        run: stored.run,
        unresolved: unresolved_of(stored.unresolved)?,
        story: Story {
            entries: stored.story.into_owned(),
            runs: stored.runs.into_iter().map(|run| Arc::new(run.into_owned())).collect(),
            omitted: stored.omitted,
        },
    };
    Ok(Held { record, holder: stored.holder.map(Cow::into_owned) })
}

fn unresolved_of(json: Option<Value>) -> Result<Option<Box<Unresolved>>, Unreadable> {
    let Some(json) = json else { return Ok(None) };
    Unresolved::from_json(json).map(|before| Some(Box::new(before))).ok_or(Unreadable::Damaged)
}

fn digest_of(text: Option<&str>) -> Result<Option<ContentDigest>, Unreadable> {
    let Some(text) = text else { return Ok(None) };
    let bytes = bytes_of_hexadecimal(text).and_then(|bytes| ContentDigest::from_bytes(&bytes));
    bytes.map(Some).ok_or(Unreadable::Damaged)
}

fn standing(word: &str, ticket: Option<u64>) -> Option<RecordState> {
    Some(match (word, ticket) {
        (CLAIMED, Some(ticket)) => RecordState::Claimed(ClaimId::from_number(ticket)),
        (INTERRUPTED, _) => RecordState::Interrupted,
        (word, _) => RecordState::Settled(Outcome::from_word(word)?),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::journal::story::StoryEvent;

    fn records() -> impl Strategy<Value = Record> {
        let standings = prop_oneof![
            any::<u64>().prop_map(|ticket| RecordState::Claimed(ClaimId::from_number(ticket))),
            Just(RecordState::Interrupted),
            prop::sample::select(Outcome::ALL.to_vec()).prop_map(RecordState::Settled),
        ];
        let texts = (".{1,9}", ".{0,9}", prop::option::of("[a-z0-9]{1,9}"), prop::option::of(".{0,20}"));
        (texts, standings, 1..u64::MAX, any::<u32>(), any::<bool>(), prop::option::of(".{0,9}")).prop_map(
            |((contact, vendor, id, content), standing, number, attempts, by_person, error)| Record {
                number,
                key: DeliveryKey::of("acme", contact),
                vendor: vendor.into(),
                fingerprint: "f1".into(),
                state: standing,
                id: id.and_then(ContactId::new),
                attempts,
                error: error.map(|message| json!({"kind": "unavailable", "message": message})),
                by_person,
                changed_at: Timestamp::from_millisecond(1_700_000_000_123).unwrap(),
                may_send_until: None,
                looked_at: None,
                look_again_at: Timestamp::from_millisecond(1_700_000_600_123).ok(),
                settled_by: matches!(standing, RecordState::Settled(_)).then(|| ClaimId::from_number(number)),
                overruns: attempts % 3,
                digest: ContentDigest::from_bytes(&number.to_le_bytes()),
                content: content.map(Arc::from),
                run: Some(RunId::from_number(number)),
                unresolved: by_person.then(|| Box::new(unresolved(attempts % 2 == 0))),
                story: story(attempts % 4, number),
            },
        )
    }

    fn unresolved(is_interrupted: bool) -> Unresolved {
        let time = Timestamp::from_millisecond(1_700_000_000_123).unwrap();
        Unresolved {
            state: if is_interrupted {
                RecordState::Interrupted
            } else {
                RecordState::Settled(Outcome::InDoubt)
            },
            id: ContactId::new("17"),
            error: Some(json!({"kind": "interrupted"})),
            may_send_until: Some(Stamp::from_time(time)),
            looked_at: Some(time),
            look_again_at: None,
            settled_by: Some(ClaimId::from_number(7)),
        }
    }

    fn story(length: u32, number: u64) -> Story {
        let at = Timestamp::from_millisecond(1_700_000_000_123).unwrap();
        let run = Run::new("worker", at).with_worker("host-7".to_owned());
        let run = Run { id: RunId::from_number(number), ..run };
        let entry = |_| StoryEntry { at, run: Some(run.id), event: StoryEvent::Interrupted };
        Story { entries: (0..length).map(entry).collect(), runs: vec![Arc::new(run)], omitted: length }
    }

    proptest! {
        #[test]
        fn a_record_is_read_as_it_was_written(record in records()) {
            let held = read(&written(&record, "somebody"), 7, record.changed_at).ok().unwrap();
            let is_claimed = matches!(record.state, RecordState::Claimed(_));
            prop_assert_eq!(held.holder.is_some(), is_claimed);
            prop_assert!(held.record == record);
        }

        #[test]
        fn what_is_unfinished_is_told_without_reading_it_all(record in records()) {
            let told = unfinished(&written(&record, "somebody"));
            let expected = match record.state {
                RecordState::Claimed(_) => Some(Unfinished::Claimed { holder: "somebody".to_owned() }),
                RecordState::Interrupted => Some(Unfinished::Interrupted),
                RecordState::Settled(Outcome::Pending) => Some(Unfinished::Pending),
                RecordState::Settled(Outcome::InDoubt) => {
                    Some(Unfinished::InDoubt { look_again_at: record.look_again_at })
                }
                RecordState::Settled(Outcome::Failed) => {
                    record.error_kind().map(|kind| Unfinished::Failed { kind: kind.to_owned() })
                }
                RecordState::Settled(_) => None,
            };
            prop_assert_eq!(told, expected);
        }

        #[test]
        fn any_bytes_are_a_record_or_an_error(value in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = read(&value, 1, Timestamp::UNIX_EPOCH);
        }
    }

    #[test]
    fn a_record_of_a_newer_version_is_told_from_a_damaged_one() {
        assert!(matches!(
            read(br#"{"format": 3, "more": true}"#, 1, Timestamp::UNIX_EPOCH),
            Err(Unreadable::Newer)
        ));
        assert!(matches!(read(br#"{"format": 1}"#, 1, Timestamp::UNIX_EPOCH), Err(Unreadable::Damaged)));
        assert!(matches!(read(b"", 1, Timestamp::UNIX_EPOCH), Err(Unreadable::Damaged)));
    }

    #[test]
    fn a_version_that_would_lose_the_story_refuses_the_record() {
        let sample = json!({
            "format": 1, "number": 3, "provider": "acme", "contact": "42", "vendor": "smarttask",
            "fingerprint": "f1", "standing": "created", "id": "17", "attempts": 1,
            "changed_at": "2026-11-20T10:00:00Z",
        });
        let sample = serde_json::to_vec(&sample).unwrap();
        let record = read(&sample, 3, Timestamp::UNIX_EPOCH).ok().unwrap().record;
        let format = |record: &Record| serde_json::from_slice::<Head>(&written(record, "")).unwrap().format;
        assert_eq!(format(&record), WITHOUT_ATTEMPTS);
        assert_eq!(format(&Record { run: Some(RunId::from_number(7)), ..record.clone() }), WITHOUT_ATTEMPTS);
        assert_eq!(format(&Record { story: story(1, 7), ..record.clone() }), FORMAT);
        let resolved = Record { unresolved: Some(Box::new(unresolved(true))), ..record };
        assert_eq!(format(&resolved), FORMAT);
    }

    #[test]
    fn a_doubt_of_an_earlier_version_counts_from_the_time_that_the_servers_gave_it() {
        let stored = |standing: &str| {
            let mut value = json!({
                "format": 1, "number": 3, "provider": "acme", "contact": "42", "vendor": "smarttask",
                "fingerprint": "f1", "standing": standing, "attempts": 1,
                "changed_at": "2026-11-20T10:00:00Z", "content": "{}",
            });
            if standing == CLAIMED {
                value["ticket"] = json!(9);
            }
            serde_json::to_vec(&value).unwrap()
        };
        let by_servers: Timestamp = "2026-11-20T12:00:00Z".parse().unwrap();
        let changed_at =
            |standing| read(&stored(standing), 3, by_servers).ok().unwrap().record.changed_at.to_string();
        for standing in [CLAIMED, INTERRUPTED, "in_doubt"] {
            assert_eq!(changed_at(standing), "2026-11-20T12:00:00Z", "{standing}");
        }
        assert_eq!(changed_at("failed"), "2026-11-20T10:00:00Z");
    }

    #[test]
    fn a_key_tells_nothing_of_the_contact() {
        let key = key_of(&DeliveryKey::of("acme", "ada@example.com".to_owned()));
        assert!(key.starts_with("acme.") && !key.contains("ada"), "{key}");
    }
}
