//! Takes the waiting deliveries of a provider out of the queue. They become pending in the journal, and only a person or an import
//! queues them again.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use unicontact_providers::DeliveryKey;

use super::Queue;
use super::audit::{Audit, AuditAct};
use super::error::{QueueError, QueueErrorKind};
use super::forced_pause::ForcedPause;
use super::message::Incoming;
use super::messages::MessageReader;
use super::streams::delivery_subject;
use crate::journal::{Act, Journal};

/// The time that workers have to learn of a pause and to return what they have not begun.
const SETTLING: Duration = Duration::from_secs(2);

/// A purge of one provider's waiting deliveries.
pub struct Purge {
    queue: Queue,
    provider: String,
    vendor: Arc<str>,
    act: Act,
    messages: MessageReader,
    purged: u64,
}

/// What a purge did with one message.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PurgedMessage {
    /// The contact's part of the delivery's key. `None` if the message cannot be read, or is of version 0.1.0.
    pub contact: Option<String>,
    /// What happened to it.
    pub outcome: PurgeOutcome,
}

/// The outcome of a purge for one message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PurgeOutcome {
    /// The delivery is pending in the journal, and left the queue.
    Purged,
    /// The delivery was finished already; the message left the queue.
    Finished,
    /// The message stays: a worker has the delivery, or it may be at the vendor.
    Left,
    /// The message stays: this version cannot read it, or the record of its delivery.
    Unreadable,
}

impl Queue {
    /// Begins a purge of the deliveries that wait for a provider. `vendor` is the provider's vendor.
    ///
    /// # Errors
    ///
    /// No person has paused the provider ([`QueueErrorKind::Unfit`]): workers would go on to deliver meanwhile. Or the servers cannot
    /// be reached.
    pub async fn purge(&self, provider: &str, vendor: &str, act: Act) -> Result<Purge, QueueError> {
        let entry = self.0.shared.entry(ForcedPause::key_of(provider)).await;
        let entry = entry.map_err(|error| QueueError::unreachable(self.name(), &error))?;
        let Some(entry) = entry.filter(|entry| ForcedPause::parse(entry).is_some()) else {
            let detail = format!(
                "{provider} is not paused, so that workers deliver while it is purged; pause it first: unicontact queue pause \
                 {provider} --reason TEXT"
            );
            return Err(QueueError::new(self.name(), QueueErrorKind::Unfit, &detail));
        };
        let since =
            Timestamp::from_nanosecond(entry.created.unix_timestamp_nanos()).unwrap_or(Timestamp::MAX);
        let paused_for = self.0.journal.servers_time().duration_since(since);
        let paused_for = Duration::try_from(paused_for).unwrap_or_default();
        tokio::time::sleep(SETTLING.saturating_sub(paused_for)).await;
        let subject = delivery_subject(self.name(), provider);
        Ok(Purge {
            queue: self.clone(),
            provider: provider.to_owned(),
            vendor: vendor.into(),
            act,
            messages: MessageReader::new(self, &self.0.deliveries, subject),
            purged: 0,
        })
    }
}

impl Purge {
    /// Purges the next message. `None` after the last one, when the purge is recorded.
    ///
    /// # Errors
    ///
    /// The servers cannot be reached. What was purged so far stays so, and the purge can be repeated.
    pub async fn next(&mut self) -> Result<Option<PurgedMessage>, QueueError> {
        let Some(message) = self.messages.next().await? else {
            self.record().await?;
            return Ok(None);
        };
        let Ok(Incoming { contact, key: Some(key), .. }) = Incoming::parse(&message.payload, None) else {
            return Ok(Some(PurgedMessage { contact: None, outcome: PurgeOutcome::Unreadable }));
        };
        let delivery = DeliveryKey::from_contact_key(&self.provider, key.clone());
        let journal = self.queue.journal();
        let outcome = match journal.purge(&delivery, &self.vendor, &contact, &self.act).await {
            Ok(true) => PurgeOutcome::Purged,
            Ok(false) => {
                let record = journal.look(&delivery).await?;
                let is_finished = record.is_some_and(|record| record.outcome().is_delivered());
                if is_finished { PurgeOutcome::Finished } else { PurgeOutcome::Left }
            }
            Err(error) if error.kind().concerns_one_record() => PurgeOutcome::Unreadable,
            Err(error) => return Err(error.into()),
        };
        self.purged += u64::from(outcome == PurgeOutcome::Purged);
        if matches!(outcome, PurgeOutcome::Purged | PurgeOutcome::Finished) {
            self.queue.delete_message(&self.queue.0.deliveries, message.sequence).await?;
        }
        Ok(Some(PurgedMessage { contact: Some(key), outcome }))
    }

    /// Records in the history what was purged so far. [`Self::next`] does so at its end; a caller that stops before calls it.
    ///
    /// # Errors
    ///
    /// The servers cannot be reached.
    pub async fn record(&self) -> Result<(), QueueError> {
        let audit = Audit::new(AuditAct::Purged, &self.provider, self.act.by.clone());
        self.queue.record_act(audit.with_reason(self.act.note.clone()).with_count(self.purged)).await
    }
}

impl std::fmt::Debug for Purge {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Purge").field("provider", &self.provider).finish_non_exhaustive()
    }
}
