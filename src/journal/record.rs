//! What a journal is asked and what it answers.
//!
//! Its rule: whoever reads a record knows what may be done with its delivery, without knowing how it is kept.

use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use jiff::Timestamp;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};
use unicontact_providers::{ContactId, DeliveryKey, Effect, ErrorKind, Stamp, UnifiedContact};

use super::rules;
use super::search::SearchText;
use super::story::{Run, RunId, Story, StoryEntry};
use super::unresolved::Unresolved;
use crate::identity::ContentDigest;
use crate::outcome::Outcome;

/// What is known of one delivery.
#[derive(Clone, PartialEq)]
pub struct Record {
    /// Its place in the order in which records were first made: from 1, and not always the next one.
    pub number: u64,
    /// The provider and the contact.
    pub key: DeliveryKey,
    /// The provider's vendor.
    pub vendor: Arc<str>,
    /// The fingerprint of the contact that was last sent, or was to be.
    pub fingerprint: Arc<str>,
    /// How it stands.
    pub standing: RecordState,
    /// The vendor's id of the contact, when the vendor has it. While another one is sent or in doubt, that of the
    /// first.
    pub id: Option<ContactId>,
    /// How many requests of its last delivery could change data.
    pub attempts: u32,
    /// What went wrong, as in a report.
    pub error: Option<Value>,
    /// Whether a person said how it stands.
    pub by_person: bool,
    /// When it was last claimed, settled or resolved.
    pub changed_at: Timestamp,
    /// While it may be at the vendor without anybody knowing: no attempt began after this time. Of a claim, the time for
    /// which it permits attempts; of a delivery in doubt, its last attempt.
    pub may_send_until: Option<Stamp>,
    /// When the vendor was last asked for it.
    pub looked_at: Option<Timestamp>,
    /// When looking for it at the vendor, or sending it again, is worth it.
    pub look_again_at: Option<Timestamp>,
    /// The claim that settled it.
    pub settled_by: Option<ClaimId>,
    /// How many workers attempted it after they had lost their claim to another one.
    pub overruns: u32,
    /// The digest of the contact that was last sent, or was to be. `None` of a record of an earlier version.
    pub digest: Option<ContentDigest>,
    /// The contact as JSON, while the delivery is unfinished, and while a person's resolution can be taken back with it.
    pub content: Option<Arc<str>>,
    /// The run that last claimed or settled it.
    pub run: Option<RunId>,
    /// Its state before a person resolved it, until another run claims or settles it.
    pub unresolved: Option<Box<Unresolved>>,
    /// Its story. A journal may store that elsewhere and leave this empty; then it holds what is to be added
    /// ([`Journal::story`](super::Journal::story) returns all of it).
    pub story: Story,
}

/// How a delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RecordState {
    /// Somebody sends it, or was ended while doing so.
    Claimed(ClaimId),
    /// Whoever sent it was ended before it could tell how that ended.
    Interrupted,
    /// It ended.
    Settled(Outcome),
}

/// Tells one claim from every other.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ClaimId(u64);

/// A request for a delivery.
#[derive(Clone, PartialEq, Eq)]
pub struct Claim {
    /// The provider and the contact.
    pub key: DeliveryKey,
    /// By which the claim is settled.
    pub ticket: ClaimId,
    /// The provider's vendor.
    pub vendor: Arc<str>,
    /// The fingerprint of the contact.
    pub fingerprint: Arc<str>,
    /// The contact as JSON.
    pub content: Arc<str>,
    /// The digest of the contact.
    pub digest: Option<ContentDigest>,
    /// It is wanted although the vendor has it, if that was recorded before this time.
    pub again: Option<Timestamp>,
    /// Whether it only extends the claim that this ticket has: what another ticket has claimed or settled meanwhile is not
    /// granted.
    pub extends: bool,
    /// Now, by the clock of [`Journal::now`](super::Journal::now).
    pub at: Stamp,
    /// The claim permits attempts until then. After that a new claim with the same ticket extends it.
    pub may_send_until: Stamp,
    /// When looking for the contact is worth it if this claim is never settled.
    pub look_again_at: Option<Timestamp>,
    /// The run that claims it.
    pub run: Option<Arc<Run>>,
    /// What happened since the last claim or settlement of the same ticket.
    pub story: Vec<StoryEntry>,
}

/// The answer to a [`Claim`].
#[derive(Debug, Clone, PartialEq)]
pub enum Claimed {
    /// Granted. Nothing of it is at the vendor, or another one is wanted: send it.
    New,
    /// Granted. It may be at the vendor: reconcile it. The record is as it was before this claim, except that a time of its
    /// attempts that lay in the future counts from this claim on.
    Interrupted(Box<Record>),
    /// Granted before with the same ticket: attempts are permitted for longer.
    Extended,
    /// Not granted: the vendor has it.
    Done(Box<Record>),
    /// Not granted: somebody is sending it.
    Held,
}

