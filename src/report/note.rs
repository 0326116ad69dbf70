//! The notes on deliveries.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A note on a delivery: what a person should know beyond its outcome. Its text is the note in JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Note {
    /// The run or the provider's circuit breaker stopped the delivery before an attempt.
    Stopped,
    /// The provider's circuit breaker is open, and nothing was sent.
    Paused,
    /// The contact was delivered earlier with other content.
    Changed,
    /// The contact came before in the same import.
    Repeated,
    /// The contact came before in the same import, with other content.
    RepeatedWithOtherContent,
    /// The spill file of the import cannot be read, and nothing was sent.
    SpillFileUnreadable,
    /// The file of deferred deliveries of the import cannot be read, and the delivery stays in doubt.
    DeferredFileUnreadable,
    /// The contact was found in the vendor's list and is recorded as existing.
    FoundInList,
    /// The contact was delivered earlier.
    AlreadyDelivered,
    /// Another run is sending the contact.
    SentByAnotherRun,
    /// This process lost its lease, and another may have taken the delivery over; nothing was sent.
    LeaseLost,
    /// The delivery is in doubt, and only a person can settle it.
    NeedsPerson,
    /// The vendor says that it has the contact already, and returned only an id.
    NotCompared,
    /// The vendor returned the contact that it had returned to another delivery of the same run.
    SharesRecord,
    /// The vendor says that it has the contact already, and its id was found by a search.
    IdLookedUp,
    /// A search before the create found the contact, and nothing was sent.
    FoundBeforeCreate,
    /// The answer to the create was lost, and a search found the contact.
    FoundAfterLostAnswer,
    /// An earlier run left the delivery in doubt, and a search found the contact.
    FoundAfterEarlierRun,
    /// An earlier run left the delivery in doubt, and it was sent again to a vendor that dedupes.
    ResentAfterEarlierRun,
    /// Any other note, such as one of a later version.
    Other(Cow<'static, str>),
}

impl Note {
    /// The notes with a text of their own.
    const FIXED: [Self; 19] = [
        Self::Stopped,
        Self::Paused,
        Self::Changed,
        Self::Repeated,
        Self::RepeatedWithOtherContent,
        Self::SpillFileUnreadable,
        Self::DeferredFileUnreadable,
        Self::FoundInList,
        Self::AlreadyDelivered,
        Self::SentByAnotherRun,
        Self::LeaseLost,
        Self::NeedsPerson,
        Self::NotCompared,
        Self::SharesRecord,
        Self::IdLookedUp,
        Self::FoundBeforeCreate,
        Self::FoundAfterLostAnswer,
        Self::FoundAfterEarlierRun,
        Self::ResentAfterEarlierRun,
    ];

    /// Returns the text of the note.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Stopped => "stopped before it was created",
            Self::Paused => "not sent: the provider is paused",
            Self::Changed => {
                "it was delivered earlier and has changed since; contacts are created, not updated"
            }
            Self::Repeated => "not sent: an earlier row of this import is the same contact and is sent",
            Self::RepeatedWithOtherContent => {
                "not sent: an earlier row of this import is the same contact with other content and is sent"
            }
            Self::SpillFileUnreadable => {
                "not sent: the temporary file of contacts that wait for this provider cannot be read; import it again"
            }
            Self::DeferredFileUnreadable => {
                "in doubt: the temporary file of deliveries that wait for another look cannot be read; run \
                 `unicontact deliveries retry`"
            }
            Self::FoundInList => "the vendor has it",
            Self::AlreadyDelivered => "it was delivered earlier",
            Self::SentByAnotherRun => "another run is sending it",
            Self::LeaseLost => {
                "not sent: the servers of the journal did not hear of this process for too long, so \
                 that others may have its claim"
            }
            Self::NeedsPerson => "look at the vendor, then say how it is: unicontact deliveries resolve",
            Self::SharesRecord => {
                "the vendor returned the contact that it returned for another one of this run; what only this one has, \
                 such as another number, is not there"
            }
            Self::NotCompared => {
                "the vendor says that it has the contact already; the two were not compared, since \
                 the answer holds only an id"
            }
            Self::IdLookedUp => "the vendor has it already; its id was looked up",
            Self::FoundBeforeCreate => "such a contact was at the vendor before; nothing was sent",
            Self::FoundAfterLostAnswer => {
                "the answer was lost; such a contact was found at the vendor, this one or an equal older one"
            }
            Self::FoundAfterEarlierRun => {
                "an earlier run left it in doubt; such a contact was found at the vendor, this one or \
                 an equal older one"
            }
            Self::ResentAfterEarlierRun => {
                "an earlier run left it in doubt; it was sent again to a vendor that returns a similar contact"
            }
            Self::Other(text) => text,
        }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl Serialize for Note {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Note {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let fixed = Self::FIXED.into_iter().find(|note| note.as_str() == text);
        Ok(fixed.unwrap_or(Self::Other(Cow::Owned(text))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_is_read_back_from_its_text() {
        for note in Note::FIXED {
            let json = serde_json::to_string(&note).unwrap();
            assert_eq!(serde_json::from_str::<Note>(&json).unwrap(), note);
        }
    }
}
