//! The journal of the queue, for whoever only looks at it.
//!
//! Its rule: a queue that is not there is told, and not made.

use unicontact::config::QueueConfig;
use unicontact::journal::{JetStreamJournal, JetStreamOptions};

use crate::exit::Failure;
use crate::output;

/// The journal of a queue that somebody made before.
pub(crate) async fn existing_journal(
    queue: &QueueConfig,
    purpose: &str,
) -> Result<JetStreamJournal, Failure> {
    let client = super::connect(queue, purpose).await?;
    let journal = JetStreamJournal::open_existing(client, JetStreamOptions::from(queue)).await?;
    if let Some(warning) = journal.warning() {
        output::message(&format!("warning: {warning}"));
    }
    Ok(journal)
}
