//! What comes out of a file: a contact, or the reason why there is none.
//!
//! No `Debug` or `Display` here shows contact data.

use std::fmt;

use thiserror::Error;
use unicontact_model::UnifiedContact;

use crate::assembly::Finished;
use crate::decode::TextEncoding;
use crate::decode::mojibake::repaired;

/// One contact that was read.
#[derive(Clone, PartialEq)]
pub struct Row {
    /// The contact.
    pub contact: UnifiedContact,
    /// The line of the file that it begins on; the first line is 1.
    pub line: u64,
    /// What of it could not be kept, or was read in a way that should be known.
    pub notes: Vec<Note>,
    /// The row as it stands in the file, for [`Reject::new`]. Data inside a vCard is left out of it, which the
    /// property `X-UNICONTACT-LEFT-OUT` says there.
    pub original: Vec<u8>,
    /// The cells that could not be read and were dropped. Each of them is also a note.
    pub dropped: Vec<DroppedCell>,
    /// The texts that look as if they were encoded twice. They are read as they stand; each of them is also a note.
    pub suggestions: Vec<Suggestion>,
    /// The contact as version 0.1.0 read it from the row, where that version recorded its deliveries under another key.
    pub earlier: Option<Box<UnifiedContact>>,
}

impl Row {
    pub(crate) fn new(read: Finished, line: u64, original: Vec<u8>) -> Self {
        let Finished { contact, notes, dropped, earlier, .. } = read;
        Self { contact, line, notes, original, dropped, suggestions: Vec::new(), earlier }
    }

    /// Returns the notes that are not about a dropped cell.
    pub fn other_notes(&self) -> impl Iterator<Item = &Note> {
        self.notes.iter().filter(|note| !self.dropped.iter().any(|cell| cell.note() == **note))
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

/// Something that the reader of a file should know about one of its rows. Never the value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The column's header, or the property: `Birthday`, `BDAY`. Empty when it is about the whole row.
    pub field: String,
    /// What happened: "a birthday without a year is dropped".
    pub message: String,
}

impl Note {
    /// Returns the note on a row that was not UTF-8.
    pub(crate) fn read_in_encoding(encoding: TextEncoding) -> Self {
        Self { field: String::new(), message: format!("not UTF-8: it was read as {encoding}") }
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

/// A cell that could not be read and was dropped. Its `Debug` does not show the value.
#[derive(Clone, PartialEq, Eq)]
pub struct DroppedCell {
    /// The line of the file, where it is another one than the row's: a row below continues the contact.
    pub line: Option<u64>,
    /// For CSV the number of the cell; the first one is 1.
    pub column: Option<u64>,
    /// The column's header, or the property or field.
    pub field: String,
    /// What stands there. It is contact data.
    pub value: String,
    /// Why it cannot be read.
    pub reason: String,
}

impl DroppedCell {
    /// Returns the note of the row that says so.
    pub fn note(&self) -> Note {
        Note { field: self.field.clone(), message: format!("{}; it is dropped", self.reason) }
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

/// A text that looks as if it was encoded twice, such as `MÃ¼ller`, and what it was before. Its `Debug` shows neither.
#[derive(Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// The line of the file, where it is another one than the row's: a row below continues the contact.
    pub line: Option<u64>,
    /// For CSV the number of the cell; the first one is 1.
    pub column: Option<u64>,
    /// The column's header, or the property.
    pub field: String,
    /// What stands there. It is contact data.
    pub value: String,
    /// What is probably meant. It is contact data.
    pub suggestion: String,
}

impl Suggestion {
    /// Returns the suggestion for a text that looks as if it was encoded twice.
    pub(crate) fn new(column: Option<u64>, field: &str, value: &str) -> Option<Self> {
        let suggestion = repaired(value)?;
        Some(Self { line: None, column, field: field.to_owned(), value: value.to_owned(), suggestion })
    }

    /// Returns the note of the row that says so.
    pub fn note(&self) -> Note {
        let message = "it looks as if it was encoded twice; it is kept as it stands".to_owned();
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

/// A row, card or object that is no contact. The ones after it are read nevertheless.
///
/// Its text form says where and why, and nothing of what is in it; [`Reject::original`] holds that, for the file
/// of rejects and nothing else.
#[derive(Clone, PartialEq, Eq, Error)]
pub struct Reject {
    /// The line of the file that it begins on, or for a mistake in the syntax of JSON the line of that; the first
    /// line is 1.
    pub line: u64,
    /// For CSV the number of the cell, for JSON the character in the line; the first one is 1.
    pub column: Option<u64>,
    /// The column's header, or the property or field.
    pub field: Option<String>,
    /// What is wrong, and where possible what to do about it.
    pub reason: String,
    /// The row as it stands in the file (as UTF-8 if the file is in another encoding than UTF-8 and Windows-1252).
    pub original: Vec<u8>,
    /// Whether `original` is all of it: what is above the limit, and the pictures in a card, are left out.
    pub complete: bool,
    /// Whether the file could not be read any further. There is nothing after it.
    pub reading_ended: bool,
}

impl Reject {
    /// Returns the reject of a row, such as of one that was read before: its [`Row::line`], why it is rejected, and its
    /// [`Row::original`].
    pub fn new(line: u64, reason: impl Into<String>, original: Vec<u8>) -> Self {
        Self {
            line,
            column: None,
            field: None,
            reason: reason.into(),
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

    /// The file cannot be read on.
    pub(crate) fn ended(line: u64, error: &std::io::Error) -> Self {
        let reason = format!("the file could not be read any further: {}", error.kind());
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
            .finish()
    }
}
