//! Why a file of an import could not be written, and what to do.

use std::io;

use crate::output::Resume;

/// Why a file could not be written.
#[derive(Clone)]
pub(super) struct WriteFailure {
    reason: String,
    /// What to do before the next run.
    remedy: &'static str,
}

impl WriteFailure {
    /// Returns the failure of a pipe that nobody reads.
    pub(super) fn too_slow() -> Self {
        Self { reason: "it takes too long".to_owned(), remedy: "read the file as it is written" }
    }

    /// Returns the message about the file: why, what that means, and how to go on.
    pub(super) fn message(&self, file: &str, consequence: &str, resume: &Resume) -> String {
        let Self { reason, remedy } = self;
        let go_on = match resume {
            Resume::SameCommand => format!("{remedy} and run it again: what was delivered is not sent again"),
            Resume::NoJournal => {
                format!("{remedy}; without a journal, running it again sends everything again")
            }
            Resume::Command(command) => format!("{remedy}, then run: {command}"),
        };
        format!("error: {file} cannot be written ({reason}); {consequence}; {go_on}")
    }
}

impl From<&io::Error> for WriteFailure {
    fn from(error: &io::Error) -> Self {
        use io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
        let is_full = matches!(error.kind(), FileTooLarge | QuotaExceeded | StorageFull);
        let remedy = if is_full { "make room" } else { "make it writable" };
        Self { reason: error.to_string(), remedy }
    }
}
