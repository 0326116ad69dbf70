//! Messages that this version cannot deliver: their own format, or that of their delivery's record, is newer, or the record is
//! damaged. Nothing is sent for them.

use std::sync::atomic::Ordering;

use async_nats::jetstream::Message;
use unicontact_providers::{DeliveryKey, ErrorKind, ProviderError};

use super::{Disposition, MessageHandler, WorkerEvent};
use crate::journal::{Journal, JournalError, JournalErrorKind};
use crate::outcome::Outcome;
use crate::report::Delivery;

/// The number of times that the servers deliver a message before it moves to the dead letters because its record is damaged. In
/// this time, a person can restore the record.
const MAX_TRIES: i64 = 5;

impl MessageHandler {
    /// Returns the error of the record because of which a delivery was not sent, if there is one.
    pub(super) async fn record_error(&self, contact: &str, delivery: &Delivery) -> Option<JournalError> {
        let kind = delivery.error.as_ref().map(ProviderError::kind);
        let may_be_unreadable = delivery.outcome == Outcome::Failed && kind == Some(ErrorKind::Config);
        if delivery.attempts > 0 || !may_be_unreadable {
            return None;
        }
        let key = DeliveryKey::from_contact_key(self.breaker().provider(), contact.to_owned());
        self.worker.queue.journal().look(&key).await.err()
    }

    /// Handles a message whose delivery was not sent because of an error of the journal. Returns `None` for an error that the next
    /// try may not meet.
    pub(super) async fn handle_record_error(
        &self,
        message: &Message,
        error: JournalError,
    ) -> Option<WorkerEvent> {
        match error.kind() {
            JournalErrorKind::NewerRecord => Some(self.leave_to_newer(message, error.into_detail()).await),
            JournalErrorKind::UnreadableRecord if deliveries_of(message) >= MAX_TRIES => {
                Some(self.dead_letter(message, error.into_detail()).await)
            }
            _ => None,
        }
    }

    /// Returns a message of a newer version to the queue, where a worker of that version receives it. Logs that once.
    pub(super) async fn leave_to_newer(&self, message: &Message, reason: String) -> WorkerEvent {
        let provider = self.breaker().provider().to_owned();
        if !self.has_logged_newer.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                provider,
                reason,
                "A newer version wrote a message or its record; it stays in the queue"
            );
        }
        self.acknowledge(message, Disposition::Nak(self.retry_delay())).await;
        WorkerEvent::LeftToNewer { provider, reason }
    }
}

/// Returns how often the servers have delivered a message.
fn deliveries_of(message: &Message) -> i64 {
    message.info().map_or(0, |info| info.delivered)
}
