//! Simulates [`Aimd`] against model vendors, on a clock that the simulation moves. As many attempts as the limit permits are always
//! in flight, and each takes exactly as long as the model says.

#![expect(clippy::cast_precision_loss, reason = "what is counted is small")]

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Duration;

use proptest::prelude::*;

use crate::limit::aimd::{Aimd, AttemptStart, Feedback};

const MILLISECOND: u64 = 1_000_000;
const MOST: usize = 64;

/// A model of a vendor.
#[derive(Debug, Clone, Copy)]
struct Vendor {
    latency: u64,
    /// The number of requests that it accepts at once.
    limit: usize,
    /// The number of requests that it serves at once; others queue.
    workers: usize,
    /// The variation of the latency, in percent.
    jitter: u64,
}

const PLAIN: Vendor = Vendor { latency: 20 * MILLISECOND, limit: usize::MAX, workers: usize::MAX, jitter: 0 };

/// The totals of a run.
#[derive(Debug, Default)]
struct Totals {
    answered: u64,
    throttled: u64,
    /// The accepted attempts in flight, summed over time.
    in_flight: u128,
    elapsed: u64,
}

/// The end of an attempt: its time and the attempt's number.
type End = Reverse<(u64, u64)>;

struct Simulation {
    aimd: Aimd,
    /// A fixed limit in its place.
    fixed: Option<usize>,
    now: u64,
    number: u64,
    in_flight: Vec<(u64, AttemptStart, u64, bool)>,
    ends: BinaryHeap<End>,
    /// The times at which the vendor's servers are free.
    free_at: BinaryHeap<Reverse<u64>>,
    accepted: usize,
}

impl Simulation {
    fn new(aimd: Aimd) -> Self {
        Self {
            aimd,
            fixed: None,
            now: 0,
            number: 0,
            in_flight: Vec::new(),
            ends: BinaryHeap::new(),
            free_at: BinaryHeap::new(),
            accepted: 0,
        }
    }

    fn fixed(limit: usize) -> Self {
        Self { fixed: Some(limit), ..Self::new(Aimd::new(MOST)) }
    }

    fn limit(&self) -> usize {
        self.fixed.unwrap_or(self.aimd.limit())
    }

    /// Runs for that long.
    fn run(&mut self, vendor: Vendor, span: Duration) -> Totals {
        let mut totals = Totals::default();
        let begun = self.now;
        let end = self.now + u64::try_from(span.as_nanos()).unwrap();
        while self.now < end {
            while self.in_flight.len() < self.limit() {
                self.begin(vendor);
            }
            let Some(Reverse((at, number))) = self.ends.pop() else { break };
            totals.in_flight += u128::from(at - self.now) * self.accepted as u128;
            self.now = at;
            self.end(number, &mut totals);
            assert!((1..=MOST).contains(&self.aimd.limit()), "{:?}", self.aimd);
        }
        totals.elapsed = self.now - begun;
        totals
    }

    fn begin(&mut self, vendor: Vendor) {
        self.number += 1;
        let start = self.aimd.attempt_started(self.in_flight.len() + 1);
        let is_accepted = self.accepted < vendor.limit;
        let end = if is_accepted { self.served_until(vendor) } else { self.now + MILLISECOND };
        self.accepted += usize::from(is_accepted);
        self.in_flight.push((self.number, start, self.now, is_accepted));
        self.ends.push(Reverse((end, self.number)));
    }

    fn served_until(&mut self, vendor: Vendor) -> u64 {
        let spread = vendor.latency * vendor.jitter / 100;
        let draw = self.number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40;
        let latency = vendor.latency - spread / 2 + draw % (spread + 1);
        let begins = if self.free_at.len() < vendor.workers {
            self.now
        } else {
            self.free_at.pop().map_or(self.now, |Reverse(free)| free.max(self.now))
        };
        if vendor.workers < usize::MAX {
            self.free_at.push(Reverse(begins + latency));
        }
        begins + latency
    }

