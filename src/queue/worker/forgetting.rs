//! Forgetting what is long finished.
//!
//! Its rule: nothing is forgotten that is younger than what still waits in the queue, which may hold a delivery twice; and it is work
//! for the quiet hours: what fails is tried again at the next time, and nobody waits for it.

use std::sync::Arc;
use std::time::Duration;

use async_nats::jetstream::stream::Stream;
use jiff::Timestamp;

use crate::journal::JetStreamJournal;

/// How often.
const PAUSE: Duration = Duration::from_hours(1);
/// After so many pauses the contacts of resolved deliveries are erased, for which every record is read.
const PAUSES: u32 = 24;

/// Forgets again and again what the vendors have for longer than `retention`.
pub(super) async fn go_on(journal: Arc<JetStreamJournal>, deliveries: Stream, retention: Duration) {
    for round in 0_u32.. {
        if round.is_multiple_of(PAUSES)
            && let Err(error) = journal.erase_resolved_contents().await
        {
            tracing::warn!(%error, "The journal keeps contacts that are to be erased");
        }
        if let Some(time) = end_of(&journal, &deliveries, retention).await {
            match journal.forget_finished_before(time).await {
                Ok(0) => {}
                Ok(forgotten) => {
                    tracing::info!(forgotten, "The journal forgot deliveries that were finished");
                }
                Err(error) => tracing::warn!(%error, "The journal keeps deliveries that are to be forgotten"),
            }
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Returns the time, by the servers' clock, before which finished deliveries may be forgotten. `None` where the servers do not
/// answer.
async fn end_of(journal: &JetStreamJournal, deliveries: &Stream, retention: Duration) -> Option<Timestamp> {
    let end = journal.servers_time().checked_sub(retention).ok()?;
    let state = deliveries.get_info().await.ok()?.state;
    if state.messages == 0 {
        return Some(end);
    }
    let oldest = Timestamp::from_nanosecond(state.first_timestamp.unix_timestamp_nanos()).ok()?;
    Some(end.min(oldest))
}
