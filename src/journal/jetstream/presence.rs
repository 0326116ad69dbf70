//! Who lives among those that have the journal open.
//!
//! Its rule: whoever is taken for gone by the others has stopped sending before. A holder says that it lives in a bucket that
//! forgets what is older than the lease; it grants nothing and begins nothing any more from the moment on when the last
//! time that the servers are known to have heard it is half a lease ago. What it began before then has ended when they
//! forget it, if no attempt takes longer than half a lease.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use async_nats::jetstream::kv::{Operation, Store};
use futures_util::TryStreamExt;
use tokio::task::JoinHandle;

use super::failure::Failing;
use crate::journal::JournalError;

/// So many times within half a lease it says that it lives.
const BEATS: u32 = 4;

/// Being known to the others as somebody who has the journal open.
#[derive(Debug)]
pub(super) struct Presence {
    holder: String,
    store: Store,
    lease: Duration,
    /// None once it has left.
    heard: Arc<Mutex<Option<Heard>>>,
    beating: JoinHandle<()>,
}

/// When the servers last heard of this holder, by two clocks: one of them may stand still while a machine sleeps.
#[derive(Debug, Clone, Copy)]
struct Heard {
    uptime: Instant,
    time: SystemTime,
}

impl Heard {
    fn now() -> Self {
        Self { uptime: Instant::now(), time: SystemTime::now() }
    }

    fn elapsed(&self) -> Duration {
        let by_time = self.time.elapsed().unwrap_or_default();
        self.uptime.elapsed().max(by_time)
    }
}

impl Presence {
    /// Enters, and goes on saying so until it leaves or is dropped. Needs a Tokio runtime.
    pub(super) async fn enter(
        holder: String,
        store: Store,
        lease: Duration,
        failing: &Failing,
    ) -> Result<Self, JournalError> {
        // The time counts from before the servers could hear it, so that it is never later than theirs.
        let begun = Heard::now();
        say(&store, &holder).await.map_err(|error| failing.unreachable(&error))?;
        let heard = Arc::new(Mutex::new(Some(begun)));
        let beating =
            tokio::spawn(beat(store.clone(), holder.clone(), lease / 2 / BEATS, Arc::clone(&heard)));
        Ok(Self { holder, store, lease, heard, beating })
    }

    pub(super) fn holder(&self) -> &str {
        &self.holder
    }

    /// Whether nobody can take this holder for gone while an attempt that begins now is under way.
    pub(super) fn is_sure(&self) -> bool {
        self.heard().is_some_and(|heard| heard.elapsed() < self.lease / 2)
    }

    fn heard(&self) -> MutexGuard<'_, Option<Heard>> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the holder lives, as far as the servers know.
    pub(super) async fn lives(&self, holder: &str, failing: &Failing) -> Result<bool, JournalError> {
        if holder == self.holder {
            return Ok(true);
        }
        let entry = self.store.entry(holder).await.map_err(|error| failing.unreachable(&error))?;
        Ok(entry.is_some_and(|entry| entry.operation == Operation::Put))
    }

    /// All that live.
    pub(super) async fn living(&self, failing: &Failing) -> Result<HashSet<String>, JournalError> {
        let keys = self.store.keys().await.map_err(|error| failing.unreachable(&error))?;
        let mut living: HashSet<String> =
            keys.try_collect().await.map_err(|error| failing.unreachable(&error))?;
        living.insert(self.holder.clone());
        Ok(living)
    }

    /// Leaves: what it claimed and never settled is interrupted from now on.
    pub(super) async fn leave(&self, failing: &Failing) -> Result<(), JournalError> {
        self.beating.abort();
        *self.heard() = None;
        self.store.purge(&self.holder).await.map_err(|error| failing.unreachable(&error))
    }
}

impl Drop for Presence {
    /// Without [`Self::leave`] the servers forget it after the lease, as they do a process that was killed.
    fn drop(&mut self) {
        self.beating.abort();
    }
}

async fn beat(store: Store, holder: String, pause: Duration, heard: Arc<Mutex<Option<Heard>>>) {
    loop {
        tokio::time::sleep(pause).await;
        let begun = Heard::now();
        match say(&store, &holder).await {
            Ok(()) => *heard.lock().unwrap_or_else(PoisonError::into_inner) = Some(begun),
            Err(error) => {
                tracing::warn!(%error, "The servers of the journal did not hear that this process lives");
            }
        }
    }
}

async fn say(store: &Store, holder: &str) -> Result<(), async_nats::jetstream::kv::PutError> {
    store.put(holder, "".into()).await.map(drop)
}
