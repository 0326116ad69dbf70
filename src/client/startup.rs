//! What a client does once, before its first delivery.

use tokio::sync::OnceCell;

#[cfg(all(feature = "config", feature = "sqlite"))]
use super::journal_file::JournalFile;
use crate::fan_out::FanOut;
use crate::journal::{Journal, JournalError, JournalErrorKind, RecordedMethod};

/// The start of a client: it checks the method by which the journal recognizes people, records the client's own, and deletes
/// what a journal in a file no longer has to keep.
#[derive(Debug, Default)]
pub(super) struct Startup {
    /// The journal in a file, if it is the configuration's.
    #[cfg(all(feature = "config", feature = "sqlite"))]
    file: Option<JournalFile>,
    done: OnceCell<()>,
}

impl Startup {
    #[cfg(all(feature = "config", feature = "sqlite"))]
    pub(super) fn with_file(file: JournalFile) -> Self {
        Self { file: Some(file), ..Self::default() }
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
