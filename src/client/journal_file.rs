//! The journal in a file that a configuration names.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use unicontact_providers::clock::SharedClock;

use crate::journal::{Journal, JournalError, Run, SqliteJournal};

/// The journal in a file, and how long it keeps finished deliveries.
#[derive(Debug)]
pub(super) struct JournalFile {
    journal: Arc<SqliteJournal>,
    retention: Option<Duration>,
    clock: SharedClock,
}

impl JournalFile {
    /// Opens the file, or creates it.
    pub(super) fn open(
        path: &Path,
        retention: Option<Duration>,
        clock: SharedClock,
    ) -> Result<Self, JournalError> {
        let run = Run::new("library", clock.now());
        let journal = Arc::new(SqliteJournal::open(path)?.with_run(run));
        Ok(Self { journal, retention, clock })
    }

    pub(super) fn journal(&self) -> Arc<dyn Journal> {
        Arc::<SqliteJournal>::clone(&self.journal)
    }

    /// Deletes what the journal no longer has to keep. A failure is logged: the deliveries do not depend on it.
    pub(super) async fn keep_up(&self) {
        if let Err(error) = self.journal.keep_up(self.retention, self.clock.now()).await {
            tracing::warn!(%error, "The journal could not delete what it no longer has to keep; the next client tries again");
        }
    }
}
