//! How often a provider is asked.
//!
//! Its rule: one limit for all deliveries of a provider; every attempt and every look pays, and they begin
//! evenly spaced instead of in bursts. No second holds more moments than the limit says, wherever that second starts.
//!
//! Whoever waits is given the next free moment, in the order of asking. A timer that wakes late does not cost the rate
//! anything: the moments stay where they are, and those who waited for one that is over begin at once. A moment that
//! nobody waited for is not kept.
//!
//! Where a queue is worked off by many processes, they share the moments ([`SlotSource`]). Whoever waits is let go as much before
//! its moment as its claim took lately, and begins at the moment; one that was missed nevertheless is exchanged for another.
//!
//! An attempt begins when its moment is there and its claim is on disk and a place is free. So after a vendor or a disk has stalled, those
//! that had their moments already (a quarter of the concurrency) begin together with the next ones.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::Mutex;
use unicontact_providers::clock::SharedClock;

/// A claim that takes longer finds its moment missed.
const LONGEST_LEAD: Duration = Duration::from_secs(1);
const SECOND: Duration = Duration::from_secs(1);
/// An attempt begins at most so long after its moment. What a longer delay costs is lost, not made up for by a burst.
const LATEST: Duration = Duration::from_millis(10);

/// At most so many attempts in a second.
pub(crate) struct RateLimit {
    per_second: u32,
    clock: SharedClock,
    /// Held by whoever is next, until its moment is there: who gives up waiting has used none.
    moments: Mutex<Slots>,
    shared: OnceLock<Arc<dyn SlotSource>>,
    /// How long it took lately from being let go to beginning, in nanoseconds.
    lead: AtomicU64,
}

/// Slots that several processes share.
#[async_trait]
pub(crate) trait SlotSource: fmt::Debug + Send + Sync {
    /// Returns so long before the next moment that is this process's, and says when that is, as an uptime of the clock.
    async fn wait(&self, lead: Duration) -> Duration;

    /// Whether it is too late to begin at that moment.
    fn is_missed(&self, moment: Duration) -> bool;
}

/// A moment at which an attempt may begin.
#[must_use]
pub(crate) struct Slot {
    at: Duration,
    /// When whoever waited for it was let go.
    let_go: Duration,
}

struct Slots {
    next: Duration,
    /// How long after its moment an attempt began at most. A second from then on, the moments must be so much later, too.
    latest: Duration,
}

impl RateLimit {
    pub(crate) fn per_second(requests: u32, clock: &SharedClock) -> Self {
        let moments = Slots { next: clock.uptime(), latest: Duration::ZERO };
        Self {
            per_second: requests.max(1),
            clock: Arc::clone(clock),
            moments: Mutex::new(moments),
            shared: OnceLock::new(),
            lead: AtomicU64::new(0),
        }
    }

    /// From now on the moments are those. The first that are shared stay.
    #[cfg(feature = "queue")]
    pub(crate) fn share(&self, moments: Arc<dyn SlotSource>) {
        let _ = self.shared.set(moments);
    }

    /// Returns when the next attempt may begin.
    pub(crate) async fn wait(&self) {
        match self.shared.get() {
            Some(shared) => drop(shared.wait(Duration::ZERO).await),
            None => drop(self.wait_alone().await),
        }
    }

    /// Returns when a claim may be made whose attempt begins at that moment.
    pub(crate) async fn wait_to_claim(&self) -> Slot {
        match self.shared.get() {
            Some(shared) => {
                let lead = Duration::from_nanos(self.lead.load(Ordering::Relaxed)).min(LONGEST_LEAD);
                let at = shared.wait(lead).await;
                Slot { at, let_go: self.clock.uptime() }
            }
            None => self.wait_alone().await,
        }
    }

