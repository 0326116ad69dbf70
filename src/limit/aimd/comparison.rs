//! Compares `auto` with fixed limits in a simulation, at vendors that do not state their limit or their number of servers.
//!
//! Every limit gets the same contacts. Requests and answers take a time on the network that varies with the seed, and a throttled
//! delivery backs off as one of a pipeline does.

#![expect(clippy::cast_precision_loss, reason = "what is counted is small")]

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use crate::limit::aimd::{Aimd, AttemptStart, Feedback};

const MILLISECOND: u64 = 1_000_000;
const MOST: usize = 64;
const FIRST_WAIT: u64 = 500 * MILLISECOND;
const LONGEST_WAIT: u64 = 30_000 * MILLISECOND;

/// A model of a vendor.
#[derive(Debug, Clone, Copy)]
pub(super) struct Vendor {
    pub(super) latency: u64,
    /// The longest time of a request, or an answer, on the network.
    pub(super) network: u64,
    /// The number of requests that it accepts at once.
    pub(super) limit: usize,
    /// The number of requests that it serves at once; others queue.
    pub(super) workers: usize,
    /// The variation of the latency, in percent.
    pub(super) jitter: u64,
}

enum Limit {
    Fixed(usize),
    Adaptive(Aimd),
}

/// The totals of a run.
#[derive(Debug, Clone, Copy)]
pub(super) struct Totals {
    pub(super) elapsed: u64,
    pub(super) throttled: u64,
}

#[derive(Clone, Copy, Default)]
struct Delivery {
    throttled: u32,
    has_permit: bool,
}

#[derive(Clone, Copy)]
struct Attempt {
    delivery: Delivery,
    begun: u64,
    start: AttemptStart,
}

enum Event {
    Starts(Delivery),
    Arrives(Attempt),
    Leaves(Attempt),
    Ends(Attempt, bool),
    Returns(Delivery),
}

struct Simulation {
    vendor: Vendor,
    limit: Limit,
    seed: u64,
    now: u64,
    events: BTreeMap<(u64, u64), Event>,
    count: u64,
    new: u64,
    returning: VecDeque<Delivery>,
    held: usize,
    active: usize,
    next_start: u64,
    accepted: usize,
    free_at: Vec<u64>,
    totals: Totals,
}

/// Runs with a fixed limit, or with an adaptive one.
pub(super) fn run(vendor: Vendor, fixed: Option<usize>, contacts: u64, seed: u64) -> Totals {
    let limit = fixed.map_or_else(|| Limit::Adaptive(Aimd::new(MOST)), Limit::Fixed);
    let mut simulation = Simulation {
        vendor,
        limit,
        seed: seed.wrapping_mul(0x2545_f491_4f6c_dd1d) ^ 0x9e37_79b9_7f4a_7c15,
        now: 0,
        events: BTreeMap::new(),
        count: 0,
        new: contacts,
        returning: VecDeque::new(),
        held: 0,
        active: 0,
        next_start: 0,
        accepted: 0,
        free_at: vec![0; vendor.workers],
        totals: Totals { elapsed: 0, throttled: 0 },
    };
    simulation.grant_free();
    while let Some(((at, _), event)) = simulation.events.pop_first() {
        simulation.now = at;
        simulation.handle(&event);
    }
    simulation.totals.elapsed = simulation.now;
    simulation.totals
}

impl Simulation {
    fn handle(&mut self, event: &Event) {
        match *event {
            Event::Starts(delivery) if self.held > self.limit() => self.release(delivery),
            Event::Starts(delivery) => self.start(delivery),
            Event::Arrives(attempt) => self.arrive(attempt),
            Event::Leaves(attempt) => {
                self.accepted -= 1;
                self.send(Event::Ends(attempt, true));
            }
            Event::Ends(attempt, was_accepted) => self.end(attempt, was_accepted),
            Event::Returns(delivery) if delivery.has_permit => self.start(delivery),
            Event::Returns(delivery) => self.returning.push_back(delivery),
        }
        self.grant_free();
    }

    fn limit(&self) -> usize {
        match &self.limit {
            Limit::Fixed(limit) => *limit,
            Limit::Adaptive(aimd) => aimd.limit(),
        }
    }

    fn grant_free(&mut self) {
        while self.held < self.limit() {
            let next = self.returning.pop_front().or_else(|| {
                self.new = self.new.checked_sub(1)?;
                Some(Delivery::default())
            });
            let Some(next) = next else { return };
            self.held += 1;
            let at = self.next_start.max(self.now);
            if let Limit::Adaptive(aimd) = &self.limit {
                self.next_start = at + nanoseconds(aimd.pacing_interval().unwrap_or_default());
            }
            self.add(at, Event::Starts(Delivery { has_permit: true, ..next }));
        }
    }

    fn release(&mut self, delivery: Delivery) {
        self.held -= 1;
        self.returning.push_back(Delivery { has_permit: false, ..delivery });
    }

    fn start(&mut self, delivery: Delivery) {
        self.active += 1;
        let start = match &self.limit {
            Limit::Fixed(_) => AttemptStart::default(),
            Limit::Adaptive(aimd) => aimd.attempt_started(self.active),
        };
        let attempt = Attempt { delivery, begun: self.now, start };
        self.send(Event::Arrives(attempt));
    }

