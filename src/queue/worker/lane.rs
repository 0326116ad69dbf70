//! The deliveries of one provider in a worker.
//!
//! Its rule: it takes a delivery when it has room for it and the provider is not paused, and it ends when everything that it took has
//! ended and was told.

use std::sync::Arc;
use std::time::Duration;

use async_nats::jetstream::consumer::{AckPolicy, PullConsumer, pull};
use futures_util::future::BoxFuture;
use futures_util::stream::{FuturesUnordered, StreamExt};
use jiff::Timestamp;
use tokio::sync::{mpsc, watch};
use unicontact_providers::ContactProvider;

use super::handling::{Handled, Handling};
use super::pull::Pull;
use super::{Course, PAUSE, Worked, Worker};
use crate::import::Gate;
use crate::journal::jetstream::Patience;
use crate::queue::error::QueueError;
use crate::queue::pauses::Pauses;
use crate::queue::streams::subject_of;
use crate::target::Target;

/// How often an idle lane asks whether the queue is empty, if it is to end then.
const LOOK: Duration = Duration::from_millis(250);

/// The lane of one provider.
pub(super) struct Lane {
    handling: Arc<Handling>,
    gate: Arc<Gate>,
    room: usize,
    consumer: PullConsumer,
    pull: Pull,
    pauses: Pauses,
    ends_when_empty: bool,
    course: watch::Receiver<Course>,
    tell: mpsc::Sender<Worked>,
    under_way: FuturesUnordered<BoxFuture<'static, Handled>>,
}

/// What happens next in a lane.
enum Next {
    Ended(Handled),
    Message(Option<async_nats::jetstream::Message>),
    Reopened,
    Changed,
    Look,
}

impl Lane {
    pub(super) async fn open(
        worker: &Worker,
        place: usize,
        pauses: Pauses,
        tell: mpsc::Sender<Worked>,
    ) -> Result<Self, QueueError> {
        let target = &worker.fan_out.targets()[place];
        let queue = worker.queue.name();
        let unreachable = |error: &dyn std::error::Error| QueueError::unreachable(queue, error);
        let patience = Patience::of(Patience::OF_OPENING);
        let consumer = loop {
            match consumer(worker, target).await {
                Err(error) if error.is_unreachable() && patience.waits().await => {}
                opened => break opened?,
            }
        };
        let context = worker.queue.0.context.clone();
        let pull = Pull::from(consumer.clone(), context).await.map_err(|error| unreachable(&error))?;
        let shared = target.settings().concurrency.most();
        Ok(Self {
            handling: Arc::new(Handling::of(worker, place)),
            gate: Arc::clone(&worker.gates[place]),
            room: worker.most.map_or(shared, |most| most.min(shared)),
            consumer,
            pull,
            pauses,
            ends_when_empty: worker.ends_when_empty,
            course: worker.course.subscribe(),
            tell,
            under_way: FuturesUnordered::new(),
        })
    }

    pub(super) async fn run(self) {
        let provider = self.gate.provider().to_owned();
        let apply = self.pauses.clone().apply(Arc::clone(&self.gate), provider, Timestamp::now);
        tokio::select! {
            () = self.work() => {}
            () = apply => {}
        }
    }

    async fn work(mut self) {
        let mut is_over = false;
        let mut stop = self.gate.stop().subscribe();
        loop {
            let is_going = *self.course.borrow() == Course::Going && !is_over;
            let wanted = if is_going { self.room_for_more() } else { 0 };
            if wanted > 0 {
                self.pull.ask_for(wanted).await;
            }
            let is_idle = self.under_way.is_empty() && self.pull.outstanding() == 0;
            if is_idle && !is_going {
                return;
            }
            match self.next(&mut stop, is_going).await {
                Next::Ended(handled) => self.ended(handled).await,
                Next::Message(Some(message)) => {
                    let handling = Arc::clone(&self.handling);
                    self.under_way.push(Box::pin(handling.handle(message)));
                }
                Next::Look => is_over = self.is_queue_empty().await,
                Next::Message(None) | Next::Reopened | Next::Changed => {}
            }
        }
    }

    /// How many more may be asked for.
    fn room_for_more(&self) -> usize {
        let taken = self.under_way.len() + self.pull.outstanding();
        let room = if self.gate.has_room(usize::MAX) { self.room } else { 0 };
        let room = if self.gate.is_on_trial() { room.min(1) } else { room };
        room.saturating_sub(taken)
    }

    async fn next(&mut self, stop: &mut watch::Receiver<bool>, is_going: bool) -> Next {
        let resumes = self.gate.resumes();
        let gate = &self.gate;
        let reopened = async {
            match resumes {
                Some(time) => gate.reopened_at(time).await,
                None => std::future::pending().await,
            }
        };
        let is_asked = self.pull.outstanding() > 0;
        let may_be_empty = self.ends_when_empty && self.under_way.is_empty();
        tokio::select! {
            biased;
            Some(handled) = self.under_way.next() => Next::Ended(handled),
            Ok(()) = self.course.changed(), if is_going => Next::Changed,
            Ok(()) = stop.changed() => Next::Changed,
            message = self.pull.next(), if is_asked => Next::Message(message),
            () = reopened => Next::Reopened,
            () = tokio::time::sleep(LOOK), if may_be_empty && is_going => Next::Look,
        }
    }

    async fn ended(&mut self, handled: Handled) {
        let Handled { worked, pause, is_trial_passed } = handled;
        if let Some(pause) = pause {
            self.pauses.tell(&pause).await;
        }
        if is_trial_passed {
            self.pauses.lift(self.gate.provider()).await;
        }
        // Who does not listen any more does not want to know.
        let _ = self.tell.send(worked).await;
    }

    /// Whether nothing waits and nobody has anything. Where nobody can tell, it is not.
    async fn is_queue_empty(&mut self) -> bool {
        if let Ok(info) = self.consumer.info().await {
            return info.num_pending == 0 && info.num_ack_pending == 0;
        }
        tokio::time::sleep(PAUSE).await;
        false
    }
}

/// The consumer of a provider, of which as many are in flight as the provider allows.
async fn consumer(worker: &Worker, target: &Target) -> Result<PullConsumer, QueueError> {
    let queue = worker.queue.name();
    let name = target.provider().info().name();
    let most = i64::try_from(target.settings().concurrency.most()).unwrap_or(i64::MAX);
    let wanted = pull::Config {
        durable_name: Some(name.to_owned()),
        filter_subject: subject_of(queue, name),
        ack_policy: AckPolicy::Explicit,
        ack_wait: worker.queue.options().journal.lease,
        max_ack_pending: most,
        // What goes back for a pause is no failure of the delivery.
        max_deliver: -1,
        ..pull::Config::default()
    };
    let stream = &worker.queue.0.deliveries;
    let consumer: PullConsumer = stream
        .get_or_create_consumer(name, wanted.clone())
        .await
        .map_err(|error| QueueError::unreachable(queue, &error))?;
    let there = &consumer.cached_info().config;
    if there.max_ack_pending == most && there.ack_wait == wanted.ack_wait {
        return Ok(consumer);
    }
    tracing::warn!(
        provider = name,
        in_flight = most,
        before = there.max_ack_pending,
        "The number in flight at all workers follows the configuration of this one"
    );
    let updated = stream.update_consumer(wanted).await;
    updated.map_err(|error| QueueError::unreachable(queue, &error))
}
