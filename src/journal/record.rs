//! The record of one delivery: its state, its times, and what is kept of its contact.

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};
use unicontact_providers::{ContactId, DeliveryKey, Effect, ErrorKind, Stamp, UnifiedContact};

use super::state::{ClaimId, RecordState, may_be_sent};
use super::story::{RunId, Story};
use super::unresolved::Unresolved;
use crate::identity::ContentDigest;
use crate::outcome::Outcome;

/// The kind in the error of a delivery that a person took out of its queue.
pub(crate) const PURGED: &str = "purged";

/// What the journal holds of one delivery. `Debug` hides the contact and the vendor's message.
#[derive(Clone, PartialEq)]
pub struct Record {
    /// Its position in the order in which records were first written: from 1, with gaps. 0 in a record that the journal has not
    /// written yet.
    pub number: u64,
    /// The provider and the contact.
    pub key: DeliveryKey,
    /// The provider's vendor.
    pub vendor: Arc<str>,
    /// The fingerprint of the contact that was last sent, or was to be sent.
    pub fingerprint: Arc<str>,
    /// The state of the delivery.
    pub state: RecordState,
    /// The vendor's id of the contact, if the vendor has it. While another contact of the same key is sent or in doubt, this is
    /// the id of the first.
    pub id: Option<ContactId>,
    /// The number of requests of its last delivery that could change data.
    pub attempts: u32,
    /// The error, in its JSON form of a report.
    pub error: Option<Value>,
    /// Whether a person resolved it.
    pub by_person: bool,
    /// The time of the last claim, settlement or resolution.
    pub changed_at: Timestamp,
    /// No attempt began after this time. For a claim, the time until which it permits attempts; for a delivery in doubt, the
    /// time of its last attempt.
    pub may_send_until: Option<Stamp>,
    /// The time of the last look for the contact at the vendor.
    pub looked_at: Option<Timestamp>,
    /// The time from which another look or another create is useful.
    pub look_again_at: Option<Timestamp>,
    /// The claim that settled it.
    pub settled_by: Option<ClaimId>,
    /// The number of workers that attempted the delivery after they had lost their claim to another one.
    pub overruns: u32,
    /// The digest of the contact that was last sent, or was to be sent. `None` in a record of version 0.1.0.
    pub digest: Option<ContentDigest>,
    /// The contact as JSON, while the delivery is unfinished, and while a person's resolution can be taken back with it.
    pub content: Option<Arc<str>>,
    /// The run that last claimed or settled it.
    pub run: Option<RunId>,
    /// Its state before a person resolved it, until another run claims or settles it.
    pub unresolved: Option<Box<Unresolved>>,
    /// Its story. A journal that stores stories elsewhere leaves this empty when it reads a record, and appends what it finds
    /// here when it writes one.
    pub story: Story,
}

impl Record {
    /// Returns the outcome of a report for this state. A delivery that was claimed or interrupted is in doubt.
    pub fn outcome(&self) -> Outcome {
        match self.state {
            RecordState::Settled(outcome) => outcome,
            RecordState::Claimed(_) | RecordState::Interrupted => Outcome::InDoubt,
        }
    }

    /// Returns the state that a person's resolution can be taken back to.
    pub(super) fn to_unresolved(&self) -> Unresolved {
        Unresolved {
            state: self.state,
            id: self.id.clone(),
            error: self.error.clone(),
            may_send_until: self.may_send_until,
            looked_at: self.looked_at,
            look_again_at: self.look_again_at,
            settled_by: self.settled_by,
        }
    }

    /// Returns whether the vendor has a contact of this key, or may have one.
    pub(crate) fn may_be_at_vendor(&self) -> bool {
        let is_free = matches!(self.state, RecordState::Settled(outcome) if may_be_sent(outcome));
        !is_free || self.id.is_some()
    }

    /// Returns the kind of the error. It is `interrupted` for a delivery that was never settled.
    pub fn error_kind(&self) -> Option<&str> {
        match (&self.error, self.state) {
            (Some(error), _) => error.get("kind")?.as_str(),
            (None, RecordState::Claimed(_) | RecordState::Interrupted) => {
                Some(ErrorKind::Interrupted.as_str())
            }
            (None, RecordState::Settled(_)) => None,
        }
    }

    /// Returns whether a person took the delivery out of its queue.
    pub(crate) fn is_purged(&self) -> bool {
        self.error.as_ref().is_some_and(|error| error.get("kind").is_some_and(|kind| kind == PURGED))
    }

    /// Returns the contact that was last sent, or was to be sent, as long as the journal keeps it.
    pub fn contact(&self) -> Option<UnifiedContact> {
        serde_json::from_str(self.content.as_deref()?).ok()
    }

    /// Returns the time from which another look or another create is useful. `None` while a run holds the delivery.
    pub fn look_again_at(&self) -> Option<Timestamp> {
        match self.state {
            RecordState::Interrupted | RecordState::Settled(Outcome::InDoubt) => self.look_again_at,
            RecordState::Claimed(_) | RecordState::Settled(_) => None,
        }
    }

    /// Returns a note on the state, for people.
    pub fn note(&self) -> Option<&'static str> {
        match self.state {
            _ if self.overruns > 0 => Some(
                "a worker attempted it after it had lost its claim to another one; look at the vendor for a second contact",
            ),
            RecordState::Claimed(_) => Some("it is being sent, or was cut off while it was"),
            RecordState::Interrupted => Some("the run was cut off before it recorded the outcome"),
            RecordState::Settled(_) if self.by_person => Some("a person said so"),
            RecordState::Settled(_) => None,
        }
    }

    /// Returns the record of a delivery in this state after one attempt.
    #[cfg(all(test, feature = "queue"))]
    pub(crate) fn after_one_attempt(state: RecordState) -> Self {
        Self {
            number: 1,
            key: DeliveryKey::from_contact_key("acme", "42".to_owned()),
            vendor: "demo".into(),
            fingerprint: "f1".into(),
            state,
            id: None,
            attempts: 1,
            error: None,
            by_person: false,
            changed_at: Timestamp::UNIX_EPOCH,
            may_send_until: None,
            looked_at: None,
            look_again_at: None,
            settled_by: None,
            overruns: 0,
            digest: None,
            content: None,
            run: None,
            unresolved: None,
            story: Story::default(),
        }
    }
}

impl Serialize for Record {
    /// Serializes the record as one entry of a list, without the contact.
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

impl fmt::Debug for Record {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = formatter.debug_struct("Record");
        debug.field("key", &self.key).field("state", &self.state).field("id", &self.id);
        debug.field("attempts", &self.attempts).field("error", &self.error_kind());
        debug.field("by_person", &self.by_person).finish_non_exhaustive()
    }
}
