//! How fast, and how many at once.
//!
//! Its rule: a rate is proved by the clock that moves by hand, a number at once by counting.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use tokio::sync::Semaphore;
use unicontact::Outcome;
use unicontact::providers::{Effect, ErrorKind};

use crate::scripted::bench::{Bench, contact, soon};
use crate::scripted::{Scripted, after, creates, failure, finds, lost, rate_limited, unreachable_vendor};

fn creating(count: usize) -> Scripted {
    let steps = std::iter::repeat_with(|| creates("1")).take(count);
    steps.fold(Scripted::new("acme"), Scripted::create)
}

#[tokio::test]
async fn deliveries_one_after_another_begin_no_faster_than_the_rate() {
    let bench = Bench::new().with(|settings| settings.requests_per_second = 4);
    let fan_out = bench.fan_out(creating(9));
    for number in 0..9 {
        fan_out.deliver(contact(&number.to_string())).await;
    }
    assert_eq!(bench.passed(), Duration::from_secs(2));
}

#[tokio::test]
async fn deliveries_at_once_share_the_rate() {
    let bench = Bench::new().with(|settings| settings.requests_per_second = 4);
    let fan_out = bench.fan_out(creating(9));
    let reports = (0..9).map(|number| fan_out.deliver(contact(&number.to_string())));
    for report in join_all(reports).await {
        assert_eq!(report.deliveries[0].outcome, Outcome::Created);
    }
    assert!(bench.passed() >= Duration::from_secs(2), "{:?}", bench.passed());
}

#[tokio::test]
async fn an_attempt_that_is_sent_again_pays_too() {
    let expired = || failure(ErrorKind::Unauthenticated, Effect::Refused).with_renewed_credential();
    for first in [unreachable_vendor(), rate_limited(), expired()] {
        let bench = Bench::new().with(|settings| settings.requests_per_second = 1);
        let acme = Scripted::new("acme").create_fails([first]).create(creates("1"));
        bench.deliver(acme).await.assert(Outcome::Created, 2);
        assert!(bench.passed() >= Duration::from_secs(1));
    }
}

#[tokio::test]
async fn a_look_pays_too() {
    let bench = Bench::new().with(|settings| {
        settings.requests_per_second = 1;
        settings.settle_delay = Duration::ZERO;
    });
    let acme = Scripted::new("acme").create_fails([lost()]).find(finds(None)).find(finds(Some("1")));
    bench.deliver(acme).await.assert(Outcome::Created, 1);
    assert!(bench.passed() >= Duration::from_secs(2), "{:?}", bench.passed());
}

#[tokio::test]
async fn no_more_are_under_way_than_the_settings_say() {
    let gate = Arc::new(Semaphore::new(0));
    let steps = std::iter::repeat_with(|| after(&gate, creates("1"))).take(6);
    let acme = steps.fold(Scripted::new("acme"), Scripted::create);
    let calls = acme.calls();
    let bench = Bench::new().with(|settings| settings.concurrency = 2);
    let fan_out = bench.fan_out(acme);
    let running: Vec<_> = (0..6).map(|number| fan_out.start(contact(&number.to_string()))).collect();
    soon(calls.until_creates(2)).await;
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    assert_eq!(calls.creates(), 2, "the others wait for one of them to end");
    gate.add_permits(6);
    for one in running {
        let report = soon(one.finish()).await;
        assert_eq!(report.deliveries[0].outcome, Outcome::Created);
    }
    assert_eq!((calls.creates(), calls.most_under_way()), (6, 2));
}
