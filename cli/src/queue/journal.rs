//! The journal of the queue, for whoever only looks at it.
//!
//! Its rule: a queue that is not there is told, and not made.

use unicontact::config::QueueConfig;
use unicontact::journal::async_nats::jetstream::context::{GetStreamError, GetStreamErrorKind};
use unicontact::journal::async_nats::jetstream::{self, ErrorCode};
use unicontact::journal::{JetStreamJournal, JetStreamOptions};

use crate::exit::Failure;
use crate::output;

/// The journal of a queue that somebody made before.
pub(crate) async fn existing_journal(
    queue: &QueueConfig,
    purpose: &str,
) -> Result<JetStreamJournal, Failure> {
    let client = super::connect(queue, purpose).await?;
    let bucket = jetstream::new(client.clone()).get_stream(format!("KV_{}", queue.name)).await;
    if bucket.is_err_and(|error| is_missing(&error)) {
        let name = &queue.name;
        return Err(Failure::new(format!("there is no queue {name} on these servers yet")));
    }
    let options = JetStreamOptions { name: queue.name.clone(), replicas: queue.replicas, lease: queue.lease };
    let journal = JetStreamJournal::open(client, options).await?;
    if let Some(warning) = journal.warning() {
        output::message(&format!("warning: {warning}"));
    }
    Ok(journal)
}

fn is_missing(error: &GetStreamError) -> bool {
    matches!(error.kind(), GetStreamErrorKind::JetStream(error) if error.error_code() == ErrorCode::STREAM_NOT_FOUND)
}
