//! A contact together with the row of the file that it was read from.

use std::fmt;

use unicontact_providers::UnifiedContact;

/// A contact and the row that it was read from.
///
/// Its `Debug` shows nothing of what is in the row.
#[derive(Clone, PartialEq)]
pub struct SourceRow {
    /// The contact.
    pub contact: UnifiedContact,
    /// The line of the file that the row begins on. The first line is 1; 0 where the contact comes from no file.
    pub line: u64,
    /// The row as it stands in the file. Empty where the contact comes from no file.
    pub original: Vec<u8>,
    /// The contact as version 0.1.0 read it from the row, where that version recorded its deliveries under another key: an id
    /// such as `42.0`, or other content of a contact without an id. What it recorded is looked for.
    pub earlier: Option<Box<UnifiedContact>>,
}

impl From<UnifiedContact> for SourceRow {
    fn from(contact: UnifiedContact) -> Self {
        Self { contact, line: 0, original: Vec::new(), earlier: None }
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
    fn debug_shows_nothing_of_the_row() {
        let contact = UnifiedContact { title: Some("Countess".to_owned()), ..UnifiedContact::default() };
        let row = SourceRow { line: 7, original: b"Countess".to_vec(), ..SourceRow::from(contact) };
        insta::assert_snapshot!(
            format!("{row:?}"),
            @"SourceRow { contact: UnifiedContact { kind: Person, fields: 1, .. }, line: 7, original: 8 bytes, .. }"
        );
    }
}
