//! The lease of a process that has the journal open, renewed by heartbeats, and its estimate of the servers' clock.
//!
//! A heartbeat is a value in a bucket that drops values older than the lease. Invariant: a holder claims nothing and starts no
//! attempt once its last acknowledged heartbeat is half a lease old. As no attempt takes longer than half a lease, all its
//! attempts have ended when the servers drop the heartbeat. The next acknowledged heartbeat then starts a new epoch: another
//! holder may have taken over the claims of the earlier one.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use async_nats::jetstream::kv::{PutError, Store};
use async_nats::jetstream::stream::LastRawMessageError;
use futures_util::TryStreamExt;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio::task::JoinHandle;
use unicontact_providers::clock::{Clock, SystemClock};

use super::connection::request_timeout;
use super::error::ErrorContext;
use super::kv;
use super::server_clock::ServerClock;
use crate::journal::{JournalError, JournalErrorKind};

/// The heartbeats within half a lease.
const HEARTBEATS: u32 = 4;
const SLOW_HEARTBEAT: &str = "the servers took too long to acknowledge a heartbeat";

/// The lease of this process. A task renews it until it is released or dropped.
#[derive(Debug)]
pub(super) struct Lease {
    holder: String,
    store: Store,
    duration: Duration,
    /// `None` after the release.
    renewal: Arc<Mutex<Option<Renewal>>>,
    server_clock: Arc<Mutex<ServerClock>>,
    heartbeat: JoinHandle<()>,
}

/// A process with a name that has the journal open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Holder {
    /// The name from its [`JetStreamOptions`](super::JetStreamOptions::holder_name).
    pub name: String,
    /// When it opened the journal, by its own clock.
    pub since: Timestamp,
}

/// The last acknowledged heartbeat.
#[derive(Debug, Clone, Copy)]
struct Renewal {
    sent_at: LocalTime,
    epoch: Epoch,
}

/// A period in which no other process can have taken over a claim of this holder. A claim of an earlier epoch may be lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Epoch(u64);

/// A time by two clocks of this machine, of which one may stand still while the machine sleeps.
#[derive(Debug, Clone, Copy)]
struct LocalTime {
    monotonic: Instant,
    wall: SystemTime,
}

impl LocalTime {
    fn now() -> Self {
        Self { monotonic: Instant::now(), wall: SystemTime::now() }
    }

    /// Returns the longer of the times that have passed by the two clocks.
    fn elapsed(&self) -> Duration {
        let by_wall = self.wall.elapsed().unwrap_or_default();
        self.monotonic.elapsed().max(by_wall)
    }
}

impl Lease {
    /// Writes the first heartbeat, and spawns the task that renews the lease. Needs a Tokio runtime.
    pub(super) async fn acquire(
        holder: String,
        name: Option<String>,
        store: Store,
        duration: Duration,
        errors: &ErrorContext,
    ) -> Result<Self, JournalError> {
        let description = name.map(|name| Holder { name, since: Timestamp::now() });
        // A text and a time always serialize.
        let value = description.and_then(|it| serde_json::to_vec(&it).ok()).unwrap_or_default();
        let server_clock = Arc::new(Mutex::new(ServerClock::new(duration)));
        let heartbeat = Heartbeat {
            store: store.clone(),
            holder: holder.clone(),
            value,
            server_clock: Arc::clone(&server_clock),
        };
        // The lease counts from before the write, so that it never ends here later than on the servers.
        let sent_at = LocalTime::now();
        let acknowledgement = heartbeat.send().await.map_err(|error| errors.unreachable(&error))?;
        let is_sampled = heartbeat.sample_server_clock(acknowledgement, request_timeout(duration)).await;
        if !is_sampled.map_err(|error| errors.unreachable(&error))? {
            return Err(errors.error(JournalErrorKind::Unreachable).with_detail(SLOW_HEARTBEAT));
        }
        let renewal = Arc::new(Mutex::new(Some(Renewal { sent_at, epoch: Epoch(0) })));
        let heartbeat = tokio::spawn(heartbeat.run(duration, Arc::clone(&renewal)));
        Ok(Self { holder, store, duration, renewal, server_clock, heartbeat })
    }

    pub(super) fn duration(&self) -> Duration {
        self.duration
    }

    pub(super) fn holder(&self) -> &str {
        &self.holder
    }

    /// Returns the time by the servers' clock.
    pub(super) fn servers_time(&self) -> Timestamp {
        let clock = self.server_clock.lock().unwrap_or_else(PoisonError::into_inner);
        let time = clock.at(uptime()).unwrap_or_default();
        let nanoseconds = i128::try_from(time.as_nanos()).unwrap_or(i128::MAX);
        Timestamp::from_nanosecond(nanoseconds).unwrap_or(Timestamp::MAX)
    }

    /// Returns the current epoch. `None` if the lease could end while an attempt that starts now is under way.
    pub(super) fn epoch(&self) -> Option<Epoch> {
        let renewal = (*self.renewal())?;
        (renewal.sent_at.elapsed() < self.duration / 2).then_some(renewal.epoch)
    }

    /// Returns the time since the last acknowledged heartbeat was sent. `None` after the release.
    pub(super) fn heartbeat_age(&self) -> Option<Duration> {
        self.renewal().map(|renewal| renewal.sent_at.elapsed())
    }

