//! The story of a delivery: its attempts, its looks and the acts of people, each with its run.
//!
//! It holds no contact data: the vendors' messages are redacted when they are read.

mod run;

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde::ser::SerializeSeq;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Value, json};
use unicontact_providers::ContactId;

pub use self::run::{Run, RunId};

/// The largest number of entries that a journal keeps of one delivery.
pub(crate) const MAX_ENTRIES: usize = 100;
/// An event in the story of a delivery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoryEntry {
    /// The time of its beginning.
    pub at: Timestamp,
    /// The run in which it happened. `None` for an act of a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<RunId>,
    /// The event itself.
    #[serde(flatten)]
    pub event: StoryEvent,
}

/// An event of a delivery. `Debug` hides the vendor's message, names and notes.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum StoryEvent {
    /// An attempt to create the contact.
    Attempt {
        /// Its duration.
        #[serde(rename = "duration_ms", with = "milliseconds")]
        duration: Duration,
        /// Its result.
        result: AttemptResult,
        /// The error, in its JSON form of a report without `fields` and `hint`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        error: Option<Value>,
    },
    /// A look for the contact at the vendor.
    Look {
        /// The vendor's answer.
        result: LookResult,
        /// The id of the contact that was found.
        #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "optional_id")]
        id: Option<ContactId>,
        /// The ids of similar contacts.
        #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "ids")]
        candidates: Vec<ContactId>,
        /// The error, in its JSON form of a report.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        error: Option<Value>,
    },
    /// The run ended before it settled the delivery. The time is that of the claim.
    Interrupted,
    /// A person resolved the delivery.
    Resolved {
        /// The person's answer.
        resolution: ResolutionWord,
        /// The vendor's id of the contact.
        #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "optional_id")]
        id: Option<ContactId>,
        /// The person's name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<String>,
        /// The person's note.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    },
    /// A person took the delivery out of the queue.
    Purged {
        /// The person's name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<String>,
        /// The person's reason.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    },
    /// A person took the resolution back.
    Reopened {
        /// The person's name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<String>,
        /// The person's note.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    },
}

/// The result of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AttemptResult {
    /// The vendor created the contact.
    Created,
    /// The vendor had the contact before.
    Existing,
    /// The attempt failed. The error's effect says whether the contact may have been created.
    Failed,
    /// The run was stopped while it waited for the answer.
    CutOff,
}

/// The result of a look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LookResult {
    /// The vendor has the contact.
    Found,
    /// The vendor does not have the contact.
    Nothing,
    /// The vendor has similar contacts.
    Unclear,
    /// The look failed.
    Failed,
}

/// A person's answer, without the vendor's id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResolutionWord {
    /// The vendor has the contact.
    Created,
    /// The vendor does not have the contact.
    NotCreated,
}

/// The events of a delivery, in the order in which they were recorded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Story {
    /// The events. A success at the first attempt adds none.
    pub entries: Vec<StoryEntry>,
    /// The runs that the entries and the record name.
    pub runs: Vec<Arc<Run>>,
    /// The number of older entries that were dropped.
    pub omitted: u32,
}

impl StoryEvent {
    /// Returns the event without the vendor's message and the person's note, which may name the contact.
    pub(crate) fn without_words(self) -> Self {
        let without = |error: Option<Value>| error.as_ref().map(without_words);
        match self {
            Self::Attempt { duration, result, error } => {
                Self::Attempt { duration, result, error: without(error) }
            }
            Self::Look { result, id, candidates, error } => {
                Self::Look { result, id, candidates, error: without(error) }
            }
            Self::Interrupted => Self::Interrupted,
            Self::Resolved { resolution, id, by, note: _ } => {
                Self::Resolved { resolution, id, by, note: None }
            }
            Self::Purged { by, note: _ } => Self::Purged { by, note: None },
            Self::Reopened { by, note: _ } => Self::Reopened { by, note: None },
        }
    }
}

impl Story {
    /// Erases the vendor's messages and people's notes.
    pub(crate) fn forget_words(&mut self) {
        for entry in &mut self.entries {
            entry.event = entry.event.clone().without_words();
        }
    }
}

impl StoryEntry {
    /// Returns whether the event is an act of a person.
    pub(crate) fn is_by_person(&self) -> bool {
        matches!(
            self.event,
            StoryEvent::Resolved { .. } | StoryEvent::Purged { .. } | StoryEvent::Reopened { .. }
        )
    }
}

