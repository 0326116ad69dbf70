//! Why a row of an input is sent to no provider.

use std::fmt;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::SourceRow;

/// A row that is sent to no provider, since it cannot be told apart from another person.
#[derive(Debug, Clone, PartialEq)]
pub struct Refusal {
    /// The row.
    pub row: SourceRow,
    /// Why.
    pub reason: RefusalReason,
}

/// Why a row is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum RefusalReason {
    /// Its id came before in the same input for another person: no name, address or number agrees.
    OtherPersonOfId {
        /// The line of the row that came before; 0 where the contact comes from no file.
        line: u64,
    },
    /// Its id was delivered in an earlier run for another person: no name, address or number agrees.
    OtherPersonDelivered,
    /// A row that came before has the same identity, and contradicts it.
    Conflict {
        /// The line of the row that came before; 0 where the contact comes from no file.
        line: u64,
        /// The fields in which they contradict each other.
        fields: Vec<&'static str>,
    },
    /// It has an id, and the name and address of a person who was delivered without one, with other numbers only.
    Contradicts,
    /// It has no id, and contacts are recognized by nothing else.
    NoId,
}

impl RefusalReason {
    /// Returns what to do about it, in one sentence.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::OtherPersonOfId { .. } | Self::OtherPersonDelivered => {
                "Give each person an id of their own (`external_id`)."
            }
            Self::Conflict { .. } => "If these are two people, import both rows with --same-identity send.",
            Self::Contradicts => "If these are two people, import it with --same-identity send.",
            Self::NoId => "Give it an id (`external_id`), or choose another `identify_by`.",
        }
    }

    /// Returns the line of the row that the refused one clashes with.
    pub fn clashes_with(&self) -> Option<u64> {
        match self {
            Self::OtherPersonOfId { line } | Self::Conflict { line, .. } => {
                Some(*line).filter(|line| *line > 0)
            }
            Self::OtherPersonDelivered | Self::Contradicts | Self::NoId => None,
        }
    }
}

impl fmt::Display for RefusalReason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OtherPersonOfId { .. } => formatter
                .write_str("its id came before for another person: no name, e-mail address or number agrees"),
            Self::OtherPersonDelivered => formatter.write_str(
                "its id was delivered earlier for another person: no name, e-mail address or number agrees",
            ),
            Self::Conflict { fields, .. } => write!(
                formatter,
                "it is recognized as the person of an earlier row, and has other {}",
                fields.join(", ")
            ),
            Self::Contradicts => formatter.write_str(
                "it has the name and the e-mail address of somebody who was delivered without an id, and other numbers",
            ),
            Self::NoId => formatter.write_str("it has no id, and contacts are recognized by their ids alone"),
        }
    }
}

impl Serialize for Refusal {
    /// Without the row.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if self.row.line > 0 {
            map.serialize_entry("line", &self.row.line)?;
        }
        if let Some(line) = self.reason.clashes_with() {
            map.serialize_entry("clashes_with_line", &line)?;
        }
        map.serialize_entry("reason", &self.reason.to_string())?;
        map.serialize_entry("hint", self.reason.hint())?;
        map.end()
    }
}
