//! Why an import could not write one of its files, and how to continue.

use std::io;

use crate::summary::ResumeHint;

/// The reason of a failed write, with a remedy.
#[derive(Clone)]
pub(in crate::commands::import) struct WriteFailure {
    reason: String,
    /// What the user does before the next run.
    remedy: &'static str,
}

impl WriteFailure {
    /// Returns the failure of a pipe without a reader.
    pub(in crate::commands::import) fn too_slow() -> Self {
        Self { reason: "it takes too long".to_owned(), remedy: "read the file as it is written" }
    }

    /// Returns the message: the file and the reason, the consequence, and what to do.
    pub(in crate::commands::import) fn message(
        &self,
        file: &str,
        consequence: &str,
        resume: &ResumeHint,
    ) -> String {
        let Self { reason, remedy } = self;
        let what_to_do = match resume {
            ResumeHint::SameCommand => {
                format!("{remedy} and run the command again: delivered contacts are not sent again")
            }
            ResumeHint::NoJournal => {
                format!("{remedy}; without a journal, running the command again sends everything again")
            }
            ResumeHint::Command(command) => format!("{remedy}, then run: {command}"),
        };
        format!("{file} cannot be written ({reason}); {consequence}; {what_to_do}")
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
