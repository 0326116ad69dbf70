//! A simulator of the whole path: import and fan-out, pipeline, and the journal in memory and in a file, on virtual time, with
//! hostile vendors, kills, stops, and clocks that are set.
//!
//! A seed gives the same simulation every time. `UNICONTACT_SEEDS=1000000` runs so many, and `UNICONTACT_SEED=123` one, whose
//! events are printed with `-- --nocapture`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, reason = "tests")]

mod adapter;
mod clock;
mod ending;
mod journal;
mod monitor;
mod process;
mod random;
mod storage;
mod trace;
mod traits;
mod vendor;
mod weakening;
mod world;

use std::env;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use tokio::runtime::Builder;

use crate::monitor::Counts;
use crate::storage::Storage;
use crate::weakening::Weakening;
use crate::world::World;

const SEEDS: u64 = 1000;
/// Every so many seeds, the journal is in a file.
const IN_FILE: u64 = 10;

/// So many of the seeds that break a promise are shown.
const SHOWN: usize = 20;

/// What a simulation brought.
#[derive(Debug, PartialEq, Eq)]
struct Outcome {
    violations: Vec<String>,
    counts: Counts,
    trace: String,
}

fn simulate(seed: u64, weakening: Option<Weakening>, is_traced: bool) -> Outcome {
    let runtime = Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    runtime.block_on(async {
        let storage = if seed.is_multiple_of(IN_FILE) { Storage::in_file() } else { Storage::in_memory() };
        let mut world = World::new(seed, storage, weakening, is_traced);
        world.run().await;
        world.end().await;
        let monitor = &world.monitor;
        Outcome { violations: monitor.violations(), counts: monitor.counts(), trace: monitor.trace.take() }
    })
}

fn number(variable: &str) -> Option<u64> {
    let text = env::var(variable).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{variable} is a number")))
}

/// Runs the seeds on all processors. Returns those that break a promise, in order, and what happened in all.
fn run_all(seeds: u64) -> (Vec<(u64, Vec<String>)>, Counts) {
    let (next, all) = (AtomicU64::new(0), Mutex::new((Vec::new(), Counts::default())));
    let workers = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= seeds {
                        return;
                    }
                    let outcome = simulate(seed, None, false);
                    let (failed, counts) = &mut *all.lock().unwrap();
                    counts.add(&outcome.counts);
                    if !outcome.violations.is_empty() {
                        failed.push((seed, outcome.violations));
                    }
                }
            });
        }
    });
    let (mut failed, counts) = all.into_inner().unwrap();
    failed.sort();
    (failed, counts)
}

#[test]
fn no_seed_creates_a_contact_twice_or_loses_one() {
    if let Some(seed) = number("UNICONTACT_SEED") {
        let outcome = simulate(seed, None, true);
        println!("{}", outcome.trace);
        assert!(outcome.violations.is_empty(), "seed {seed}: {:#?}", outcome.violations);
        return;
    }
    let seeds = number("UNICONTACT_SEEDS").unwrap_or(SEEDS);
    let (failed, counts) = run_all(seeds);
    println!("{seeds} seeds: {counts:?}");
    if let Some((seed, _)) = failed.first() {
        let shown: Vec<_> = failed.iter().take(SHOWN).collect();
        panic!(
            "{} seeds break a promise: {shown:#?}\n\
             UNICONTACT_SEED={seed} cargo test -p unicontact --test simulated no_seed -- --nocapture",
            failed.len()
        );
    }
    assert!(seeds < SEEDS || counts.are_complete(), "{counts:?}");
}

#[test]
fn the_same_seed_gives_the_same_trace() {
    for seed in 0..12 {
        let (first, second) = (simulate(seed, None, true), simulate(seed, None, true));
        let lines = first.trace.lines().zip(second.trace.lines());
        let different = lines.enumerate().find(|(_, (one, other))| one != other);
        assert_eq!(different, None, "seed {seed}");
        assert_eq!(first, second, "seed {seed}");
    }
}

#[test]
fn a_rule_that_is_taken_back_is_noticed() {
    for weakening in Weakening::ALL {
        let is_noticed = (0..100).any(|seed| !simulate(seed, Some(weakening), false).violations.is_empty());
        assert!(is_noticed, "{weakening:?}");
    }
}
