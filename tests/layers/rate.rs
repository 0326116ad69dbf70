//! The limits on rate and concurrency. The manual clock measures the rate; the adapter counts concurrent creates.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use tokio::sync::Semaphore;
use unicontact::providers::{Effect, ErrorKind};
use unicontact::{Concurrency, Outcome};

use crate::scripted::bench::{Bench, contact, soon};
use crate::scripted::{
    Scripted, after, creates, fails, failure, finds, lost, rate_limited, unreachable_vendor,
};

fn creating(count: usize) -> Scripted {
    let steps = std::iter::repeat_with(|| creates("1")).take(count);
    steps.fold(Scripted::new("acme"), Scripted::create)
}

#[tokio::test]
async fn sequential_deliveries_do_not_exceed_the_rate() {
    let bench = Bench::new().with(|settings| settings.requests_per_second = 4);
    let fan_out = bench.fan_out(creating(9));
    for number in 0..9 {
        fan_out.deliver(contact(&number.to_string())).await;
    }
    assert_eq!(bench.elapsed(), Duration::from_secs(2));
}

#[tokio::test]
async fn concurrent_deliveries_share_the_rate() {
    let bench = Bench::new().with(|settings| settings.requests_per_second = 4);
    let fan_out = bench.fan_out(creating(9));
    let reports = (0..9).map(|number| fan_out.deliver(contact(&number.to_string())));
    for report in join_all(reports).await {
        assert_eq!(report.deliveries[0].outcome, Outcome::Created);
    }
    assert!(bench.elapsed() >= Duration::from_secs(2), "{:?}", bench.elapsed());
}

#[tokio::test]
async fn a_resend_counts_against_the_rate() {
    let expired = || failure(ErrorKind::Unauthenticated, Effect::Refused).with_renewed_credential();
    for first in [unreachable_vendor(), rate_limited(), expired()] {
        let bench = Bench::new().with(|settings| settings.requests_per_second = 1);
        let acme = Scripted::new("acme").create_fails([first]).create(creates("1"));
        bench.deliver(acme).await.assert(Outcome::Created, 2);
        assert!(bench.elapsed() >= Duration::from_secs(1));
    }
}

#[tokio::test]
async fn a_look_counts_against_the_rate() {
    let bench = Bench::new().with(|settings| {
        settings.requests_per_second = 1;
        settings.settle_delay = Duration::ZERO;
    });
    let acme = Scripted::new("acme").create_fails([lost()]).find(finds(Some("1")));
    bench.deliver(acme).await.assert(Outcome::Created, 1);
    assert!(bench.elapsed() >= Duration::from_secs(1), "{:?}", bench.elapsed());
}

#[tokio::test]
async fn concurrent_creates_do_not_exceed_the_setting() {
    let gate = Arc::new(Semaphore::new(0));
    let steps = std::iter::repeat_with(|| after(&gate, creates("1"))).take(6);
    let acme = steps.fold(Scripted::new("acme"), Scripted::create);
    let calls = acme.calls();
    let bench = Bench::new().with(|settings| settings.concurrency = Concurrency::fixed(2));
    let fan_out = bench.fan_out(acme);
    let mut running = Vec::new();
    for number in 0..6 {
        running.push(fan_out.start(contact(&number.to_string())).await);
    }
    soon(calls.until_creates(2)).await;
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    assert_eq!(calls.creates(), 2, "the others wait for a permit");
    gate.add_permits(6);
    for one in running {
        let report = soon(one.finish()).await;
        assert_eq!(report.deliveries[0].outcome, Outcome::Created);
    }
    assert_eq!((calls.creates(), calls.most_under_way()), (6, 2));
}

#[tokio::test]
async fn automatic_concurrency_grows_with_successful_answers() {
    let gate = Arc::new(Semaphore::new(0));
    let steps = std::iter::repeat_with(|| after(&gate, creates("1"))).take(60);
    let acme = steps.fold(Scripted::new("acme"), Scripted::create);
    let calls = acme.calls();
    let bench = Bench::new().with(|settings| {
        settings.concurrency = Concurrency::Auto;
        settings.requests_per_second = 1_000_000;
    });
    let fan_out = bench.fan_out(acme);
    let mut running = Vec::new();
    for number in 0..60 {
        running.push(fan_out.start(contact(&number.to_string())).await);
    }
    soon(calls.until_creates(4)).await;
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    assert_eq!(calls.creates(), 4, "the limit grows only with answers");
    for answered in 1..=30 {
        gate.add_permits(1);
        soon(calls.until_creates(4 + answered)).await;
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
    }
    assert!((10..=34).contains(&calls.most_under_way()), "{}", calls.most_under_way());
    gate.add_permits(30);
    for one in running {
        assert_eq!(soon(one.finish()).await.deliveries[0].outcome, Outcome::Created);
    }
}

#[tokio::test]
async fn automatic_concurrency_retries_refused_deliveries_and_loses_none() {
    let steps = (0..300).map(|number| match number % 3 {
        2 => fails(rate_limited().with_retry_after(Some(Duration::from_secs(5)))),
        _ => creates("1"),
    });
    let acme = steps.fold(Scripted::new("acme"), Scripted::create);
    let calls = acme.calls();
    let bench = Bench::new().with(|settings| {
        settings.concurrency = Concurrency::Auto;
        settings.max_attempts = 300;
        settings.deadline = Duration::from_hours(24);
    });
    let fan_out = bench.fan_out(acme);
    let reports = (0..200).map(|number| fan_out.deliver(contact(&number.to_string())));
    for report in soon(join_all(reports)).await {
        assert_eq!(report.deliveries[0].outcome, Outcome::Created);
    }
    assert!(calls.creates() >= 200 && calls.most_under_way() <= Concurrency::MAX_OF_AUTO);
}
