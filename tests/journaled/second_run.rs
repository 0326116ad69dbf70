//! A second run after one that ended: it skips delivered contacts and sends the others.

use unicontact::journal::Journal;
use unicontact::providers::{ContactId, Created, DeliveryKey, Effect, ErrorKind, UnifiedContact};
use unicontact::{Note, Outcome, Policy};

use crate::journaled::{Runs, changed};
use crate::scripted::bench::{Bench, contact};
use crate::scripted::{Scripted, Step, creates, failure, id, unreachable_vendor};

fn acme() -> Scripted {
    Scripted::new("acme")
}

#[tokio::test]
async fn a_created_contact_is_skipped_with_its_id() {
    let runs = Runs::default();
    runs.run(acme().create(creates("17"))).await.assert(Outcome::Created, 1);
    for _ in 0..2 {
        let second = runs.run(acme()).await;
        second.assert(Outcome::Skipped, 0);
        assert_eq!((second.id(), second.delivery.attempts), (Some("17"), 0));
        assert_eq!(second.delivery.note, Some(Note::AlreadyDelivered));
        assert!(second.delivery.error.is_none() && second.waits.is_empty());
    }
}

#[tokio::test]
async fn an_existing_contact_is_skipped() {
    let runs = Runs::default();
    let existing: Step<Created> = Box::pin(async { Ok(Created::new(id("17")).with_existing(true)) });
    runs.run(acme().create(existing)).await.assert(Outcome::Existing, 1);
    runs.run(acme()).await.assert(Outcome::Skipped, 0);
}

#[tokio::test]
async fn a_changed_contact_is_skipped_with_a_note() {
    let runs = Runs::default();
    runs.run(acme().create(creates("17"))).await;
    let second = runs.run_with(acme(), changed()).await;
    second.assert(Outcome::Skipped, 0);
    assert_eq!(second.id(), Some("17"));
    assert!(second.delivery.note.unwrap().as_str().contains("has changed since"));
    assert_eq!(second.delivery.differs_in, Some(vec!["notes".into()]));
}

#[tokio::test]
async fn an_external_id_of_another_person_is_refused() {
    let runs = Runs::default();
    runs.run(acme().create(creates("17"))).await;
    let json = serde_json::json!({"external_id": "42", "name": "Ben Ray", "emails": ["ben@example.com"]});
    let other = UnifiedContact::from_json(json).unwrap();
    let second = runs.run_with(acme(), other).await;
    second.assert(Outcome::Rejected, 0);
    assert!(second.delivery.error.unwrap().message().unwrap().contains("another person"));
}

#[tokio::test]
async fn a_contact_without_an_id_is_recognized_by_its_content() {
    let nameless = |name: &str| UnifiedContact::from_json(serde_json::json!({"name": name})).unwrap();
    let runs = Runs::default();
    runs.run_with(acme().create(creates("17")), nameless("Ada King")).await.assert(Outcome::Created, 1);
    runs.run_with(acme(), nameless("Ada King")).await.assert(Outcome::Skipped, 0);
    runs.run_with(acme().create(creates("18")), nameless("Ada Lovelace")).await.assert(Outcome::Created, 1);
}

#[tokio::test]
async fn a_failed_or_rejected_contact_is_sent_by_the_next_run() {
    for (kind, effect, outcome) in [
        (ErrorKind::PermissionDenied, Effect::Refused, Outcome::Failed),
        (ErrorKind::Invalid, Effect::Refused, Outcome::Rejected),
        (ErrorKind::Unsupported, Effect::NotSent, Outcome::Failed),
    ] {
        let runs = Runs::default();
        runs.run(acme().create_fails([failure(kind, effect)])).await.assert(outcome, 1);
        let record = runs.record().await;
        assert_eq!((record.outcome(), record.error_kind()), (outcome, Some(kind.as_str())));
        assert_eq!(record.contact(), Some(contact("42")));
        runs.run(acme().create(creates("17"))).await.assert(Outcome::Created, 1);
        assert_eq!(runs.record().await.id.as_ref().map(ContactId::as_str), Some("17"));
    }
}

