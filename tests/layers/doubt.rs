//! Deliveries whose create may have worked. Every test counts the creates, because a second create cannot be undone.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use unicontact::Outcome;
use unicontact::providers::{Dedupe, Effect, ErrorKind, Operation};

use crate::scripted::bench::{Bench, contact, soon};
use crate::scripted::{Scripted, after, creates, fails, failure, failure_of, finds, hangs, id, lost};

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test]
async fn a_lost_answer_is_in_doubt_where_the_vendor_neither_dedupes_nor_finds() {
    let acme = Scripted::new("acme").create_fails([lost()]);
    let ended = Bench::new().deliver(acme).await;
    ended.assert(Outcome::InDoubt, 1);
    assert_eq!((ended.delivery.attempts, ended.calls.finds()), (1, 0));
    assert!(ended.waits.is_empty());
    assert_eq!(ended.delivery.error.unwrap().effect(), Effect::Unknown);
}

#[tokio::test]
async fn a_lost_answer_is_not_sent_again_where_the_vendor_only_checks_before_it_inserts() {
    let ended = Bench::new().deliver(Scripted::new("acme").deduping().create_fails([lost()])).await;
    ended.assert(Outcome::InDoubt, 1);
    assert_eq!(ended.delivery.look_again_at, None, "without a journal there is no later look");
}

fn serializing() -> Scripted {
    Scripted::new("acme").with_capabilities(Dedupe::Serialized, false)
}

#[tokio::test]
async fn a_lost_answer_is_sent_again_where_the_vendor_serializes_equal_requests() {
    let ended = Bench::new().deliver(serializing().create_fails([lost()]).create(creates("17"))).await;
    ended.assert(Outcome::Created, 2);
    assert_eq!((ended.id(), ended.delivery.attempts), (Some("17"), 2));
}

#[tokio::test]
async fn answers_that_are_always_lost_end_in_doubt_although_the_vendor_serializes() {
    let acme = serializing().create_fails([lost(), lost(), lost(), lost()]);
    Bench::new().deliver(acme).await.assert(Outcome::InDoubt, 4);
}

#[tokio::test]
async fn a_later_refusal_does_not_hide_an_earlier_doubt() {
    for kind in [
        ErrorKind::Unauthenticated,
        ErrorKind::Invalid,
        ErrorKind::PermissionDenied,
        ErrorKind::QuotaExhausted,
    ] {
        let acme = serializing().create_fails([lost(), failure(kind, Effect::Refused)]);
        let ended = Bench::new().deliver(acme).await;
        ended.assert(Outcome::InDoubt, 2);
        let error = ended.delivery.error.unwrap();
        assert_eq!(error.effect(), Effect::Unknown, "{kind}");
    }
}

#[tokio::test]
async fn an_unreachable_vendor_after_a_lost_answer_leaves_the_doubt() {
    let gone = || failure(ErrorKind::Unreachable, Effect::NotSent);
    let acme = serializing().create_fails([lost(), gone(), gone(), gone()]);
    Bench::new().deliver(acme).await.assert(Outcome::InDoubt, 4);
}

#[tokio::test]
async fn a_contact_that_is_found_after_a_lost_answer_is_created() {
    let acme = Scripted::new("acme").create_fails([lost()]).find(finds(Some("17")));
    let ended = Bench::new().deliver(acme).await;
    ended.assert(Outcome::Created, 1);
    assert_eq!((ended.id(), ended.calls.finds()), (Some("17"), 1));
    assert_eq!(ended.waits, [SECOND], "the settle delay comes first");
    assert!(ended.delivery.note.unwrap().as_str().contains("found"));
    assert!(ended.delivery.error.is_none());
}

#[tokio::test]
async fn a_contact_that_is_not_found_stays_in_doubt_and_is_not_sent_again() {
    let acme = Scripted::new("acme").create_fails([lost()]).find(finds(None));
    let ended = Bench::new().deliver(acme).await;
    ended.assert(Outcome::InDoubt, 1);
    assert_eq!(ended.calls.finds(), 1, "a contact is looked for once within a minute");
    assert_eq!(ended.delivery.attempts, 1, "a look is no attempt");
}

#[tokio::test]
async fn a_look_that_fails_leaves_the_doubt() {
    for kind in [ErrorKind::Unavailable, ErrorKind::PermissionDenied, ErrorKind::Unsupported] {
        let look = fails(failure_of(Operation::Find, kind, Effect::Refused));
        let acme = Scripted::new("acme").create_fails([lost()]).find(look);
        let ended = Bench::new().deliver(acme).await;
        ended.assert(Outcome::InDoubt, 1);
        assert_eq!(ended.calls.finds(), 1, "{kind}");
        let error = ended.delivery.error.unwrap();
        assert_eq!(error.kind(), ErrorKind::Interrupted, "the error of the create, not of the look");
    }
}

