//! Turns errors of the NATS client into errors of the journal, which hold no contact data.

use crate::journal::{JournalError, JournalErrorKind, UnreadableRecord};

/// An error of decoding a stored value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DecodeError {
    /// A newer version of this program wrote the value.
    Newer { format: u32 },
    /// The value is not JSON from this place on.
    NotJson { line: usize, column: usize },
    /// A member is missing, or has a value that no version writes.
    Damaged,
}

impl From<serde_json::Error> for DecodeError {
    fn from(error: serde_json::Error) -> Self {
        if error.is_data() {
            return Self::Damaged;
        }
        Self::NotJson { line: error.line(), column: error.column() }
    }
}

/// The context of a journal's errors: the journal's name.
#[derive(Debug, Clone)]
pub(crate) struct ErrorContext {
    journal: String,
}

impl ErrorContext {
    pub(crate) fn new(name: &str) -> Self {
        Self { journal: format!("journal {name} on NATS") }
    }

    pub(crate) fn error(&self, kind: JournalErrorKind) -> JournalError {
        JournalError::new(self.journal.clone(), kind)
    }

    /// Returns the error of a request that the servers did not answer, or could not serve.
    pub(super) fn unreachable(&self, error: &dyn std::error::Error) -> JournalError {
        self.error(JournalErrorKind::Unreachable).with_detail(error_chain(error))
    }

    /// Returns the error of a value that all deliveries depend on.
    pub(super) fn decode(&self, error: DecodeError) -> JournalError {
        self.error(match error {
            DecodeError::Newer { .. } => JournalErrorKind::Newer,
            DecodeError::NotJson { .. } | DecodeError::Damaged => JournalErrorKind::Corrupt,
        })
    }

    /// Returns the error of a record that cannot be read.
    pub(super) fn unreadable(&self, record: &UnreadableRecord) -> JournalError {
        let is_newer = record.is_newer;
        let kind = if is_newer { JournalErrorKind::NewerRecord } else { JournalErrorKind::UnreadableRecord };
        self.error(kind).with_detail(record.detail())
    }
}

/// Returns the text of an error and of its sources. The errors of the NATS client name at most subjects, and those hold hashes.
pub(crate) fn error_chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        let message = error.to_string();
        if !text.contains(&message) {
            text = format!("{text}: {message}");
        }
        source = error.source();
    }
    text
}
