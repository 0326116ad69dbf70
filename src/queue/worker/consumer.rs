//! The consumer of a provider, which hands its deliveries out to all workers.
//!
//! Its rule: as many are in flight as the provider allows, whoever has them. That number follows the configuration, and whoever
//! changes it says so; everything else of a consumer that is there stays.

use async_nats::jetstream::consumer::{AckPolicy, FromConsumer, PullConsumer, pull};
use tokio::sync::mpsc;
use unicontact_providers::ContactProvider;

use super::WorkerEvent;
use crate::pipeline::Pipeline;
use crate::queue::Queue;
use crate::queue::error::QueueError;
use crate::queue::streams::subject_of;

/// So many questions of workers may wait for messages.
const QUESTIONS: i64 = 8192;

/// The consumer, made if there is none.
pub(super) async fn opened(
    queue: &Queue,
    target: &Pipeline,
    tell: &mpsc::Sender<WorkerEvent>,
) -> Result<PullConsumer, QueueError> {
    let name = target.provider().info().name();
    let in_flight = i64::try_from(target.settings().concurrency.most()).unwrap_or(i64::MAX);
    let ack_wait = queue.options().journal.lease;
    let wanted = pull::Config {
        durable_name: Some(name.to_owned()),
        filter_subject: subject_of(queue.name(), name),
        ack_policy: AckPolicy::Explicit,
        ack_wait,
        max_ack_pending: in_flight,
        // What goes back for a pause is no failure of the delivery.
        max_deliver: -1,
        max_waiting: QUESTIONS,
        ..pull::Config::default()
    };
    let stream = &queue.0.deliveries;
    let unreachable = |error: &dyn std::error::Error| QueueError::unreachable(queue.name(), error);
    let found = stream.get_or_create_consumer(name, wanted).await;
    let consumer: PullConsumer = found.map_err(|error| unreachable(&error))?;
    let there = consumer.cached_info().config.clone();
    if there.max_ack_pending == in_flight && there.ack_wait == ack_wait {
        return Ok(consumer);
    }
    let before = there.max_ack_pending;
    let there = pull::Config::try_from_consumer_config(there).map_err(|error| unreachable(&*error))?;
    let altered = pull::Config { max_ack_pending: in_flight, ack_wait, ..there };
    let updated = stream.update_consumer(altered).await.map_err(|error| unreachable(&error))?;
    let adjusted = WorkerEvent::Adjusted { provider: name.to_owned(), in_flight, before };
    // Who has more to hear than that listens later.
    let _ = tell.try_send(adjusted);
    Ok(updated)
}