    /// Returns when that moment has come, or with a later one if it was missed.
    pub(crate) async fn keep(&self, moment: Slot) {
        let Some(shared) = self.shared.get() else { return };
        let now = self.clock.uptime();
        self.note_lead(now.saturating_sub(moment.let_go));
        let early = moment.at.saturating_sub(now);
        if !early.is_zero() {
            self.clock.sleep(early).await;
        }
        let mut at = moment.at;
        while shared.is_missed(at) {
            at = shared.wait(Duration::ZERO).await;
        }
    }

    /// Longer at once, shorter by and by.
    fn note_lead(&self, took: Duration) {
        let took = u64::try_from(took.as_nanos()).unwrap_or(u64::MAX);
        let known = self.lead.load(Ordering::Relaxed);
        self.lead.store(took.max(known - known / 16), Ordering::Relaxed);
    }

    async fn wait_alone(&self) -> Slot {
        let asked = self.clock.uptime();
        let mut moments = self.moments.lock().await;
        let mut now = self.clock.uptime();
        while let Some(early) = moments.next.checked_sub(now).filter(|early| !early.is_zero()) {
            self.clock.sleep(early).await;
            now = self.clock.uptime();
        }
        let moment = moments.next.max(asked).max(now.saturating_sub(LATEST));
        moments.latest = moments.latest.max(now.saturating_sub(moment));
        let rounded_up = Duration::from_nanos(u64::from(self.per_second - 1));
        moments.next = moment + (SECOND + moments.latest + rounded_up) / self.per_second;
        Slot { at: moment, let_go: now }
    }
}

impl fmt::Debug for RateLimit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("RateLimit(..)")
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

    /// Each sleep on it ends too late, by what is in the list.
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

    fn limit(per_second: u32, clock: &Arc<LateClock>) -> RateLimit {
        let clock: SharedClock = Arc::<LateClock>::clone(clock);
        RateLimit::per_second(per_second, &clock)
    }

    /// When so many begin that ask at once.
    fn begins(limit: &RateLimit, count: usize) -> Vec<Duration> {
        let one = async || {
            limit.wait().await;
            limit.clock.uptime()
        };
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(join_all((0..count).map(|_| one())))
    }

    #[test]
    fn a_timer_that_wakes_late_does_not_cost_the_rate() {
        for per_second in [20, 200, 1000] {
            let begins = begins(
                &limit(per_second, &late_by(std::iter::repeat_n(1_500, 3001))),
                3 * per_second as usize + 1,
            );
            let took = begins.last().unwrap().as_secs_f64();
            assert!((3.0..3.06).contains(&took), "{took} s at {per_second} in a second");
        }
    }

    #[test]
    fn a_long_delay_is_lost_and_no_burst() {
        let begins = begins(&limit(1000, &late_by([0, 5_000_000])), 1000);
        let delayed = begins[2];
        let at_once = begins.iter().filter(|begun| **begun == delayed).count();
        assert!(at_once <= 11, "{at_once} begin at once");
    }

    #[test]
    fn moments_that_nobody_waited_for_are_not_kept() {
        let clock = late_by([]);
        let limit = limit(10, &clock);
        clock.clock.advance(Duration::from_mins(1));
        let begins = begins(&limit, 21);
        assert_eq!(begins[20], begins[0] + Duration::from_secs(2));
    }

    #[test]
    fn who_gives_up_waiting_has_used_no_moment() {
        let clock = late_by([]);
        let limit = limit(1, &clock);
        assert!(limit.wait().now_or_never().is_some());
        assert!(limit.wait().now_or_never().is_none(), "it has to wait for its moment");
        assert_eq!(begins(&limit, 2), [Duration::from_secs(1), Duration::from_secs(2)]);
    }

    proptest! {
        #[test]
        fn in_no_second_begin_more_than_the_limit_says(
            per_second in 1_u32..300,
            late in prop::collection::vec(0_u64..40_000, 600),
        ) {
            let begins = begins(&limit(per_second, &late_by(late)), 600);
            for (first, next) in begins.iter().zip(&begins[per_second as usize..]) {
                prop_assert!(*next >= *first + SECOND, "{first:?} and {next:?}");
            }
        }
    }
}
