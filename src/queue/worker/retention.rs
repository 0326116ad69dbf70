//! Deletes old records of delivered contacts from the journal, once in an hour.
//!
//! Invariant: no record is deleted that is younger than the oldest message in the queue, which may hold a delivery twice.

use std::sync::Arc;
use std::time::Duration;

use async_nats::jetstream::stream::Stream;
use jiff::Timestamp;

use crate::journal::JetStreamJournal;

const INTERVAL: Duration = Duration::from_hours(1);
/// Every so many rounds, the contacts of resolved deliveries are erased, which reads every record.
const ROUNDS_BETWEEN_ERASURES: u32 = 24;

/// Deletes records of contacts that were delivered longer than `retention` ago, and never returns. A failed round is repeated at
/// the next interval.
pub(super) async fn run(journal: Arc<JetStreamJournal>, deliveries: Stream, retention: Duration) {
    for round in 0_u32.. {
        if round.is_multiple_of(ROUNDS_BETWEEN_ERASURES)
            && let Err(error) = journal.erase_resolved_contents().await
        {
            tracing::warn!(%error, "The contacts of resolved deliveries were not erased");
        }
        if let Some(time) = cutoff(&journal, &deliveries, retention).await {
            match journal.forget_finished_before(time).await {
                Ok(0) => {}
                Ok(deleted) => {
                    tracing::info!(deleted, "Old records of finished deliveries were deleted");
                }
                Err(error) => tracing::warn!(%error, "Old records of finished deliveries were not deleted"),
            }
        }
        tokio::time::sleep(INTERVAL).await;
    }
}

/// Returns the time, by the servers' clock, before which records of finished deliveries may be deleted. `None` if the servers do not
/// answer.
async fn cutoff(journal: &JetStreamJournal, deliveries: &Stream, retention: Duration) -> Option<Timestamp> {
    let cutoff = journal.servers_time().checked_sub(retention).ok()?;
    let state = deliveries.get_info().await.ok()?.state;
    if state.messages == 0 {
        return Some(cutoff);
    }
    let oldest = Timestamp::from_nanosecond(state.first_timestamp.unix_timestamp_nanos()).ok()?;
    Some(cutoff.min(oldest))
}
