//! The lease of a process that has the journal open, and its estimate of the servers' clock.
//!
//! A holder writes a heartbeat to a bucket that forgets what is older than the lease. It claims nothing and begins no attempt
//! once its last acknowledged heartbeat is half a lease old. An attempt that began before then has ended when the servers forget
//! the holder, if no attempt takes longer than half a lease. With the next acknowledged heartbeat a new tenure begins: another
//! holder may have taken over the claims of the earlier one. The time that the servers give each heartbeat is the sample of
//! their clock.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use async_nats::jetstream::kv::Store;
use async_nats::jetstream::stream::{LastRawMessageError, LastRawMessageErrorKind};
use futures_util::TryStreamExt;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio::task::JoinHandle;
use unicontact_providers::clock::{Clock, SystemClock};

use super::failure::ErrorContext;
use super::longest_answer;
use super::servers_clock::ServersClock;
use crate::journal::{JournalError, JournalErrorKind};

/// So many times within half a lease it says that it lives.
const BEATS: u32 = 4;
const NO_TIME: &str = "they took too long to tell their time";

/// Being known to the others as somebody who has the journal open.
#[derive(Debug)]
pub(super) struct Presence {
    holder: String,
    store: Store,
    lease: Duration,
    /// None once it has left.
    hearing: Arc<Mutex<Option<Hearing>>>,
    servers_clock: Arc<Mutex<ServersClock>>,
    beating: JoinHandle<()>,
}

/// Somebody who has the journal open and has a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// What it calls itself.
    pub name: String,
    /// Since when it has the journal open, by its own clock.
    pub since: Timestamp,
}

/// How the servers hear this holder.
#[derive(Debug, Clone, Copy)]
struct Hearing {
    last: Heard,
    /// How often they may have taken it for gone.
    lapses: u64,
}

/// A time in which nobody can have taken this holder for gone. What was claimed in an earlier one may be somebody else's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tenure(u64);

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
        called: Option<String>,
        store: Store,
        lease: Duration,
        failing: &ErrorContext,
    ) -> Result<Self, JournalError> {
        let description = called.map(|name| Holder { name, since: Timestamp::now() });
        // It serializes without fail: it is a text and a time.
        let said = description.and_then(|it| serde_json::to_vec(&it).ok()).unwrap_or_default();
        let servers_clock = Arc::new(Mutex::new(ServersClock::new(lease)));
        let life = Life {
            store: store.clone(),
            holder: holder.clone(),
            said,
            servers_clock: Arc::clone(&servers_clock),
        };
        // The time counts from before the servers could hear it, so that it is never later than theirs.
        let begun = Heard::now();
        let said = life.say().await.map_err(|error| failing.unreachable(&error))?;
        let is_sampled = life.sample_servers_clock(said, longest_answer(lease)).await;
        if !is_sampled.map_err(|error| failing.unreachable(&error))? {
            return Err(failing.of(JournalErrorKind::Unreachable).with_detail(NO_TIME));
        }
        let hearing = Arc::new(Mutex::new(Some(Hearing { last: begun, lapses: 0 })));
        let beating = tokio::spawn(life.beat(lease, Arc::clone(&hearing)));
        Ok(Self { holder, store, lease, hearing, servers_clock, beating })
    }

    pub(super) fn lease(&self) -> Duration {
        self.lease
    }

    pub(super) fn holder(&self) -> &str {
        &self.holder
    }

    /// Returns the time by the servers' clock.
    pub(super) fn servers_time(&self) -> Timestamp {
        let clock = self.servers_clock.lock().unwrap_or_else(PoisonError::into_inner);
        let time = clock.at(uptime()).unwrap_or_default();
        let nanoseconds = i128::try_from(time.as_nanos()).unwrap_or(i128::MAX);
        Timestamp::from_nanosecond(nanoseconds).unwrap_or(Timestamp::MAX)
    }

    /// The present tenure, if nobody can take this holder for gone while an attempt that begins now is under way.
    pub(super) fn tenure(&self) -> Option<Tenure> {
        let hearing = (*self.hearing())?;
        (hearing.last.elapsed() < self.lease / 2).then_some(Tenure(hearing.lapses))
    }

    fn hearing(&self) -> MutexGuard<'_, Option<Hearing>> {
        self.hearing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether another holder lives, as far as the servers know. The one that leads is asked: others may not have heard yet.
    pub(super) async fn lives(&self, holder: &str, failing: &ErrorContext) -> Result<bool, JournalError> {
        let subject = format!("{}{holder}", self.store.prefix);
        match self.store.stream.get_last_raw_message_by_subject(&subject).await {
            // What left is marked, and a mark has a header.
            Ok(message) => Ok(message.headers.is_empty()),
            Err(error) if error.kind() == LastRawMessageErrorKind::NoMessageFound => Ok(false),
            Err(error) => Err(failing.unreachable(&error)),
        }
    }

    /// Those that live and have a name, in the order of their names.
    pub(super) async fn named(&self, failing: &ErrorContext) -> Result<Vec<Holder>, JournalError> {
        let mut named = Vec::new();
        for holder in self.living(failing).await? {
            let entry = self.store.entry(holder).await.map_err(|error| failing.unreachable(&error))?;
            named.extend(entry.and_then(|entry| serde_json::from_slice(&entry.value).ok()));
        }
        named.sort_by(|one: &Holder, other| (&one.name, one.since).cmp(&(&other.name, other.since)));
        Ok(named)
    }

    /// All that live.
    pub(super) async fn living(&self, failing: &ErrorContext) -> Result<HashSet<String>, JournalError> {
        let keys = self.store.keys().await.map_err(|error| failing.unreachable(&error))?;
        let mut living: HashSet<String> =
            keys.try_collect().await.map_err(|error| failing.unreachable(&error))?;
        living.insert(self.holder.clone());
        Ok(living)
    }

    /// Leaves: what it claimed and never settled is interrupted from now on.
    pub(super) async fn leave(&self, failing: &ErrorContext) -> Result<(), JournalError> {
        self.beating.abort();
        *self.hearing() = None;
        self.store.purge(&self.holder).await.map_err(|error| failing.unreachable(&error))
    }
}

