//! The journal that is compared: the file of this machine, or that of the queue. None is made before something is recorded.

use std::sync::Arc;

use tokio::sync::OnceCell;
use unicontact::config::Configuration;
use unicontact::journal::{Journal, MemoryJournal, SqliteJournal};

use crate::arguments::{Common, Verify};
use crate::exit::Failure;
use crate::{output, sources};

const OFF: &str =
    "the journal is off: the configuration says journal = \"off\", so that there is nothing to compare with";

pub(super) struct VerifiedJournal {
    journal: Arc<dyn Journal>,
    /// The configuration of a journal that is not there yet.
    missing: Option<Configuration>,
    /// The journal that was made in the place of a missing one.
    made: OnceCell<Arc<dyn Journal>>,
    #[cfg(feature = "jetstream")]
    on_servers: Option<Arc<unicontact::journal::JetStreamJournal>>,
}

impl VerifiedJournal {
    pub(super) async fn open(common: &Common, verify: &Verify) -> Result<(Configuration, Self), Failure> {
        #[cfg(feature = "jetstream")]
        if verify.on_queue.is_given() {
            let (configuration, queue) = crate::queue::configured(common, &verify.on_queue)?;
            let journal = Arc::new(Box::pin(crate::queue::existing_journal(&queue, "verify")).await?);
            let on_servers = Some(Arc::clone(&journal));
            return Ok((configuration, Self { journal, missing: None, made: OnceCell::new(), on_servers }));
        }
        let configuration = sources::configuration(common)?;
        let path = configuration.journal.as_ref().ok_or_else(|| Failure::new(OFF))?;
        let (journal, missing): (Arc<dyn Journal>, _) = if path.exists() {
            let journal: Arc<dyn Journal> = if verify.adopt {
                to_write(common, &configuration).await?
            } else {
                Arc::new(SqliteJournal::open_unchecked(path)?)
            };
            (journal, None)
        } else {
            output::message(&format!("{}: there is no journal yet.", path.display()));
            (Arc::new(MemoryJournal::default()), Some(configuration.clone()))
        };
        let opened = Self {
            journal,
            missing,
            made: OnceCell::new(),
            #[cfg(feature = "jetstream")]
            on_servers: None,
        };
        Ok((configuration, opened))
    }

    pub(super) fn journal(&self) -> Arc<dyn Journal> {
        Arc::clone(&self.journal)
    }

    /// Returns the journal to record in, which is made if there is none.
    pub(super) async fn to_write(&self, common: &Common) -> Result<Arc<dyn Journal>, Failure> {
        match &self.missing {
            None => Ok(self.journal()),
            Some(configuration) => {
                let made = self.made.get_or_try_init(|| to_write(common, configuration)).await?;
                Ok(Arc::clone(made))
            }
        }
    }

    /// Leaves it. A server that this does not reach takes the process for gone after the lease.
    #[cfg_attr(
        not(feature = "jetstream"),
        expect(clippy::unused_async, reason = "only servers are waited for")
    )]
    pub(super) async fn leave(self) {
        #[cfg(feature = "jetstream")]
        if let Some(journal) = self.on_servers {
            let _ = journal.leave().await;
        }
    }
}

async fn to_write(common: &Common, configuration: &Configuration) -> Result<Arc<dyn Journal>, Failure> {
    let journal = crate::commands::journal(common, configuration, "verify").await?;
    journal.ok_or_else(|| Failure::new(OFF))
}
