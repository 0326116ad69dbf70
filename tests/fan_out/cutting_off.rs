//! Abandoned and dropped deliveries. A delivery that is reported as pending was not sent and never will be; one that may have
//! been sent is in doubt.

use std::sync::{Arc, Mutex, mpsc};

use tokio::sync::{Semaphore, oneshot};
use unicontact::providers::{Dedupe, Effect, ErrorKind};
use unicontact::{FanOut, Note, Outcome, Policy};

use super::{creating, expect_unfinished, frozen_pipeline, outcomes, pipeline};
use crate::scripted::bench::{Bench, contact, soon};
use crate::scripted::frozen_clock::FrozenClock;
use crate::scripted::{Scripted, after, creates, hangs, lost, rate_limited};

#[tokio::test]
async fn an_abandoned_run_reports_the_state_of_each_delivery() {
    let clock = Arc::new(FrozenClock::new());
    let adapters = [
        creating("acme"),
        Scripted::new("iot").create(hangs()),
        Scripted::new("voice").with_capabilities(Dedupe::Serialized, false).create_fails([lost()]),
        Scripted::new("jakarta").create_fails([rate_limited()]),
    ];
    let calls = adapters.each_ref().map(Scripted::calls);
    let pipelines = adapters.into_iter().map(|adapter| frozen_pipeline(&clock, adapter)).collect();
    let mut running = FanOut::new(pipelines, Policy::All).start(contact("42")).await;
    tokio::select! {
        biased;
        () = running.ended() => panic!("three deliveries still wait"),
        () = soon(clock.until_asleep(2)) => {}
    }
    let report = running.abandon();
    assert_eq!(outcomes(&report), [Outcome::Created, Outcome::InDoubt, Outcome::InDoubt, Outcome::Pending,]);
    assert_eq!(calls.map(|calls| calls.creates()), [1; 4]);
    for doubtful in &report.deliveries[1..3] {
        let error = doubtful.error.as_ref().unwrap();
        assert_eq!(error.kind(), ErrorKind::Interrupted);
        assert_eq!(error.effect(), Effect::Unknown);
    }
    let pending = &report.deliveries[3];
    assert_eq!(pending.attempts, 1);
    assert!(pending.error.is_none());
    assert_eq!(pending.note, Some(Note::Stopped));
}

#[tokio::test]
async fn a_finished_delivery_is_reported_with_its_outcome_after_an_abandon() {
    let acme = creating("acme");
    let calls = acme.calls();
    let running = Bench::new().fan_out(acme).start(contact("42")).await;
    soon(calls.until_creates(1)).await;
    let report = running.abandon();
    assert_eq!(outcomes(&report), [Outcome::Created]);
    assert!(report.deliveries[0].id.is_some());
}

#[tokio::test]
async fn a_delivery_that_never_began_is_pending() {
    let acme = creating("acme");
    let calls = acme.calls();
    let report = Bench::new().fan_out(acme).start(contact("42")).await.abandon();
    assert_eq!(outcomes(&report), [Outcome::Pending]);
    tokio::task::yield_now().await;
    assert_eq!(calls.creates(), 0);
}

/// An adapter whose draft blocks until the test releases it.
struct Drafting {
    adapter: Scripted,
    begun: oneshot::Receiver<()>,
    release: mpsc::Sender<()>,
}

fn drafting() -> Drafting {
    let (begins, begun) = oneshot::channel();
    let (release, held) = mpsc::channel();
    let once = Mutex::new(Some((begins, held)));
    let adapter = Scripted::new("acme").create(creates("1")).drafting(move || {
        let (begins, held) = once.lock().unwrap().take().unwrap();
        begins.send(()).unwrap();
        held.recv().unwrap();
        Ok(Vec::new())
    });
    Drafting { adapter, begun, release }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_delivery_reported_as_pending_is_never_sent() {
    let mut slow = drafting();
    let calls = slow.adapter.calls();
    let gone = slow.adapter.gone();
    let running = Bench::new().fan_out(slow.adapter).start(contact("42")).await;
    soon(slow.begun).await.unwrap();
    let report = running.abandon();
    slow.release.send(()).unwrap();
    soon(gone).await.unwrap_err();
    let outcome = outcomes(&report)[0];
    assert!(
        outcome == Outcome::InDoubt || calls.creates() == 0,
        "reported as {outcome:?} and sent {} times",
        calls.creates()
    );
}

#[tokio::test]
async fn dropping_a_run_cancels_every_delivery() {
    let mut adapters = ["acme", "iot"].map(|name| Scripted::new(name).create(hangs()));
    let gone = adapters.each_mut().map(Scripted::gone);
    let calls = adapters.each_ref().map(Scripted::calls);
    let pipelines = adapters.map(pipeline).into_iter().collect();
    let running = FanOut::new(pipelines, Policy::All).start(contact("42")).await;
    for calls in calls {
        soon(calls.until_creates(1)).await;
    }
    drop(running);
    for gone in gone {
        soon(gone).await.unwrap_err();
    }
}

#[tokio::test]
async fn waiting_for_the_end_can_be_cancelled_and_repeated() {
    let gate = Arc::new(Semaphore::new(0));
    let slow = Scripted::new("iot").create(after(&gate, creates("2")));
    let pipelines = vec![pipeline(creating("acme")), pipeline(slow)];
    let mut running = FanOut::new(pipelines, Policy::All).start(contact("42")).await;
    expect_unfinished(&mut running, 10, "iot waits").await;
    gate.add_permits(1);
    soon(running.ended()).await;
    soon(running.ended()).await;
    let report = running.abandon();
    assert_eq!(outcomes(&report), [Outcome::Created; 2]);
}

#[tokio::test]
async fn an_adapter_that_does_not_say_when_it_sends_leaves_a_doubt() {
    let adapter = Scripted::new("acme").without_permit().create(hangs());
    let calls = adapter.calls();
    let running = FanOut::new(vec![pipeline(adapter)], Policy::All).start(contact("42")).await;
    soon(calls.until_creates(1)).await;
    assert_eq!(outcomes(&running.abandon()), [Outcome::InDoubt]);
}
