//! Messages for one provider, asked for as there is room for them.
//!
//! Its rule: it never has more than were asked for, so that what waits for room waits on the servers, where another worker finds it.

use std::collections::VecDeque;
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
    /// How many questions in a row nobody took.
    refusals: u32,
    /// How many each question asked for that may still come, and when they will not come any more. The oldest comes first.
    questions: VecDeque<Question>,
}

struct Question {
    count: usize,
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
        Ok(Self { consumer, context, inbox, messages, refusals: 0, questions: VecDeque::new() })
    }

    /// How many questions in a row nobody took.
    pub(super) fn refusals(&self) -> u32 {
        self.refusals
    }

    /// Asks that consumer from now on.
    pub(super) fn ask_another(&mut self, consumer: PullConsumer) {
        self.consumer = consumer;
        self.refusals = 0;
    }

    /// Whether nothing waits and nobody has anything. Where nobody can tell, it is not.
    pub(super) async fn is_queue_empty(&mut self) -> bool {
        if let Ok(info) = self.consumer.info().await {
            return info.num_pending == 0 && info.num_ack_pending == 0;
        }
        tokio::time::sleep(super::PAUSE).await;
        false
    }

    pub(super) fn outstanding(&self) -> usize {
        self.questions.iter().map(|question| question.count).sum()
    }

    /// Asks for so many more. What cannot be asked is asked again.
    pub(super) async fn ask_for(&mut self, count: usize) {
        let batch = BatchConfig { batch: count, expires: Some(EXPIRES), ..BatchConfig::default() };
        match self.consumer.request_batch(batch, self.inbox.clone()).await {
            Ok(()) => {
                self.questions.push_back(Question { count, over_at: Instant::now() + EXPIRES + GRACE });
            }
            Err(error) => {
                tracing::warn!(%error, "The queue cannot be asked");
                tokio::time::sleep(super::PAUSE).await;
            }
        }
    }

    /// The next message. None when fewer are outstanding than before. Dropping the future loses nothing.
    pub(super) async fn next(&mut self) -> Option<Message> {
        let over_at = self.questions.front().map_or_else(Instant::now, |question| question.over_at);
        let next = tokio::time::timeout_at(over_at, self.messages.next()).await;
        let Ok(Some(message)) = next else {
            // The connection was lost, or the servers were: nothing comes of what was asked for.
            self.questions.pop_front();
            return None;
        };
        match message.status {
            None | Some(StatusCode::OK) => {
                self.refusals = 0;
                self.answered(1);
                Some(Message { message, context: self.context.clone() })
            }
            Some(StatusCode::IDLE_HEARTBEAT) => None,
            Some(_) => {
                let pending = message.headers.as_ref().and_then(|headers| headers.get(PENDING));
                let pending = pending.and_then(|pending| pending.as_str().parse().ok());
                match pending {
                    Some(pending) => {
                        self.refusals = 0;
                        self.answered(pending);
                    }
                    None => self.refused(&message).await,
                }
                None
            }
        }
    }

    /// Nobody answers, while servers choose a leader say, or nobody takes questions.
    async fn refused(&mut self, message: &async_nats::Message) {
        let status = message.status.map(|status| status.as_u16());
        tracing::warn!(status, why = message.description, "The queue takes no questions");
        self.refusals += 1;
        self.questions.pop_back();
        tokio::time::sleep(super::PAUSE).await;
    }

    /// So many less may come, of the oldest questions.
    fn answered(&mut self, mut count: usize) {
        while let Some(oldest) = self.questions.front_mut().filter(|_| count > 0) {
            let of_oldest = count.min(oldest.count);
            oldest.count -= of_oldest;
            count -= of_oldest;
            if oldest.count == 0 {
                self.questions.pop_front();
            }
        }
    }
}
