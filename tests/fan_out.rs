//! Delivers one contact to several providers at once, and checks the report for every kind of failure.
//!
//! No test here measures real time or waits for it. The tests of abandoned deliveries are in `fan_out/cutting_off.rs`.

mod cutting_off;
mod logging_in;
mod stopping;

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tokio::sync::{Barrier, Semaphore};
use unicontact::providers::clock::{ManualClock, SharedClock};
use unicontact::providers::{Created, Effect, ErrorKind, Fate, FieldFate, IgnoredField};
use unicontact::{
    Concurrency, Delivery, FanOut, Outcome, Pipeline, Policy, Report, Running, Settings, Verdict,
};

use crate::scripted::bench::{Bench, contact, soon};
use crate::scripted::frozen_clock::FrozenClock;
use crate::scripted::{Scripted, Step, after, creates, fails, failure, finds, lost, panics, rate_limited};

fn pipeline(adapter: Scripted) -> Pipeline {
    Bench::new().pipeline(adapter)
}

/// Returns a pipeline whose waits never end.
fn frozen_pipeline(clock: &Arc<FrozenClock>, adapter: Scripted) -> Pipeline {
    let clock: SharedClock = Arc::<FrozenClock>::clone(clock);
    Pipeline::new(adapter.into_provider(), Settings::default(), clock, 7)
}

/// Panics if the run ends within some turns of the other tasks.
async fn expect_unfinished(running: &mut Running, turns: u32, message: &str) {
    for _ in 0..turns {
        tokio::select! {
            biased;
            () = running.ended() => panic!("{message}"),
            () = tokio::task::yield_now() => {}
        }
    }
}

async fn deliver(adapters: impl IntoIterator<Item = Scripted>, policy: Policy) -> Report {
    let pipelines = adapters.into_iter().map(pipeline).collect();
    FanOut::new(pipelines, policy).deliver(contact("42")).await
}

fn outcomes(report: &Report) -> Vec<Outcome> {
    let outcome = |delivery: &Delivery| delivery.outcome;
    report.deliveries.iter().map(outcome).collect()
}

fn rejecting(name: &str) -> Scripted {
    Scripted::new(name).create_fails([failure(ErrorKind::Invalid, Effect::Refused)])
}

fn creating(name: &str) -> Scripted {
    Scripted::new(name).create(creates("1"))
}

#[tokio::test]
async fn the_report_keeps_the_order_of_the_configuration() {
    let gates = [(); 3].map(|()| Arc::new(Semaphore::new(0)));
    let names = ["zulu", "alpha", "mike"];
    let adapters =
        names.iter().zip(&gates).map(|(name, gate)| Scripted::new(name).create(after(gate, creates(name))));
    let fan_out = FanOut::new(adapters.map(pipeline).collect(), Policy::All);
    let mut running = fan_out.start(contact("42")).await;
    for gate in gates.iter().rev() {
        gate.add_permits(1);
        tokio::task::yield_now().await;
    }
    soon(running.ended()).await;
    let report = running.finish().await;
    let found: Vec<_> = report.deliveries.iter().map(|delivery| delivery.provider.as_str()).collect();
    assert_eq!(found, names);
}

#[tokio::test]
async fn all_providers_start_concurrently() {
    let barrier = Arc::new(Barrier::new(4));
    let adapters = ["acme", "iot", "voice", "jakarta"].map(|name| {
        let barrier = Arc::clone(&barrier);
        let step: Step<Created> = Box::pin(async move {
            barrier.wait().await;
            creates("1").await
        });
        Scripted::new(name).create(step)
    });
    let report = soon(deliver(adapters, Policy::All)).await;
    assert_eq!(outcomes(&report), [Outcome::Created; 4]);
}

#[tokio::test]
async fn a_contact_without_providers_has_an_empty_report() {
    let report = deliver([], Policy::All).await;
    assert_eq!(report.contact, "42");
    assert!(report.deliveries.is_empty());
}

#[tokio::test]
async fn a_panic_while_drafting_is_a_failure_of_that_provider_alone() {
    let broken = Scripted::new("acme").drafting(|| panic!("the adapter has a bug"));
    let report = deliver([broken, creating("iot")], Policy::All).await;
    assert_eq!(outcomes(&report), [Outcome::Failed, Outcome::Created]);
    let broken = &report.deliveries[0];
    assert_eq!((broken.provider.as_str(), broken.attempts), ("acme", 0));
    let error = broken.error.as_ref().unwrap();
    assert_eq!(error.effect(), Effect::NotSent);
}