/// How a delivery ended.
#[derive(Clone, PartialEq)]
pub struct Settlement {
    /// The provider and the contact.
    pub key: DeliveryKey,
    /// The claim that it settles; `None` when it ended before any was made.
    pub ticket: Option<ClaimId>,
    /// The provider's vendor.
    pub vendor: Arc<str>,
    /// The fingerprint of the contact.
    pub fingerprint: Arc<str>,
    /// The contact as JSON. It is kept only if the delivery is unfinished.
    pub content: Arc<str>,
    /// The digest of the contact.
    pub digest: Option<ContentDigest>,
    /// How it ended.
    pub outcome: Outcome,
    /// The vendor's id of the contact.
    pub id: Option<ContactId>,
    /// How many requests could change data.
    pub attempts: u32,
    /// What went wrong, as in a report. Without contact data.
    pub error: Option<Value>,
    /// The time of its last attempt, if it is in doubt and this delivery made one, or knows that it made none.
    pub last_attempt: Option<Stamp>,
    /// When the vendor was asked for it, if it was in this delivery. A settlement that says of a delivery in doubt that it was
    /// not created has such a time.
    pub looked_at: Option<Timestamp>,
    /// When looking for it, or sending it again, is worth it, if it is in doubt and anything can be done.
    pub look_again_at: Option<Timestamp>,
    /// Now.
    pub at: Timestamp,
    /// The run that settles it.
    pub run: Option<Arc<Run>>,
    /// The attempts and looks of this delivery. Empty of a success at the first attempt.
    pub story: Vec<StoryEntry>,
}

/// The answer to a [`Settlement`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "a delivery whose settlement was not written must not leave its queue"]
pub enum SettleOutcome {
    /// The record says so now.
    Written,
    /// The record says more already, and stays: that a delivery was not tried again says less than why it failed. A
    /// delivery that was in doubt before it was claimed stays so, without the claim, if the settlement neither sent it nor
    /// looked for it.
    TellsLess,
    /// The delivery is not this holder's: another one has claimed or settled it, or it is in doubt and was not claimed.
    /// The record stays, except that it counts an attempt that was made without the claim.
    NotHolder,
}

/// What a person says of a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolution {
    /// The vendor has the contact, with this id. It is not sent any more.
    Created(ContactId),
    /// The vendor does not have it. It is pending, and may be sent.
    NotCreated,
}

/// Which records are asked for. The default asks for all. `Debug` shows no searched text.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Selection {
    /// Only those of these outcomes, as [`Record::outcome`] tells them. Empty is every outcome.
    pub outcomes: Vec<Outcome>,
    /// Only those of these providers. Empty is every provider.
    pub providers: Vec<String>,
    /// Only those whose error is of this kind, in the word that reports use.
    pub error_kind: Option<String>,
    /// Only those that were last changed at this time or later.
    pub changed_since: Option<Timestamp>,
    /// Only those that were last changed before this.
    pub changed_before: Option<Timestamp>,
    /// Only those that this text finds: the beginning of a contact key, the vendor's id, or the beginnings of words of the
    /// name and the e-mail addresses of a contact that is kept. [`SqliteJournal`](super::SqliteJournal) also finds a delivered
    /// contact by a whole e-mail address.
    pub search: Option<String>,
    /// Only those of the contact with this e-mail address, own id or key, as a whole.
    pub person: Option<String>,
    /// Only those that come after the record of this number.
    pub after: u64,
    /// At most so many.
    pub limit: Option<u32>,
}

impl ClaimId {
    /// One that nobody else has.
    #[expect(clippy::new_without_default, reason = "no two are alike")]
    #[expect(clippy::disallowed_methods, reason = "a simulation has a journal with tickets of its own")]
    pub fn new() -> Self {
        Self(RandomState::new().hash_one(()))
    }

    /// The ticket of that number.
    pub fn of_number(number: u64) -> Self {
        Self(number)
    }

    /// Its number, to be stored.
    pub fn number(self) -> u64 {
        self.0
    }
}

#[cfg(feature = "jetstream")]
impl Settlement {
    /// Returns the settlement of a claim without an answer, by which nothing was sent. A delivery that was in doubt before the
    /// claim stays in doubt.
    pub(super) fn withdrawing(claim: Claim) -> Self {
        let Claim { key, ticket, vendor, fingerprint, content, digest, at, run, story, .. } = claim;
        Self {
            key,
            ticket: Some(ticket),
            vendor,
            fingerprint,
            content,
            digest,
            outcome: Outcome::Pending,
            id: None,
            attempts: 0,
            error: None,
            last_attempt: None,
            looked_at: None,
            look_again_at: None,
            at: at.time,
            run,
            story,
        }
    }
}

impl Record {
    /// How it stands, in the words of a report: what is not settled is in doubt.
    pub fn outcome(&self) -> Outcome {
        match self.standing {
            RecordState::Settled(outcome) => outcome,
            RecordState::Claimed(_) | RecordState::Interrupted => Outcome::InDoubt,
        }
    }

