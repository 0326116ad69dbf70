//! Publishes deliveries to the stream of a queue, and looks up messages in it.

use async_nats::jetstream::ErrorCode;
use async_nats::jetstream::context::{PublishError, PublishErrorKind};
use async_nats::jetstream::message::PublishMessage;
use async_nats::jetstream::publish::PublishAck;
use async_nats::jetstream::stream::RawMessageErrorKind;
use jiff::Timestamp;

use super::Queue;
use super::error::{QueueError, QueueErrorKind};
use super::message::{Outgoing, outgoing_messages};
use super::streams::delivery_subject;
use crate::journal::Record;

/// The result of queueing the delivery of a record again.
pub(super) enum Requeued {
    Queued,
    /// The queue held it.
    WasQueued,
    /// It cannot be queued, for this reason.
    Impossible(String),
}

impl Queue {
    /// Publishes a delivery. `tried_at` is as in [`Outgoing::message`].
    pub(super) async fn publish(
        &self,
        outgoing: &Outgoing,
        tried_at: Option<Timestamp>,
    ) -> Result<PublishAck, QueueError> {
        if outgoing.is_too_large() {
            return Err(self.too_large());
        }
        let subject = delivery_subject(self.name(), outgoing.key.provider());
        self.publish_message(subject, outgoing.message(tried_at)).await
    }

    /// Publishes a delivery that was last tried at `tried_at`, unless the queue holds a message of that id. Returns whether it was
    /// published. If such a message has left the queue within the duplicate window, the new id is that of `now`.
    pub(super) async fn publish_if_absent(
        &self,
        outgoing: &Outgoing,
        tried_at: Timestamp,
        now: Timestamp,
    ) -> Result<bool, QueueError> {
        let published = self.publish(outgoing, Some(tried_at)).await?;
        if !published.duplicate {
            return Ok(true);
        }
        if self.has_message(published.sequence).await? {
            return Ok(false);
        }
        Ok(!self.publish(outgoing, Some(now)).await?.duplicate)
    }

    /// Publishes the delivery of an unfinished record, unless the queue holds it.
    pub(super) async fn requeue(&self, record: &Record) -> Result<Requeued, QueueError> {
        let providers = [record.key.provider().to_owned()];
        let Some(contact) = record.contact() else {
            return Ok(Requeued::Impossible("the journal has no contact of it".to_owned()));
        };
        let Some(outgoing) = outgoing_messages(&contact, record.key.contact(), &providers).next() else {
            return Ok(Requeued::WasQueued);
        };
        let now = self.0.journal.servers_time();
        match self.publish_if_absent(&outgoing, record.changed_at, now).await {
            Ok(true) => Ok(Requeued::Queued),
            Ok(false) => Ok(Requeued::WasQueued),
            Err(error) if error.kind() == QueueErrorKind::Unfit => {
                Ok(Requeued::Impossible(error.to_string()))
            }
            Err(error) => Err(error),
        }
    }

    pub(super) async fn publish_message(
        &self,
        subject: String,
        message: PublishMessage,
    ) -> Result<PublishAck, QueueError> {
        let sent = self.0.context.send_publish(subject, message).await;
        let published = match sent {
            Ok(acknowledgement) => acknowledgement.await,
            Err(error) => Err(error),
        };
        published.map_err(|error| self.publish_error(&error))
    }

    /// Returns whether the queue still holds the message of that sequence number.
    pub(super) async fn has_message(&self, sequence: u64) -> Result<bool, QueueError> {
        self.has_message_in(&self.0.deliveries, sequence).await
    }

    /// Returns the time at which the oldest delivery of a provider was queued. `None` if the queue holds none.
    pub(super) async fn oldest_at(&self, provider: &str) -> Result<Option<Timestamp>, QueueError> {
        let subject = delivery_subject(self.name(), provider);
        match self.0.deliveries.get_first_raw_message_by_subject(&subject, 1).await {
            Ok(message) => Ok(Timestamp::from_nanosecond(message.time.unix_timestamp_nanos()).ok()),
            Err(error) if error.kind() == RawMessageErrorKind::NoMessageFound => Ok(None),
            Err(error) => Err(QueueError::unreachable(self.name(), &error)),
        }
    }

    fn publish_error(&self, error: &PublishError) -> QueueError {
        let queue = self.name();
        match error.kind() {
            PublishErrorKind::MaxPayloadExceeded => self.too_large(),
            _ => match error_code(error) {
                Some(ErrorCode::STREAM_STORE_FAILED) => QueueError::new(queue, QueueErrorKind::Full, ""),
                Some(ErrorCode::STREAM_MESSAGE_EXCEEDS_MAXIMUM) => self.too_large(),
                _ => QueueError::unreachable(queue, error),
            },
        }
    }

    fn too_large(&self) -> QueueError {
        QueueError::new(self.name(), QueueErrorKind::Unfit, "a contact is too large; remove data from it")
    }
}

/// Returns the error code of the servers.
fn error_code(error: &PublishError) -> Option<ErrorCode> {
    let source = std::error::Error::source(error)?;
    Some(source.downcast_ref::<async_nats::jetstream::Error>()?.error_code())
}
