//! The durable consumer of a provider, from which all workers pull its deliveries. All workers together have at most the provider's
//! concurrency in flight; the worker that started last sets this number.

use async_nats::jetstream::consumer::{AckPolicy, FromConsumer, PullConsumer, pull};
use tokio::sync::mpsc;
use unicontact_providers::ContactProvider;

use super::WorkerEvent;
use crate::pipeline::Pipeline;
use crate::queue::Queue;
use crate::queue::error::QueueError;
use crate::queue::streams::delivery_subject;

/// The largest number of pull requests that wait for messages.
const MAX_WAITING: i64 = 8192;

/// Opens the consumer of a provider, creates it if it is missing, and adjusts its number in flight.
pub(super) async fn open_consumer(
    queue: &Queue,
    pipeline: &Pipeline,
    events: &mpsc::Sender<WorkerEvent>,
) -> Result<PullConsumer, QueueError> {
    let name = pipeline.provider().info().name();
    let in_flight = i64::try_from(pipeline.settings().concurrency.max()).unwrap_or(i64::MAX);
    let ack_wait = queue.options().journal.lease;
    let new = pull::Config {
        durable_name: Some(name.to_owned()),
        filter_subject: delivery_subject(queue.name(), name),
        ack_policy: AckPolicy::Explicit,
        ack_wait,
        max_ack_pending: in_flight,
        // Redeliveries because of an open circuit breaker are not failures of the delivery.
        max_deliver: -1,
        max_waiting: MAX_WAITING,
        ..pull::Config::default()
    };
    let stream = &queue.0.deliveries;
    let unreachable = |error: &dyn std::error::Error| QueueError::unreachable(queue.name(), error);
    let opened = stream.get_or_create_consumer(name, new).await;
    let consumer: PullConsumer = opened.map_err(|error| unreachable(&error))?;
    let actual = consumer.cached_info().config.clone();
    if actual.max_ack_pending == in_flight && actual.ack_wait == ack_wait {
        return Ok(consumer);
    }
    let before = actual.max_ack_pending;
    let actual = pull::Config::try_from_consumer_config(actual).map_err(|error| unreachable(&*error))?;
    let adjusted = pull::Config { max_ack_pending: in_flight, ack_wait, ..actual };
    let updated = stream.update_consumer(adjusted).await.map_err(|error| unreachable(&error))?;
    // A full channel drops this event, which is for information only.
    let _ = events.try_send(WorkerEvent::Adjusted { provider: name.to_owned(), in_flight, before });
    Ok(updated)
}
