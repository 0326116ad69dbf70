//! Limits of the account's plan during an import, at a server that rejects creates from a certain one on.

use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::stream::{self, StreamExt};
use serde_json::{Value, json};
use unicontact::bulk::Import;
use unicontact::providers::clock::{Clock as _, ManualClock};
use unicontact::providers::http::Answer;
use unicontact::providers::testkit::{Behaviour, Server};
use unicontact::providers::{ErrorKind, ProviderError, UnifiedContact};
use unicontact::{Delivery, FanOut, Outcome, Pipeline, Policy, Settings};

use crate::support::providers::{PATIENT, by_default};

const PLAN_LIMIT: &str = "You have hit your contact limit";
const FIELD_LIMIT: &str = "The value exceeds the limit of 100 characters";
const PEOPLE: usize = 8;

fn refusal(status: u16, message: &str) -> Answer {
    let body = json!({"message": message}).to_string();
    Answer::new(status).with_header("content-type", "application/json").with_body(body)
}

fn created(number: usize) -> Answer {
    Answer::new(201).with_body(json!({"id": 9000 + number}).to_string())
}

/// Starts a vendor that answers its creates, counted from 0, with `answer`.
async fn vendor(answer: impl Fn(usize) -> Answer + Send + Sync + 'static) -> Server {
    let creates = AtomicUsize::new(0);
    Server::start(move |_| Behaviour::Answer(answer(creates.fetch_add(1, Ordering::SeqCst)))).await.unwrap()
}

fn fan_out(vendor: &Server, clock: &Arc<ManualClock>) -> FanOut {
    let provider = by_default("cloverhound", &vendor.url(), PATIENT);
    FanOut::new(vec![Pipeline::new(provider, Settings::default(), Arc::clone(clock) as _, 1)], Policy::All)
}

fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::new("2026-11-20T10:00:00Z".parse().unwrap()))
}

fn person(number: usize) -> UnifiedContact {
    serde_json::from_value(json!({"external_id": format!("{number}"), "name": format!("Person {number}")}))
        .unwrap()
}

/// Imports one contact after the other, and returns the deliveries.
async fn run_import(import: &Import) -> Vec<Delivery> {
    let reports: Vec<_> = import.run(stream::iter((0..PEOPLE).map(person))).collect().await;
    reports.into_iter().flat_map(|report| report.deliveries).collect()
}

fn outcomes(deliveries: &[Delivery]) -> Vec<(Outcome, Option<ErrorKind>)> {
    deliveries.iter().map(|it| (it.outcome, it.error.as_ref().map(ProviderError::kind))).collect()
}

fn hint_of(delivery: &Delivery) -> Cow<'static, str> {
    delivery.error.as_ref().unwrap().hint()
}

#[tokio::test]
async fn the_second_refusal_in_a_row_that_names_the_plan_opens_the_breaker() {
    for status in [400, 403, 409, 422, 200] {
        let vendor = vendor(move |number| match number {
            0..3 => created(number),
            _ if status == 200 => Answer::new(200).with_body(json!({"error": PLAN_LIMIT}).to_string()),
            _ => refusal(status, PLAN_LIMIT),
        })
        .await;
        let import = Import::new(fan_out(&vendor, &clock())).with_window(1);
        let deliveries = run_import(&import).await;
        assert!(deliveries[..3].iter().all(|it| it.outcome == Outcome::Created), "{status}");
        let first = deliveries[3].error.as_ref().unwrap();
        assert_ne!(first.kind(), ErrorKind::QuotaExhausted, "{status}");
        assert!(first.suggests_plan_limit() && first.hint().contains("raise the plan"), "{status}");
        let second = &deliveries[4];
        assert_eq!(
            outcomes(&deliveries[4..5]),
            [(Outcome::Failed, Some(ErrorKind::QuotaExhausted))],
            "{status}"
        );
        assert!(hint_of(second).starts_with("Raise the account's plan"), "{status}");
        assert!(!second.error.as_ref().unwrap().is_transient());
        assert!(deliveries[5..].iter().all(|it| it.outcome == Outcome::Pending), "{status}");
        assert_eq!(vendor.received().len(), 5, "{status}");
        let open = import.open_breakers();
        assert_eq!((open.len(), open[0].kind), (1, Some(ErrorKind::QuotaExhausted)), "{status}");
        assert!(open[0].hint.starts_with("Raise the account's plan") && open[0].retry_at.is_none());
    }
}