    fn end(&mut self, number: u64, totals: &mut Totals) {
        let index = self.in_flight.iter().position(|attempt| attempt.0 == number).unwrap();
        let in_flight = self.in_flight.len();
        let (_, start, begun, was_accepted) = self.in_flight.swap_remove(index);
        let latency = self.now - begun;
        let feedback = if was_accepted {
            self.accepted -= 1;
            totals.answered += 1;
            Feedback::Answered(Duration::from_nanos(latency))
        } else {
            totals.throttled += 1;
            Feedback::Throttled
        };
        let before = self.aimd.limit();
        let after = self.aimd.attempt_ended(start, feedback, in_flight);
        assert!(
            feedback != Feedback::Throttled || after <= before,
            "a throttled attempt raised {before} to {after}"
        );
    }
}

impl Totals {
    fn mean_in_flight(&self) -> f64 {
        self.in_flight as f64 / self.elapsed as f64
    }

    fn per_second(&self) -> f64 {
        self.answered as f64 * 1e9 / self.elapsed as f64
    }
}

const SHORT: Duration = Duration::from_secs(5);
const LONG: Duration = Duration::from_mins(1);

#[test]
fn an_unknown_limit_is_found_and_kept_nearly_full() {
    for limit in [1, 2, 3, 5, 8, 12, 20, 33, 63] {
        for latency in [5, 20, 200] {
            let vendor = Vendor { limit, latency: latency * MILLISECOND, ..PLAIN };
            let span = SHORT * u32::try_from(latency).unwrap() / 20;
            let totals = Simulation::new(Aimd::new(MOST)).run(vendor, span);
            let share = totals.mean_in_flight() / limit as f64;
            assert!(share > 0.93, "{share:.3} of {limit} at {latency} ms, {totals:?}");
            // Slow start may overshoot once.
            assert!(totals.throttled <= limit as u64 + 20, "{limit}: {totals:?}");
        }
    }
}

#[test]
fn a_limit_above_the_upper_bound_is_never_exceeded() {
    let totals = Simulation::new(Aimd::new(MOST)).run(PLAIN, SHORT);
    assert_eq!(totals.throttled, 0);
    assert!(totals.mean_in_flight() > 62.0, "{totals:?}");
}

#[test]
fn probes_above_a_confirmed_ceiling_become_rare() {
    let vendor = Vendor { limit: 12, ..PLAIN };
    let mut simulation = Simulation::new(Aimd::new(MOST));
    let early = simulation.run(vendor, LONG);
    let late = simulation.run(vendor, LONG);
    assert!(late.throttled < early.throttled, "{early:?}, {late:?}");
    assert!(late.throttled <= 5, "{late:?}");
    assert!(late.mean_in_flight() > 11.9, "{late:?}");
}

#[test]
fn a_limit_that_falls_is_followed_and_one_that_rises_is_found() {
    let mut simulation = Simulation::new(Aimd::new(MOST));
    for limit in [12, 4, 30, 7] {
        let vendor = Vendor { limit, ..PLAIN };
        simulation.run(vendor, LONG);
        let totals = simulation.run(vendor, LONG);
        let share = totals.mean_in_flight() / limit as f64;
        assert!(share > 0.95, "{share:.3} of {limit}, {totals:?}");
    }
}

#[test]
fn a_vendor_that_queues_is_kept_busy_with_a_short_queue() {
    for workers in [2, 5, 12, 20] {
        let vendor = Vendor { workers, ..PLAIN };
        let mut simulation = Simulation::new(Aimd::new(MOST));
        let best = Simulation::fixed(workers).run(vendor, LONG).per_second();
        simulation.run(vendor, SHORT);
        let totals = simulation.run(vendor, LONG);
        let share = totals.per_second() / best;
        assert!(share > 0.95, "{share:.3} of {workers}, {totals:?}");
        let at_once = totals.mean_in_flight();
        assert!(at_once < 2.0 * workers as f64 + 2.0, "{at_once:.1} at {workers} workers, {totals:?}");
    }
}