    fn renewal(&self) -> MutexGuard<'_, Option<Renewal>> {
        self.renewal.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns whether another holder has a lease, by the leader of the servers.
    pub(super) async fn is_alive(&self, holder: &str, errors: &ErrorContext) -> Result<bool, JournalError> {
        let message = kv::get_from_leader(&self.store, holder, errors).await?;
        // A released lease is a purge marker, and only markers have headers.
        Ok(message.is_some_and(|message| message.headers.is_empty()))
    }

    /// Returns the live holders that have a name, in the order of their names.
    pub(super) async fn named_holders(&self, errors: &ErrorContext) -> Result<Vec<Holder>, JournalError> {
        let mut named = Vec::new();
        for holder in self.live_holders(errors).await? {
            let entry = self.store.entry(holder).await.map_err(|error| errors.unreachable(&error))?;
            named.extend(entry.and_then(|entry| serde_json::from_slice(&entry.value).ok()));
        }
        named.sort_by(|one: &Holder, other| (&one.name, one.since).cmp(&(&other.name, other.since)));
        Ok(named)
    }

    /// Returns the ids of all holders that have a lease, and of this one.
    pub(super) async fn live_holders(&self, errors: &ErrorContext) -> Result<HashSet<String>, JournalError> {
        let keys = self.store.keys().await.map_err(|error| errors.unreachable(&error))?;
        let mut live: HashSet<String> =
            keys.try_collect().await.map_err(|error| errors.unreachable(&error))?;
        live.insert(self.holder.clone());
        Ok(live)
    }

    /// Gives the lease back. The claims that this holder has not settled are interrupted from now on.
    pub(super) async fn release(&self, errors: &ErrorContext) -> Result<(), JournalError> {
        self.heartbeat.abort();
        *self.renewal() = None;
        self.store.purge(&self.holder).await.map_err(|error| errors.unreachable(&error))
    }
}

impl Drop for Lease {
    /// Stops the heartbeats. Without [`Self::release`] the lease expires on the servers, as that of a killed process does.
    fn drop(&mut self) {
        self.heartbeat.abort();
    }
}

/// Returns the time since the boot of this machine, sleep included. Where the system does not report it, the time since the start
/// of the process.
fn uptime() -> Duration {
    SystemClock.boot_time().map_or_else(|| SystemClock.uptime(), |boot| boot.uptime)
}

/// The task that renews a lease.
struct Heartbeat {
    store: Store,
    holder: String,
    value: Vec<u8>,
    server_clock: Arc<Mutex<ServerClock>>,
}

/// The servers' answer to a heartbeat. Times are uptimes.
struct Acknowledgement {
    revision: u64,
    sent_at: Duration,
    received_at: Duration,
}

impl Heartbeat {
    async fn run(self, lease: Duration, renewal: Arc<Mutex<Option<Renewal>>>) {
        loop {
            tokio::time::sleep(lease / 2 / HEARTBEATS).await;
            let sent_at = LocalTime::now();
            match self.send().await {
                Ok(acknowledgement) => {
                    renew(&renewal, sent_at, lease);
                    let sampled = self.sample_server_clock(acknowledgement, request_timeout(lease)).await;
                    if let Err(error) = sampled {
                        tracing::debug!(%error, "The time of the journal's servers was not read");
                    }
                }
                Err(error) => {
                    tracing::warn!(
                        %error,
                        "The journal's servers did not acknowledge a heartbeat; \
                         other workers take over the deliveries of this process if its lease ends"
                    );
                }
            }
        }
    }

    async fn send(&self) -> Result<Acknowledgement, PutError> {
        let sent_at = uptime();
        let revision = self.store.put(&self.holder, self.value.clone().into()).await?;
        Ok(Acknowledgement { revision, sent_at, received_at: uptime() })
    }

    /// Adds the time that the servers gave a heartbeat to the estimate of their clock. Returns `false`, and adds nothing, if the
    /// acknowledgement took longer than `longest` (as in a process that was suspended): the estimate would be that much too early.
    async fn sample_server_clock(
        &self,
        acknowledgement: Acknowledgement,
        longest: Duration,
    ) -> Result<bool, LastRawMessageError> {
        let Acknowledgement { revision, sent_at, received_at } = acknowledgement;
        if received_at.saturating_sub(sent_at) > longest {
            return Ok(false);
        }
        let subject = format!("{}{}", self.store.prefix, self.holder);
        let message = self.store.stream.get_last_raw_message_by_subject(&subject).await?;
        if message.sequence != revision {
            return Ok(false);
        }
        let time = u64::try_from(message.time.unix_timestamp_nanos()).unwrap_or_default();
        let mut clock = self.server_clock.lock().unwrap_or_else(PoisonError::into_inner);
        clock.add_sample(Duration::from_nanos(time), received_at);
        Ok(true)
    }
}

/// Records an acknowledged heartbeat. It starts a new epoch if the previous one is half a lease old.
fn renew(renewal: &Mutex<Option<Renewal>>, sent_at: LocalTime, lease: Duration) {
    let mut renewal = renewal.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(renewal) = renewal.as_mut() {
        renewal.epoch.0 += u64::from(renewal.sent_at.elapsed() >= lease / 2);
        renewal.sent_at = sent_at;
    }
}
