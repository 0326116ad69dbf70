//! Queues unfinished deliveries again that no message holds: parked doubts that are due, and deliveries that are pending in the
//! journal.
//!
//! One worker at a time sweeps, by a lease, for all workers with the same providers. It reads every change of the journal once. A
//! delivery that is queued twice is sent once, since the journal decides.

use std::collections::HashSet;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::{mpsc, watch};
use unicontact_providers::{ContactProvider, json_fingerprint};

use super::{RequeueReason, Worker, WorkerEvent};
#[cfg(test)]
use crate::journal::{
    Record,
    jetstream::{RecordChange, encode, record_key, unfinished},
};
use crate::queue::Queue;
use crate::queue::error::QueueError;
use crate::queue::lease::Lease;
#[cfg(test)]
use crate::queue::lease::Progress;
use crate::queue::publish::Requeued;
use crate::queue::unfinished_counts::SharedCounts;
use crate::queue::unfinished_index::Index;
use crate::shutdown::Shutdown;

/// The longest time that a worker waits at its end to release the lease.
const RELEASE_TIMEOUT: Duration = Duration::from_secs(2);

/// The sweeper of a worker.
pub(super) struct Sweeper {
    queue: Queue,
    providers: HashSet<String>,
    lease: Lease,
    /// `None` while another worker has the lease.
    index: Option<Index>,
    unfinished: SharedCounts,
    events: mpsc::Sender<WorkerEvent>,
}

/// The signals that stop a sweeper.
pub(super) struct Stop {
    pub(super) shutdown: crate::watch::Receiver<Shutdown>,
    /// Closed when the loops of all providers have ended.
    pub(super) loops_ended: watch::Receiver<()>,
}

impl Sweeper {
    pub(super) fn new(worker: &Worker, events: mpsc::Sender<WorkerEvent>) -> Self {
        let queue = worker.queue.clone();
        let pipelines = worker.fan_out.pipelines().iter();
        let names: Vec<&str> = pipelines.map(|pipeline| pipeline.provider().info().name()).collect();
        let providers: HashSet<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let lease = lease(&queue, &names);
        Self { queue, providers, lease, index: None, unfinished: worker.unfinished.clone(), events }
    }

    /// Sweeps until the worker ends, and sets `swept` after the first sweep.
    pub(super) async fn run(mut self, swept: watch::Sender<bool>, mut stop: Stop) {
        let interval = self.queue.retry_delay();
        let sweeping = async {
            loop {
                if let Err(error) = self.sweep().await {
                    tracing::warn!(%error, "The sweep failed and will be repeated");
                }
                swept.send_replace(true);
                tokio::time::sleep(interval).await;
            }
        };
        tokio::select! {
            () = sweeping => {}
            _ = stop.loops_ended.changed() => {}
            () = stop.shutdown.wait_for(|phase| phase != Shutdown::Running) => {}
        }
        self.release().await;
    }

    async fn release(&mut self) {
        self.unfinished.replace(None);
        let progress = self.index.as_ref().map(Index::progress).unwrap_or_default();
        let released = tokio::time::timeout(RELEASE_TIMEOUT, self.lease.release(progress)).await;
        if !matches!(released, Ok(Ok(()))) {
            tracing::warn!(
                "The lease of the sweeper was not released; another worker sweeps after it expires"
            );
        }
    }

    async fn sweep(&mut self) -> Result<(), QueueError> {
        let journal = self.queue.journal();
        let now = journal.servers_time();
        let progress = self.index.as_ref().map(Index::progress);
        let Some(progress) = self.lease.acquire(now, progress).await? else {
            self.index = None;
            self.unfinished.replace(None);
            return Ok(());
        };
        let providers = &self.providers;
        let index = self.index.get_or_insert_with(|| Index::new(providers.clone(), progress));
        journal.changes_since(index.next(), |change| index.apply(change)).await?;
        self.unfinished.replace(Some(index.counts()));
        for key in index.due(now) {
            self.requeue(&key, RequeueReason::Parked).await?;
        }
        self.requeue_lost(now).await
    }

    /// Queues deliveries again that no message can hold: their records are older than the oldest message of their provider.
    async fn requeue_lost(&mut self, now: Timestamp) -> Result<(), QueueError> {
        let grace = self.queue.retry_delay();
        let lease = self.queue.options().journal.lease;
        let before = |time: Duration| now.saturating_sub(time).unwrap_or(Timestamp::MIN);
        let Some(index) = &self.index else { return Ok(()) };
        let living = if index.has_claims_before(before(lease)) {
            Some(self.queue.journal().live_holders().await?)
        } else {
            None
        };
        for (provider, candidates) in index.possibly_lost(before(grace), living.as_ref()) {
            let oldest = self.queue.oldest_at(&provider).await?;
            for (key, since) in candidates {
                // The servers of the two streams may have slightly different clocks.
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
        let record = match journal.record_with_revision(key).await {
            Err(error) if error.kind().concerns_one_record() => {
                tracing::warn!(%error, "The record of a delivery cannot be read, and the delivery is not queued again");
                index.remove(key);
                return Ok(());
            }
            record => record?,
        };
        let Some((record, revision)) = record else { return Ok(()) };
        if index.revision(key) != Some(revision) {
            return Ok(());
        }
        let provider = record.key.provider().to_owned();
        match self.queue.requeue(&record).await? {
            Requeued::Queued => {
                tracing::info!(provider, reason = reason.as_str(), "A delivery was queued again");
                index.set_requeued(key, journal.servers_time());
                let contact = record.key.contact().to_owned();
                // The caller may have dropped the stream of events.
                let _ = self.events.send(WorkerEvent::Requeued { provider, contact, reason }).await;
            }
            Requeued::WasQueued => index.set_requeued(key, journal.servers_time()),
            Requeued::Impossible(why) => {
                tracing::error!(provider, why, "An unfinished delivery cannot be queued again");
                index.remove(key);
            }
        }
        Ok(())
    }
}

/// Returns the lease that workers with the same providers share.
fn lease(queue: &Queue, providers: &[&str]) -> Lease {
    let mut names = providers.to_vec();
    names.sort_unstable();
    let key = format!("sweeper.{}", json_fingerprint(&names.join(",")));
    let store = queue.0.shared.clone();
    let duration = queue.options().journal.lease;
    Lease::new(store, queue.name(), key, queue.0.journal.holder(), duration)
}

/// Returns whether the sweeper queues a delivery again if no message holds it and the holder of its claim is gone.
#[cfg(test)]
pub(crate) fn is_queued_again(record: &Record, now: Timestamp) -> bool {
    let mut index = Index::new(HashSet::from([record.key.provider().to_owned()]), Progress::default());
    let (key, state) = (record_key(&record.key), unfinished(&encode(record, "somebody")));
    index.apply(RecordChange { key: &key, revision: 1, written_at: now, state });
    let later = now.saturating_add(Duration::from_secs(1)).unwrap_or(Timestamp::MAX);
    !index.due(now).is_empty() || !index.possibly_lost(later, Some(&HashSet::new())).is_empty()
}
