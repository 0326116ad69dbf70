//! Simulates the whole path on virtual time: imports, fan-out, pipeline, and the journal in memory or in a file, with hostile
//! vendors, killed and stopped processes, and clocks that are set.
//!
//! The same seed gives the same simulation. `UNICONTACT_SEEDS=1000000` runs that many seeds. `UNICONTACT_SEED=123` runs one, and
//! prints its events with `-- --nocapture`.

mod adapter;
mod clock;
mod final_check;
mod journal;
mod monitor;
mod mutation;
mod process;
pub(crate) mod random;
mod storage;
mod trace;
mod traits;
mod vendor;
mod world;

use std::env;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use tokio::runtime::Builder;

use crate::simulated::monitor::Counts;
use crate::simulated::mutation::Mutation;
use crate::simulated::storage::Storage;
use crate::simulated::world::World;

const SEEDS: u64 = 300;
/// One in this many seeds has its journal in a file.
const FILE_INTERVAL: u64 = 10;
/// The number of failed seeds that are printed.
const SHOWN: usize = 20;

/// The result of a simulation.
#[derive(Debug, PartialEq, Eq)]
struct SimulationResult {
    violations: Vec<String>,
    counts: Counts,
    trace: String,
}

fn simulate(seed: u64, mutation: Option<Mutation>, is_traced: bool) -> SimulationResult {
    let runtime = Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    runtime.block_on(async {
        let storage =
            if seed.is_multiple_of(FILE_INTERVAL) { Storage::in_file() } else { Storage::in_memory() };
        let mut world = World::new(seed, storage, mutation, is_traced);
        world.run().await;
        world.end().await;
        let monitor = &world.monitor;
        SimulationResult {
            violations: monitor.violations(),
            counts: monitor.counts(),
            trace: monitor.trace.take(),
        }
    })
}

fn number(variable: &str) -> Option<u64> {
    let text = env::var(variable).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{variable} must be a number")))
}

/// Runs the seeds on all processors. Returns the violations of the failed ones, in order, and the counts of all.
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
            "{} seeds failed: {shown:#?}\n\
             UNICONTACT_SEED={seed} cargo test -p unicontact --test tests simulated::no_seed -- --nocapture",
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
fn every_mutation_of_a_rule_causes_a_violation() {
    for mutation in Mutation::ALL {
        let is_detected = (0..100).any(|seed| !simulate(seed, Some(mutation), false).violations.is_empty());
        assert!(is_detected, "{mutation:?}");
    }
}
