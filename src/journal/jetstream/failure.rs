//! What the servers say, as errors of the journal.
//!
//! Its rule: an error says what to do, and holds nothing of what was to be recorded.

use crate::journal::{JournalError, JournalErrorKind};

/// Why a value is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unreadable {
    Newer,
    Damaged,
}

/// Makes errors for the journal of one name.
#[derive(Debug, Clone)]
pub(crate) struct ErrorContext {
    name: String,
}

impl ErrorContext {
    pub(crate) fn at(name: &str) -> Self {
        Self { name: format!("journal {name} on NATS") }
    }

    pub(crate) fn of(&self, kind: JournalErrorKind) -> JournalError {
        JournalError::new(self.name.clone(), kind)
    }

    /// The servers gave no answer, or one that says that they cannot now.
    pub(super) fn unreachable(&self, error: &dyn std::error::Error) -> JournalError {
        self.of(JournalErrorKind::Unreachable).with_detail(in_full(error))
    }

    pub(super) fn of_value(&self, why: Unreadable) -> JournalError {
        self.of(match why {
            Unreadable::Newer => JournalErrorKind::Newer,
            Unreadable::Damaged => JournalErrorKind::Corrupt,
        })
    }
}

/// An error with what caused it. The client's own errors name subjects at most, which are hashes.
pub(crate) fn in_full(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let more = error.to_string();
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        cause = error.source();
    }
    text
}
