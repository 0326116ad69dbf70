//! The rate-limit slots of one provider, shared by all workers of a queue.
//!
//! The start of the next free slot is a value of a bucket. A worker leases slots by a compare-and-set that moves this value on, as many
//! as it has deliveries that wait for one; leased slots that it does not use are lost. No slot is leased twice, and none is used
//! before its time by the servers' clock.
//!
//! After attempts that the vendor throttled, the next lease begins some slots later, which nobody uses: the rate of all workers falls.
//!
//! A worker estimates the servers' clock from the times that the servers put on written values. The estimate is never ahead of that
//! clock, and behind it by as long as a request takes.

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

/// The longest time after a slot at which an attempt may still begin.
const MAX_DELAY: Duration = Duration::from_millis(10);
/// The time by which a second's slots are stretched, so that attempts that begin late do not exceed the limit.
const LEEWAY: Duration = Duration::from_millis(20);
/// One lease takes at most the slots of this fraction of a second.
const LEASES_PER_SECOND: u32 = 10;
/// The time for which an estimate of the servers' clock is used. Clocks drift, and another server may become the leader.
const CLOCK_VALIDITY: Duration = Duration::from_secs(10);
/// The farthest slot that many workers at a slow provider can lease.
const MAX_AHEAD: Duration = Duration::from_mins(2);
/// The longest time that a lease allows for its own acknowledgement.
const MAX_LEAD: Duration = Duration::from_secs(1);
/// The wait between two requests to servers that do not answer.
const RETRY_WAIT: Duration = Duration::from_millis(200);

/// The slots of one provider.
pub(super) struct SharedSlots {
    store: Store,
    key: String,
    interval: Duration,
    per_second: u32,
    max_lease: u32,
    clock: SharedClock,
    waiters: AtomicU32,
    /// The slots that the next lease leaves unused.
    skipped: AtomicU32,
    state: Mutex<State>,
}

struct State {
    /// Leased slots that are not used yet, as uptimes.
    leased: VecDeque<Duration>,
    /// The next free slot by the servers' clock, and the revision of the stored value. `None` after a conflict.
    next: Option<(Duration, u64)>,
    servers: ServerClock,
    /// A recent maximum of the time that a lease takes.
    lease_latency: Duration,
}

impl State {
    /// Raises the maximum at once, and lowers it by and by.
    fn observe_lease_latency(&mut self, latency: Duration) {
        self.lease_latency = latency.max(self.lease_latency / 16 * 15);
    }

    /// Returns how far ahead the first slot of a lease must be, so that it is not over when the lease is acknowledged.
    fn lead(&self, lead: Duration) -> Duration {
        lead + self.lease_latency.saturating_sub(MAX_DELAY / 2).min(MAX_LEAD)
    }
}

impl SharedSlots {
    pub(super) fn new(provider: &str, per_second: u32, store: Store, clock: SharedClock) -> Self {
        let per_second = per_second.max(1);
        let rounded_up = Duration::from_nanos(u64::from(per_second - 1));
        Self {
            store,
            key: format!("moment.{provider}"),
            interval: (Duration::from_secs(1) + LEEWAY + rounded_up) / per_second,
            per_second,
            max_lease: (per_second / LEASES_PER_SECOND).max(1),
            clock,
            waiters: AtomicU32::new(0),
            skipped: AtomicU32::new(0),
            state: Mutex::new(State {
                leased: VecDeque::new(),
                next: None,
                servers: ServerClock::new(CLOCK_VALIDITY),
                lease_latency: Duration::ZERO,
            }),
        }
    }

    /// Leases slots that begin at least `lead` from now.
    async fn lease(&self, state: &mut State, lead: Duration) {
        loop {
            let Some((next, revision)) = self.next(state).await else { continue };
            let Some(now) = state.servers.reliable_at(self.clock.uptime()) else {
                self.sample_clock(state, next, revision).await;
                continue;
            };
            // A server with a wrong clock wrote a slot that is farther ahead.
            let first = if next > now + MAX_AHEAD { now } else { next.max(now + state.lead(lead)) };
            let skipped = self.skipped.load(Ordering::Relaxed);
            let first = first + self.interval * skipped;
            let count = self.waiters.load(Ordering::Relaxed).clamp(1, self.max_lease);
            let new_next = first + self.interval * count;
            let started = self.clock.uptime();
            let is_leased = self.write(state, new_next, revision).await;
            state.observe_lease_latency(self.clock.uptime().saturating_sub(started));
            if is_leased {
                self.skipped.fetch_sub(skipped, Ordering::Relaxed);
                let slots = (0..count).map(|number| first + self.interval * number);
                let uptimes = slots.filter_map(|slot| state.servers.uptime_of(slot));
                state.leased.extend(uptimes);
                return;
            }
        }
    }

    /// Returns the next free slot and its revision, or `None` if the servers did not answer.
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
                self.clock.sleep(RETRY_WAIT).await;
                None
            }
        }
    }

    /// Rewrites the stored value unchanged, and reads the time that the servers put on it.
    async fn sample_clock(&self, state: &mut State, next: Duration, revision: u64) {
        self.write(state, next, revision).await;
        state.next = None;
        self.next(state).await;
    }

    /// Stores the next free slot. Returns whether no other worker changed it in between.
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
                    self.clock.sleep(RETRY_WAIT).await;
                }
                false
            }
        }
    }
}

/// Counts a waiter until it is dropped.
struct WaiterGuard<'a>(&'a AtomicU32);

impl<'a> WaiterGuard<'a> {
    fn new(waiters: &'a AtomicU32) -> Self {
        waiters.fetch_add(1, Ordering::Relaxed);
        Self(waiters)
    }
}

impl Drop for WaiterGuard<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[async_trait]
impl SlotSource for SharedSlots {
    async fn reserve(&self, lead: Duration) -> Duration {
        let _waiter = WaiterGuard::new(&self.waiters);
        let mut state = self.state.lock().await;
        loop {
            let Some(slot) = state.leased.front().copied() else {
                self.lease(&mut state, lead).await;
                continue;
            };
            let early = slot.saturating_sub(self.clock.uptime() + lead);
            if !early.is_zero() {
                self.clock.sleep(early).await;
            }
            state.leased.pop_front();
            if !self.is_missed(slot) {
                return slot;
            }
        }
    }

    fn is_missed(&self, slot: Duration) -> bool {
        self.clock.uptime() > slot + MAX_DELAY
    }

    fn skip(&self, slots: u32) {
        let skip = |skipped: u32| Some(skipped.saturating_add(slots).min(self.per_second));
        // The closure never refuses.
        let _ = self.skipped.fetch_update(Ordering::Relaxed, Ordering::Relaxed, skip);
    }
}

impl fmt::Debug for SharedSlots {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("SharedSlots").field("key", &self.key).finish_non_exhaustive()
    }
}
