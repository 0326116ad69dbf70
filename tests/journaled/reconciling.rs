//! Doubts in later runs. A run looks for the contact where the vendor can be searched. It sends the contact again only after the
//! quiet time, and only if the vendor dedupes or the contact was not found. A person resolves all other doubts.

use std::time::Duration;

use unicontact::journal::{Act, Journal, Resolution};
use unicontact::providers::{DeliveryKey, Effect, ErrorKind, Operation};
use unicontact::{Note, Outcome};

use crate::journaled::{Runs, changed};
use crate::scripted::bench::contact;
use crate::scripted::{Scripted, creates, fails, failure, failure_of, finds, hangs, id, lost};

/// Longer than the quiet time, also of a claim that was never settled.
const QUIET: Duration = Duration::from_mins(13);

fn acme() -> Scripted {
    Scripted::new("acme")
}

/// Returns a journal with a doubt whose quiet time is over, left by a run that settled it or was killed.
async fn quiet(was_killed: bool) -> Runs {
    let runs = doubtful(was_killed).await;
    runs.pass(QUIET);
    runs
}

/// Returns a journal with a new doubt, left by a run that settled it or was killed.
async fn doubtful(was_killed: bool) -> Runs {
    let runs = Runs::default();
    if was_killed {
        runs.killed(acme().create(hangs()), contact("42")).await;
    } else {
        runs.run(acme().create_fails([lost()])).await.assert(Outcome::InDoubt, 1);
    }
    runs
}

#[tokio::test]
async fn a_doubt_stays_if_the_vendor_neither_dedupes_nor_finds() {
    for was_killed in [false, true] {
        let runs = doubtful(was_killed).await;
        for _ in 0..2 {
            let next = runs.run(acme()).await;
            next.assert(Outcome::InDoubt, 0);
            let error = next.delivery.error.as_ref().unwrap();
            assert_eq!((error.kind(), error.effect()), (ErrorKind::Interrupted, Effect::Unknown));
            assert!(next.delivery.note.unwrap().as_str().contains("deliveries resolve"));
            assert!(next.waits.is_empty());
        }
    }
}

#[tokio::test]
async fn a_doubt_is_sent_again_after_the_quiet_time_if_the_vendor_dedupes() {
    for was_killed in [false, true] {
        let runs = quiet(was_killed).await;
        let next = runs.run(acme().deduping().create(creates("17"))).await;
        next.assert(Outcome::Created, 1);
        assert!(next.delivery.note.unwrap().as_str().contains("earlier run"));
        runs.run(acme()).await.assert(Outcome::Skipped, 0);
    }
}

#[tokio::test]
async fn a_refused_resend_leaves_the_doubt() {
    for was_killed in [false, true] {
        let runs = quiet(was_killed).await;
        for kind in [ErrorKind::Unauthenticated, ErrorKind::Invalid] {
            let refused = failure(kind, Effect::Refused);
            let next = runs.run(acme().deduping().create_fails([refused])).await;
            next.assert(Outcome::InDoubt, 1);
            runs.pass(QUIET);
        }
        runs.run(acme()).await.assert(Outcome::InDoubt, 0);
    }
}

#[tokio::test]
async fn a_doubt_is_looked_for_after_the_settle_delay() {
    for was_killed in [false, true] {
        let runs = doubtful(was_killed).await;
        let next = runs.run(acme().find(finds(Some("17")))).await;
        next.assert(Outcome::Created, 0);
        assert_eq!((next.id(), next.delivery.attempts), (Some("17"), 0));
        assert_eq!(next.waits, [Duration::from_secs(1)]);
        assert!(next.delivery.note.unwrap().as_str().contains("was found at the vendor"));
        runs.run(acme()).await.assert(Outcome::Skipped, 0);
    }
}

#[tokio::test]
async fn a_doubt_that_is_not_found_is_sent_after_the_quiet_time() {
    for was_killed in [false, true] {
        let runs = quiet(was_killed).await;
        let next = runs.run(acme().find(finds(None)).create(creates("17"))).await;
        next.assert(Outcome::Created, 1);
        assert_eq!(next.calls.finds(), 1);
        assert!(!next.waits.contains(&Duration::from_secs(1)), "no settle delay: {:?}", next.waits);
        runs.run(acme()).await.assert(Outcome::Skipped, 0);
    }
}

#[tokio::test]
async fn a_failed_look_leaves_the_doubt_and_sends_nothing() {
    let denied = || failure(ErrorKind::PermissionDenied, Effect::Refused);
    let away = || failure(ErrorKind::Unavailable, Effect::Refused);
    for was_killed in [false, true] {
        let runs = doubtful(was_killed).await;
        for look in [denied(), away()] {
            let kind = look.kind().as_str();
            let next = runs.run(acme().find(fails(look))).await;
            next.assert(Outcome::InDoubt, 0);
            let message = next.delivery.error.unwrap().message().unwrap().to_owned();
            assert!(message.contains("the search for it failed") && message.contains(kind), "{message}");
            runs.pass(QUIET);
        }
        runs.run(acme()).await.assert(Outcome::InDoubt, 0);
    }
}

#[tokio::test]
async fn a_refusal_after_a_look_that_found_nothing_is_no_doubt() {
    let runs = quiet(true).await;
    let refused = failure(ErrorKind::Invalid, Effect::Refused);
    let next = runs.run(acme().find(finds(None)).create_fails([refused])).await;
    next.assert(Outcome::Rejected, 1);
    runs.run(acme().create(creates("17"))).await.assert(Outcome::Created, 1);
}

