//! Messages that could not be delivered, for a person to look at.

use async_nats::jetstream::message::{PublishMessage, StreamMessage};
use async_nats::jetstream::stream::RawMessageErrorKind;
use bytes::Bytes;
use jiff::Timestamp;

use super::Queue;
use super::audit::{Audit, AuditAct};
use super::error::{QueueError, QueueErrorKind};
use super::message::Incoming;
use super::messages::{MessageReader, provider_of, stored_at};
use super::streams::{dead_letter_subject, delivery_subject};

/// The header of a dead letter that says why the message was not delivered.
pub(super) const REASON_HEADER: &str = "Unicontact-Reason";

/// A message that could not be delivered. `Debug` hides its payload.
#[derive(Clone)]
#[non_exhaustive]
pub struct DeadLetter {
    /// Its number, which stays the same.
    pub number: u64,
    /// The name of the provider to which it was addressed.
    pub provider: String,
    /// Why it could not be delivered.
    pub reason: String,
    /// The time at which it was set aside.
    pub at: Timestamp,
    /// The message, unchanged. It holds the contact.
    pub payload: Bytes,
}

/// A reader of the dead letters, the oldest first.
pub struct DeadLetters(MessageReader);

impl DeadLetters {
    /// Returns the next dead letter.
    ///
    /// # Errors
    ///
    /// The servers cannot be reached.
    pub async fn next(&mut self) -> Result<Option<DeadLetter>, QueueError> {
        Ok(self.0.next().await?.map(DeadLetter::from))
    }
}

impl Queue {
    /// Returns the dead letters of a provider, or of all.
    pub fn dead_letters(&self, provider: Option<&str>) -> DeadLetters {
        let subject = dead_letter_subject(self.name(), provider.unwrap_or("*"));
        DeadLetters(MessageReader::new(self, &self.0.dead_letters, subject))
    }

    /// Returns the dead letter with a number, if there is one.
    ///
    /// # Errors
    ///
    /// The servers cannot be reached.
    pub async fn dead_letter(&self, number: u64) -> Result<Option<DeadLetter>, QueueError> {
        if number == 0 {
            return Ok(None);
        }
        match self.0.dead_letters.get_raw_message(number).await {
            Ok(message) => Ok(Some(message.into())),
            Err(error) if error.kind() == RawMessageErrorKind::NoMessageFound => Ok(None),
            Err(error) => Err(QueueError::unreachable(self.name(), &error)),
        }
    }

    /// Adds a message that could not be delivered.
    pub(super) async fn add_dead_letter(
        &self,
        provider: &str,
        reason: &str,
        payload: Bytes,
    ) -> Result<(), QueueError> {
        let message = PublishMessage::build().payload(payload).header(REASON_HEADER, reason);
        self.publish_message(dead_letter_subject(self.name(), provider), message).await.map(drop)
    }

    /// Puts a dead letter into the queue again, and deletes it. The journal decides whether its contact is sent.
    ///
    /// # Errors
    ///
    /// This version cannot read the message either ([`QueueErrorKind::Unfit`]; it stays a dead letter), or the servers cannot be reached.
    pub async fn replay(&self, letter: &DeadLetter) -> Result<(), QueueError> {
        if let Err(reason) = Incoming::parse(&letter.payload, None) {
            let detail = format!("dead letter {}: it cannot be read: {reason}", letter.number);
            return Err(QueueError::new(self.name(), QueueErrorKind::Unfit, &detail));
        }
        let id = format!("replay.{}.{}", letter.number, letter.at.as_nanosecond());
        let message = PublishMessage::build().payload(letter.payload.clone()).message_id(id);
        self.publish_message(delivery_subject(self.name(), &letter.provider), message).await?;
        self.delete_dead_letter(letter).await.map(drop)
    }

    /// Deletes a dead letter. Its contact is lost to the queue. Returns whether it was there.
    ///
    /// # Errors
    ///
    /// The servers cannot be reached.
    pub async fn delete_dead_letter(&self, letter: &DeadLetter) -> Result<bool, QueueError> {
        self.delete_message(&self.0.dead_letters, letter.number).await
    }

    /// Records that a person replayed or deleted dead letters of a provider.
    ///
    /// # Errors
    ///
    /// The servers cannot be reached.
    pub async fn record_letters(
        &self,
        act: AuditAct,
        provider: &str,
        by: Option<String>,
        count: u64,
    ) -> Result<(), QueueError> {
        self.record_act(Audit::new(act, provider, by).with_count(count)).await
    }
}

impl From<StreamMessage> for DeadLetter {
    fn from(message: StreamMessage) -> Self {
        let reason = message.headers.get(REASON_HEADER).map(ToString::to_string).unwrap_or_default();
        Self {
            number: message.sequence,
            provider: provider_of(&message).to_owned(),
            reason,
            at: stored_at(&message),
            payload: message.payload,
        }
    }
}

impl std::fmt::Debug for DeadLetter {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut debug = formatter.debug_struct("DeadLetter");
        debug.field("number", &self.number).field("provider", &self.provider);
        debug.field("reason", &self.reason).field("at", &self.at).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for DeadLetters {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("DeadLetters").finish_non_exhaustive()
    }
}
