//! Limits how many attempts and look-ups of a provider begin in a second, evenly spaced.
//!
//! Each attempt takes the next free slot, in the order of the requests. A slot that nobody waits for is not kept, and a timer that fires
//! late does not lower the rate: the slots stay where they are, and the waiters of past slots begin at once. No second holds more slots
//! than the limit, wherever that second starts.
//!
//! The workers of a queue share the slots of a provider ([`SlotSource`]). A waiter is then released before its slot, by as long as a
//! claim took lately, so that its attempt begins at the slot; a missed slot is exchanged for another. An attempt that the vendor
//! throttles costs them further slots, so that they send less the more the vendor throttles.
//!
//! An attempt begins when its slot has come, its claim is on disk and a permit is free. After a stall of the vendor or the disk,
//! deliveries that have their slots already (a quarter of the concurrency) begin together with the next ones.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::Mutex;
use unicontact_providers::clock::SharedClock;

/// The longest lead. A claim that takes longer misses its slot.
const MAX_LEAD: Duration = Duration::from_secs(1);
const SECOND: Duration = Duration::from_secs(1);
/// The longest time after a slot at which an attempt may begin. The slots of a longer delay are lost, and not made up for by a burst.
const MAX_DELAY: Duration = Duration::from_millis(10);

/// The slots that an attempt costs in addition if the vendor throttles it. At a vendor that accepts half of the configured rate, one
/// in eight attempts is then throttled; one that throttles three of a hundred for another reason still gets nine tenths of the rate.
const SLOTS_OF_THROTTLED: u32 = 4;

/// A limit on the attempts in a second.
pub(crate) struct RateLimiter {
    per_second: u32,
    clock: SharedClock,
    /// The next waiter holds the lock until its slot has come. A waiter that gives up has used none.
    slots: Mutex<Slots>,
    shared: OnceLock<Arc<dyn SlotSource>>,
    /// A recent maximum of the time from the release of a waiter to its attempt, in nanoseconds.
    lead: AtomicU64,
}

/// A source of slots that several processes share.
#[async_trait]
pub(crate) trait SlotSource: fmt::Debug + Send + Sync {
    /// Reserves the next slot of this process, and returns it `lead` before it begins, as an uptime of the clock.
    async fn reserve(&self, lead: Duration) -> Duration;

    /// Returns whether it is too late to begin in this slot.
    fn is_missed(&self, slot: Duration) -> bool;

    /// Leaves so many slots unused.
    fn skip(&self, slots: u32);
}

/// A slot in which an attempt may begin.
#[must_use]
pub(crate) struct Slot {
    /// The start of the slot, as an uptime.
    at: Duration,
    /// When the waiter was released.
    released_at: Duration,
}

struct Slots {
    next: Duration,
    /// The longest delay of an attempt after its slot so far. The slots of the next second are that much later, too.
    max_delay: Duration,
}

impl RateLimiter {
    pub(crate) fn new(requests_per_second: u32, clock: &SharedClock) -> Self {
        let slots = Slots { next: clock.uptime(), max_delay: Duration::ZERO };
        Self {
            per_second: requests_per_second.max(1),
            clock: Arc::clone(clock),
            slots: Mutex::new(slots),
            shared: OnceLock::new(),
            lead: AtomicU64::new(0),
        }
    }

    /// Takes the slots from a shared source from now on. Only the first call has an effect.
    #[cfg(feature = "queue")]
    pub(crate) fn share_slots(&self, source: Arc<dyn SlotSource>) {
        let _ = self.shared.set(source);
    }

    /// Lowers the shared rate after an attempt that the vendor throttled.
    pub(crate) fn throttled(&self) {
        if let Some(shared) = self.shared.get() {
            shared.skip(SLOTS_OF_THROTTLED);
        }
    }

    /// Waits until the next attempt may begin.
    pub(crate) async fn acquire(&self) {
        match self.shared.get() {
            Some(shared) => drop(shared.reserve(Duration::ZERO).await),
            None => drop(self.next_slot().await),
        }
    }

    /// Waits until a claim may be made for an attempt in the returned slot.
    pub(crate) async fn reserve(&self) -> Slot {
        match self.shared.get() {
            Some(shared) => {
                let lead = Duration::from_nanos(self.lead.load(Ordering::Relaxed)).min(MAX_LEAD);
                let at = shared.reserve(lead).await;
                Slot { at, released_at: self.clock.uptime() }
            }
            None => self.next_slot().await,
        }
    }

    /// Waits until the slot begins, or for a later one if it was missed.
    pub(crate) async fn wait_for(&self, slot: Slot) {
        let Some(shared) = self.shared.get() else { return };
        let now = self.clock.uptime();
        self.observe_lead(now.saturating_sub(slot.released_at));
        let early = slot.at.saturating_sub(now);
        if !early.is_zero() {
            self.clock.sleep(early).await;
        }
        let mut at = slot.at;
        while shared.is_missed(at) {
            at = shared.reserve(Duration::ZERO).await;
        }
    }