impl Story {
    /// Returns the run with this id.
    pub fn run(&self, id: RunId) -> Option<&Run> {
        self.runs.iter().find(|run| run.id == id).map(|run| &**run)
    }

    /// Appends entries and their run. Above [`MAX_ENTRIES`], the oldest attempts and looks are dropped.
    pub(crate) fn append(&mut self, entries: impl IntoIterator<Item = StoryEntry>, run: Option<&Arc<Run>>) {
        self.entries.extend(entries);
        self.runs.extend(run.filter(|run| self.run(run.id).is_none()).cloned());
        while self.entries.len() > MAX_ENTRIES {
            let oldest = self.entries.iter().position(|entry| !entry.is_by_person());
            self.entries.remove(oldest.unwrap_or_default());
            self.omitted = self.omitted.saturating_add(1);
        }
    }
}

impl Serialize for Story {
    /// Serializes the story as an array in which each entry has its run.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut sequence = serializer.serialize_seq(None)?;
        if self.omitted > 0 {
            sequence.serialize_element(&json!({"event": "omitted", "count": self.omitted}))?;
        }
        for entry in &self.entries {
            let mut shown = serde_json::to_value(entry).map_err(serde::ser::Error::custom)?;
            if let Some(run) = entry.run.and_then(|id| self.run(id)) {
                shown["run"] = serde_json::to_value(run).map_err(serde::ser::Error::custom)?;
            }
            sequence.serialize_element(&shown)?;
        }
        sequence.end()
    }
}

/// Returns an error without the vendor's message, which may repeat what was sent.
pub(super) fn without_words(error: &Value) -> Value {
    let kept = ["kind", "effect", "operation", "status", "existing_id", "candidates", "hint"];
    let members = kept.iter().filter_map(|name| Some(((*name).to_owned(), error.get(name)?.clone())));
    Value::Object(members.collect())
}

fn ids<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<ContactId>, D::Error> {
    let texts = Vec::<String>::deserialize(deserializer)?;
    Ok(texts.into_iter().filter_map(ContactId::new).collect())
}

fn optional_id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<ContactId>, D::Error> {
    Ok(Option::<String>::deserialize(deserializer)?.and_then(ContactId::new))
}

mod milliseconds {
    use std::time::Duration;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn serialize<S: Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
        u64::try_from(duration.as_millis()).unwrap_or(u64::MAX).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
        u64::deserialize(deserializer).map(Duration::from_millis)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::{Act, Resolution};

    fn attempt(second: i64) -> StoryEntry {
        let event = StoryEvent::Attempt {
            duration: Duration::from_millis(12),
            result: AttemptResult::Failed,
            error: Some(json!({"kind": "unavailable", "effect": "unknown", "status": 503})),
        };
        let at = Timestamp::from_second(second).unwrap();
        StoryEntry { at, run: Some(RunId::from_number(7)), event }
    }

    #[test]
    fn an_entry_survives_serialization() {
        let act =
            Act { by: Some("ada".into()), note: Some("called".into()), ..Act::new(Timestamp::UNIX_EPOCH) };
        let id = |text: &str| ContactId::new(text).unwrap();
        let look = StoryEvent::Look {
            result: LookResult::Unclear,
            id: None,
            candidates: vec![id("1"), id("2")],
            error: None,
        };
        let entries = [
            attempt(3),
            StoryEntry { event: look, ..attempt(4) },
            StoryEntry { event: StoryEvent::Interrupted, ..attempt(5) },
            act.clone().resolved(&Resolution::Created(id("9"))),
            act.clone().resolved(&Resolution::NotCreated),
            act.reopened(),
        ];
        for entry in entries {
            let text = serde_json::to_string(&entry).unwrap();
            assert_eq!(serde_json::from_str::<StoryEntry>(&text).unwrap(), entry, "{text}");
        }
    }

    #[test]
    fn the_oldest_attempts_above_the_limit_are_dropped_and_counted() {
        let mut story = Story::default();
        let act = Act::new(Timestamp::UNIX_EPOCH).reopened();
        story.append([act.clone()], None);
        story.append((0..150).map(attempt), Some(&Arc::new(Run::new("import", Timestamp::UNIX_EPOCH))));
        assert_eq!((story.entries.len(), story.omitted), (MAX_ENTRIES, 51));
        assert_eq!((&story.entries[0], &story.entries[1]), (&act, &attempt(51)));
        assert_eq!(story.entries.last(), Some(&attempt(149)));
    }
}
