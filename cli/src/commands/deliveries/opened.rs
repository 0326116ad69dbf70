//! Opens the journal of a `deliveries` command: the file of the configuration or the journal of a queue. Neither is created.

use std::sync::Arc;

use unicontact::config::Configuration;
use unicontact::journal::{Journal, SqliteJournal};

use crate::arguments::{Common, Deliveries};
use crate::exit::Failure;
use crate::failure_code::FailureCode;
use crate::{output, sources};

/// An existing journal, and the configuration.
pub(super) struct Opened {
    pub(super) configuration: Configuration,
    pub(super) journal: Arc<dyn Journal>,
    #[cfg(feature = "jetstream")]
    queue_journal: Option<Arc<unicontact::journal::JetStreamJournal>>,
}

impl Opened {
    pub(super) async fn open(common: &Common, deliveries: &Deliveries) -> Result<Self, Failure> {
        #[cfg(feature = "jetstream")]
        if let Some(on_queue) = deliveries.on_queue().filter(|on_queue| on_queue.is_given()) {
            let (configuration, queue) = crate::queue::configured(common, on_queue)?;
            output::next_command::note_queue(common, on_queue);
            let journal = Arc::new(crate::queue::open_existing_journal(&queue, "deliveries").await?);
            return Ok(Self {
                configuration,
                journal: Arc::clone(&journal) as Arc<dyn Journal>,
                queue_journal: Some(journal),
            });
        }
        let configuration = sources::configuration(common)?;
        let journal = file_journal(common, &configuration, deliveries.may_send()).await?;
        Ok(Self {
            configuration,
            journal,
            #[cfg(feature = "jetstream")]
            queue_journal: None,
        })
    }

    /// Leaves the journal of a queue. If the message is lost, its lease ends by itself.
    #[cfg_attr(
        not(feature = "jetstream"),
        expect(clippy::unused_async, reason = "only the journal of a queue is async")
    )]
    pub(super) async fn leave(self) {
        #[cfg(feature = "jetstream")]
        if let Some(journal) = self.queue_journal {
            let _ = journal.leave().await;
        }
    }
}

async fn file_journal(
    common: &Common,
    configuration: &Configuration,
    may_send: bool,
) -> Result<Arc<dyn Journal>, Failure> {
    if let Some(path) = configuration.journal.as_ref().filter(|path| !path.exists()) {
        return Err(Failure::new(
            FailureCode::Journal,
            format!("{}: there is no journal yet; the first create or import makes it", path.display()),
        ));
    }
    if may_send {
        return crate::commands::setup::journal(common, configuration, "retry").await?.ok_or_else(off);
    }
    let path = configuration.journal.as_ref().ok_or_else(off)?;
    output::next_command::note_journal(common);
    Ok(Arc::new(SqliteJournal::open_unchecked(path)?))
}

/// Returns the failure of a command that needs a journal, where it is off.
pub(super) fn off() -> Failure {
    Failure::new(FailureCode::Journal, "the journal is off: the configuration says journal = \"off\"")
}
