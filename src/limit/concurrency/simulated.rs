//! The law at vendors that are only arithmetic, on a clock that the simulation moves.
//!
//! Its rule: as many attempts as the law allows are always under way, and nothing takes longer than the vendor says.

#![expect(clippy::cast_precision_loss, reason = "what is counted is small")]

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Duration;

use proptest::prelude::*;

use crate::limit::aimd::{Aimd, Beginning, How};

const MILLISECOND: u64 = 1_000_000;
const MOST: usize = 64;

/// How a vendor takes what comes.
#[derive(Debug, Clone, Copy)]
struct Vendor {
    latency: u64,
    /// So many are let in.
    limit: usize,
    /// So many are worked on at once, the others wait.
    workers: usize,
    /// A part of each latency that differs from attempt to attempt, in percent.
    jitter: u64,
}

const PLAIN: Vendor = Vendor { latency: 20 * MILLISECOND, limit: usize::MAX, workers: usize::MAX, jitter: 0 };

/// What became of a number of attempts.
#[derive(Debug, Default)]
struct Course {
    answered: u64,
    refused: u64,
    /// Attempts under way that were let in, summed over time.
    at_work: u128,
    passed: u64,
}

/// An attempt, by the time at which it ends.
type Ending = Reverse<(u64, u64)>;

struct Simulation {
    law: Aimd,
    /// A limit that does not learn, in its place.
    fixed: Option<usize>,
    now: u64,
    number: u64,
    under_way: Vec<(u64, Beginning, u64, bool)>,
    endings: BinaryHeap<Ending>,
    /// When each worker is free.
    free_at: BinaryHeap<Reverse<u64>>,
    let_in: usize,
}

impl Simulation {
    fn new(law: Aimd) -> Self {
        Self {
            law,
            fixed: None,
            now: 0,
            number: 0,
            under_way: Vec::new(),
            endings: BinaryHeap::new(),
            free_at: BinaryHeap::new(),
            let_in: 0,
        }
    }

    fn fixed(limit: usize) -> Self {
        Self { fixed: Some(limit), ..Self::new(Aimd::up_to(MOST)) }
    }

    fn limit(&self) -> usize {
        self.fixed.unwrap_or(self.law.limit())
    }

    /// Goes on for so long.
    fn run(&mut self, vendor: Vendor, span: Duration) -> Course {
        let mut course = Course::default();
        let begun = self.now;
        let end = self.now + u64::try_from(span.as_nanos()).unwrap();
        while self.now < end {
            while self.under_way.len() < self.limit() {
                self.begin(vendor);
            }
            let Some(Reverse((at, number))) = self.endings.pop() else { break };
            course.at_work += u128::from(at - self.now) * self.let_in as u128;
            self.now = at;
            self.end(number, &mut course);
            assert!((1..=MOST).contains(&self.law.limit()), "{:?}", self.law);
        }
        course.passed = self.now - begun;
        course
    }

    fn begin(&mut self, vendor: Vendor) {
        self.number += 1;
        let beginning = self.law.begins(self.under_way.len() + 1);
        let is_let_in = self.let_in < vendor.limit;
        let ends = if is_let_in { self.works_until(vendor) } else { self.now + MILLISECOND };
        self.let_in += usize::from(is_let_in);
        self.under_way.push((self.number, beginning, self.now, is_let_in));
        self.endings.push(Reverse((ends, self.number)));
    }

    fn works_until(&mut self, vendor: Vendor) -> u64 {
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

    fn end(&mut self, number: u64, course: &mut Course) {
        let index = self.under_way.iter().position(|attempt| attempt.0 == number).unwrap();
        let in_flight = self.under_way.len();
        let (_, beginning, begun, was_let_in) = self.under_way.swap_remove(index);
        let latency = self.now - begun;
        let how = if was_let_in {
            self.let_in -= 1;
            course.answered += 1;
            How::Answered(Duration::from_nanos(latency))
        } else {
            course.refused += 1;
            How::Refused
        };
        let before = self.law.limit();
        let after = self.law.ended(beginning, how, in_flight);
        assert!(how != How::Refused || after <= before, "a refusal raised {before} to {after}");
    }
}

impl Course {
    fn mean_at_work(&self) -> f64 {
        self.at_work as f64 / self.passed as f64
    }

