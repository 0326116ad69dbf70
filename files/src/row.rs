//! The items of a file: a row with a contact, or a reject.
//!
//! Invariant: no `Debug` or `Display` of these types shows contact data.

use std::fmt;

use thiserror::Error;
use unicontact_model::UnifiedContact;

use crate::decode::TextEncoding;
use crate::decode::mojibake::repaired;

/// The beginning of the note of a row that is not UTF-8.
const NOT_UTF_8: &str = "not UTF-8: it was read as ";

/// A contact that was read from a file.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Row {
    /// The contact.
    pub contact: UnifiedContact,
    /// The line on which the row begins. The first line is 1.
    pub line: u64,
    /// The notes: values that were dropped, and values that were changed or interpreted.
    pub notes: Vec<Note>,
    /// The bytes of the row, for [`Reject::new`]. They lack the pictures of a vCard; its property `X-UNICONTACT-LEFT-OUT`
    /// lists these.
    pub original: Vec<u8>,
    /// The cells that cannot be read and were dropped. Each of them is also a note.
    pub dropped: Vec<DroppedCell>,
    /// Texts that seem to be encoded twice. They are kept unchanged. Each of them is also a note.
    pub suggestions: Vec<Suggestion>,
    /// The contact as version 0.1.0 read it, if 0.1.0 recorded its deliveries under another key.
    pub earlier: Option<Box<UnifiedContact>>,
}

impl Row {
    /// Returns the notes that are not about a dropped cell.
    pub fn other_notes(&self) -> impl Iterator<Item = &Note> {
        self.notes.iter().filter(|note| !self.dropped.iter().any(|cell| cell.note() == **note))
    }

    /// Returns the name of the encoding of a row that is not UTF-8, in a file with other rows in UTF-8. A note names it, too.
    pub fn other_encoding(&self) -> Option<&str> {
        self.notes.iter().find_map(Note::other_encoding)
    }
}

impl fmt::Debug for Row {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Row")
            .field("contact", &self.contact)
            .field("line", &self.line)
            .field("notes", &self.notes)
            .field("original", &format_args!("{} bytes", self.original.len()))
            .field("dropped", &self.dropped)
            .field("suggestions", &self.suggestions)
            .field("earlier", &self.earlier)
            .finish()
    }
}

/// A note about a row. It never holds contact data.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Note {
    /// The header of the column, or the property: `Birthday`, `BDAY`. Empty for the whole row.
    pub field: String,
    /// The text of the note: "a birthday without a year is dropped".
    pub message: String,
}

impl Note {
    /// Returns the note of a row that is not UTF-8.
    pub(crate) fn decoded_as(encoding: TextEncoding) -> Self {
        Self { field: String::new(), message: format!("{NOT_UTF_8}{encoding}") }
    }

    /// Returns the name of the encoding, if the note says that its row is not UTF-8.
    pub fn other_encoding(&self) -> Option<&str> {
        if self.field.is_empty() { self.message.strip_prefix(NOT_UTF_8) } else { None }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.field.is_empty() {
            formatter.write_str(&self.message)
        } else {
            write!(formatter, "{}: {}", self.field.escape_debug(), self.message)
        }
    }
}

/// A cell that cannot be read and was dropped. Its `Debug` hides the value.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DroppedCell {
    /// The line of the cell. `None`: the line of the row. It differs if a row below continues the contact.
    pub line: Option<u64>,
    /// The number of the cell in a table, from 1.
    pub column: Option<u64>,
    /// The header of the column, or the property or field.
    pub field: String,
    /// The text of the cell. It is contact data.
    pub value: String,
    /// The reason why it cannot be read.
    pub reason: String,
}

impl DroppedCell {
    /// Returns the note about this cell in [`Row::notes`].
    pub fn note(&self) -> Note {
        Note { field: self.field.clone(), message: format!("{}; the value is dropped", self.reason) }
    }
}

impl fmt::Debug for DroppedCell {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("DroppedCell")
            .field("line", &self.line)
            .field("column", &self.column)
            .field("field", &self.field)
            .field("value", &format_args!("{} bytes", self.value.len()))
            .field("reason", &self.reason)
            .finish()
    }
}