    /// Raises the recent maximum at once, and lowers it by and by.
    fn observe_lead(&self, took: Duration) {
        let took = u64::try_from(took.as_nanos()).unwrap_or(u64::MAX);
        let max = self.lead.load(Ordering::Relaxed);
        self.lead.store(took.max(max - max / 16), Ordering::Relaxed);
    }

    /// Waits for the next slot of this process alone.
    async fn next_slot(&self) -> Slot {
        let requested_at = self.clock.uptime();
        let mut slots = self.slots.lock().await;
        let mut now = self.clock.uptime();
        while let Some(early) = slots.next.checked_sub(now).filter(|early| !early.is_zero()) {
            self.clock.sleep(early).await;
            now = self.clock.uptime();
        }
        let at = slots.next.max(requested_at).max(now.saturating_sub(MAX_DELAY));
        slots.max_delay = slots.max_delay.max(now.saturating_sub(at));
        let rounded_up = Duration::from_nanos(u64::from(self.per_second - 1));
        slots.next = at + (SECOND + slots.max_delay + rounded_up) / self.per_second;
        Slot { at, released_at: now }
    }
}

impl fmt::Debug for RateLimiter {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("RateLimiter(..)")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;
    use std::sync::Mutex as Shared;

    use async_trait::async_trait;
    use futures_util::FutureExt;
    use futures_util::future::join_all;
    use jiff::Timestamp;
    use proptest::prelude::*;
    use unicontact_providers::clock::{Clock, ManualClock};

    use super::*;

    /// A clock on which each sleep ends late, by the next duration in the list.
    #[derive(Debug)]
    struct LateClock {
        clock: ManualClock,
        late: Shared<VecDeque<Duration>>,
    }

    #[async_trait]
    impl Clock for LateClock {
        fn now(&self) -> Timestamp {
            self.clock.now()
        }

        fn uptime(&self) -> Duration {
            self.clock.uptime()
        }

        async fn sleep(&self, duration: Duration) {
            let late = self.late.lock().unwrap().pop_front().unwrap_or_default();
            self.clock.sleep(duration + late).await;
        }
    }

    fn late_by(microseconds: impl IntoIterator<Item = u64>) -> Arc<LateClock> {
        let clock = ManualClock::new(Timestamp::UNIX_EPOCH);
        let late = microseconds.into_iter().map(Duration::from_micros).collect();
        Arc::new(LateClock { clock, late: Shared::new(late) })
    }

    fn limiter(per_second: u32, clock: &Arc<LateClock>) -> RateLimiter {
        let clock: SharedClock = Arc::<LateClock>::clone(clock);
        RateLimiter::new(per_second, &clock)
    }

    /// Returns when `count` attempts begin that are requested at once.
    fn starts(limiter: &RateLimiter, count: usize) -> Vec<Duration> {
        let one = async || {
            limiter.acquire().await;
            limiter.clock.uptime()
        };
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(join_all((0..count).map(|_| one())))
    }

    #[test]
    fn a_timer_that_fires_late_does_not_lower_the_rate() {
        for per_second in [20, 200, 1000] {
            let starts = starts(
                &limiter(per_second, &late_by(std::iter::repeat_n(1_500, 3001))),
                3 * per_second as usize + 1,
            );
            let took = starts.last().unwrap().as_secs_f64();
            assert!((3.0..3.06).contains(&took), "{took} s at {per_second} in a second");
        }
    }

    #[test]
    fn slots_of_a_long_delay_are_lost_and_cause_no_burst() {
        let starts = starts(&limiter(1000, &late_by([0, 5_000_000])), 1000);
        let delayed = starts[2];
        let at_once = starts.iter().filter(|start| **start == delayed).count();
        assert!(at_once <= 11, "{at_once} begin at once");
    }

    #[test]
    fn slots_that_nobody_waited_for_are_not_kept() {
        let clock = late_by([]);
        let limiter = limiter(10, &clock);
        clock.clock.advance(Duration::from_mins(1));
        let starts = starts(&limiter, 21);
        assert_eq!(starts[20], starts[0] + Duration::from_secs(2));
    }

    #[test]
    fn a_waiter_that_gives_up_uses_no_slot() {
        let clock = late_by([]);
        let limiter = limiter(1, &clock);
        assert!(limiter.acquire().now_or_never().is_some());
        assert!(limiter.acquire().now_or_never().is_none(), "it has to wait for its slot");
        assert_eq!(starts(&limiter, 2), [Duration::from_secs(1), Duration::from_secs(2)]);
    }

    proptest! {
        #[test]
        fn no_second_has_more_starts_than_the_limit(
            per_second in 1_u32..300,
            late in prop::collection::vec(0_u64..40_000, 600),
        ) {
            let starts = starts(&limiter(per_second, &late_by(late)), 600);
            for (first, next) in starts.iter().zip(&starts[per_second as usize..]) {
                prop_assert!(*next >= *first + SECOND, "{first:?} and {next:?}");
            }
        }
    }
}
