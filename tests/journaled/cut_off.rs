//! Runs that are cut off, and adapters that panic: the journal records the outcome of the report.

use std::sync::Arc;

use unicontact::journal::MemoryJournal;
use unicontact::{FanOut, Outcome, Pipeline, Policy, Settings};

use crate::journaled::Runs;
use crate::scripted::bench::{contact, soon};
use crate::scripted::frozen_clock::FrozenClock;
use crate::scripted::{Scripted, creates, finds, hangs, lost, panics, rate_limited};

fn acme() -> Scripted {
    Scripted::new("acme")
}

async fn abandoned(runs: &Runs, adapter: Scripted) -> Outcome {
    let calls = adapter.calls();
    let running = runs.fan_out(&runs.bench(), adapter).start(contact("42")).await;
    soon(calls.until_creates(1)).await;
    running.abandon().deliveries[0].outcome
}

#[tokio::test]
async fn an_abandoned_create_is_recorded_as_in_doubt() {
    let runs = Runs::default();
    assert_eq!(abandoned(&runs, acme().create(hangs())).await, Outcome::InDoubt);
    assert_eq!(runs.outcome().await, Outcome::InDoubt);
    runs.run(acme()).await.assert(Outcome::InDoubt, 0);
}

#[tokio::test]
async fn a_create_that_ended_before_it_was_abandoned_is_recorded_as_created() {
    let runs = Runs::default();
    assert_eq!(abandoned(&runs, acme().create(creates("17"))).await, Outcome::Created);
    assert_eq!(runs.run(acme()).await.id(), Some("17"));
}

#[tokio::test]
async fn a_delivery_that_never_began_is_pending_and_sent_by_the_next_run() {
    let runs = Runs::default();
    let report = runs.fan_out(&runs.bench(), acme()).start(contact("42")).await.abandon();
    assert_eq!(report.deliveries[0].outcome, Outcome::Pending);
    assert_eq!(runs.outcome().await, Outcome::Pending);
    runs.run(acme().create(creates("17"))).await.assert(Outcome::Created, 1);
}

#[tokio::test]
async fn abandoning_before_the_look_leaves_the_doubt() {
    let runs = Runs::default();
    runs.run(acme().create_fails([lost()])).await.assert(Outcome::InDoubt, 1);
    runs.fan_out(&runs.bench(), acme().deduping()).start(contact("42")).await.abandon();
    assert_eq!(runs.outcome().await, Outcome::InDoubt);
}

#[tokio::test]
async fn stopping_before_the_look_leaves_the_doubt() {
    let runs = Runs::default();
    runs.run(acme().create_fails([lost()])).await.assert(Outcome::InDoubt, 1);
    let running = runs.fan_out(&runs.bench(), acme().deduping()).start(contact("42")).await;
    running.stop();
    let report = running.finish().await;
    assert_eq!(report.deliveries[0].outcome, Outcome::InDoubt);
    assert_eq!(runs.outcome().await, Outcome::InDoubt);
}

#[tokio::test]
async fn abandoning_a_delivered_contact_leaves_it_delivered() {
    let runs = Runs::default();
    runs.run(acme().create(creates("17"))).await;
    runs.fan_out(&runs.bench(), acme()).start(contact("42")).await.abandon();
    assert_eq!(runs.run(acme()).await.id(), Some("17"));
}

async fn abandoned_asleep(runs: &Runs, adapter: Scripted) -> Outcome {
    let clock = Arc::new(FrozenClock::new());
    let shared = Arc::<FrozenClock>::clone(&clock);
    let pipeline = Pipeline::new(adapter.into_provider(), Settings::default(), shared, 7);
    let journal = Arc::<MemoryJournal>::clone(&runs.journal);
    let running = FanOut::new(vec![pipeline], Policy::All).with_journal(journal).start(contact("42")).await;
    soon(clock.until_asleep(1)).await;
    running.abandon().deliveries[0].outcome
}

#[tokio::test]
async fn abandoning_during_the_look_leaves_the_doubt() {
    let runs = Runs::default();
    runs.run(acme().create_fails([lost()])).await.assert(Outcome::InDoubt, 1);
    assert_eq!(abandoned_asleep(&runs, acme().find(finds(Some("17")))).await, Outcome::InDoubt);
    assert_eq!(runs.outcome().await, Outcome::InDoubt);
}

#[tokio::test]
async fn a_delivery_abandoned_between_attempts_is_pending() {
    let runs = Runs::default();
    assert_eq!(abandoned_asleep(&runs, acme().create_fails([rate_limited()])).await, Outcome::Pending);
    runs.run(acme().create(creates("17"))).await.assert(Outcome::Created, 1);
}

#[tokio::test]
async fn a_dropped_run_is_recorded_as_in_doubt() {
    let runs = Runs::default();
    let adapter = acme().create(hangs());
    let calls = adapter.calls();
    let running = runs.fan_out(&runs.bench(), adapter).start(contact("42")).await;
    soon(calls.until_creates(1)).await;
    drop(running);
    assert_eq!(runs.outcome().await, Outcome::InDoubt);
}

#[tokio::test]
async fn a_panic_while_creating_is_recorded_as_in_doubt_and_one_before_as_failed() {
    let runs = Runs::default();
    runs.run(acme().create(panics())).await.assert(Outcome::InDoubt, 1);
    assert_eq!(runs.outcome().await, Outcome::InDoubt);

    let runs = Runs::default();
    runs.run(acme().drafting(|| panic!("the adapter has a bug"))).await.assert(Outcome::Failed, 0);
    assert_eq!(runs.outcome().await, Outcome::Failed);
}
