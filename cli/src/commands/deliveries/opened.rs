//! The journal that a command works on: the file of this machine, or that of the queue.
//!
//! Its rule: it makes none where there is none.

use std::sync::Arc;

use unicontact::config::Configuration;
use unicontact::journal::{Journal, SqliteJournal};

use crate::arguments::{Common, Deliveries};
use crate::exit::Failure;
use crate::{output, sources};

/// A journal that is there, and the configuration that names it.
pub(super) struct Opened {
    pub(super) configuration: Configuration,
    pub(super) journal: Arc<dyn Journal>,
    #[cfg(feature = "jetstream")]
    on_servers: Option<Arc<unicontact::journal::JetStreamJournal>>,
}

impl Opened {
    pub(super) async fn of(common: &Common, deliveries: &Deliveries) -> Result<Self, Failure> {
        #[cfg(feature = "jetstream")]
        if deliveries.on_queue().is_given() {
            let (configuration, queue) = crate::queue::configured(common, deliveries.on_queue())?;
            output::next_command::note_queue(common, deliveries.on_queue());
            let journal = Arc::new(crate::queue::open_existing_journal(&queue, "deliveries").await?);
            return Ok(Self {
                configuration,
                journal: Arc::clone(&journal) as Arc<dyn Journal>,
                on_servers: Some(journal),
            });
        }
        let configuration = sources::configuration(common)?;
        let journal = in_file(common, &configuration, deliveries.may_send()).await?;
        Ok(Self {
            configuration,
            journal,
            #[cfg(feature = "jetstream")]
            on_servers: None,
        })
    }

    /// Leaves it. Whom that does not reach learns it after the lease.
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

async fn in_file(
    common: &Common,
    configuration: &Configuration,
    may_send: bool,
) -> Result<Arc<dyn Journal>, Failure> {
    if let Some(path) = configuration.journal.as_ref().filter(|path| !path.exists()) {
        return Err(Failure::new(format!("{}: there is no journal yet", path.display())));
    }
    let off = || Failure::new("the journal is off: the configuration says journal = \"off\"");
    if may_send {
        return crate::commands::setup::journal(common, configuration, "retry").await?.ok_or_else(off);
    }
    let path = configuration.journal.as_ref().ok_or_else(off)?;
    output::next_command::note_journal(common);
    Ok(Arc::new(SqliteJournal::open_unchecked(path)?))
}
