//! Messages for one provider, asked for as there is room for them.
//!
//! Its rule: it never has more than were asked for, so that what waits for room waits on the servers, where another worker finds it.

use std::time::Duration;

use async_nats::jetstream::consumer::PullConsumer;
use async_nats::jetstream::consumer::pull::BatchConfig;
use async_nats::jetstream::{Context, Message};
use async_nats::{StatusCode, Subject, Subscriber};
use futures_util::StreamExt;
use tokio::time::Instant;

/// How long the servers keep a question. When a worker ends it waits for so long for what may be on its way.
const EXPIRES: Duration = Duration::from_secs(2);
/// After so much longer a question is taken for lost.
const GRACE: Duration = Duration::from_secs(2);
/// What the servers say they did not deliver of a question.
const PENDING: &str = "Nats-Pending-Messages";

/// An inbox to which the messages of a consumer come.
pub(super) struct Pull {
    consumer: PullConsumer,
    context: Context,
    inbox: Subject,
    messages: Subscriber,
    /// How many were asked for and may still come.
    outstanding: usize,
    /// When all that were asked for have come or will not come any more.
    over_at: Instant,
}

impl Pull {
    pub(super) async fn from(
        consumer: PullConsumer,
        context: Context,
    ) -> Result<Self, async_nats::SubscribeError> {
        let client = context.client();
        let inbox = Subject::from(client.new_inbox());
        let messages = client.subscribe(inbox.clone()).await?;
        Ok(Self { consumer, context, inbox, messages, outstanding: 0, over_at: Instant::now() })
    }

    pub(super) fn outstanding(&self) -> usize {
        self.outstanding
    }

    /// Asks for so many more. What cannot be asked is asked again.
    pub(super) async fn ask_for(&mut self, count: usize) {
        let batch = BatchConfig { batch: count, expires: Some(EXPIRES), ..BatchConfig::default() };
        match self.consumer.request_batch(batch, self.inbox.clone()).await {
            Ok(()) => {
                self.outstanding += count;
                self.over_at = Instant::now() + EXPIRES + GRACE;
            }
            Err(error) => {
                tracing::warn!(%error, "The queue cannot be asked");
                tokio::time::sleep(super::PAUSE).await;
            }
        }
    }

    /// The next message. None when fewer are outstanding than before. Dropping the future loses nothing.
    pub(super) async fn next(&mut self) -> Option<Message> {
        let next = tokio::time::timeout_at(self.over_at, self.messages.next()).await;
        let Ok(Some(message)) = next else {
            // The connection was lost, or the servers were: nothing comes of what was asked for.
            self.outstanding = 0;
            return None;
        };
        match message.status {
            None | Some(StatusCode::OK) => {
                self.outstanding = self.outstanding.saturating_sub(1);
                Some(Message { message, context: self.context.clone() })
            }
            Some(StatusCode::IDLE_HEARTBEAT) => None,
            Some(_) => {
                let pending = message.headers.as_ref().and_then(|headers| headers.get(PENDING));
                let pending = pending.and_then(|pending| pending.as_str().parse().ok());
                self.outstanding = self.outstanding.saturating_sub(pending.unwrap_or(usize::MAX));
                None
            }
        }
    }
}
