//! The error of a journal. It names the journal and says what to do, and holds no contact data.

use std::fmt;

use crate::report::Unrecorded;

/// Error of a journal that cannot be opened, read or written.
///
/// After an error of a claim nothing was sent. After an error of a settlement the delivery counts as interrupted from the next run
/// on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalError {
    journal: String,
    kind: JournalErrorKind,
    detail: Option<String>,
}

/// The kind of a [`JournalError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum JournalErrorKind {
    /// Another program locks the journal for too long. Try again.
    Busy,
    /// The journal is damaged. Restore it from a copy; deliveries since then are unknown.
    Corrupt,
    /// The file is not a journal, and stays as it is. Name another file.
    Foreign,
    /// A newer version of this program wrote the journal. Use that version.
    Newer,
    /// The record of this delivery is damaged. Restore or delete it; other records are not affected.
    UnreadableRecord,
    /// A newer version of this program wrote the record of this delivery. Use that version; other records are not affected.
    NewerRecord,
    /// The file or its folder cannot be written.
    Unwritable,
    /// The folder of the file does not exist.
    MissingFolder,
    /// The disk is full.
    Full,
    /// The system failed to read or write the journal. The journal refuses all requests until it is opened again.
    Broken,
    /// The servers of the journal did not answer. Try again: nothing was granted, but a settlement may have been recorded.
    Unreachable,
    /// This process lost its claim, and another one holds the delivery. The record of the other one stays.
    TakenOver,
    /// The servers have no such journal yet. Deliver something first.
    Missing,
    /// The server of the journal is too old. Use a newer one.
    OldServer,
    /// An earlier version created the journal. Stop all processes of that version, and migrate it.
    Outdated,
    /// The journal recognizes people by another method, so that they would be sent again. Use the recorded method.
    OtherMethod,
    /// A process of an earlier version has the journal open, so that it cannot be migrated.
    InUse,
}

impl JournalError {
    /// Creates an error of a kind. `journal` is the name or the path of the journal, for people.
    pub fn new(journal: impl Into<String>, kind: JournalErrorKind) -> Self {
        Self { journal: journal.into(), kind, detail: None }
    }

    /// Adds the system's message. It must hold no contact data.
    #[must_use]
    pub fn with_detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// Returns the detail, or else the whole message.
    #[cfg(feature = "queue")]
    pub(crate) fn into_detail(self) -> String {
        match self.detail {
            Some(detail) => detail,
            None => self.to_string(),
        }
    }

    /// Returns the kind.
    pub fn kind(&self) -> JournalErrorKind {
        self.kind
    }

    /// Returns what to do, in one sentence.
    pub fn hint(&self) -> &'static str {
        self.kind.hint()
    }
}

impl From<JournalError> for Unrecorded {
    fn from(error: JournalError) -> Self {
        Self::new(error.to_string(), error.hint(), error.kind == JournalErrorKind::TakenOver)
    }
}

impl JournalErrorKind {
    /// Returns whether the error concerns one record, and the journal can be used for all other deliveries.
    pub(crate) fn concerns_one_record(self) -> bool {
        matches!(self, Self::UnreadableRecord | Self::NewerRecord)
    }

    fn message(self) -> &'static str {
        match self {
            Self::Busy => "the journal is locked by another program; run this again when that has ended",
            Self::Corrupt => "the journal is damaged; restore it from a copy",
            Self::Foreign => "the file is not a journal of deliveries; set the key `journal` to another file",
            Self::Newer => "a newer version of this program wrote the journal; use that version",
            Self::UnreadableRecord => {
                "the record of a delivery cannot be read; restore it from a copy, or delete it if the vendor does not have the \
                 contact"
            }
            Self::NewerRecord => {
                "a newer version of this program wrote the record of a delivery; use that version"
            }
            Self::Unwritable => {
                "the journal cannot be written; make its folder writable, name another file with the key \
                 `journal`, or turn it off with journal = \"off\""
            }
            Self::MissingFolder => {
                "the journal's folder does not exist; make it, or name another file with the key `journal`"
            }
            Self::Full => "the disk is full, the journal cannot be written",
            Self::Broken => "the system failed to read or write the journal",
            Self::Unreachable => "the servers of the journal cannot be reached, or did not answer",
            Self::TakenOver => "another process took the delivery over; its record stays",
            Self::Missing => "there is no journal of this name on these servers yet",
            Self::OldServer => "the server of the journal is too old",
            Self::Outdated => {
                "an earlier version created the journal; stop all workers and imports of that version, run `unicontact migrate \
                 --queue`, and start them again"
            }
            Self::OtherMethod => {
                "the journal recognizes people by another method; set identify_by to the recorded one"
            }
            Self::InUse => {
                "processes of an earlier version have the journal open; stop them and run this again (a killed process is \
                 forgotten after the lease)"
            }
        }
    }

    fn hint(self) -> &'static str {
        match self {
            Self::Busy => "Wait until the other program has ended, then run it again.",
            Self::Corrupt => "Restore the journal from a copy, then run it again.",
            Self::Foreign => "Name another file with the key `journal`, then run it again.",
            Self::Newer => "Use the version of this program that wrote the journal.",
            Self::UnreadableRecord => {
                "Restore the record from a copy, or delete it if the vendor does not have the contact, then run it again."
            }
            Self::NewerRecord => "Use the version of this program that wrote the record.",
            Self::Unwritable => "Make the journal and its folder writable, then run it again.",
            Self::MissingFolder => "Make the journal's folder, then run it again.",
            Self::Full => "Make room on the journal's disk, then run it again.",
            Self::Broken => "Check the journal's disk, then run it again.",
            Self::Unreachable => "Check that the servers of the journal are running, then run it again.",
            Self::TakenOver => {
                "Look for a second contact at the vendor. `unicontact deliveries show` prints the record of the other process."
            }
            Self::Missing => "Deliver something first, or use another name.",
            Self::OldServer => "Use a newer server, then run it again.",
            Self::Outdated => {
                "Stop the earlier version everywhere, run `unicontact migrate --queue`, then run it again."
            }
            Self::OtherMethod => "Set identify_by to the method that the journal records.",
            Self::InUse => "Stop the earlier version everywhere, then run it again.",
        }
    }
}

impl fmt::Display for JournalError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.journal, self.kind.message())?;
        match &self.detail {
            Some(detail) => write!(formatter, " ({detail})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for JournalError {}
