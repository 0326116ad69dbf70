//! The journal of a verification: a file, or that of the queue. A missing file is created only for a record.

use std::sync::Arc;

use tokio::sync::OnceCell;
use unicontact::config::Configuration;
use unicontact::journal::{Journal, MemoryJournal, SqliteJournal};

use crate::arguments::{Common, Verify};
use crate::exit::Failure;
use crate::failure_code::FailureCode;
use crate::output::{self, Line};
use crate::sources;

const OFF: &str = "the journal is off, so there is nothing to compare with; set journal in the configuration, which is \"off\", to a path";

pub(super) struct VerifiedJournal {
    journal: Arc<dyn Journal>,
    /// The configuration, if the journal does not exist yet.
    missing: Option<Configuration>,
    /// The journal that was created for a missing one.
    created: OnceCell<Arc<dyn Journal>>,
    #[cfg(feature = "jetstream")]
    on_servers: Option<Arc<unicontact::journal::JetStreamJournal>>,
}

impl VerifiedJournal {
    pub(super) async fn open(common: &Common, verify: &Verify) -> Result<(Configuration, Self), Failure> {
        #[cfg(feature = "jetstream")]
        if verify.on_queue.is_given() {
            let (configuration, queue) = crate::queue::configured(common, &verify.on_queue)?;
            output::next_command::note_queue(common, &verify.on_queue);
            let journal = Arc::new(Box::pin(crate::queue::open_existing_journal(&queue, "verify")).await?);
            let on_servers = Some(Arc::clone(&journal));
            return Ok((
                configuration,
                Self { journal, missing: None, created: OnceCell::new(), on_servers },
            ));
        }
        let configuration = sources::configuration(common)?;
        output::next_command::note_journal(common);
        let path = configuration.journal.as_ref().ok_or_else(|| Failure::new(FailureCode::Journal, OFF))?;
        let (journal, missing): (Arc<dyn Journal>, _) = if path.exists() {
            let journal: Arc<dyn Journal> = if verify.adopt {
                open_for_writing(common, &configuration).await?
            } else {
                Arc::new(SqliteJournal::open_unchecked(path)?)
            };
            (journal, None)
        } else {
            let path = path.display();
            let text = format!("{path}: the journal does not exist yet; every contact counts as unknown.");
            output::styled_message(&Line::new(&text), 2);
            (Arc::new(MemoryJournal::default()), Some(configuration.clone()))
        };
        let opened = Self {
            journal,
            missing,
            created: OnceCell::new(),
            #[cfg(feature = "jetstream")]
            on_servers: None,
        };
        Ok((configuration, opened))
    }

    pub(super) fn journal(&self) -> Arc<dyn Journal> {
        Arc::clone(&self.journal)
    }

    /// Returns the journal for records. A missing one is created.
    pub(super) async fn for_writing(&self, common: &Common) -> Result<Arc<dyn Journal>, Failure> {
        match &self.missing {
            None => Ok(self.journal()),
            Some(configuration) => {
                let created =
                    self.created.get_or_try_init(|| open_for_writing(common, configuration)).await?;
                Ok(Arc::clone(created))
            }
        }
    }

    /// Leaves the journal of the queue. If that fails, the lease of this process expires.
    #[cfg_attr(
        not(feature = "jetstream"),
        expect(clippy::unused_async, reason = "only the journal of the queue waits for servers")
    )]
    pub(super) async fn leave(self) {
        #[cfg(feature = "jetstream")]
        if let Some(journal) = self.on_servers {
            let _ = journal.leave().await;
        }
    }
}

async fn open_for_writing(
    common: &Common,
    configuration: &Configuration,
) -> Result<Arc<dyn Journal>, Failure> {
    let journal = crate::commands::setup::journal(common, configuration, "verify").await?;
    journal.ok_or_else(|| Failure::new(FailureCode::Journal, OFF))
}
