//! A contact and the row of a file that it was read from.

use std::fmt;

use serde::{Deserialize, Serialize};
use unicontact_providers::UnifiedContact;

/// A contact and the row that it was read from.
///
/// A contact that comes from no file converts into a row without a line. `Debug` shows no content of the row.
///
/// ```
/// use unicontact::SourceRow;
/// use unicontact::providers::UnifiedContact;
///
/// let mut row = SourceRow::from(UnifiedContact::default());
/// row.line = 7;
/// ```
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct SourceRow {
    /// The contact.
    pub contact: UnifiedContact,
    /// The line of the file that the row begins on. The first line is 1; 0 where the contact comes from no file.
    pub line: u64,
    /// The bytes of the row in the file. Empty where the contact comes from no file.
    pub original: Vec<u8>,
    /// The contact as version 0.1.0 read it from the row, where that version recorded its deliveries under another key: an id
    /// such as `42.0`, or other content of a contact without an id. The journal is searched for that key, too.
    pub earlier: Option<Box<UnifiedContact>>,
    /// The cells of the row that could not be read and were dropped. The reports of the contact repeat them.
    pub dropped: Vec<DroppedField>,
}

impl SourceRow {
    /// Takes the location of the row and its dropped cells, for the reports on the contact.
    pub(crate) fn take_location(&mut self) -> SourceLocation {
        SourceLocation {
            line: self.line,
            name: self.contact.display_name(),
            external_id: self.contact.external_id.clone(),
            dropped: std::mem::take(&mut self.dropped),
        }
    }
}

/// The location of a row in its file, the name of its contact, and the cells that were dropped. `Debug` hides name and id.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SourceLocation {
    /// The line of the file that the row begins on. The first line is 1; 0 where the contact comes from no file.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub line: u64,
    /// The contact's name, by which a person finds the row. It is contact data: keep it out of logs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The contact's `external_id`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// The cells that could not be read and were dropped.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dropped: Vec<DroppedField>,
}

/// A cell of a row that could not be read and was dropped. The value itself is not kept.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct DroppedField {
    /// The number of the cell in a CSV row. The first one is 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<u64>,
    /// The column's header, or the property or field.
    pub field: String,
    /// The reason why it could not be read.
    pub reason: String,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(line: &u64) -> bool {
    *line == 0
}

impl From<UnifiedContact> for SourceRow {
    fn from(contact: UnifiedContact) -> Self {
        Self { contact, line: 0, original: Vec::new(), earlier: None, dropped: Vec::new() }
    }
}

impl fmt::Debug for SourceLocation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SourceLocation")
            .field("line", &self.line)
            .field("dropped", &self.dropped)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for SourceRow {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SourceRow")
            .field("contact", &self.contact)
            .field("line", &self.line)
            .field("original", &format_args!("{} bytes", self.original.len()))
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_content_of_the_row() {
        let contact = UnifiedContact { title: Some("Countess".to_owned()), ..UnifiedContact::default() };
        let row = SourceRow { line: 7, original: b"Countess".to_vec(), ..SourceRow::from(contact) };
        insta::assert_snapshot!(
            format!("{row:?}"),
            @"SourceRow { contact: UnifiedContact { kind: Person, fields: 1, .. }, line: 7, original: 8 bytes, .. }"
        );
    }

    #[test]
    fn debug_of_a_location_hides_whose_row_it_is() {
        let (name, external_id) = (Some("Ada King".to_owned()), Some("C-42".to_owned()));
        let location = SourceLocation { line: 7, name, external_id, dropped: Vec::new() };
        insta::assert_snapshot!(format!("{location:?}"), @"SourceLocation { line: 7, dropped: [], .. }");
    }
}