#[tokio::test]
async fn a_panic_while_creating_leaves_that_provider_alone_in_doubt() {
    let broken = Scripted::new("acme").create(panics());
    let report = deliver([broken, creating("iot")], Policy::All).await;
    assert_eq!(outcomes(&report), [Outcome::InDoubt, Outcome::Created]);
    let broken = &report.deliveries[0];
    assert_eq!(broken.attempts, 1);
    let error = broken.error.as_ref().unwrap();
    assert_eq!(error.kind(), ErrorKind::Interrupted);
    assert_eq!(error.effect(), Effect::Unknown);
}

#[tokio::test]
async fn a_panic_during_a_search_leaves_the_delivery_in_doubt() {
    let broken = Scripted::new("acme").create_fails([lost()]).find(panics());
    let report = deliver([broken], Policy::All).await;
    assert_eq!(outcomes(&report), [Outcome::InDoubt]);
}

#[tokio::test]
async fn a_panic_after_a_refusal_is_a_failure() {
    let nameless = failure(ErrorKind::AlreadyExists, Effect::Refused);
    let broken = Scripted::new("acme").create_fails([nameless]).find(panics());
    let report = deliver([broken], Policy::All).await;
    assert_eq!(outcomes(&report), [Outcome::Failed]);
}

#[tokio::test]
async fn a_panic_in_one_delivery_does_not_affect_the_next_ones() {
    let acme = Scripted::new("acme").create(panics()).create(creates("2"));
    let bench = Bench::new().with(|settings| settings.concurrency = Concurrency::fixed(1));
    let fan_out = bench.fan_out(acme);
    let first = fan_out.deliver(contact("1")).await;
    let second = soon(fan_out.deliver(contact("2"))).await;
    assert_eq!(outcomes(&first), [Outcome::InDoubt]);
    assert_eq!(outcomes(&second), [Outcome::Created]);
}

#[tokio::test]
async fn a_refusal_stops_other_providers_only_under_first_failure() {
    for policy in [Policy::All, Policy::Any] {
        let report = deliver([rejecting("acme"), creating("iot")], policy).await;
        assert_eq!(outcomes(&report), [Outcome::Rejected, Outcome::Created]);
    }
}

#[tokio::test]
async fn the_verdict_follows_the_policy() {
    for (policy, verdict) in [
        (Policy::All, Verdict::Incomplete),
        (Policy::FirstFailure, Verdict::Incomplete),
        (Policy::Any, Verdict::Done),
    ] {
        let report = deliver([creating("acme"), rejecting("iot")], Policy::All).await;
        assert_eq!(report.verdict(policy), verdict, "{policy:?}");
        let report = deliver([creating("acme"), creating("iot")], Policy::All).await;
        assert_eq!(report.verdict(policy), Verdict::Done, "{policy:?}");
    }
}

#[tokio::test]
async fn a_delivery_in_doubt_decides_the_verdict_under_every_policy() {
    let doubtful = Scripted::new("iot").create_fails([lost()]);
    let report = deliver([creating("acme"), doubtful], Policy::All).await;
    for policy in [Policy::All, Policy::Any, Policy::FirstFailure] {
        assert_eq!(report.verdict(policy), Verdict::InDoubt, "{policy:?}");
    }
}

#[tokio::test]
async fn a_contact_that_exists_already_is_delivered() {
    let existing = Box::pin(async { Ok(Created::new(crate::scripted::id("17")).with_existing(true)) });
    let report = deliver([Scripted::new("acme").create(existing)], Policy::All).await;
    assert_eq!(outcomes(&report), [Outcome::Existing]);
    assert_eq!(report.verdict(Policy::All), Verdict::Done);
}

