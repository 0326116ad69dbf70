//! `auto` beside fixed numbers, at vendors whose limit or whose workers nobody is told.
//!
//! Its rule: the same contacts for each, on a clock that the simulation moves. What is sent and what is answered takes its way,
//! which differs from time to time by the seed; a delivery that is refused waits as one of a target does.

#![expect(clippy::cast_precision_loss, reason = "what is counted is small")]

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use crate::limit::aimd::{Aimd, Beginning, How};

const MILLISECOND: u64 = 1_000_000;
const MOST: usize = 64;
const FIRST_WAIT: u64 = 500 * MILLISECOND;
const LONGEST_WAIT: u64 = 30_000 * MILLISECOND;

/// How a vendor takes what comes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Vendor {
    pub(super) latency: u64,
    /// How long a request is on its way, and an answer, at most.
    pub(super) way: u64,
    /// So many are let in.
    pub(super) limit: usize,
    /// So many are worked on at once, the others wait.
    pub(super) workers: usize,
    /// A part of each latency that differs from attempt to attempt, in percent.
    pub(super) jitter: u64,
}

enum Number {
    Fixed(usize),
    Learned(Aimd),
}

/// What became of the contacts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Outcome {
    pub(super) passed: u64,
    pub(super) refused: u64,
}

#[derive(Clone, Copy, Default)]
struct Delivery {
    refusals: u32,
    holds: bool,
}

#[derive(Clone, Copy)]
struct Attempt {
    delivery: Delivery,
    begun: u64,
    beginning: Beginning,
}

enum Event {
    Begins(Delivery),
    Arrives(Attempt),
    Leaves(Attempt),
    Ends(Attempt, bool),
    Returns(Delivery),
}

struct Simulation {
    vendor: Vendor,
    number: Number,
    seed: u64,
    now: u64,
    events: BTreeMap<(u64, u64), Event>,
    count: u64,
    new: u64,
    back: VecDeque<Delivery>,
    held: usize,
    at_work: usize,
    next_at: u64,
    let_in: usize,
    free_at: Vec<u64>,
    outcome: Outcome,
}

/// With a fixed number of places, or with those that are learned.
pub(super) fn run(vendor: Vendor, fixed: Option<usize>, contacts: u64, seed: u64) -> Outcome {
    let number = fixed.map_or_else(|| Number::Learned(Aimd::up_to(MOST)), Number::Fixed);
    let mut simulation = Simulation {
        vendor,
        number,
        seed: seed.wrapping_mul(0x2545_f491_4f6c_dd1d) ^ 0x9e37_79b9_7f4a_7c15,
        now: 0,
        events: BTreeMap::new(),
        count: 0,
        new: contacts,
        back: VecDeque::new(),
        held: 0,
        at_work: 0,
        next_at: 0,
        let_in: 0,
        free_at: vec![0; vendor.workers],
        outcome: Outcome { passed: 0, refused: 0 },
    };
    simulation.hand_out();
    while let Some(((at, _), event)) = simulation.events.pop_first() {
        simulation.now = at;
        simulation.happens(&event);
    }
    simulation.outcome.passed = simulation.now;
    simulation.outcome
}

impl Simulation {
    fn happens(&mut self, event: &Event) {
        match *event {
            Event::Begins(delivery) if self.held > self.limit() => self.gives_back(delivery),
            Event::Begins(delivery) => self.begins(delivery),
            Event::Arrives(attempt) => self.arrives(attempt),
            Event::Leaves(attempt) => {
                self.let_in -= 1;
                self.on_the_way(Event::Ends(attempt, true));
            }
            Event::Ends(attempt, was_let_in) => self.ends(attempt, was_let_in),
            Event::Returns(delivery) if delivery.holds => self.begins(delivery),
            Event::Returns(delivery) => self.back.push_back(delivery),
        }
        self.hand_out();
    }

    fn limit(&self) -> usize {
        match &self.number {
            Number::Fixed(number) => *number,
            Number::Learned(law) => law.limit(),
        }
    }

    fn hand_out(&mut self) {
        while self.held < self.limit() {
            let next = self.back.pop_front().or_else(|| {
                self.new = self.new.checked_sub(1)?;
                Some(Delivery::default())
            });
            let Some(next) = next else { return };
            self.held += 1;
            let at = self.next_at.max(self.now);
            if let Number::Learned(law) = &self.number {
                self.next_at = at + nanoseconds(law.gap().unwrap_or_default());
            }
            self.add(at, Event::Begins(Delivery { holds: true, ..next }));
        }
    }

    fn gives_back(&mut self, delivery: Delivery) {
        self.held -= 1;
        self.back.push_back(Delivery { holds: false, ..delivery });
    }

    fn begins(&mut self, delivery: Delivery) {
        self.at_work += 1;
        let beginning = match &self.number {
            Number::Fixed(_) => Beginning::default(),
            Number::Learned(law) => law.begins(self.at_work),
        };
        let attempt = Attempt { delivery, begun: self.now, beginning };
        self.on_the_way(Event::Arrives(attempt));
    }

