//! What a client does once, before its first delivery.

#[cfg(feature = "config")]
use std::path::Path;
#[cfg(feature = "sqlite")]
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::OnceCell;
use unicontact_providers::clock::SharedClock;

#[cfg(feature = "config")]
use super::ClientError;
use crate::fan_out::FanOut;
#[cfg(all(feature = "config", feature = "sqlite"))]
use crate::journal::Run;
#[cfg(feature = "sqlite")]
use crate::journal::SqliteJournal;
use crate::journal::{Journal, JournalError, JournalErrorKind, RecordedMethod};

/// The start of a client: it checks the method by which the journal recognizes people, records the client's own, and deletes
/// what a journal in a file no longer has to keep.
#[derive(Debug)]
pub(super) struct Startup {
    clock: SharedClock,
    /// The journal in a file, if it is the configuration's.
    #[cfg(feature = "sqlite")]
    file: Option<Arc<SqliteJournal>>,
    retention: Option<Duration>,
    done: OnceCell<()>,
}

impl Startup {
    pub(super) fn new(clock: SharedClock) -> Self {
        Self {
            clock,
            #[cfg(feature = "sqlite")]
            file: None,
            retention: None,
            done: OnceCell::new(),
        }
    }

    /// Opens the journal that a configuration names.
    #[cfg(all(feature = "config", feature = "sqlite"))]
    pub(super) fn open_journal(
        &mut self,
        fan_out: FanOut,
        path: &Path,
        retention: Option<Duration>,
    ) -> Result<FanOut, ClientError> {
        let run = Run::new("library", self.clock.now());
        let journal = Arc::new(SqliteJournal::open(path)?.with_run(run));
        self.file = Some(Arc::clone(&journal));
        self.retention = retention;
        Ok(fan_out.with_journal(journal))
    }

    #[cfg(all(feature = "config", not(feature = "sqlite")))]
    pub(super) fn open_journal(
        &mut self,
        _: FanOut,
        _: &Path,
        _: Option<Duration>,
    ) -> Result<FanOut, ClientError> {
        Err(ClientError::NoSqlite)
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
        self.keep_up().await;
        Ok(())
    }

    #[cfg(feature = "sqlite")]
    async fn keep_up(&self) {
        let Some(file) = &self.file else { return };
        if let Err(error) = file.keep_up(self.retention, self.clock.now()).await {
            tracing::warn!(%error, "The journal could not delete what it no longer has to keep; the next client tries again");
        }
    }

    #[cfg(not(feature = "sqlite"))]
    async fn keep_up(&self) {}
}