#[test]
fn the_limit_returns_where_a_vendor_became_slower_for_another_reason() {
    let mut simulation = Simulation::new(Aimd::new(MOST));
    let vendor = Vendor { limit: 12, ..PLAIN };
    simulation.run(vendor, LONG);
    let slow = Vendor { latency: vendor.latency * 5, ..vendor };
    let totals = simulation.run(slow, LONG);
    assert!(totals.mean_in_flight() > 11.4, "{totals:?}");
}

#[test]
fn latencies_that_vary_by_half_do_not_lower_the_limit() {
    let vendor = Vendor { limit: 12, jitter: 100, ..PLAIN };
    let totals = Simulation::new(Aimd::new(MOST)).run(vendor, LONG);
    assert!(totals.mean_in_flight() > 11.4, "{totals:?}");
}

#[test]
fn a_throttled_burst_halves_the_limit_once() {
    let mut aimd = Aimd::new(MOST);
    let burst: Vec<AttemptStart> = (1..=4).map(|in_flight| aimd.attempt_started(in_flight)).collect();
    for start in burst {
        aimd.attempt_ended(start, Feedback::Throttled, 4);
    }
    assert_eq!(aimd.limit(), 2);
}

#[test]
fn a_moment_of_throttling_leaves_a_quarter_of_the_limit() {
    let mut aimd = Aimd::new(MOST);
    for _ in 0..20 {
        let begun: Vec<AttemptStart> =
            (0..aimd.limit()).map(|_| aimd.attempt_started(aimd.limit())).collect();
        for start in begun {
            aimd.attempt_ended(start, Feedback::Answered(Duration::from_millis(20)), aimd.limit());
        }
    }
    let number = aimd.limit();
    assert!(number >= 16, "{number}");
    let begun: Vec<AttemptStart> = (1..=number).map(|in_flight| aimd.attempt_started(in_flight)).collect();
    for (start, at_work) in begun.into_iter().zip((1..=number).rev()) {
        aimd.attempt_ended(start, Feedback::Throttled, at_work);
    }
    assert_eq!(aimd.limit(), number / 4);
}

#[test]
fn an_unused_limit_does_not_grow() {
    let mut aimd = Aimd::new(MOST);
    for _ in 0..1000 {
        let start = aimd.attempt_started(1);
        aimd.attempt_ended(start, Feedback::Answered(Duration::from_millis(20)), 1);
    }
    assert_eq!(aimd.limit(), 4);
}

proptest! {
    #[test]
    fn the_limit_stays_within_its_bounds_and_throttling_never_raises_it(
        most in 1_usize..100,
        steps in prop::collection::vec((0_u8..8, 0_u64..2000, any::<prop::sample::Index>()), 0..600),
    ) {
        let mut aimd = Aimd::new(most);
        let mut in_flight_attempts = Vec::new();
        for (kind, latency, chosen) in steps {
            while in_flight_attempts.len() < aimd.limit() {
                in_flight_attempts.push(aimd.attempt_started(in_flight_attempts.len() + 1));
            }
            let in_flight = in_flight_attempts.len();
            let start = in_flight_attempts.swap_remove(chosen.index(in_flight));
            let feedback = match kind {
                0..5 => Feedback::Answered(Duration::from_millis(latency)),
                5 | 6 => Feedback::Throttled,
                _ => Feedback::Ignored,
            };
            let before = aimd.limit();
            let after = aimd.attempt_ended(start, feedback, in_flight);
            prop_assert!((1..=most).contains(&after));
            prop_assert_eq!(after, aimd.limit());
            prop_assert!(feedback != Feedback::Throttled || after <= before);
            prop_assert!(feedback != Feedback::Ignored || after == before);
        }
    }
}