#[tokio::test]
async fn a_vendor_that_serializes_and_finds_gets_a_resend_and_then_a_look() {
    let acme = serializing()
        .create_fails([lost(), failure(ErrorKind::Invalid, Effect::Refused)])
        .find(finds(Some("17")));
    let ended = Bench::new().deliver(acme).await;
    ended.assert(Outcome::Created, 2);
    assert_eq!(ended.id(), Some("17"));
}

#[tokio::test]
async fn no_look_begins_after_the_deadline() {
    let bench = Bench::new().with(|settings| settings.deadline = SECOND);
    let acme = Scripted::new("acme").create_fails([lost()]).find(finds(Some("17")));
    let ended = bench.deliver(acme).await;
    ended.assert(Outcome::InDoubt, 1);
    assert_eq!(ended.calls.finds(), 0);
}

#[tokio::test]
async fn a_refusal_is_not_looked_for() {
    let acme = Scripted::new("acme")
        .create_fails([failure(ErrorKind::Invalid, Effect::Refused)])
        .find(finds(Some("17")));
    let ended = Bench::new().deliver(acme).await;
    ended.assert(Outcome::Rejected, 1);
    assert_eq!(ended.calls.finds(), 0);
}

#[tokio::test]
async fn an_existing_contact_has_the_id_that_the_vendor_returned() {
    let existing = failure(ErrorKind::AlreadyExists, Effect::Refused).with_existing_id(Some(id("17")));
    let acme = Scripted::new("acme").create_fails([existing]).find(finds(Some("another")));
    let ended = Bench::new().deliver(acme).await;
    ended.assert(Outcome::Existing, 1);
    assert_eq!((ended.id(), ended.calls.finds()), (Some("17"), 0));
}

#[tokio::test]
async fn an_existing_contact_without_an_id_in_the_answer_is_looked_up() {
    let nameless = failure(ErrorKind::AlreadyExists, Effect::Refused);
    let acme = Scripted::new("acme").create_fails([nameless]).find(finds(Some("17")));
    let ended = Bench::new().deliver(acme).await;
    ended.assert(Outcome::Existing, 1);
    assert_eq!(ended.id(), Some("17"));
    assert!(ended.delivery.note.unwrap().as_str().contains("looked up"));
}

#[tokio::test]
async fn an_existing_contact_without_a_known_id_is_rejected() {
    let nameless = || failure(ErrorKind::AlreadyExists, Effect::Refused);
    let blind = Scripted::new("acme").create_fails([nameless()]);
    let seeing = Scripted::new("acme").create_fails([nameless()]).find(finds(None));
    for acme in [blind, seeing] {
        let ended = Bench::new().deliver(acme).await;
        ended.assert(Outcome::Rejected, 1);
        let error = ended.delivery.error.unwrap();
        assert_eq!(error.kind(), ErrorKind::AlreadyExists);
    }
}

#[tokio::test]
async fn doubts_that_wait_for_a_look_share_the_next_one() {
    const CONTACTS: usize = 8;
    let gate = Arc::new(Semaphore::new(0));
    let first = after(&gate, finds(Some("17")));
    let steps = (0..CONTACTS).map(|_| fails(lost()));
    let acme = steps.fold(Scripted::new("acme"), Scripted::create).listing().find(first);
    let acme = (1..CONTACTS).fold(acme, |acme, _| acme.find(finds(Some("17"))));
    let calls = acme.calls();
    let bench = Bench::new().with(|settings| settings.requests_per_second = 1000);
    let fan_out = bench.fan_out(acme);
    let mut running = Vec::new();
    for number in 0..CONTACTS {
        running.push(fan_out.start(contact(&number.to_string())).await);
    }
    soon(calls.until_creates(CONTACTS)).await;
    // The first look lasts until all other deliveries wait for the next one.
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    gate.add_permits(1);
    for running in running {
        assert_eq!(soon(running.finish()).await.deliveries[0].outcome, Outcome::Created);
    }
    assert_eq!((calls.creates(), calls.finds()), (CONTACTS, CONTACTS));
    assert!(calls.lists() <= 2, "{} requests for the list", calls.lists());
}

#[tokio::test]
async fn a_cancelled_shared_look_is_repeated_for_the_other_deliveries() {
    let acme = Scripted::new("acme").listing().create_fails([lost(), lost()]);
    let acme = acme.find(hangs()).find(finds(Some("17"))).find(finds(Some("18")));
    let calls = acme.calls();
    let fan_out = Bench::new().fan_out(acme);
    let first = fan_out.start(contact("1")).await;
    soon(calls.until_finds(1)).await;
    let second = fan_out.start(contact("2")).await;
    soon(calls.until_creates(2)).await;
    drop(first);
    let report = soon(second.finish()).await;
    assert_eq!(report.deliveries[0].outcome, Outcome::Created);
    assert_eq!(calls.lists(), 2);
}