    fn per_second(&self) -> f64 {
        self.answered as f64 * 1e9 / self.passed as f64
    }
}

const SHORT: Duration = Duration::from_secs(5);
const LONG: Duration = Duration::from_mins(1);

#[test]
fn a_hidden_limit_is_found_and_kept_nearly_full() {
    for limit in [1, 2, 3, 5, 8, 12, 20, 33, 63] {
        for latency in [5, 20, 200] {
            let vendor = Vendor { limit, latency: latency * MILLISECOND, ..PLAIN };
            let span = SHORT * u32::try_from(latency).unwrap() / 20;
            let course = Simulation::new(Aimd::up_to(MOST)).run(vendor, span);
            let share = course.mean_at_work() / limit as f64;
            assert!(share > 0.93, "{share:.3} of {limit} at {latency} ms, {course:?}");
            // At the start it may double once too often.
            assert!(course.refused <= limit as u64 + 20, "{limit}: {course:?}");
        }
    }
}

#[test]
fn a_limit_above_the_upper_bound_is_never_met() {
    let course = Simulation::new(Aimd::up_to(MOST)).run(PLAIN, SHORT);
    assert_eq!(course.refused, 0);
    assert!(course.mean_at_work() > 62.0, "{course:?}");
}

#[test]
fn trials_above_a_confirmed_limit_become_rare() {
    let vendor = Vendor { limit: 12, ..PLAIN };
    let mut simulation = Simulation::new(Aimd::up_to(MOST));
    let early = simulation.run(vendor, LONG);
    let late = simulation.run(vendor, LONG);
    assert!(late.refused < early.refused, "{early:?}, {late:?}");
    assert!(late.refused <= 5, "{late:?}");
    assert!(late.mean_at_work() > 11.9, "{late:?}");
}

#[test]
fn a_limit_that_comes_down_is_followed_and_one_that_goes_up_is_found() {
    let mut simulation = Simulation::new(Aimd::up_to(MOST));
    for limit in [12, 4, 30, 7] {
        let vendor = Vendor { limit, ..PLAIN };
        simulation.run(vendor, LONG);
        let course = simulation.run(vendor, LONG);
        let share = course.mean_at_work() / limit as f64;
        assert!(share > 0.95, "{share:.3} of {limit}, {course:?}");
    }
}

#[test]
fn where_the_rest_queues_all_workers_are_busy_and_the_queue_stays_short() {
    for workers in [2, 5, 12, 20] {
        let vendor = Vendor { workers, ..PLAIN };
        let mut simulation = Simulation::new(Aimd::up_to(MOST));
        let best = Simulation::fixed(workers).run(vendor, LONG).per_second();
        simulation.run(vendor, SHORT);
        let course = simulation.run(vendor, LONG);
        let share = course.per_second() / best;
        assert!(share > 0.95, "{share:.3} of {workers}, {course:?}");
        let at_once = course.mean_at_work();
        assert!(at_once < 2.0 * workers as f64 + 2.0, "{at_once:.1} at {workers} workers, {course:?}");
    }
}

#[test]
fn a_vendor_that_becomes_slower_by_itself_is_not_left_alone() {
    let mut simulation = Simulation::new(Aimd::up_to(MOST));
    let vendor = Vendor { limit: 12, ..PLAIN };
    simulation.run(vendor, LONG);
    let slow = Vendor { latency: vendor.latency * 5, ..vendor };
    let course = simulation.run(slow, LONG);
    assert!(course.mean_at_work() > 11.4, "{course:?}");
}

#[test]
fn latencies_that_differ_by_half_are_no_sign() {
    let vendor = Vendor { limit: 12, jitter: 100, ..PLAIN };
    let course = Simulation::new(Aimd::up_to(MOST)).run(vendor, LONG);
    assert!(course.mean_at_work() > 11.4, "{course:?}");
}

#[test]
fn refusals_of_one_burst_halve_it_once() {
    let mut law = Aimd::up_to(MOST);
    let burst: Vec<Beginning> = (1..=4).map(|in_flight| law.begins(in_flight)).collect();
    for beginning in burst {
        law.ended(beginning, How::Refused, 4);
    }
    assert_eq!(law.limit(), 2);
}

#[test]
fn a_vendor_that_refuses_everything_for_a_moment_costs_no_more_than_three_quarters() {
    let mut law = Aimd::up_to(MOST);
    for _ in 0..20 {
        let begun: Vec<Beginning> = (0..law.limit()).map(|_| law.begins(law.limit())).collect();
        for beginning in begun {
            law.ended(beginning, How::Answered(Duration::from_millis(20)), law.limit());
        }
    }
    let number = law.limit();
    assert!(number >= 16, "{number}");
    let begun: Vec<Beginning> = (1..=number).map(|in_flight| law.begins(in_flight)).collect();
    for (beginning, at_work) in begun.into_iter().zip((1..=number).rev()) {
        law.ended(beginning, How::Refused, at_work);
    }
    assert_eq!(law.limit(), number / 4);
}

#[test]
fn it_does_not_grow_while_it_is_not_used() {
    let mut law = Aimd::up_to(MOST);
    for _ in 0..1000 {
        let beginning = law.begins(1);
        law.ended(beginning, How::Answered(Duration::from_millis(20)), 1);
    }
    assert_eq!(law.limit(), 4);
}

proptest! {
    #[test]
    fn whatever_comes_it_stays_within_its_bounds_and_no_refusal_raises_it(
        most in 1_usize..100,
        steps in prop::collection::vec((0_u8..8, 0_u64..2000, any::<prop::sample::Index>()), 0..600),
    ) {
        let mut law = Aimd::up_to(most);
        let mut under_way = Vec::new();
        for (kind, latency, chosen) in steps {
            while under_way.len() < law.limit() {
                under_way.push(law.begins(under_way.len() + 1));
            }
            let in_flight = under_way.len();
            let beginning = under_way.swap_remove(chosen.index(in_flight));
            let how = match kind {
                0..5 => How::Answered(Duration::from_millis(latency)),
                5 | 6 => How::Refused,
                _ => How::Otherwise,
            };
            let before = law.limit();
            let after = law.ended(beginning, how, in_flight);
            prop_assert!((1..=most).contains(&after));
            prop_assert_eq!(after, law.limit());
            prop_assert!(how != How::Refused || after <= before);
            prop_assert!(how != How::Otherwise || after == before);
        }
    }
}
