//! The checks of the product's rules: in each setup everything holds.

use super::explore::{Counterexample, counterexample, explore};
use super::setup::{Disturbances, Setup};
use super::vendor::Kind;

/// One process with its journal in a file, that may be killed, cut off, refused; a person who guesses; a repeat.
pub(super) fn file(vendor: Kind) -> Setup {
    let disturbances = Disturbances {
        most: 2,
        kills: true,
        refusals: true,
        stops: true,
        guesses: true,
        again: true,
        ..Disturbances::default()
    };
    Setup::file(vendor, disturbances)
}

/// Two processes that have the same file open.
pub(super) fn shared_file(vendor: Kind) -> Setup {
    Setup::file(vendor, Disturbances { most: 1, refusals: true, ..Disturbances::default() }).with_processes(2)
}

/// Two processes that have the same file open, one of which is cut off or gets no answer to its claim.
pub(super) fn giving_up(vendor: Kind) -> Setup {
    Setup::file(vendor, Disturbances { most: 1, stops: true, ..Disturbances::default() }).with_processes(2)
}

/// One process on a machine whose wall clock is set.
pub(super) fn set_clock(vendor: Kind) -> Setup {
    let disturbances = Disturbances { most: 2, kills: true, jumps: true, ..Disturbances::default() };
    Setup::file(vendor, disturbances)
}

/// One process on a machine that boots anew.
pub(super) fn booting(vendor: Kind) -> Setup {
    let disturbances = Disturbances { most: 2, kills: true, boots: true, ..Disturbances::default() };
    Setup::file(vendor, disturbances)
}

/// Two workers of a queue, that may be killed, stopped, refused; a person who guesses.
pub(super) fn queue(vendor: Kind) -> Setup {
    let disturbances = Disturbances {
        most: 2,
        kills: true,
        refusals: true,
        stops: true,
        guesses: true,
        ..Disturbances::default()
    };
    Setup::queue(vendor, disturbances)
}

/// Two workers of a queue that holds the delivery twice.
pub(super) fn queued_twice(vendor: Kind) -> Setup {
    Setup::queue(vendor, Disturbances { most: 1, enqueues: true, ..Disturbances::default() })
}

/// Two workers of a queue, one of which stands still while its lease lapses.
pub(super) fn lapsing(vendor: Kind) -> Setup {
    Setup::queue(vendor, Disturbances { most: 1, lapses: true, ..Disturbances::default() })
}

/// The same with refusals, and a provider that is paused.
pub(super) fn lapsing_in_a_pause(vendor: Kind) -> Setup {
    let disturbances =
        Disturbances { most: 2, lapses: true, refusals: true, stops: true, ..Disturbances::default() };
    Setup::queue(vendor, disturbances)
}

/// Two workers of a queue whose journal does not know of leases: it always says that a claim holds.
pub(super) fn without_leases(vendor: Kind) -> Setup {
    lapsing(vendor).with_rules(|rules| rules.holds = |_| true)
}

/// Checks that everything holds, in at least so many states.
fn assert_holds(setup: Setup, least: usize) {
    let what = format!("{:?}, {:?}", setup.vendor, setup.disturbances);
    match explore(setup) {
        Ok(states) => {
            println!("{states} states: {what}");
            assert!(states >= least, "only {states} states were explored: {what}");
        }
        Err(Counterexample { property, way }) => panic!("{what}: it does not hold that {property}:\n{way}"),
    }
}

#[test]
fn nobody_is_created_twice_or_lost_by_one_process() {
    assert_holds(file(Kind::PLAIN), 1_000);
    assert_holds(file(Kind::LISTS), 1_000);
    assert_holds(file(Kind::UNCLEAR), 1_000);
    assert_holds(file(Kind::CHECKS_FIRST), 1_000);
    assert_holds(file(Kind::SERIALIZES), 1_000);
}

#[test]
fn nobody_is_created_twice_or_lost_by_two_processes_with_one_file() {
    assert_holds(shared_file(Kind::PLAIN), 1_000);
    assert_holds(shared_file(Kind::CHECKS_FIRST).with_at_most(0), 1_000);
}

#[test]
fn nobody_is_created_twice_or_lost_by_a_process_that_gives_up_its_claim() {
    assert_holds(giving_up(Kind::PLAIN), 1_000);
    assert_holds(giving_up(Kind::LISTS), 1_000);
}

#[test]
fn nobody_is_created_twice_or_lost_while_clocks_are_set_and_machines_boot() {
    assert_holds(set_clock(Kind::LISTS), 1_000);
    assert_holds(set_clock(Kind::CHECKS_FIRST), 1_000);
    assert_holds(booting(Kind::LISTS), 1_000);
    assert_holds(booting(Kind::CHECKS_FIRST), 1_000);
}

#[test]
fn a_delivery_ends_although_a_person_runs_it_again_every_minute() {
    assert_holds(file(Kind::LISTS).impatient(), 1_000);
    assert_holds(file(Kind::CHECKS_FIRST).impatient(), 1_000);
}

#[test]
fn nobody_is_created_twice_or_lost_by_two_workers() {
    assert_holds(queue(Kind::PLAIN), 1_000);
    assert_holds(queue(Kind::LISTS), 1_000);
    assert_holds(queue(Kind::CHECKS_FIRST), 1_000);
    assert_holds(queue(Kind::SERIALIZES), 1_000);
}

#[test]
fn nobody_is_created_twice_or_lost_by_a_queue_that_holds_the_delivery_twice() {
    assert_holds(queued_twice(Kind::PLAIN), 1_000);
    assert_holds(queued_twice(Kind::LISTS_AT_ONCE), 1_000);
    assert_holds(queued_twice(Kind::CHECKS_FIRST), 1_000);
}

#[test]
fn nobody_is_created_twice_or_lost_by_a_worker_that_loses_its_lease() {
    assert_holds(lapsing(Kind::LISTS_AT_ONCE), 1_000);
    assert_holds(lapsing(Kind::CHECKS_FIRST), 1_000);
    assert_holds(without_leases(Kind::PLAIN), 1_000);
}

#[test]
fn nobody_is_created_twice_or_lost_by_a_worker_that_loses_its_lease_in_a_pause() {
    assert_holds(lapsing_in_a_pause(Kind::PLAIN), 1_000);
}

#[test]
fn the_documented_exceptions_are_the_only_ones_and_are_real() {
    for setup in [file(Kind::LISTS_AT_ONCE), file(Kind::CHECKS_FIRST)] {
        let setup = setup.with_at_most(1);
        assert_holds(setup.clone().with_exceptions(), 1_000);
        let unexcused = setup.with_exceptions().without_excuses();
        assert!(counterexample(unexcused, "nobody is created twice").is_some());
    }
}