    /// Returns whether the vendor has a contact of its key, or may have one.
    pub(crate) fn may_be_at_vendor(&self) -> bool {
        let is_free = matches!(self.standing, RecordState::Settled(outcome) if rules::may_be_sent(outcome));
        !is_free || self.id.is_some()
    }

    /// The kind of its error. What was never settled was `interrupted`.
    pub fn error_kind(&self) -> Option<&str> {
        match (&self.error, self.standing) {
            (Some(error), _) => error.get("kind")?.as_str(),
            (None, RecordState::Claimed(_) | RecordState::Interrupted) => {
                Some(ErrorKind::Interrupted.as_str())
            }
            (None, RecordState::Settled(_)) => None,
        }
    }

    /// The contact that was last sent, or was to be, while the delivery is unfinished.
    pub fn contact(&self) -> Option<UnifiedContact> {
        serde_json::from_str(self.content.as_deref()?).ok()
    }

    /// When looking for it, or sending it again, is worth it, while nobody is sending it.
    pub fn look_again_at(&self) -> Option<Timestamp> {
        match self.standing {
            RecordState::Interrupted | RecordState::Settled(Outcome::InDoubt) => self.look_again_at,
            RecordState::Claimed(_) | RecordState::Settled(_) => None,
        }
    }

    /// What a person should know about how it stands.
    pub fn note(&self) -> Option<&'static str> {
        match self.standing {
            _ if self.overruns > 0 => Some(
                "a worker attempted it after it had lost its claim to another one; look at the vendor for a second contact",
            ),
            RecordState::Claimed(_) => Some("it is being sent, or was cut off while it was"),
            RecordState::Interrupted => Some("it was cut off before it could be told how it ended"),
            RecordState::Settled(_) if self.by_person => Some("a person said so"),
            RecordState::Settled(_) => None,
        }
    }
}

impl Selection {
    /// Whether it asks for `record`, the limit aside.
    pub fn includes(&self, record: &Record) -> bool {
        self.condition()(record)
    }

    /// Returns the condition of [`Self::includes`], for many records.
    pub(super) fn condition(&self) -> impl Fn(&Record) -> bool + '_ {
        let search = self.search.as_deref().map(SearchText::new);
        let person = self.person.as_deref().map(SearchText::new);
        move |record| {
            let any_or_has = |is_empty: bool, has: bool| is_empty || has;
            record.number > self.after
                && any_or_has(self.outcomes.is_empty(), self.outcomes.contains(&record.outcome()))
                && any_or_has(
                    self.providers.is_empty(),
                    self.providers.iter().any(|name| name == record.key.provider()),
                )
                && any_or_has(self.error_kind.is_none(), self.error_kind.as_deref() == record.error_kind())
                && self.changed_since.is_none_or(|since| record.changed_at >= since)
                && self.changed_before.is_none_or(|before| record.changed_at < before)
                && search.as_ref().is_none_or(|text| text.finds(record))
                && person.as_ref().is_none_or(|text| text.names(record))
        }
    }
}

impl Serialize for Record {
    /// As one line of a list: without the contact's content.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("contact", self.key.contact())?;
        map.serialize_entry("provider", self.key.provider())?;
        map.serialize_entry("vendor", &*self.vendor)?;
        map.serialize_entry("outcome", &self.outcome())?;
        if let Some(id) = self.id.as_ref().filter(|_| self.outcome().is_delivered()) {
            map.serialize_entry("id", id)?;
        }
        map.serialize_entry("attempts", &self.attempts)?;
        map.serialize_entry("changed_at", &self.changed_at)?;
        match (&self.error, self.error_kind()) {
            (Some(error), _) => map.serialize_entry("error", error)?,
            (None, Some(kind)) => {
                map.serialize_entry("error", &json!({"kind": kind, "effect": Effect::Unknown}))?;
            }
            (None, None) => {}
        }
        if let Some(time) = self.look_again_at() {
            map.serialize_entry("look_again_at", &time)?;
        }
        if self.overruns > 0 {
            map.serialize_entry("overruns", &self.overruns)?;
        }
        if let Some(note) = self.note() {
            map.serialize_entry("note", note)?;
        }
        map.end()
    }
}

impl fmt::Debug for ClaimId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ClaimId")
    }
}

impl fmt::Debug for Record {
    /// Without the contact and the vendor's words.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = formatter.debug_struct("Record");
        debug.field("key", &self.key).field("standing", &self.standing).field("id", &self.id);
        debug.field("attempts", &self.attempts).field("error", &self.error_kind());
        debug.field("by_person", &self.by_person).finish_non_exhaustive()
    }
}

impl fmt::Debug for Claim {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Claim").field("key", &self.key).finish_non_exhaustive()
    }
}

impl fmt::Debug for Settlement {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = formatter.debug_struct("Settlement");
        debug.field("key", &self.key).field("outcome", &self.outcome).finish_non_exhaustive()
    }
}