    fn arrives(&mut self, attempt: Attempt) {
        if self.let_in >= self.vendor.limit {
            self.on_the_way(Event::Ends(attempt, false));
            return;
        }
        self.let_in += 1;
        let spread = self.vendor.latency * self.vendor.jitter / 100;
        let latency = self.vendor.latency - spread / 2 + self.draw(spread);
        let now = self.now;
        let done = match self.free_at.iter_mut().min() {
            Some(free_at) => {
                *free_at = now.max(*free_at) + latency;
                *free_at
            }
            None => now + latency,
        };
        self.add(done, Event::Leaves(attempt));
    }

    fn ends(&mut self, attempt: Attempt, was_let_in: bool) {
        let at_work = self.at_work;
        self.at_work -= 1;
        let latency = Duration::from_nanos(self.now - attempt.begun);
        let how = if was_let_in { How::Answered(latency) } else { How::Refused };
        let is_spared = match &mut self.number {
            Number::Fixed(_) => false,
            Number::Learned(law) => {
                let helps_nobody = law.refuses_all(attempt.beginning);
                law.ended(attempt.beginning, how, at_work);
                !helps_nobody
            }
        };
        if was_let_in {
            self.held -= 1;
            return;
        }
        self.outcome.refused += 1;
        let Delivery { refusals, .. } = attempt.delivery;
        if is_spared {
            self.held -= 1;
        }
        let wait = (FIRST_WAIT << refusals.min(6)).min(LONGEST_WAIT);
        let at = self.now + wait + self.draw(wait);
        self.add(at, Event::Returns(Delivery { refusals: refusals + 1, holds: !is_spared }));
    }

    fn on_the_way(&mut self, event: Event) {
        let at = self.now + self.vendor.way / 2 + self.draw(self.vendor.way / 2);
        self.add(at, event);
    }

    fn add(&mut self, at: u64, event: Event) {
        self.count += 1;
        self.events.insert((at, self.count), event);
    }

    /// From 0 up to `most`.
    fn draw(&mut self, most: u64) -> u64 {
        self.seed ^= self.seed << 13;
        self.seed ^= self.seed >> 7;
        self.seed ^= self.seed << 17;
        self.seed % (most + 1)
    }
}

fn nanoseconds(span: Duration) -> u64 {
    u64::try_from(span.as_nanos()).unwrap()
}

const PLAIN: Vendor =
    Vendor { latency: 50 * MILLISECOND, way: 4 * MILLISECOND, limit: usize::MAX, workers: 0, jitter: 10 };
const SEEDS: u64 = 10;

/// So many contacts take the vendor so many latencies.
fn latencies(count: u64, at_once: usize) -> u64 {
    count * at_once as u64
}

fn share_of_the_best_fixed(vendor: Vendor, at_once: usize, contacts: u64, seed: u64) -> f64 {
    let numbers = [at_once.div_ceil(2), at_once, at_once + 1, at_once * 3 / 2, at_once * 2, at_once * 4];
    let fixed = numbers.map(|number| run(vendor, Some(number), contacts, seed).passed);
    let best = fixed.into_iter().min().unwrap();
    best as f64 / run(vendor, None, contacts, seed).passed as f64
}

#[test]
fn at_a_limit_that_nobody_is_told_it_is_about_as_fast_as_the_best_fixed_number() {
    for limit in [1, 2, 3, 4, 8, 16, 40, 60] {
        for jitter in [2, 10, 30] {
            for seed in 1..=SEEDS {
                let vendor = Vendor { limit, jitter, ..PLAIN };
                let share = share_of_the_best_fixed(vendor, limit, latencies(120, limit), seed);
                assert!(share >= 0.9, "{share:.3} at {limit}, jitter {jitter}, seed {seed}");
            }
        }
    }
}

#[test]
fn it_is_refused_less_often_than_any_fixed_number_above_the_limit() {
    for limit in [1, 3, 4, 16, 40] {
        for jitter in [10, 30] {
            for seed in 1..=SEEDS {
                let vendor = Vendor { limit, jitter, ..PLAIN };
                let contacts = latencies(300, limit);
                let auto = run(vendor, None, contacts, seed).refused;
                for number in [limit + 1, limit * 2, limit * 4] {
                    let fixed = run(vendor, Some(number), contacts, seed).refused;
                    assert!(auto < fixed, "{auto}, {fixed} with {number} at {limit}, {jitter}, seed {seed}");
                }
            }
        }
    }
}

#[test]
fn at_workers_that_nobody_is_told_it_is_about_as_fast_as_the_best_fixed_number() {
    for workers in [1, 2, 3, 4, 8, 16, 40] {
        for jitter in [2, 10, 30] {
            for seed in 1..=SEEDS {
                let vendor = Vendor { workers, jitter, ..PLAIN };
                let share = share_of_the_best_fixed(vendor, workers, latencies(120, workers), seed);
                assert!(share >= 0.9, "{share:.3} at {workers}, jitter {jitter}, seed {seed}");
            }
        }
    }
}

#[test]
fn after_the_start_a_long_run_is_hardly_ever_refused() {
    for seed in 1..=SEEDS {
        let vendor = Vendor { limit: 16, ..PLAIN };
        let early = run(vendor, None, latencies(120, 16), seed).refused;
        let all = run(vendor, None, latencies(1200, 16), seed).refused;
        assert!(all <= early + 5, "{early} of {all}, seed {seed}");
    }
}
