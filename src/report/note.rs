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
    /// Any other note.
    Other(Cow<'static, str>),
}

impl Note {
    /// The notes with a text of their own.
    const FIXED: [Self; 8] = [
        Self::Stopped,
        Self::Paused,
        Self::Changed,
        Self::Repeated,
        Self::RepeatedWithOtherContent,
        Self::SpillFileUnreadable,
        Self::DeferredFileUnreadable,
        Self::FoundInList,
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
            Self::Other(text) => text,
        }
    }
}

impl From<&'static str> for Note {
    fn from(text: &'static str) -> Self {
        Self::Other(Cow::Borrowed(text))
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
