//! Pull requests for the messages of one provider.
//!
//! Invariant: a worker has no more messages than it requested. Deliveries without room wait on the servers, where another worker can
//! pull them.

use std::collections::VecDeque;
use std::time::Duration;

use async_nats::jetstream::consumer::PullConsumer;
use async_nats::jetstream::consumer::pull::BatchConfig;
use async_nats::jetstream::{Context, Message};
use async_nats::{StatusCode, Subject, Subscriber};
use futures_util::StreamExt;
use tokio::time::Instant;

use super::RETRY_WAIT;

/// The time for which the servers keep a pull request. A worker that ends waits as long for messages that may be on their way.
const EXPIRES: Duration = Duration::from_secs(2);
/// The same for a worker that ends when the queue is empty, so that it ends soon.
const EXPIRES_UNTIL_EMPTY: Duration = Duration::from_millis(250);
/// The time after that until a pull request without an answer counts as lost.
const GRACE: Duration = Duration::from_secs(2);
/// The header with the number of requested messages that the servers do not deliver.
const PENDING_MESSAGES: &str = "Nats-Pending-Messages";

/// The pull requests to a consumer, and the inbox that receives its messages.
pub(super) struct PullRequests {
    consumer: PullConsumer,
    context: Context,
    inbox: Subject,
    messages: Subscriber,
    expires: Duration,
    rejected_in_a_row: u32,
    /// The requests whose messages may still arrive, the oldest first.
    pending: VecDeque<PullRequest>,
}

struct PullRequest {
    count: usize,
    expires_at: Instant,
}

impl PullRequests {
    pub(super) async fn open(
        consumer: PullConsumer,
        context: Context,
        is_until_empty: bool,
    ) -> Result<Self, async_nats::SubscribeError> {
        let client = context.client();
        let inbox = Subject::from(client.new_inbox());
        let messages = client.subscribe(inbox.clone()).await?;
        let expires = if is_until_empty { EXPIRES_UNTIL_EMPTY } else { EXPIRES };
        let pending = VecDeque::new();
        Ok(Self { consumer, context, inbox, messages, expires, rejected_in_a_row: 0, pending })
    }

    /// Returns the number of pull requests in a row that the servers rejected.
    pub(super) fn rejected_in_a_row(&self) -> u32 {
        self.rejected_in_a_row
    }

    /// Sends later pull requests to another consumer.
    pub(super) fn set_consumer(&mut self, consumer: PullConsumer) {
        self.consumer = consumer;
        self.rejected_in_a_row = 0;
    }

    /// Returns whether no message waits or is in flight. `false` if the servers do not answer.
    pub(super) async fn is_queue_empty(&mut self) -> bool {
        if let Ok(info) = self.consumer.info().await {
            return info.num_pending == 0 && info.num_ack_pending == 0;
        }
        tokio::time::sleep(RETRY_WAIT).await;
        false
    }

    /// Returns the number of requested messages that may still arrive.
    pub(super) fn outstanding(&self) -> usize {
        self.pending.iter().map(|request| request.count).sum()
    }

    /// Requests `count` more messages. A failed request leaves [`Self::outstanding`] as it is, so that the caller repeats it.
    pub(super) async fn request(&mut self, count: usize) {
        let batch = BatchConfig { batch: count, expires: Some(self.expires), ..BatchConfig::default() };
        match self.consumer.request_batch(batch, self.inbox.clone()).await {
            Ok(()) => {
                self.pending
                    .push_back(PullRequest { count, expires_at: Instant::now() + self.expires + GRACE });
            }
            Err(error) => {
                tracing::warn!(%error, "The pull request failed and will be repeated");
                tokio::time::sleep(RETRY_WAIT).await;
            }
        }
    }

    /// Returns the next message, or `None` when fewer messages are outstanding than before. Cancel-safe.
    pub(super) async fn next(&mut self) -> Option<Message> {
        let expires_at = self.pending.front().map_or_else(Instant::now, |request| request.expires_at);
        let next = tokio::time::timeout_at(expires_at, self.messages.next()).await;
        let Ok(Some(message)) = next else {
            // The connection or the servers were lost, and the request with them.
            self.pending.pop_front();
            return None;
        };
        match message.status {
            None | Some(StatusCode::OK) => {
                self.rejected_in_a_row = 0;
                self.settle(1);
                Some(Message { message, context: self.context.clone() })
            }
            Some(StatusCode::IDLE_HEARTBEAT) => None,
            Some(_) => {
                let pending = message.headers.as_ref().and_then(|headers| headers.get(PENDING_MESSAGES));
                let pending = pending.and_then(|pending| pending.as_str().parse().ok());
                match pending {
                    Some(pending) => {
                        self.rejected_in_a_row = 0;
                        self.settle(pending);
                    }
                    None => self.rejected(&message).await,
                }
                None
            }
        }
    }

    /// Drops a request that the servers rejected, as during the election of a leader or without a consumer.
    async fn rejected(&mut self, message: &async_nats::Message) {
        let status = message.status.map(|status| status.as_u16());
        tracing::warn!(status, reason = message.description, "The servers rejected a pull request");
        self.rejected_in_a_row += 1;
        self.pending.pop_back();
        tokio::time::sleep(RETRY_WAIT).await;
    }

    /// Subtracts messages that arrived, or that will not, from the oldest requests.
    fn settle(&mut self, mut count: usize) {
        while let Some(oldest) = self.pending.front_mut().filter(|_| count > 0) {
            let of_oldest = count.min(oldest.count);
            oldest.count -= of_oldest;
            count -= of_oldest;
            if oldest.count == 0 {
                self.pending.pop_front();
            }
        }
    }
}