    fn arrive(&mut self, attempt: Attempt) {
        if self.accepted >= self.vendor.limit {
            self.send(Event::Ends(attempt, false));
            return;
        }
        self.accepted += 1;
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

    fn end(&mut self, attempt: Attempt, was_accepted: bool) {
        let active = self.active;
        self.active -= 1;
        let latency = Duration::from_nanos(self.now - attempt.begun);
        let feedback = if was_accepted { Feedback::Answered(latency) } else { Feedback::Throttled };
        let releases = match &mut self.limit {
            Limit::Fixed(_) => false,
            Limit::Adaptive(aimd) => {
                let throttles_all = aimd.throttles_all(attempt.start);
                aimd.attempt_ended(attempt.start, feedback, active);
                !throttles_all
            }
        };
        if was_accepted {
            self.held -= 1;
            return;
        }
        self.totals.throttled += 1;
        let Delivery { throttled, .. } = attempt.delivery;
        if releases {
            self.held -= 1;
        }
        let wait = (FIRST_WAIT << throttled.min(6)).min(LONGEST_WAIT);
        let at = self.now + wait + self.draw(wait);
        self.add(at, Event::Returns(Delivery { throttled: throttled + 1, has_permit: !releases }));
    }

    fn send(&mut self, event: Event) {
        let at = self.now + self.vendor.network / 2 + self.draw(self.vendor.network / 2);
        self.add(at, event);
    }

    fn add(&mut self, at: u64, event: Event) {
        self.count += 1;
        self.events.insert((at, self.count), event);
    }

    /// Returns a pseudo-random number from 0 to `max`.
    fn draw(&mut self, max: u64) -> u64 {
        self.seed ^= self.seed << 13;
        self.seed ^= self.seed >> 7;
        self.seed ^= self.seed << 17;
        self.seed % (max + 1)
    }
}

fn nanoseconds(span: Duration) -> u64 {
    u64::try_from(span.as_nanos()).unwrap()
}

const PLAIN: Vendor =
    Vendor { latency: 50 * MILLISECOND, network: 4 * MILLISECOND, limit: usize::MAX, workers: 0, jitter: 10 };
const SEEDS: u64 = 10;

/// Returns the number of contacts that the vendor serves in `count` latencies.
fn contacts_in(count: u64, at_once: usize) -> u64 {
    count * at_once as u64
}

fn share_of_the_best_fixed(vendor: Vendor, at_once: usize, contacts: u64, seed: u64) -> f64 {
    let numbers = [at_once.div_ceil(2), at_once, at_once + 1, at_once * 3 / 2, at_once * 2, at_once * 4];
    let fixed = numbers.map(|number| run(vendor, Some(number), contacts, seed).elapsed);
    let best = fixed.into_iter().min().unwrap();
    best as f64 / run(vendor, None, contacts, seed).elapsed as f64
}

#[test]
fn auto_is_about_as_fast_as_the_best_fixed_limit_at_an_unknown_limit() {
    for limit in [1, 2, 3, 4, 8, 16, 40, 60] {
        for jitter in [2, 10, 30] {
            for seed in 1..=SEEDS {
                let vendor = Vendor { limit, jitter, ..PLAIN };
                let share = share_of_the_best_fixed(vendor, limit, contacts_in(120, limit), seed);
                assert!(share >= 0.9, "{share:.3} at {limit}, jitter {jitter}, seed {seed}");
            }
        }
    }
}

#[test]
fn auto_is_throttled_less_often_than_any_fixed_limit_that_is_too_high() {
    for limit in [1, 3, 4, 16, 40] {
        for jitter in [10, 30] {
            for seed in 1..=SEEDS {
                let vendor = Vendor { limit, jitter, ..PLAIN };
                let contacts = contacts_in(300, limit);
                let auto = run(vendor, None, contacts, seed).throttled;
                for number in [limit + 1, limit * 2, limit * 4] {
                    let fixed = run(vendor, Some(number), contacts, seed).throttled;
                    assert!(auto < fixed, "{auto}, {fixed} with {number} at {limit}, {jitter}, seed {seed}");
                }
            }
        }
    }
}

#[test]
fn auto_is_about_as_fast_as_the_best_fixed_limit_at_an_unknown_number_of_servers() {
    for workers in [1, 2, 3, 4, 8, 16, 40] {
        for jitter in [2, 10, 30] {
            for seed in 1..=SEEDS {
                let vendor = Vendor { workers, jitter, ..PLAIN };
                let share = share_of_the_best_fixed(vendor, workers, contacts_in(120, workers), seed);
                assert!(share >= 0.9, "{share:.3} at {workers}, jitter {jitter}, seed {seed}");
            }
        }
    }
}

#[test]
fn auto_is_hardly_ever_throttled_after_slow_start() {
    for seed in 1..=SEEDS {
        let vendor = Vendor { limit: 16, ..PLAIN };
        let early = run(vendor, None, contacts_in(120, 16), seed).throttled;
        let all = run(vendor, None, contacts_in(1200, 16), seed).throttled;
        assert!(all <= early + 5, "{early} of {all}, seed {seed}");
    }
}