/// A text that seems to be encoded twice, such as `MÃ¼ller`, and its probable meaning. Its `Debug` hides both.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Suggestion {
    /// The line of the cell. `None`: the line of the row. It differs if a row below continues the contact.
    pub line: Option<u64>,
    /// The number of the cell in a table, from 1.
    pub column: Option<u64>,
    /// The header of the column, or the property.
    pub field: String,
    /// The text of the cell. It is contact data.
    pub value: String,
    /// The probable meaning of the text. It is contact data.
    pub suggestion: String,
}

impl Suggestion {
    /// Returns the suggestion for a text. `None` if the text does not seem to be encoded twice.
    pub(crate) fn new(column: Option<u64>, field: &str, value: &str) -> Option<Self> {
        let suggestion = repaired(value)?;
        Some(Self { line: None, column, field: field.to_owned(), value: value.to_owned(), suggestion })
    }

    /// Returns the note about this text in [`Row::notes`].
    pub fn note(&self) -> Note {
        let message = "the text seems to be encoded twice; it is kept unchanged".to_owned();
        Note { field: self.field.clone(), message }
    }
}

impl fmt::Debug for Suggestion {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Suggestion")
            .field("line", &self.line)
            .field("column", &self.column)
            .field("field", &self.field)
            .field("value", &format_args!("{} bytes", self.value.len()))
            .field("suggestion", &format_args!("{} bytes", self.suggestion.len()))
            .finish()
    }
}

/// A row, card or object that is not a contact. Reading continues after it.
///
/// Its `Display` shows the position and the reason, without contact data. [`Reject::original`] holds the data, for the file of
/// rejects only, and [`Reject::name`] the contact's name, for the person who imports the file.
#[derive(Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub struct Reject {
    /// The line on which the row begins, or the line of a syntax error of JSON. The first line is 1.
    pub line: u64,
    /// The number of the cell in a table, or of the character in a line of JSON, from 1.
    pub column: Option<u64>,
    /// The header of the column, or the property or field.
    pub field: Option<String>,
    /// What is wrong, and what the user can do.
    pub reason: String,
    /// The contact's name, so that a person can find the row. It is contact data: keep it out of logs.
    pub name: Option<Box<str>>,
    /// The bytes of the row in the file. They are converted to UTF-8, except from Windows-1252.
    pub original: Vec<u8>,
    /// Whether `original` is complete. It lacks bytes above the row limit and the pictures of a vCard.
    pub complete: bool,
    /// Whether reading ended with this reject. No item follows it.
    pub reading_ended: bool,
}

impl Reject {
    /// Returns a reject. For a row that was read before, pass its [`Row::line`] and [`Row::original`].
    pub fn new(line: u64, reason: impl Into<String>, original: Vec<u8>) -> Self {
        Self {
            line,
            column: None,
            field: None,
            reason: reason.into(),
            name: None,
            original,
            complete: true,
            reading_ended: false,
        }
    }

    pub(crate) fn at(mut self, column: Option<u64>, field: Option<String>) -> Self {
        self.column = column;
        self.field = field;
        self
    }

    pub(crate) fn incomplete(mut self) -> Self {
        self.complete = false;
        self
    }

    /// Returns the last reject of a file whose source failed.
    pub(crate) fn ended(line: u64, error: &std::io::Error) -> Self {
        let reason = format!("reading the file failed here: {}", error.kind());
        Self { reading_ended: true, ..Self::new(line, reason, Vec::new()) }
    }
}

impl fmt::Display for Reject {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "line {}", self.line)?;
        if let Some(column) = self.column {
            write!(formatter, ", column {column}")?;
        }
        if let Some(field) = &self.field {
            write!(formatter, " ({})", field.escape_debug())?;
        }
        write!(formatter, ": {}", self.reason)
    }
}

impl fmt::Debug for Reject {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Reject")
            .field("line", &self.line)
            .field("column", &self.column)
            .field("field", &self.field)
            .field("reason", &self.reason)
            .field("original", &format_args!("{} bytes", self.original.len()))
            .field("complete", &self.complete)
            .field("reading_ended", &self.reading_ended)
            .finish_non_exhaustive()
    }
}
