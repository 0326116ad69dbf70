//! Turns errors of the system and of `SQLite` into errors of the journal. The messages of `SQLite` are dropped: they may quote a
//! contact.

use std::io;
use std::path::Path;
use std::sync::Arc;

use rusqlite::ErrorCode;

use crate::journal::{JournalError, JournalErrorKind};

/// The name of a journal, for its errors.
#[derive(Debug, Clone)]
pub(super) struct ErrorContext {
    journal: Arc<str>,
}

impl ErrorContext {
    pub(super) fn new(path: &Path) -> Self {
        Self { journal: path.display().to_string().into() }
    }

    pub(super) fn error(&self, kind: JournalErrorKind) -> JournalError {
        JournalError::new(&*self.journal, kind)
    }

    pub(super) fn io_error(&self, error: &io::Error) -> JournalError {
        if error.kind() == io::ErrorKind::NotFound && !self.has_folder() {
            return self.error(JournalErrorKind::MissingFolder);
        }
        let kind = match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => JournalErrorKind::Full,
            _ => JournalErrorKind::Unwritable,
        };
        self.error(kind).with_detail(error.kind().to_string())
    }

    fn has_folder(&self) -> bool {
        let folder = Path::new(&*self.journal).parent();
        folder.is_none_or(|folder| folder.as_os_str().is_empty() || folder.exists())
    }

    pub(super) fn sqlite_error(&self, error: &rusqlite::Error) -> JournalError {
        let Some(code) = error.sqlite_error_code() else {
            // A value that no version of this program writes.
            return self.error(JournalErrorKind::Corrupt);
        };
        self.error(match code {
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
