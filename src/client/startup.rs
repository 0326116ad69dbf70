//! What a client does once, before its first delivery.

#[cfg(all(feature = "config", feature = "sqlite"))]
use std::{path::Path, sync::Arc, time::Duration};

use tokio::sync::OnceCell;
#[cfg(all(feature = "config", feature = "sqlite"))]
use unicontact_providers::clock::SharedClock;

#[cfg(all(feature = "config", feature = "sqlite"))]
use super::ClientError;
use crate::fan_out::FanOut;
use crate::journal::{Journal, JournalError, JournalErrorKind, RecordedMethod};
#[cfg(all(feature = "config", feature = "sqlite"))]
use crate::journal::{Run, SqliteJournal};

/// The start of a client: it checks the method by which the journal recognizes people, records the client's own, and deletes
/// what a journal in a file no longer has to keep.
#[derive(Debug, Default)]
pub(super) struct Startup {
    /// The journal in a file, if it is the configuration's.
    #[cfg(all(feature = "config", feature = "sqlite"))]
    file: Option<JournalFile>,
    done: OnceCell<()>,
}

#[cfg(all(feature = "config", feature = "sqlite"))]
#[derive(Debug)]
struct JournalFile {
    journal: Arc<SqliteJournal>,
    retention: Option<Duration>,
    clock: SharedClock,
}

impl Startup {
    /// Opens the journal that a configuration names.
    #[cfg(all(feature = "config", feature = "sqlite"))]
    pub(super) fn open_journal(
        &mut self,
        fan_out: FanOut,
        path: &Path,
        retention: Option<Duration>,
        clock: SharedClock,
    ) -> Result<FanOut, ClientError> {
        let run = Run::new("library", clock.now());
        let journal = Arc::new(SqliteJournal::open(path)?.with_run(run));
        let fan_out = fan_out.with_journal(Arc::<SqliteJournal>::clone(&journal));
        self.file = Some(JournalFile { journal, retention, clock });
        Ok(fan_out)
    }

    /// Runs the start, unless it succeeded before.
    ///
    /// # Errors
    ///
    /// The journal cannot be read or written, or recognizes people by another method.
    pub(super) async fn run(&self, fan_out: &FanOut) -> Result<(), JournalError> {
        let Some(journal) = fan_out.journal() else {
            return Ok(());
        };
        self.done.get_or_try_init(async || self.start(&**journal, fan_out).await).await.map(|&()| ())
    }

    async fn start(&self, journal: &dyn Journal, fan_out: &FanOut) -> Result<(), JournalError> {
        let method = fan_out.method();
        // A journal without an identity key recognizes nobody by an identity and records no method.
        if journal.identity_key().is_some()
            && let Some(recorded) = RecordedMethod::read(journal).await?
            && recorded.conflicts_with(method)
        {
            let detail = format!("recorded: {}, this client: {method}", recorded.method);
            return Err(JournalError::new("journal", JournalErrorKind::OtherMethod).with_detail(detail));
        }
        journal.set_identify_by(method).await?;
        #[cfg(all(feature = "config", feature = "sqlite"))]
        if let Some(file) = &self.file {
            file.keep_up().await;
        }
        Ok(())
    }
}

#[cfg(all(feature = "config", feature = "sqlite"))]
impl JournalFile {
    async fn keep_up(&self) {
        if let Err(error) = self.journal.keep_up(self.retention, self.clock.now()).await {
            tracing::warn!(%error, "The journal could not delete what it no longer has to keep; the next client tries again");
        }
    }
}
