//! The journal of an existing queue, for commands that only read or settle deliveries.

use unicontact::config::QueueConfig;
use unicontact::journal::{JetStreamJournal, JetStreamOptions};

use crate::exit::Failure;
use crate::output;

/// Opens the journal of an existing queue.
///
/// # Errors
///
/// The queue does not exist, or its servers cannot be reached.
pub(crate) async fn open_existing_journal(
    queue: &QueueConfig,
    purpose: &str,
) -> Result<JetStreamJournal, Failure> {
    let client = super::connect(queue, purpose).await?;
    let journal = JetStreamJournal::open_existing(client, JetStreamOptions::from(queue)).await?;
    if let Some(warning) = journal.warning() {
        output::warning(warning);
    }
    Ok(journal)
}
