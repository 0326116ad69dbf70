//! The status of a queue, read from the servers and the journal when it is asked for. Workers keep nothing for it.

use std::collections::BTreeMap;
use std::time::Duration;

use async_nats::jetstream::ErrorCode;
use async_nats::jetstream::context::{ConsumerInfoError, ConsumerInfoErrorKind};
use futures_util::stream::{self, StreamExt, TryStreamExt};
use jiff::Timestamp;

use super::Queue;
use super::error::QueueError;
use super::shared_breakers::SharedBreakers;
use super::streams::delivery_subject;
use crate::circuit_breaker::OpenReason;
use crate::counts::Counts;
use crate::journal::{Holder, Journal, UnreadableRecord};

/// The largest number of providers whose consumers are read at once.
const MAX_CONCURRENT: usize = 16;

/// The status of a queue.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Status {
    /// The queue's name.
    pub queue: String,
    /// The providers that have a delivery in the queue or the journal, or an open circuit breaker.
    pub providers: BTreeMap<String, ProviderStatus>,
    /// The workers that renewed their lease in time.
    pub workers: Vec<Holder>,
    /// The number of messages that could not be parsed, or whose records are damaged.
    pub dead_letters: u64,
    /// The records that cannot be read. They are in no count. Empty if the outcomes were not asked for.
    pub unreadable: Vec<UnreadableRecord>,
}

/// The status of one provider's deliveries.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct ProviderStatus {
    /// The number of deliveries that wait in the queue.
    pub waiting: u64,
    /// The number of deliveries that a worker has, or returned with a delay that is not over. 0 once the provider is paused for longer
    /// than an attempt takes: they all wait.
    pub in_flight: u64,
    /// The age of the oldest delivery in the queue.
    pub oldest: Option<Duration>,
    /// The number of records in the journal by outcome, without deliveries that are being sent. `None` if it was not asked for.
    pub outcomes: Option<Counts>,
    /// The number of deliveries that a worker attempted after it had lost its claim: the vendor may have second contacts. 0 if the
    /// outcomes were not asked for.
    pub overruns: u64,
    /// Why nothing is sent to the provider now. `None` while its circuit breaker is not open.
    pub open_reason: Option<OpenReason>,
}

impl Queue {
    /// Returns the status of the queue. With `outcomes` it reads the whole journal, which takes about a second for each hundred
    /// thousand records.
    ///
    /// # Errors
    ///
    /// The servers cannot be reached.
    pub async fn status(&self, outcomes: bool) -> Result<Status, QueueError> {
        let now = self.0.journal.servers_time();
        let mut providers = self.depths(now).await?;
        let mut unreadable = Vec::new();
        if outcomes {
            for (name, counts) in self.0.journal.counts().await? {
                let provider = providers.entry(name).or_default();
                provider.outcomes = Some(counts.outcomes);
                provider.overruns = counts.overruns;
            }
            unreadable = self.0.journal.take_unreadable();
            for provider in providers.values_mut() {
                provider.outcomes.get_or_insert_default();
            }
        }
        for (reason, since) in SharedBreakers::new(self).list().await? {
            let provider = providers.entry(reason.provider.clone()).or_default();
            provider.open_reason = Some(reason);
            // No attempt takes longer than half a lease, and workers have returned what they did not begin.
            if since.saturating_add(self.options().journal.lease / 2).is_ok_and(|ended| ended < now) {
                provider.waiting += std::mem::take(&mut provider.in_flight);
            }
        }
        let dead_letters = self.0.dead_letters.get_info().await.map_err(|error| self.unreachable(&error))?;
        Ok(Status {
            queue: self.name().to_owned(),
            providers,
            workers: self.0.journal.holders().await?,
            dead_letters: dead_letters.state.messages,
            unreadable,
        })
    }

    /// Returns what waits and what is in flight, by provider.
    async fn depths(&self, now: Timestamp) -> Result<BTreeMap<String, ProviderStatus>, QueueError> {
        let all = delivery_subject(self.name(), "*");
        let subjects = self.0.deliveries.info_with_subjects(all).await;
        let subjects = subjects.map_err(|error| self.unreachable(&error))?;
        let subjects: Vec<(String, usize)> =
            subjects.try_collect().await.map_err(|error| self.unreachable(&error))?;
        let depths = stream::iter(subjects).map(|(subject, count)| self.depth(subject, count, now));
        depths.buffer_unordered(MAX_CONCURRENT).try_collect().await
    }

    async fn depth(
        &self,
        subject: String,
        count: usize,
        now: Timestamp,
    ) -> Result<(String, ProviderStatus), QueueError> {
        let provider = subject.rsplit('.').next().unwrap_or_default();
        let count = u64::try_from(count).unwrap_or(u64::MAX);
        let in_flight = self.in_flight(provider).await?;
        let oldest = self.oldest_at(provider).await?;
        let oldest = oldest.and_then(|time| Duration::try_from(now.duration_since(time)).ok());
        let waiting = count.saturating_sub(in_flight);
        let status = ProviderStatus { waiting, in_flight, oldest, ..ProviderStatus::default() };
        Ok((provider.to_owned(), status))
    }

    async fn in_flight(&self, provider: &str) -> Result<u64, QueueError> {
        match self.0.deliveries.consumer_info(provider).await {
            Ok(consumer) => Ok(u64::try_from(consumer.num_ack_pending).unwrap_or(u64::MAX)),
            // No worker of this provider has created the consumer yet.
            Err(error) if is_missing(&error) => Ok(0),
            Err(error) => Err(self.unreachable(&error)),
        }
    }

    fn unreachable(&self, error: &dyn std::error::Error) -> QueueError {
        QueueError::unreachable(self.name(), error)
    }
}

fn is_missing(error: &ConsumerInfoError) -> bool {
    match error.kind() {
        ConsumerInfoErrorKind::NotFound => true,
        ConsumerInfoErrorKind::JetStream(error) => error.error_code() == ErrorCode::CONSUMER_NOT_FOUND,
        _ => false,
    }
}