impl Drop for Presence {
    /// Without [`Self::leave`] the servers forget it after the lease, as they do a process that was killed.
    fn drop(&mut self) {
        self.beating.abort();
    }
}

/// Returns the time since the boot of this machine, also while it was suspended; where the system does not tell it, since the
/// start of the process.
fn uptime() -> Duration {
    SystemClock.boot_time().map_or_else(|| SystemClock.uptime(), |boot| boot.uptime)
}

/// What a holder goes on saying.
struct Life {
    store: Store,
    holder: String,
    said: Vec<u8>,
    servers_clock: Arc<Mutex<ServersClock>>,
}

/// A heartbeat that the servers acknowledged.
struct Said {
    revision: u64,
    begun: Duration,
    acknowledged: Duration,
}

impl Life {
    async fn beat(self, lease: Duration, hearing: Arc<Mutex<Option<Hearing>>>) {
        loop {
            tokio::time::sleep(lease / 2 / BEATS).await;
            let begun = Heard::now();
            match self.say().await {
                Ok(said) => {
                    note_heard(&hearing, begun, lease);
                    if let Err(error) = self.sample_servers_clock(said, longest_answer(lease)).await {
                        tracing::debug!(%error, "The time of the journal's servers was not read");
                    }
                }
                Err(error) => {
                    tracing::warn!(%error, "The servers of the journal did not hear that this process lives");
                }
            }
        }
    }

    async fn say(&self) -> Result<Said, async_nats::jetstream::kv::PutError> {
        let begun = uptime();
        let revision = self.store.put(&self.holder, self.said.clone().into()).await?;
        Ok(Said { revision, begun, acknowledged: uptime() })
    }

    /// Reads the time that the servers gave a heartbeat. Returns whether it is of use: where the acknowledgement took longer than
    /// `longest`, as in a process that stood still, the estimate would be that much too early.
    async fn sample_servers_clock(&self, said: Said, longest: Duration) -> Result<bool, LastRawMessageError> {
        if said.acknowledged.saturating_sub(said.begun) > longest {
            return Ok(false);
        }
        let subject = format!("{}{}", self.store.prefix, self.holder);
        let message = self.store.stream.get_last_raw_message_by_subject(&subject).await?;
        if message.sequence != said.revision {
            return Ok(false);
        }
        let time = u64::try_from(message.time.unix_timestamp_nanos()).unwrap_or_default();
        let mut clock = self.servers_clock.lock().unwrap_or_else(PoisonError::into_inner);
        clock.add_sample(Duration::from_nanos(time), said.acknowledged);
        Ok(true)
    }
}

fn note_heard(hearing: &Mutex<Option<Hearing>>, begun: Heard, lease: Duration) {
    let mut hearing = hearing.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(hearing) = hearing.as_mut() {
        // Since it was sure last, others may have come and gone.
        hearing.lapses += u64::from(hearing.last.elapsed() >= lease / 2);
        hearing.last = begun;
    }
}