#[tokio::test]
async fn a_402_opens_the_breaker_at_once() {
    let vendor = vendor(|_| refusal(402, "Payment required")).await;
    let import = Import::new(fan_out(&vendor, &clock())).with_window(1);
    let deliveries = run_import(&import).await;
    assert_eq!(outcomes(&deliveries[..1]), [(Outcome::Failed, Some(ErrorKind::QuotaExhausted))]);
    assert!(deliveries[1..].iter().all(|it| it.outcome == Outcome::Pending));
    assert_eq!(vendor.received().len(), 1);
    assert!(hint_of(&deliveries[0]).starts_with("Raise the account's plan"));
}

#[tokio::test]
async fn single_refusals_that_name_the_plan_and_refusals_of_values_open_no_breaker() {
    type Answers = fn(usize) -> Answer;
    let answers: [Answers; 3] = [
        |number| if number % 2 == 0 { refusal(422, PLAN_LIMIT) } else { refusal(422, FIELD_LIMIT) },
        |number| if number % 2 == 0 { refusal(422, PLAN_LIMIT) } else { created(number) },
        |_| refusal(422, FIELD_LIMIT),
    ];
    for answer in answers {
        let vendor = vendor(answer).await;
        let import = Import::new(fan_out(&vendor, &clock())).with_window(1);
        let deliveries = run_import(&import).await;
        let is_sent = |it: &Delivery| [Outcome::Rejected, Outcome::Created].contains(&it.outcome);
        assert!(deliveries.iter().all(is_sent), "{:?}", outcomes(&deliveries));
        assert_eq!(vendor.received().len(), PEOPLE);
        assert!(import.open_breakers().is_empty());
    }
}

#[tokio::test]
async fn a_waiting_import_probes_with_one_contact_until_the_plan_is_raised() {
    let vendor = vendor(|number| if number < 5 { refusal(422, PLAN_LIMIT) } else { created(number) }).await;
    let clock = clock();
    let started = clock.now();
    let import = Import::new(fan_out(&vendor, &clock)).with_waiting().with_window(1);
    let mut counts = [0, 0];
    for (outcome, kind) in outcomes(&run_import(&import).await) {
        match outcome {
            Outcome::Rejected => counts[0] += 1,
            Outcome::Created => counts[1] += 1,
            other => unreachable!("{other:?} {kind:?}"),
        }
    }
    // The first refused contact is reported; the one that confirmed the limit is sent again as a probe.
    assert_eq!(counts, [1, PEOPLE - 1]);
    assert_eq!(vendor.received().len(), 5 + PEOPLE - 1);
    let minutes = clock.now().duration_since(started).as_mins();
    assert_eq!(minutes, 1 + 2 + 4 + 8, "each wait is twice as long as the one before");
}

#[tokio::test]
async fn a_single_create_at_the_plan_limit_is_rejected_with_a_hint() {
    let vendor = vendor(|_| refusal(422, PLAN_LIMIT)).await;
    let fan_out = fan_out(&vendor, &clock());
    for _ in 0..2 {
        let report = fan_out.deliver(person(1)).await;
        assert_eq!(outcomes(&report.deliveries), [(Outcome::Rejected, Some(ErrorKind::Invalid))]);
        let error = serde_json::to_value(&report.deliveries[0]).unwrap()["error"].take();
        assert_eq!(error["message"], PLAN_LIMIT);
        let hint: &Value = &error["hint"];
        assert!(hint.as_str().unwrap().contains("raise the plan"), "{hint}");
    }
}
