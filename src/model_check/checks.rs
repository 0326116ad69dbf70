//! The setups in which all properties must hold by the product's rules.

use super::explore::{Counterexample, counterexample, explore};
use super::setup::{Disturbances, Setup};
use super::vendor::VendorKind;

/// One process with its journal in a file. It may be killed, cancelled or refused; a person guesses, or repeats the delivery.
pub(super) fn file(vendor: VendorKind) -> Setup {
    let disturbances = Disturbances {
        limit: 2,
        kills: true,
        refusals: true,
        stops: true,
        guesses: true,
        repeats: true,
        ..Disturbances::default()
    };
    Setup::file(vendor, disturbances)
}

/// Two processes that have the same file open.
pub(super) fn shared_file(vendor: VendorKind) -> Setup {
    Setup::file(vendor, Disturbances { limit: 1, refusals: true, ..Disturbances::default() })
        .with_processes(2)
}

/// Two processes that have the same file open, one of which is cancelled, possibly before the answer to its claim.
pub(super) fn cancelled_claim(vendor: VendorKind) -> Setup {
    Setup::file(vendor, Disturbances { limit: 1, stops: true, ..Disturbances::default() }).with_processes(2)
}

/// One process on a machine whose wall clock jumps.
pub(super) fn clock_jump(vendor: VendorKind) -> Setup {
    let disturbances = Disturbances { limit: 2, kills: true, clock_jumps: true, ..Disturbances::default() };
    Setup::file(vendor, disturbances)
}

/// One process on a machine that reboots.
pub(super) fn reboot(vendor: VendorKind) -> Setup {
    let disturbances = Disturbances { limit: 2, kills: true, boots: true, ..Disturbances::default() };
    Setup::file(vendor, disturbances)
}

/// Two workers of a queue. They may be killed, stopped or refused; a person guesses.
pub(super) fn queue(vendor: VendorKind) -> Setup {
    let disturbances = Disturbances {
        limit: 2,
        kills: true,
        refusals: true,
        stops: true,
        guesses: true,
        ..Disturbances::default()
    };
    Setup::queue(vendor, disturbances)
}

/// Two workers of a queue that holds the delivery twice.
pub(super) fn queued_twice(vendor: VendorKind) -> Setup {
    Setup::queue(vendor, Disturbances { limit: 1, enqueues: true, ..Disturbances::default() })
}

/// Two workers of a queue, one of which is suspended until its lease expires.
pub(super) fn lease_expiry(vendor: VendorKind) -> Setup {
    Setup::queue(vendor, Disturbances { limit: 1, lease_expiries: true, ..Disturbances::default() })
}

/// As [`lease_expiry`], with refusals and a provider that is paused.
pub(super) fn lease_expiry_in_a_pause(vendor: VendorKind) -> Setup {
    let disturbances = Disturbances {
        limit: 2,
        lease_expiries: true,
        refusals: true,
        stops: true,
        ..Disturbances::default()
    };
    Setup::queue(vendor, disturbances)
}

/// Two workers of a queue whose journal has no leases: `holds` is always true.
pub(super) fn without_leases(vendor: VendorKind) -> Setup {
    lease_expiry(vendor).with_rules(|rules| rules.holds = |_| true)
}

/// Checks that all properties hold in all states, of which there must be at least `min_states`.
fn assert_holds(setup: Setup, min_states: usize) {
    let description = format!("{:?}, {:?}", setup.vendor, setup.disturbances);
    match explore(setup) {
        Ok(states) => {
            println!("{states} states: {description}");
            assert!(states >= min_states, "only {states} states were explored: {description}");
        }
        Err(Counterexample { property, path }) => {
            panic!("{description}: the property \"{property}\" fails:\n{path}")
        }
    }
}

#[test]
fn nobody_is_created_twice_or_lost_by_one_process() {
    assert_holds(file(VendorKind::PLAIN), 1_000);
    assert_holds(file(VendorKind::LISTS), 1_000);
    assert_holds(file(VendorKind::UNCLEAR), 1_000);
    assert_holds(file(VendorKind::CHECKS_FIRST), 1_000);
    assert_holds(file(VendorKind::SERIALIZES), 1_000);
}

#[test]
fn nobody_is_created_twice_or_lost_by_two_processes_with_one_file() {
    assert_holds(shared_file(VendorKind::PLAIN), 1_000);
    assert_holds(shared_file(VendorKind::CHECKS_FIRST).with_limit(0), 1_000);
}

#[test]
fn nobody_is_created_twice_or_lost_by_a_process_that_is_cancelled_while_it_claims() {
    assert_holds(cancelled_claim(VendorKind::PLAIN), 1_000);
    assert_holds(cancelled_claim(VendorKind::LISTS), 1_000);
}

#[test]
fn nobody_is_created_twice_or_lost_when_clocks_jump_and_machines_reboot() {
    assert_holds(clock_jump(VendorKind::LISTS), 1_000);
    assert_holds(clock_jump(VendorKind::CHECKS_FIRST), 1_000);
    assert_holds(reboot(VendorKind::LISTS), 1_000);
    assert_holds(reboot(VendorKind::CHECKS_FIRST), 1_000);
}

#[test]
fn a_delivery_that_is_run_again_every_minute_still_ends() {
    assert_holds(file(VendorKind::LISTS).impatient(), 1_000);
    assert_holds(file(VendorKind::CHECKS_FIRST).impatient(), 1_000);
}

#[test]
fn nobody_is_created_twice_or_lost_by_two_workers() {
    assert_holds(queue(VendorKind::PLAIN), 1_000);
    assert_holds(queue(VendorKind::LISTS), 1_000);
    assert_holds(queue(VendorKind::CHECKS_FIRST), 1_000);
    assert_holds(queue(VendorKind::SERIALIZES), 1_000);
}

#[test]
fn nobody_is_created_twice_or_lost_by_a_queue_that_holds_the_delivery_twice() {
    assert_holds(queued_twice(VendorKind::PLAIN), 1_000);
    assert_holds(queued_twice(VendorKind::LISTS_AT_ONCE), 1_000);
    assert_holds(queued_twice(VendorKind::CHECKS_FIRST), 1_000);
}

#[test]
fn nobody_is_created_twice_or_lost_by_a_worker_that_loses_its_lease() {
    assert_holds(lease_expiry(VendorKind::LISTS_AT_ONCE), 1_000);
    assert_holds(lease_expiry(VendorKind::CHECKS_FIRST), 1_000);
    assert_holds(without_leases(VendorKind::PLAIN), 1_000);
}

#[test]
fn nobody_is_created_twice_or_lost_by_a_worker_that_loses_its_lease_in_a_pause() {
    assert_holds(lease_expiry_in_a_pause(VendorKind::PLAIN), 1_000);
}

#[test]
fn only_the_documented_exceptions_create_a_second_contact() {
    for setup in [file(VendorKind::LISTS_AT_ONCE), file(VendorKind::CHECKS_FIRST)] {
        let setup = setup.with_limit(1);
        assert_holds(setup.clone().with_exceptions(), 1_000);
        let unexcused = setup.with_exceptions().without_excuses();
        assert!(counterexample(unexcused, "nobody is created twice").is_some());
    }
}