#[tokio::test]
async fn a_field_that_the_vendor_did_not_take_is_dropped_with_its_words() {
    let creates = |is_existing: bool| -> Step<Created> {
        let ignored = vec![IgnoredField { name: "city".to_owned(), words: "city is no field".to_owned() }];
        let created = Created::new(crate::scripted::id("17")).with_existing(is_existing);
        Box::pin(async move { Ok(Created { ignored, ..created }) })
    };
    for is_existing in [false, true] {
        let acme = Scripted::new("acme").create(creates(is_existing)).drafting(|| {
            Ok(vec![
                FieldFate::new("addresses[0].city", Fate::Sent).with_to("address.city"),
                FieldFate::new("name.full", Fate::Sent).with_to("name"),
            ])
        });
        let report = deliver([acme], Policy::All).await;
        let fields = serde_json::to_value(&report.deliveries[0].fields).unwrap();
        let city = json!({"field": "addresses[0].city", "fate": "dropped", "detail": "the vendor did not take it: city is no field"});
        assert_eq!(fields[0], city);
        assert_eq!(fields[1]["fate"], "sent");
    }
}

fn taking(clock: &Arc<ManualClock>, milliseconds: u64, step: Step<Created>) -> Step<Created> {
    let clock = Arc::clone(clock);
    Box::pin(async move {
        clock.advance(Duration::from_millis(milliseconds));
        step.await
    })
}

fn fate(field: &str, fate: Fate, detail: Option<&str>) -> FieldFate {
    let fate = FieldFate::new(field.to_owned(), fate);
    match detail {
        Some(detail) => fate.with_detail(detail.to_owned()),
        None => fate,
    }
}

#[tokio::test]
async fn the_json_of_a_report_is_stable() {
    let (first, second) = (Bench::new(), Bench::new());
    let acme = Scripted::new("acme")
        .with_vendor("smarttask")
        .drafting(|| {
            Ok(vec![
                fate("external_id", Fate::Kept, None),
                fate("name.full", Fate::Sent, None),
                fate("organization.department", Fate::Dropped, Some("SmartTask has no department")),
            ])
        })
        .create(taking(&first.clock, 12, creates("d46a")));
    let quota = failure(ErrorKind::QuotaExhausted, Effect::Refused)
        .with_status(401)
        .with_code("401")
        .with_message("time limit reached")
        .with_retry_at("2026-11-21T18:00:00+07:00[Asia/Jakarta]".parse().ok());
    let jakarta =
        Scripted::new("jakarta").with_vendor("onecloud").create(taking(&second.clock, 8, fails(quota)));
    let pipelines = vec![first.pipeline(acme), second.pipeline(jakarta)];
    let report = FanOut::new(pipelines, Policy::All).deliver(contact("42")).await;
    insta::assert_json_snapshot!(report, @r#"
    {
      "contact": "42",
      "deliveries": [
        {
          "provider": "acme",
          "vendor": "smarttask",
          "outcome": "created",
          "id": "d46a",
          "attempts": 1,
          "elapsed_ms": 12,
          "fields": [
            {
              "field": "organization.department",
              "fate": "dropped",
              "detail": "SmartTask has no department"
            }
          ]
        },
        {
          "provider": "jakarta",
          "vendor": "onecloud",
          "outcome": "failed",
          "attempts": 1,
          "elapsed_ms": 8,
          "fields": [],
          "error": {
            "kind": "quota_exhausted",
            "effect": "refused",
            "operation": "create",
            "status": 401,
            "code": "401",
            "message": "time limit reached",
            "retry_at": "2026-11-21T18:00:00+07:00",
            "hint": "Wait until the time given; asking earlier may cost quota."
          }
        }
      ]
    }
    "#);
}

#[tokio::test]
async fn the_json_of_a_found_delivery_has_a_note() {
    let acme = Scripted::new("acme").create_fails([lost()]).find(finds(Some("17")));
    let report = deliver([acme], Policy::All).await;
    insta::assert_json_snapshot!(report.deliveries[0], @r#"
    {
      "provider": "acme",
      "vendor": "scripted",
      "outcome": "created",
      "id": "17",
      "attempts": 1,
      "elapsed_ms": 1000,
      "fields": [],
      "note": "the answer was lost; such a contact was found at the vendor, this one or an equal older one"
    }
    "#);
}

#[tokio::test]
async fn the_json_of_a_rate_limit_has_the_wait() {
    let busy = rate_limited().with_status(429).with_retry_after(Some(Duration::from_mins(10)));
    let report = deliver([Scripted::new("acme").create_fails([busy])], Policy::All).await;
    insta::assert_json_snapshot!(report.deliveries[0].error, @r#"
    {
      "kind": "rate_limited",
      "effect": "refused",
      "operation": "create",
      "status": 429,
      "retry_after": 600,
      "hint": "Wait as long as the vendor asks, or lower requests_per_second."
    }
    "#);
}
