//! The reasons for which a row of an input is sent to no provider.

use std::fmt;

use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use unicontact_providers::UnifiedContact;

use crate::source_row::SourceRow;

/// A row that is sent to no provider, because its contact cannot be told apart from another person's.
///
/// The JSON holds the line, the reason and a hint. Read back from it, a refusal has a row without a contact and the reason
/// [`RefusalReason::Other`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Refusal {
    /// The row.
    pub row: SourceRow,
    /// The reason.
    pub reason: RefusalReason,
}

/// The reason for which a row is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum RefusalReason {
    /// An earlier row of the same input has the same id and another person: no name, address or number agrees.
    OtherPersonOfId {
        /// The line of the earlier row; 0 where the contact comes from no file.
        line: u64,
    },
    /// The id was delivered in an earlier run for another person: no name, address or number agrees.
    OtherPersonDelivered,
    /// An earlier row has the same identity, and contradicts this one.
    Conflict {
        /// The line of the earlier row; 0 where the contact comes from no file.
        line: u64,
        /// The fields in which the two rows contradict each other.
        fields: Vec<&'static str>,
    },
    /// The row has an id, and the name and address of a person who was delivered without an id and with other numbers.
    Contradicts,
    /// The row has no id, and contacts are recognized by their ids alone.
    NoId,
    /// A reason that was read back from the JSON of a report.
    Other {
        /// The reason, in one sentence.
        reason: String,
        /// What to do, in one sentence.
        hint: String,
        /// The line of the earlier row that this one clashes with, if there is one.
        clashes_with_line: Option<u64>,
    },
}

impl Refusal {
    /// Creates a refusal.
    pub fn new(row: SourceRow, reason: RefusalReason) -> Self {
        Self { row, reason }
    }
}

impl RefusalReason {
    /// Returns what to do about the refusal, in one sentence.
    pub fn hint(&self) -> &str {
        match self {
            Self::OtherPersonOfId { .. } | Self::OtherPersonDelivered => {
                "Give each person an id of their own (`external_id`)."
            }
            Self::Conflict { .. } => "If these are two people, import both rows with --same-identity send.",
            Self::Contradicts => "If these are two people, import it with --same-identity send.",
            Self::NoId => "Give it an id (`external_id`), or choose another `identify_by`.",
            Self::Other { hint, .. } => hint,
        }
    }

    /// Returns the line of the earlier row that the refused one clashes with.
    pub fn clashes_with(&self) -> Option<u64> {
        match self {
            Self::OtherPersonOfId { line } | Self::Conflict { line, .. } => {
                Some(*line).filter(|line| *line > 0)
            }
            Self::OtherPersonDelivered | Self::Contradicts | Self::NoId => None,
            Self::Other { clashes_with_line, .. } => *clashes_with_line,
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
            Self::Other { reason, .. } => formatter.write_str(reason),
        }
    }
}

impl Serialize for Refusal {
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

#[derive(Deserialize)]
struct RefusalJson {
    #[serde(default)]
    line: u64,
    clashes_with_line: Option<u64>,
    reason: String,
    hint: String,
}

impl<'de> Deserialize<'de> for Refusal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let RefusalJson { line, clashes_with_line, reason, hint } = RefusalJson::deserialize(deserializer)?;
        let row = SourceRow { line, ..SourceRow::from(UnifiedContact::default()) };
        Ok(Self::new(row, RefusalReason::Other { reason, hint, clashes_with_line }))
    }
}
