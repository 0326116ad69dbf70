//! Reads the messages of a stream in their order, without taking them.

use async_nats::jetstream::message::StreamMessage;
use async_nats::jetstream::stream::{RawMessageErrorKind, Stream};
use jiff::Timestamp;

use super::Queue;
use super::error::QueueError;

/// A reader of the messages on a subject, from the oldest to the newest that is there when the reader arrives.
pub(super) struct MessageReader {
    queue: String,
    stream: Stream,
    subject: String,
    next: u64,
}

impl MessageReader {
    pub(super) fn new(queue: &Queue, stream: &Stream, subject: String) -> Self {
        Self { queue: queue.name().to_owned(), stream: stream.clone(), subject, next: 1 }
    }

    /// Returns the next message.
    pub(super) async fn next(&mut self) -> Result<Option<StreamMessage>, QueueError> {
        match self.stream.get_first_raw_message_by_subject(&self.subject, self.next).await {
            Ok(message) => {
                self.next = message.sequence + 1;
                Ok(Some(message))
            }
            Err(error) if error.kind() == RawMessageErrorKind::NoMessageFound => Ok(None),
            Err(error) => Err(QueueError::unreachable(&self.queue, &error)),
        }
    }
}

/// Returns the last part of a message's subject: the name of the provider.
pub(super) fn provider_of(message: &StreamMessage) -> &str {
    message.subject.rsplit('.').next().unwrap_or_default()
}

/// Returns the time at which the servers stored a message.
pub(super) fn stored_at(message: &StreamMessage) -> Timestamp {
    Timestamp::from_nanosecond(message.time.unix_timestamp_nanos()).unwrap_or_default()
}

impl Queue {
    /// Deletes a message. Returns whether it was there.
    pub(super) async fn delete_message(&self, stream: &Stream, number: u64) -> Result<bool, QueueError> {
        match stream.delete_message(number).await {
            Ok(is_deleted) => Ok(is_deleted),
            // The servers report a missing message as an error.
            Err(_) if !self.has_message_in(stream, number).await? => Ok(false),
            Err(error) => Err(QueueError::unreachable(self.name(), &error)),
        }
    }

    /// Returns whether a stream holds the message of that sequence number.
    pub(super) async fn has_message_in(&self, stream: &Stream, number: u64) -> Result<bool, QueueError> {
        match stream.get_raw_message(number).await {
            Ok(_) => Ok(true),
            Err(error) if error.kind() == RawMessageErrorKind::NoMessageFound => Ok(false),
            Err(error) => Err(QueueError::unreachable(self.name(), &error)),
        }
    }
}