#[tokio::test]
async fn a_contact_that_is_rejected_before_it_is_sent_is_recorded() {
    let unmappable = || failure(ErrorKind::Unmappable, Effect::NotSent);
    let runs = Runs::default();
    runs.run(acme().drafting(move || Err(unmappable()))).await.assert(Outcome::Rejected, 0);
    assert_eq!(runs.outcome().await, Outcome::Rejected);
}

#[tokio::test]
async fn a_delivered_contact_that_is_invalid_now_is_skipped() {
    let runs = Runs::default();
    runs.run(acme().create(creates("17"))).await;
    let refusing = acme().drafting(|| Err(failure(ErrorKind::Unmappable, Effect::NotSent)));
    runs.run(refusing).await.assert(Outcome::Skipped, 0);
}

#[tokio::test]
async fn again_sends_a_delivered_contact_once_more() {
    let runs = Runs::default();
    runs.run(acme().create(creates("17"))).await;
    let second = runs.again(acme().create(creates("18"))).await;
    second.assert(Outcome::Created, 1);
    assert_eq!(runs.run(acme()).await.id(), Some("18"));
}

#[tokio::test]
async fn again_that_fails_leaves_the_record_of_the_first() {
    let runs = Runs::default();
    runs.run(acme().create(creates("17"))).await;
    let refused = failure(ErrorKind::Invalid, Effect::Refused);
    runs.again(acme().create_fails([refused])).await.assert(Outcome::Rejected, 1);
    let third = runs.run(acme()).await;
    third.assert(Outcome::Skipped, 0);
    assert_eq!(third.id(), Some("17"));
}

#[tokio::test]
async fn two_concurrent_deliveries_of_one_contact_send_it_once() {
    let runs = Runs::default();
    let adapter = acme().create(creates("17"));
    let calls = adapter.calls();
    let bench = runs.bench();
    let fan_out = runs.fan_out(&bench, adapter);
    let (one, other) = tokio::join!(fan_out.deliver(contact("42")), fan_out.deliver(contact("42")));
    assert_eq!(calls.creates(), 1);
    let outcomes = [one, other].map(|report| report.deliveries[0].outcome);
    assert!(outcomes.contains(&Outcome::Created), "{outcomes:?}");
    assert!(
        outcomes.iter().any(|other| matches!(other, Outcome::Pending | Outcome::Skipped)),
        "{outcomes:?}"
    );
}

#[tokio::test]
async fn a_provider_that_was_paused_is_tried_by_the_next_run() {
    let runs = Runs::default();
    let away = (0..4).map(|_| unreachable_vendor());
    runs.run(acme().create_fails(away)).await.assert(Outcome::Failed, 4);
    runs.run(acme().create(creates("17"))).await.assert(Outcome::Created, 1);
}

#[tokio::test]
async fn without_a_journal_everything_is_sent() {
    let bench = Bench::new();
    let fan_out = bench.fan_out(acme().create(creates("1")).create(creates("2")));
    for _ in 0..2 {
        let report = fan_out.deliver(contact("42")).await;
        assert_eq!(report.deliveries[0].outcome, Outcome::Created);
    }
}

#[tokio::test]
async fn only_the_named_providers_get_the_contact() {
    let bench = Bench::new();
    let pipelines = ["acme", "iot"].map(|name| bench.pipeline(Scripted::new(name).create(creates("1"))));
    let fan_out = unicontact::FanOut::new(pipelines.into(), Policy::All);
    let report = fan_out.only(&["iot"]).deliver(contact("42")).await;
    let providers: Vec<&str> = report.deliveries.iter().map(|it| it.provider.as_str()).collect();
    assert_eq!(providers, ["iot"]);
}

#[tokio::test]
async fn every_provider_has_its_own_record() {
    let runs = Runs::default();
    runs.run(acme().create(creates("17"))).await;
    let iot = DeliveryKey::from_contact_key("iot", "42".to_owned());
    assert!(runs.journal.look(&iot).await.unwrap().is_none());
    runs.run(Scripted::new("iot").create(creates("18"))).await.assert(Outcome::Created, 1);
    assert!(runs.journal.look(&iot).await.unwrap().is_some());
}
