//! What a failure of the system or of `SQLite` means for the journal.
//!
//! Its rule: `SQLite`'s own messages are not repeated: they may quote what was to be written.

use std::io;
use std::path::Path;
use std::sync::Arc;

use rusqlite::ErrorCode;

use crate::journal::{JournalError, JournalErrorKind};

/// The errors of one journal.
#[derive(Debug, Clone)]
pub(super) struct ErrorContext {
    journal: Arc<str>,
}

impl ErrorContext {
    pub(super) fn at(path: &Path) -> Self {
        Self { journal: path.display().to_string().into() }
    }

    pub(super) fn of_kind(&self, kind: JournalErrorKind) -> JournalError {
        JournalError::new(&*self.journal, kind)
    }

    pub(super) fn of_system(&self, error: &io::Error) -> JournalError {
        let kind = match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => JournalErrorKind::Full,
            _ => JournalErrorKind::Unwritable,
        };
        self.of_kind(kind).with_detail(error.kind().to_string())
    }

    pub(super) fn of_sqlite(&self, error: &rusqlite::Error) -> JournalError {
        let Some(code) = error.sqlite_error_code() else {
            // A value of a kind that no version of this program writes there.
            return self.of_kind(JournalErrorKind::Corrupt);
        };
        self.of_kind(match code {
            ErrorCode::NotADatabase => JournalErrorKind::Foreign,
            ErrorCode::DatabaseCorrupt => JournalErrorKind::Corrupt,
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => JournalErrorKind::Busy,
            ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied => {
                JournalErrorKind::Unwritable
            }
            ErrorCode::DiskFull => JournalErrorKind::Full,
            _ => JournalErrorKind::Broken,
        })
    }
}
