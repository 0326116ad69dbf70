//! The moments at which attempts of one provider may begin, shared by all workers.
//!
//! Its rule: no moment is given twice, and none is used before it has come, by the clock of the servers. A worker asks for as many as it
//! has deliveries that wait for one; those that it does not use are lost.
//!
//! The next free moment is a value of a bucket, which every lease moves on at the revision that it read. What the servers' clock
//! says is known from the times that they put on what is written there: it is at least as late as that, and as much later
//! as time has passed since. So a worker with a clock of its own is never early, and late by as long as its questions take.

use std::collections::VecDeque;
use std::fmt;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use async_nats::jetstream::kv::{Store, UpdateErrorKind};
use async_nats::jetstream::stream::LastRawMessageErrorKind;
use async_trait::async_trait;
use tokio::sync::Mutex;
use unicontact_providers::clock::SharedClock;

use crate::journal::jetstream::ServerClock;
use crate::limit::SlotSource;

/// An attempt begins at most so long after its moment.
const LATEST: Duration = Duration::from_millis(10);
/// SharedSlots are so much further apart than the limit asks for, a whole second together, that attempts may be late by it.
const LEEWAY: Duration = Duration::from_millis(20);
/// The part of a second that one lease takes at most.
const LARGEST_LEASE: u32 = 10;
/// How long what is known of the servers' clock is relied on. Clocks drift, and another server may lead.
const RELIABLE: Duration = Duration::from_secs(10);
/// As far away as the moments of many workers at a slow provider may be, and no farther.
const FARTHEST: Duration = Duration::from_mins(2);
/// The longest time that a lease allows for its own acknowledgement.
const LONGEST_LEAD: Duration = Duration::from_secs(1);
/// How long between two questions to servers that give no answer.
const PAUSE: Duration = Duration::from_millis(200);

/// The moments of one provider.
pub(super) struct SharedSlots {
    store: Store,
    key: String,
    interval: Duration,
    largest_lease: u32,
    clock: SharedClock,
    waiting: AtomicU32,
    state: Mutex<State>,
}

struct State {
    /// Those that were leased and not used, as uptimes.
    leased: VecDeque<Duration>,
    /// The next free one by the servers' clock, with the revision of its value, if nobody wrote another one since.
    next: Option<(Duration, u64)>,
    servers: ServerClock,
    /// How long a lease took lately to be acknowledged.
    took: Duration,
}

impl State {
    /// Longer at once, shorter by and by.
    fn note_took(&mut self, took: Duration) {
        self.took = took.max(self.took / 16 * 15);
    }

    /// Returns how much later than now the first moment of a lease is, so that it has not passed when the lease is acknowledged.
    fn lead(&self, lead: Duration) -> Duration {
        lead + self.took.saturating_sub(LATEST / 2).min(LONGEST_LEAD)
    }
}

impl SharedSlots {
    pub(super) fn of(provider: &str, per_second: u32, store: Store, clock: SharedClock) -> Self {
        let per_second = per_second.max(1);
        let rounded_up = Duration::from_nanos(u64::from(per_second - 1));
        Self {
            store,
            key: format!("moment.{provider}"),
            interval: (Duration::from_secs(1) + LEEWAY + rounded_up) / per_second,
            largest_lease: (per_second / LARGEST_LEASE).max(1),
            clock,
            waiting: AtomicU32::new(0),
            state: Mutex::new(State {
                leased: VecDeque::new(),
                next: None,
                servers: ServerClock::new(RELIABLE),
                took: Duration::ZERO,
            }),
        }
    }

    /// Leases moments from so much later than now on.
    async fn lease(&self, state: &mut State, lead: Duration) {
        loop {
            let Some((next, revision)) = self.next(state).await else { continue };
            let Some(now) = state.servers.reliable_at(self.clock.uptime()) else {
                self.set_the_clock(state, next, revision).await;
                continue;
            };
            // One that is farther away was written by a server whose clock is wrong.
            let first = if next > now + FARTHEST { now } else { next.max(now + state.lead(lead)) };
            let count = self.waiting.load(Ordering::Relaxed).clamp(1, self.largest_lease);
            let then = first + self.interval * count;
            let asked = self.clock.uptime();
            let is_leased = self.write(state, then, revision).await;
            state.note_took(self.clock.uptime().saturating_sub(asked));
            if is_leased {
                let moments = (0..count).map(|number| first + self.interval * number);
                let uptimes = moments.filter_map(|moment| state.servers.uptime_of(moment));
                state.leased.extend(uptimes);
                return;
            }
        }
    }

    /// The next free moment and its revision. None where nobody can tell now.
    async fn next(&self, state: &mut State) -> Option<(Duration, u64)> {
        if let Some(next) = state.next {
            return Some(next);
        }
        let subject = format!("{}{}", self.store.prefix, self.key);
        match self.store.stream.get_last_raw_message_by_subject(&subject).await {
            Ok(message) => {
                let written = u64::try_from(message.time.unix_timestamp_nanos()).unwrap_or_default();
                state.servers.add_sample(Duration::from_nanos(written), self.clock.uptime());
                let next = std::str::from_utf8(&message.payload).ok()?.parse().unwrap_or_default();
                Some((Duration::from_nanos(next), message.sequence))
            }
            Err(error) if error.kind() == LastRawMessageErrorKind::NoMessageFound => {
                Some((Duration::ZERO, 0))
            }
            Err(_) => {
                self.clock.sleep(PAUSE).await;
                None
            }
        }
    }

    /// Writes what is there once more, whose time is read next.
    async fn set_the_clock(&self, state: &mut State, next: Duration, revision: u64) {
        self.write(state, next, revision).await;
        state.next = None;
        self.next(state).await;
    }

    /// Whether it was written.
    async fn write(&self, state: &mut State, next: Duration, revision: u64) -> bool {
        let value = next.as_nanos().to_string();
        match self.store.update(&self.key, value.into(), revision).await {
            Ok(revision) => {
                state.next = Some((next, revision));
                true
            }
            Err(error) => {
                state.next = None;
                if error.kind() != UpdateErrorKind::WrongLastRevision {
                    self.clock.sleep(PAUSE).await;
                }
                false
            }
        }
    }
}

/// Counts whoever waits, also one that gives up.
struct Waiting<'a>(&'a AtomicU32);

impl<'a> Waiting<'a> {
    fn among(waiting: &'a AtomicU32) -> Self {
        waiting.fetch_add(1, Ordering::Relaxed);
        Self(waiting)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[async_trait]
impl SlotSource for SharedSlots {
    async fn wait(&self, lead: Duration) -> Duration {
        let _waiting = Waiting::among(&self.waiting);
        let mut state = self.state.lock().await;
        loop {
            let Some(moment) = state.leased.front().copied() else {
                self.lease(&mut state, lead).await;
                continue;
            };
            let early = moment.saturating_sub(self.clock.uptime() + lead);
            if !early.is_zero() {
                self.clock.sleep(early).await;
            }
            state.leased.pop_front();
            if !self.is_missed(moment) {
                return moment;
            }
        }
    }

    fn is_missed(&self, moment: Duration) -> bool {
        self.clock.uptime() > moment + LATEST
    }
}

impl fmt::Debug for SharedSlots {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("SharedSlots").field("key", &self.key).finish_non_exhaustive()
    }
}
