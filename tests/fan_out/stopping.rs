//! Stopped deliveries: an attempt under way is completed, and no new one begins. Where a delivery has to wait, it waits on a
//! frozen clock.

use std::sync::Arc;

use tokio::sync::Semaphore;
use unicontact::providers::{Dedupe, Effect, ErrorKind};
use unicontact::{Concurrency, FanOut, Note, Outcome, Policy, Report};

use super::{creating, expect_unfinished, frozen_pipeline, outcomes, pipeline, rejecting};
use crate::scripted::bench::{Bench, contact, soon};
use crate::scripted::frozen_clock::FrozenClock;
use crate::scripted::{Scripted, after, creates, fails, failure, finds, lost, rate_limited};

/// Delivers a contact, stops the run while its attempt waits at the gate, and opens the gate.
async fn stopped_during_an_attempt(gate: &Semaphore, acme: Scripted) -> Report {
    let calls = acme.calls();
    let running = Bench::new().fan_out(acme).start(contact("42")).await;
    soon(calls.until_creates(1)).await;
    running.stop();
    gate.add_permits(1);
    soon(running.finish()).await
}

#[tokio::test]
async fn a_delivery_stopped_before_its_first_attempt_is_pending() {
    let acme = Scripted::new("acme").create(creates("1"));
    let calls = acme.calls();
    let running = Bench::new().fan_out(acme).start(contact("42")).await;
    running.stop();
    let report = soon(running.finish()).await;
    assert_eq!(outcomes(&report), [Outcome::Pending]);
    let delivery = &report.deliveries[0];
    assert_eq!((delivery.attempts, calls.creates()), (0, 0));
    assert!(delivery.error.is_none());
    assert_eq!(delivery.note, Some(Note::Stopped));
}

#[tokio::test]
async fn a_stop_lets_an_attempt_under_way_complete() {
    let gate = Arc::new(Semaphore::new(0));
    let acme = Scripted::new("acme").create(after(&gate, creates("17")));
    let report = stopped_during_an_attempt(&gate, acme).await;
    assert_eq!(outcomes(&report), [Outcome::Created]);
}

#[tokio::test]
async fn a_failed_attempt_is_not_repeated_after_a_stop() {
    let gate = Arc::new(Semaphore::new(0));
    let acme = Scripted::new("acme").create(after(&gate, fails(rate_limited())));
    let calls = acme.calls();
    let report = stopped_during_an_attempt(&gate, acme).await;
    assert_eq!(outcomes(&report), [Outcome::Failed]);
    let error = report.deliveries[0].error.as_ref().unwrap();
    assert_eq!(error.kind(), ErrorKind::RateLimited);
    assert_eq!(calls.creates(), 1);
}

#[tokio::test]
async fn a_lost_answer_is_still_looked_for_after_a_stop() {
    let gate = Arc::new(Semaphore::new(0));
    let acme = Scripted::new("acme").create(after(&gate, fails(lost()))).find(finds(Some("17")));
    let report = stopped_during_an_attempt(&gate, acme).await;
    assert_eq!(outcomes(&report), [Outcome::Created]);
}

#[tokio::test]
async fn a_stop_ends_the_wait_before_sending_again_and_keeps_the_doubt() {
    let clock = Arc::new(FrozenClock::new());
    let acme = Scripted::new("acme").with_capabilities(Dedupe::Serialized, false).create_fails([lost()]);
    let pipelines = vec![frozen_pipeline(&clock, acme)];
    let running = FanOut::new(pipelines, Policy::All).start(contact("42")).await;
    soon(clock.until_asleep(1)).await;
    running.stop();
    let report = soon(running.finish()).await;
    assert_eq!(outcomes(&report), [Outcome::InDoubt]);
}

#[tokio::test]
async fn a_stopped_delivery_that_waits_for_a_permit_is_pending() {
    let gate = Arc::new(Semaphore::new(0));
    let acme = Scripted::new("acme").create(after(&gate, creates("1")));
    let calls = acme.calls();
    let bench = Bench::new().with(|settings| settings.concurrency = Concurrency::fixed(1));
    let fan_out = bench.fan_out(acme);
    let first = fan_out.start(contact("1")).await;
    soon(calls.until_creates(1)).await;
    let second = fan_out.start(contact("2")).await;
    tokio::task::yield_now().await;
    second.stop();
    let report = soon(second.finish()).await;
    assert_eq!(outcomes(&report), [Outcome::Pending]);
    gate.add_permits(1);
    let report = soon(first.finish()).await;
    assert_eq!(outcomes(&report), [Outcome::Created], "a stop does not affect other deliveries");
}

/// Delivers two contacts. The first uses up the rate limit, which never renews on the frozen clock. `acme` refuses the second,
/// while `iot` still waits for its slot.
async fn refused_while_the_other_waits(policy: Policy) -> unicontact::Running {
    let clock = Arc::new(FrozenClock::new());
    let refused = failure(ErrorKind::Invalid, Effect::Refused);
    let acme = Scripted::new("acme").create(creates("1")).create_fails([refused]);
    let iot = creating("iot");
    let pipelines = vec![pipeline(acme), frozen_pipeline(&clock, iot)];
    let fan_out = FanOut::new(pipelines, policy);
    fan_out.deliver(contact("1")).await;
    let running = fan_out.start(contact("2")).await;
    soon(clock.until_asleep(1)).await;
    running
}

#[tokio::test]
async fn under_first_failure_a_failure_leaves_waiting_deliveries_pending() {
    let running = refused_while_the_other_waits(Policy::FirstFailure).await;
    let report = soon(running.finish()).await;
    assert_eq!(outcomes(&report), [Outcome::Rejected, Outcome::Pending]);
    assert_eq!(report.deliveries[1].attempts, 0);
}

#[tokio::test]
async fn under_other_policies_waiting_deliveries_are_not_stopped() {
    for policy in [Policy::All, Policy::Any] {
        let mut running = refused_while_the_other_waits(policy).await;
        expect_unfinished(&mut running, 100, &format!("it was stopped under {policy:?}")).await;
    }
}

#[tokio::test]
async fn under_first_failure_an_attempt_under_way_is_still_reported() {
    let gate = Arc::new(Semaphore::new(0));
    let acme = rejecting("acme");
    let iot = Scripted::new("iot").create(after(&gate, creates("1")));
    let pipelines = vec![pipeline(acme), pipeline(iot)];
    let mut running = FanOut::new(pipelines, Policy::FirstFailure).start(contact("42")).await;
    expect_unfinished(&mut running, 10, "iot waits").await;
    gate.add_permits(1);
    let report = soon(running.finish()).await;
    assert_eq!(outcomes(&report), [Outcome::Rejected, Outcome::Created]);
}
