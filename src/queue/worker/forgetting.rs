//! Forgetting what is long finished.
//!
//! Its rule: it is work for the quiet hours: what fails is tried again at the next time, and nobody waits for it.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use crate::journal::JetStreamJournal;

/// How often.
const PAUSE: Duration = Duration::from_hours(1);

/// Forgets again and again what the vendors have for longer than `retention`.
pub(super) async fn go_on(journal: Arc<JetStreamJournal>, retention: Duration) {
    loop {
        if let Ok(time) = Timestamp::now().checked_sub(retention) {
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
