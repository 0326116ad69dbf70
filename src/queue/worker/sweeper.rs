//! Queues again what left the queue and is not finished: parked doubts that are due, and deliveries that the journal calls
//! pending and the queue does not hold.
//!
//! One worker at a time does this, by a lease, for all workers with the same providers. It reads every change of the journal once.
//! A delivery that is queued twice nevertheless is delivered once: the journal decides.

mod index;

use std::collections::HashSet;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::{mpsc, watch};
use unicontact_providers::{ContactProvider, fingerprint_of_json};

use self::index::Index;
use super::{RequeueReason, Worker, WorkerEvent};
#[cfg(test)]
use crate::journal::{
    Record,
    jetstream::{RecordChange, key_of, unfinished, written},
};
use crate::queue::Queue;
use crate::queue::error::{QueueError, QueueErrorKind};
use crate::queue::lease::Lease;
use crate::queue::message::outgoing;
use crate::shutdown::Shutdown;

/// How long the end of a worker waits for the servers to take the lease back.
const LONGEST_RELEASE: Duration = Duration::from_secs(2);

/// The task of a worker that queues deliveries again.
pub(super) struct Sweeper {
    queue: Queue,
    providers: HashSet<String>,
    lease: Lease,
    /// `None` while another worker has the lease.
    index: Option<Index>,
    tell: mpsc::Sender<WorkerEvent>,
}

/// What ends a sweeper.
pub(super) struct End {
    pub(super) course: crate::watch::Receiver<Shutdown>,
    /// Closed when every provider of the worker has ended.
    pub(super) lanes: watch::Receiver<()>,
}

impl Sweeper {
    pub(super) fn new(worker: &Worker, tell: mpsc::Sender<WorkerEvent>) -> Self {
        let queue = worker.queue.clone();
        let targets = worker.fan_out.pipelines().iter();
        let names: Vec<&str> = targets.map(|target| target.provider().info().name()).collect();
        let providers: HashSet<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let lease = lease(&queue, &names);
        Self { queue, providers, lease, index: None, tell }
    }

    /// Sweeps until the worker ends, and sets `swept` after the first time.
    pub(super) async fn run(mut self, swept: watch::Sender<bool>, mut end: End) {
        let interval = self.queue.a_while();
        let sweeping = async {
            loop {
                if let Err(error) = self.sweep().await {
                    tracing::warn!(%error, "What is to be queued again waits for the servers of the queue");
                }
                swept.send_replace(true);
                tokio::time::sleep(interval).await;
            }
        };
        tokio::select! {
            () = sweeping => {}
            _ = end.lanes.changed() => {}
            () = end.course.wait_for(|course| course != Shutdown::Going) => {}
        }
        self.release().await;
    }

    async fn release(&mut self) {
        let position = self.index.as_ref().map_or(0, Index::position);
        let released = tokio::time::timeout(LONGEST_RELEASE, self.lease.release(position)).await;
        if !matches!(released, Ok(Ok(()))) {
            tracing::warn!("Another worker queues what is due again only after the lease");
        }
    }

    async fn sweep(&mut self) -> Result<(), QueueError> {
        let journal = self.queue.journal();
        let now = journal.servers_time();
        let position = self.index.as_ref().map(Index::position);
        let Some(position) = self.lease.take(now, position).await? else {
            self.index = None;
            return Ok(());
        };
        let providers = &self.providers;
        let index = self.index.get_or_insert_with(|| Index::new(providers.clone(), position));
        journal.changes_since(index.next(), |change| index.note(change)).await?;
        for key in index.due(now) {
            self.requeue(&key, RequeueReason::Parked).await?;
        }
        self.requeue_lost(now).await
    }

    /// Queues again what no message can hold: the oldest message of its provider is younger than the last change of its record.
    async fn requeue_lost(&mut self, now: Timestamp) -> Result<(), QueueError> {
        let grace = self.queue.a_while();
        let lease = self.queue.options().journal.lease;
        let before = |time: Duration| now.saturating_sub(time).unwrap_or(Timestamp::MIN);
        let Some(index) = &self.index else { return Ok(()) };
        let living = if index.has_claims_before(before(lease)) {
            Some(self.queue.journal().living_holders().await?)
        } else {
            None
        };
        for (provider, candidates) in index.perhaps_lost(before(grace), living.as_ref()) {
            let oldest = self.queue.oldest_at(&provider).await?;
            for (key, since) in candidates {
                // The servers of the two streams may differ in their clocks a little.
                let since = since.saturating_add(grace).unwrap_or(Timestamp::MAX);
                if oldest.is_none_or(|oldest| oldest > since) {
                    self.requeue(&key, RequeueReason::Lost).await?;
                }
            }
        }
        Ok(())
    }

    /// Queues a delivery again, unless its record has changed since it was read.
    async fn requeue(&mut self, key: &str, reason: RequeueReason) -> Result<(), QueueError> {
        let journal = self.queue.journal();
        let Some(index) = self.index.as_mut().filter(|_| self.lease.is_held()) else { return Ok(()) };
        let Some((record, revision)) = journal.record_of(key).await? else { return Ok(()) };
        if index.revision(key) != Some(revision) {
            return Ok(());
        }
        let provider = record.key.provider().to_owned();
        let providers = [provider.clone()];
        let contact = record.contact();
        let outgoing =
            contact.as_ref().and_then(|contact| outgoing(contact, record.key.contact(), &providers).next());
        let Some(outgoing) = outgoing else {
            tracing::error!(provider, "The journal has no contact for a delivery that is unfinished");
            index.forget(key);
            return Ok(());
        };
        let now = journal.servers_time();
        let is_new = match self.queue.publish_unless_held(&outgoing, record.changed_at, now).await {
            Err(error) if error.kind() == QueueErrorKind::Unfit => {
                tracing::error!(provider, %error, "A delivery that is unfinished cannot be queued again");
                index.forget(key);
                return Ok(());
            }
            published => published?,
        };
        index.requeued(key, journal.servers_time());
        if is_new {
            tracing::info!(provider, reason = reason.as_str(), "A delivery was queued again");
            let contact = record.key.contact().to_owned();
            // A worker whose stream was dropped tells nothing.
            let _ = self.tell.send(WorkerEvent::Requeued { provider, contact, reason }).await;
        }
        Ok(())
    }
}

/// Workers with the same providers share a lease.
fn lease(queue: &Queue, providers: &[&str]) -> Lease {
    let mut names = providers.to_vec();
    names.sort_unstable();
    let key = format!("sweeper.{}", fingerprint_of_json(&names.join(",")));
    let store = queue.0.shared.clone();
    let length = queue.options().journal.lease;
    Lease::new(store, queue.name(), key, queue.0.journal.holder(), length)
}

/// Returns whether the sweeper queues a delivery again that no message holds and whose holder is gone.
#[cfg(test)]
pub(crate) fn is_queued_again(record: &Record, now: Timestamp) -> bool {
    let mut index = Index::new(HashSet::from([record.key.provider().to_owned()]), 0);
    let (key, state) = (key_of(&record.key), unfinished(&written(record, "somebody")));
    index.note(RecordChange { key: &key, revision: 1, written_at: now, state });
    let later = now.saturating_add(Duration::from_secs(1)).unwrap_or(Timestamp::MAX);
    !index.due(now).is_empty() || !index.perhaps_lost(later, Some(&HashSet::new())).is_empty()
}