#[tokio::test]
async fn the_first_error_stays_in_the_record_until_a_resend_has_a_result() {
    let runs = Runs::default();
    let trouble = failure(ErrorKind::Unavailable, Effect::Unknown).with_status(502);
    runs.run(acme().create_fails([trouble])).await.assert(Outcome::InDoubt, 1);
    let denied = failure(ErrorKind::PermissionDenied, Effect::Refused);
    runs.run(acme().find(fails(denied))).await.assert(Outcome::InDoubt, 0);
    assert_eq!(runs.record().await.error.unwrap()["status"], 502);
}

#[tokio::test]
async fn a_changed_contact_is_looked_for_as_it_was_sent() {
    let runs = quiet(true).await;
    let next = runs.run_with(acme().deduping().create(creates("17")), changed()).await;
    next.assert(Outcome::Created, 1);
    let third = runs.run_with(acme(), changed()).await;
    third.assert(Outcome::Skipped, 0);
    assert!(third.delivery.note.unwrap().as_str().contains("has changed since"));
    assert_eq!(runs.run(acme()).await.delivery.note, Some(Note::AlreadyDelivered));
}

#[tokio::test]
async fn a_changed_contact_is_sent_as_it_is_now_if_the_first_was_not_created() {
    let runs = quiet(true).await;
    let looking = acme().find(finds(None)).create(creates("17"));
    runs.run_with(looking, changed()).await.assert(Outcome::Created, 1);
    assert_eq!(runs.run_with(acme(), changed()).await.delivery.note, Some(Note::AlreadyDelivered));
}

#[tokio::test]
async fn a_contact_that_is_invalid_now_stays_in_doubt() {
    for was_killed in [false, true] {
        let runs = doubtful(was_killed).await;
        let refusing = || acme().drafting(|| Err(failure(ErrorKind::Unmappable, Effect::NotSent)));
        runs.run(refusing()).await.assert(Outcome::InDoubt, 0);
        runs.pass(QUIET);
        let next = runs.run(refusing().deduping()).await;
        next.assert(Outcome::InDoubt, 0);
        assert_eq!(next.delivery.look_again_at, None, "it cannot be sent again, so a person resolves it");
        assert_eq!(runs.record().await.look_again_at(), None);
        runs.run(acme().find(finds(Some("17")))).await.assert(Outcome::Created, 0);
    }
}

#[tokio::test]
async fn a_second_kill_while_reconciling_leaves_the_doubt() {
    let runs = quiet(false).await;
    runs.killed(acme().deduping().create(hangs()), contact("42")).await;
    runs.run(acme()).await.assert(Outcome::InDoubt, 0);
    runs.run(acme().deduping()).await.assert(Outcome::InDoubt, 0);
    runs.run(acme().find(finds(Some("17")))).await.assert(Outcome::Created, 0);
}

#[tokio::test]
async fn again_does_not_send_doubts() {
    for was_killed in [false, true] {
        let runs = doubtful(was_killed).await;
        runs.again(acme()).await.assert(Outcome::InDoubt, 0);
        runs.again(acme().deduping()).await.assert(Outcome::InDoubt, 0);
        runs.again(acme().find(finds(None))).await.assert(Outcome::InDoubt, 0);
    }
}

#[tokio::test]
async fn again_doubts_sends_doubts_and_no_delivered_contacts() {
    for was_killed in [false, true] {
        let runs = doubtful(was_killed).await;
        let refused = failure(ErrorKind::Invalid, Effect::Refused);
        runs.again_doubts(acme().create_fails([refused])).await.assert(Outcome::InDoubt, 1);
        runs.again_doubts(acme().create(creates("18"))).await.assert(Outcome::Created, 1);
        assert_eq!(runs.again_doubts(acme()).await.id(), Some("18"));
        runs.again_doubts(acme()).await.assert(Outcome::Skipped, 0);
    }
}

#[tokio::test]
async fn a_person_resolves_a_doubt() {
    let key = DeliveryKey::from_contact_key("acme", "42".to_owned());
    let now = jiff::Timestamp::UNIX_EPOCH;
    for was_killed in [false, true] {
        let runs = doubtful(was_killed).await;
        runs.journal.reopen();
        assert!(runs.journal.resolve(&key, Resolution::Created(id("99")), Act::new(now)).await.unwrap());
        assert_eq!(runs.run(acme()).await.id(), Some("99"));

        let runs = doubtful(was_killed).await;
        runs.journal.reopen();
        assert!(runs.journal.resolve(&key, Resolution::NotCreated, Act::new(now)).await.unwrap());
        runs.run(acme().create(creates("17"))).await.assert(Outcome::Created, 1);
    }
}

#[tokio::test]
async fn a_resend_that_sent_nothing_does_not_move_the_time_of_the_doubt() {
    for was_killed in [false, true] {
        let runs = quiet(was_killed).await;
        let sent_at = runs.record().await.may_send_until;
        let no_login = || failure_of(Operation::Authenticate, ErrorKind::Unauthenticated, Effect::NotSent);
        for _ in 0..2 {
            let next = runs.run(acme().deduping().login(fails(no_login()))).await;
            assert_eq!((next.delivery.outcome, next.delivery.attempts), (Outcome::InDoubt, 0));
            assert_eq!(runs.record().await.may_send_until, sent_at);
        }
        runs.run(acme().deduping().create(creates("17"))).await.assert(Outcome::Created, 1);
    }
}
