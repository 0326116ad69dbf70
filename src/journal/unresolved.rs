//! The state of a record before a person resolved it, so that the resolution can be taken back.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use unicontact_providers::{BootTime, ContactId, Stamp};

use super::state::{ClaimId, RecordState};
use crate::outcome::Outcome;

const INTERRUPTED: &str = "interrupted";

/// The state of a record before a person resolved it. `Debug` shows no vendor's message.
#[derive(Clone, PartialEq)]
pub struct Unresolved {
    /// Its state, which is never claimed.
    pub state: RecordState,
    /// The vendor's id of the contact of an earlier delivery.
    pub id: Option<ContactId>,
    /// The error.
    pub error: Option<Value>,
    /// See [`Record::may_send_until`](super::Record::may_send_until).
    pub may_send_until: Option<Stamp>,
    /// See [`Record::looked_at`](super::Record::looked_at).
    pub looked_at: Option<Timestamp>,
    /// See [`Record::look_again_at`](super::Record::look_again_at).
    pub look_again_at: Option<Timestamp>,
    /// See [`Record::settled_by`](super::Record::settled_by).
    pub settled_by: Option<ClaimId>,
}

/// The stored form.
#[derive(Serialize, Deserialize)]
struct Stored {
    standing: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ticket: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    error: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    may_send_until: Option<Timestamp>,
    /// The boot of `may_send_until`, and the milliseconds since it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    boot: Option<(u64, u64)>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    looked_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    look_again_at: Option<Timestamp>,
}

impl Unresolved {
    /// Returns the JSON form, to be stored.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let standing = match self.state {
            RecordState::Settled(outcome) => outcome.as_str(),
            RecordState::Interrupted | RecordState::Claimed(_) => INTERRUPTED,
        };
        let boot = self.may_send_until.and_then(|stamp| stamp.boot);
        let milliseconds = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        let stored = Stored {
            standing: standing.to_owned(),
            ticket: self.settled_by.map(ClaimId::number),
            id: self.id.as_ref().map(ToString::to_string),
            error: self.error.clone(),
            may_send_until: self.may_send_until.map(|stamp| stamp.time),
            boot: boot.map(|time| (time.boot, milliseconds(time.uptime))),
            looked_at: self.looked_at,
            look_again_at: self.look_again_at,
        };
        // Serializing cannot fail: the values are texts, numbers and JSON.
        serde_json::to_value(stored).unwrap_or_default()
    }

    /// Returns the state that a JSON form holds. `None` for another JSON.
    pub fn from_json(json: Value) -> Option<Self> {
        let stored: Stored = serde_json::from_value(json).ok()?;
        let state = match &*stored.standing {
            INTERRUPTED => RecordState::Interrupted,
            word => RecordState::Settled(Outcome::from_word(word)?),
        };
        let boot = stored.boot.map(|(boot, uptime)| BootTime { boot, uptime: Duration::from_millis(uptime) });
        Some(Self {
            state,
            id: stored.id.map(|id| ContactId::new(id).ok_or(())).transpose().ok()?,
            error: stored.error,
            may_send_until: stored.may_send_until.map(|time| Stamp { time, boot }),
            looked_at: stored.looked_at,
            look_again_at: stored.look_again_at,
            settled_by: stored.ticket.map(ClaimId::from_number),
        })
    }
}
