//! What a person says about an unfinished delivery, and who says it.

use jiff::Timestamp;
use unicontact_providers::ContactId;

use super::story::{ResolutionWord, StoryEntry, StoryEvent};

/// A person's answer for an unfinished delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolution {
    /// The vendor has the contact, with this id. It is not sent again.
    Created(ContactId),
    /// The vendor does not have the contact. It is pending, and may be sent.
    NotCreated,
}

/// The person who resolves or reopens a delivery, the time and the reason. `Debug` hides the name and the note.
#[derive(Clone, PartialEq, Eq)]
pub struct Act {
    /// Now.
    pub at: Timestamp,
    /// The person's name.
    pub by: Option<String>,
    /// The person's note.
    pub note: Option<String>,
    /// The [`Record::changed_at`](super::Record::changed_at) that the person saw. A record that has changed since stays as it
    /// is. `None` changes it anyway.
    pub seen: Option<Timestamp>,
}

impl Act {
    /// Creates an act without a name and a note, on a record in any state.
    pub fn new(at: Timestamp) -> Self {
        Self { at, by: None, note: None, seen: None }
    }

    pub(super) fn resolved(self, resolution: &Resolution) -> StoryEntry {
        let (resolution, id) = match resolution {
            Resolution::Created(id) => (ResolutionWord::Created, Some(id.clone())),
            Resolution::NotCreated => (ResolutionWord::NotCreated, None),
        };
        let event = StoryEvent::Resolved { resolution, id, by: self.by, note: self.note };
        StoryEntry { at: self.at, run: None, event }
    }

    #[cfg(feature = "queue")]
    pub(super) fn purged(self) -> StoryEntry {
        StoryEntry { at: self.at, run: None, event: StoryEvent::Purged { by: self.by, note: self.note } }
    }

    pub(super) fn reopened(self) -> StoryEntry {
        StoryEntry { at: self.at, run: None, event: StoryEvent::Reopened { by: self.by, note: self.note } }
    }
}
