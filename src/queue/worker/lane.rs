//! The deliveries of one provider in a worker.
//!
//! Its rule: it takes a delivery when it has room for it and the provider is not paused, and it ends when everything that it took has
//! ended and was told.

use std::sync::Arc;
use std::time::Duration;

use async_nats::jetstream::Message;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::consumer;
use super::handling::Handling;
use super::pull::Pull;
use super::{PAUSE, Worker, WorkerEvent};
use crate::queue::error::{QueueError, patiently};
use crate::queue::pauses::Pauses;
use crate::shutdown::Shutdown;
use crate::watch;

/// How often an idle lane asks whether the queue is empty, if it is to end then.
const LOOK: Duration = Duration::from_millis(250);

/// After so many questions in a row that nobody took, the consumer is looked for.
const REFUSALS: u32 = 4;

/// The lane of one provider.
pub(super) struct Lane {
    handling: Arc<Handling>,
    room: usize,
    pull: Pull,
    course: watch::Receiver<Shutdown>,
    tell: mpsc::Sender<WorkerEvent>,
    /// Whether what was due when the worker began is in the queue.
    is_swept: tokio::sync::watch::Receiver<bool>,
    /// Tasks of their own, so that none waits for those that are told of another one.
    under_way: JoinSet<WorkerEvent>,
}

/// What happens next in a lane.
enum Next {
    Ended(WorkerEvent),
    Message(Option<Box<Message>>),
    Reopened,
    Changed,
    Look,
}

impl Lane {
    pub(super) async fn open(
        worker: &Worker,
        place: usize,
        pauses: Pauses,
        tell: mpsc::Sender<WorkerEvent>,
        is_swept: tokio::sync::watch::Receiver<bool>,
    ) -> Result<Self, QueueError> {
        let handling = Handling::of(worker, place, pauses);
        let target = handling.target();
        let consumer = patiently(|| consumer::opened(&worker.queue, target, &tell)).await?;
        let context = worker.queue.0.context.clone();
        let pull = Pull::from(consumer, context).await;
        let pull = pull.map_err(|error| QueueError::unreachable(worker.queue.name(), &error))?;
        let shared = target.settings().concurrency.most();
        Ok(Self {
            room: worker.most.map_or(shared, |most| most.min(shared)),
            pull,
            course: worker.course.subscribe(),
            tell,
            is_swept,
            handling: Arc::new(handling),
            under_way: JoinSet::new(),
        })
    }

    pub(super) async fn run(self) {
        let gate = Arc::clone(self.handling.gate());
        let provider = gate.provider().to_owned();
        let clock = self.handling.target().clock();
        let apply = self.handling.pauses().clone().apply(gate, provider, move || clock.now());
        tokio::select! {
            () = self.work() => {}
            () = apply => {}
        }
    }

    async fn work(mut self) {
        let mut is_over = false;
        let mut stop = self.handling.gate().stop().subscribe();
        loop {
            let is_going = self.course.get() == Shutdown::Going && !is_over;
            let wanted = if is_going { self.room_for_more() } else { 0 };
            if wanted > 0 {
                self.pull.ask_for(wanted).await;
            }
            let is_idle = self.under_way.is_empty() && self.pull.outstanding() == 0;
            if is_idle && !is_going {
                return;
            }
            match self.next(&mut stop, is_going).await {
                // Who does not listen any more does not want to know.
                Next::Ended(worked) => drop(self.tell.send(worked).await),
                Next::Message(Some(message)) => {
                    self.under_way.spawn(Arc::clone(&self.handling).handle(*message));
                }
                Next::Message(None) => self.find_the_consumer().await,
                Next::Look => is_over = *self.is_swept.borrow() && self.pull.is_queue_empty().await,
                Next::Reopened | Next::Changed => {}
            }
        }
    }

    /// How many more may be asked for.
    fn room_for_more(&self) -> usize {
        let taken = self.under_way.len() + self.pull.outstanding();
        let gate = self.handling.gate();
        let room = if gate.has_room(usize::MAX) { self.room } else { 0 };
        let room = if gate.is_on_trial() { room.min(1) } else { room };
        room.saturating_sub(taken)
    }

    async fn next(&mut self, stop: &mut watch::Receiver<bool>, is_going: bool) -> Next {
        let gate = self.handling.gate();
        let resumes = gate.resumes();
        let reopened = async {
            match resumes {
                Some(time) => gate.reopened_at(time).await,
                None => std::future::pending().await,
            }
        };
        let is_asked = self.pull.outstanding() > 0;
        let may_be_empty = self.handling.worker().ends_when_empty && self.under_way.is_empty();
        tokio::select! {
            biased;
            Some(ended) = self.under_way.join_next() => match ended {
                Ok(worked) => Next::Ended(worked),
                Err(error) => {
                    tracing::error!(%error, "A delivery broke off; it comes again after the lease");
                    Next::Changed
                }
            },
            () = self.course.changed(), if is_going => Next::Changed,
            () = stop.changed() => Next::Changed,
            message = self.pull.next(), if is_asked => Next::Message(message.map(Box::new)),
            () = reopened => Next::Reopened,
            () = tokio::time::sleep(LOOK), if may_be_empty && is_going => Next::Look,
        }
    }

    /// Makes it anew if it is gone, as with servers that kept it in memory.
    async fn find_the_consumer(&mut self) {
        if self.pull.refusals() < REFUSALS {
            return;
        }
        let queue = &self.handling.worker().queue;
        match consumer::opened(queue, self.handling.target(), &self.tell).await {
            Ok(consumer) => self.pull.ask_another(consumer),
            Err(error) => {
                tracing::warn!(%error, "The queue cannot be asked");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}
