//! The results of reading a row: a contact with its notes, or an error.

use std::fmt;

use unicontact_model::{UnifiedContact, contact_key};

use crate::row::{DroppedCell, Note, Reject, Row};

/// A contact and what was found out while reading it.
pub(crate) struct BuiltContact {
    pub(crate) contact: UnifiedContact,
    pub(crate) notes: Vec<Note>,
    pub(crate) dropped: Vec<DroppedCell>,
    /// Version 0.1.0 may have read the row differently.
    pub(crate) may_differ_from_v0_1: bool,
    /// The contact as version 0.1.0 read it, if that contact has another key.
    pub(crate) earlier: Option<Box<UnifiedContact>>,
}

impl BuiltContact {
    /// Adds the contact that version 0.1.0 read from the row, if it has another key.
    pub(crate) fn with_earlier(mut self, read_as_v0_1: impl FnOnce() -> Option<Self>) -> Self {
        if self.may_differ_from_v0_1
            && let Some(earlier) = read_as_v0_1()
            && contact_key(&earlier.contact) != contact_key(&self.contact)
        {
            self.earlier = Some(Box::new(earlier.contact));
        }
        self
    }

    /// Returns the row that begins on `line`, without suggestions.
    pub(crate) fn into_row(self, line: u64, original: Vec<u8>) -> Row {
        let Self { contact, notes, dropped, earlier, .. } = self;
        Row { contact, line, notes, original, dropped, suggestions: Vec::new(), earlier }
    }
}

/// The error of a row, card or object that is not a contact.
pub(crate) struct RowError {
    /// The number of the cell in a table, or of the character in a line of JSON.
    pub(crate) column: Option<u64>,
    pub(crate) field: Option<String>,
    pub(crate) reason: String,
    /// The line of the error. `None`: the line on which the row begins.
    pub(crate) line: Option<u64>,
    /// The contact's name. It is contact data.
    pub(crate) name: Option<Box<str>>,
}

impl fmt::Debug for RowError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("RowError")
            .field("column", &self.column)
            .field("field", &self.field)
            .field("reason", &self.reason)
            .field("line", &self.line)
            .finish_non_exhaustive()
    }
}

impl RowError {
    pub(crate) fn new(reason: impl Into<String>) -> Self {
        Self { column: None, field: None, reason: reason.into(), line: None, name: None }
    }

    pub(crate) fn in_field(field: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { field: Some(field.into()), ..Self::new(reason) }
    }

    /// Returns the reject of the row that begins on `line`.
    pub(crate) fn into_reject(self, line: u64, original: Vec<u8>) -> Reject {
        let reject = Reject::new(self.line.unwrap_or(line), self.reason, original);
        Reject { name: self.name, ..reject.at(self.column, self.field) }
    }
}
