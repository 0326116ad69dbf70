//! The quiet time: until it is over, "not found" does not mean "not created", and a vendor's dedupe does not see a request
//! that is still running.

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use tokio::sync::Semaphore;
use unicontact::journal::RecordState;
use unicontact::providers::clock::Clock;
use unicontact::providers::{Dedupe, Effect, ErrorKind, Operation};
use unicontact::{Outcome, PresumeLostAfter};

use crate::journaled::Runs;
use crate::scripted::bench::contact;
use crate::scripted::{
    Scripted, after, creates, fails, failure, failure_of, finds, hangs, id, lost, resembling,
};

const MINUTE: Duration = Duration::from_mins(1);
const TEN_MINUTES: Duration = Duration::from_mins(10);
/// The margin of a claim and the deadline of a delivery.
const CLAIM: Duration = Duration::from_secs(150);

fn acme() -> Scripted {
    Scripted::new("acme")
}

/// Returns runs of which the first lost the answer to its create, and looked for the contact if it could.
async fn in_doubt(runs: Runs, finding: bool) -> Runs {
    let adapter = if finding { acme().find(finds(None)) } else { acme() };
    let first = runs.run(adapter.create_fails([lost()])).await;
    first.assert(Outcome::InDoubt, 1);
    runs
}

#[tokio::test]
async fn a_contact_that_is_not_found_is_sent_only_after_the_quiet_time() {
    let runs = in_doubt(Runs::default(), true).await;
    let sent_at = runs.record().await.may_send_until.unwrap().time;
    let quiet_until = sent_at + TEN_MINUTES;
    for _ in 0..8 {
        runs.pass(MINUTE);
        let next = runs.run(acme().find(finds(None))).await;
        next.assert(Outcome::InDoubt, 0);
        assert_eq!(next.calls.finds(), 1);
        assert_eq!(next.delivery.look_again_at, Some(quiet_until));
        assert_eq!(runs.record().await.look_again_at(), Some(quiet_until));
    }
    runs.pass(2 * MINUTE);
    runs.run(acme().find(finds(None)).create(creates("17"))).await.assert(Outcome::Created, 1);
}

#[tokio::test]
async fn a_contact_that_is_found_is_settled_at_any_time() {
    let runs = in_doubt(Runs::default(), true).await;
    runs.pass(MINUTE);
    let next = runs.run(acme().find(finds(Some("17")))).await;
    next.assert(Outcome::Created, 0);
    assert_eq!((next.id(), next.delivery.look_again_at), (Some("17"), None));
}

#[tokio::test]
async fn a_contact_is_not_looked_for_twice_within_a_minute() {
    let runs = in_doubt(Runs::default(), true).await;
    for _ in 0..3 {
        runs.pass(Duration::from_secs(19));
        let next = runs.run(acme().with_capabilities(Dedupe::Never, true)).await;
        next.assert(Outcome::InDoubt, 0);
        assert_eq!(next.calls.finds(), 0);
        assert!(next.delivery.look_again_at.is_some());
    }
    runs.pass(Duration::from_secs(3));
    assert_eq!(runs.run(acme().find(finds(None))).await.calls.finds(), 1);
}

#[tokio::test]
async fn the_quiet_time_of_a_killed_run_begins_at_the_end_of_its_claim() {
    let runs = Runs::default();
    runs.killed(acme().create(hangs()), contact("42")).await;
    let claimed_at = runs.clock.now();
    let record = runs.record().await;
    assert_eq!(record.may_send_until.unwrap().time, claimed_at + CLAIM);
    let next = runs.run(acme().find(finds(None))).await;
    next.assert(Outcome::InDoubt, 0);
    assert_eq!(next.delivery.look_again_at, Some(claimed_at + CLAIM + TEN_MINUTES));
    runs.pass(CLAIM + 8 * MINUTE);
    runs.run(acme().find(finds(None))).await.assert(Outcome::InDoubt, 0);
    runs.pass(2 * MINUTE);
    runs.run(acme().find(finds(None)).create(creates("17"))).await.assert(Outcome::Created, 1);
}

#[tokio::test]
async fn a_resend_that_relies_on_the_vendors_dedupe_waits_as_well() {
    let runs = in_doubt(Runs::default(), false).await;
    let quiet_until = runs.record().await.may_send_until.unwrap().time + TEN_MINUTES;
    let next = runs.run(acme().deduping()).await;
    next.assert(Outcome::InDoubt, 0);
    assert_eq!(next.delivery.look_again_at, Some(quiet_until));
    runs.pass(9 * MINUTE);
    runs.run(acme().deduping()).await.assert(Outcome::InDoubt, 0);
    runs.pass(MINUTE);
    runs.run(acme().deduping().create(creates("17"))).await.assert(Outcome::Created, 1);
}

#[tokio::test]
async fn equal_requests_that_the_vendor_serializes_are_sent_again_at_once() {
    let serializing = || acme().with_capabilities(Dedupe::Serialized, false);
    let runs = Runs::default();
    let first = runs.run(serializing().create_fails([lost()]).create(creates("17"))).await;
    first.assert(Outcome::Created, 2);
    let runs = in_doubt(Runs::default(), false).await;
    runs.run(serializing().create(creates("17"))).await.assert(Outcome::Created, 1);
}

#[tokio::test]
async fn an_idempotency_key_permits_resends_within_its_window() {
    let key = |window| acme().with_capabilities(Dedupe::IdempotencyKey { window }, false);
    let within = Runs::default().run(key(MINUTE).create_fails([lost()]).create(creates("17"))).await;
    within.assert(Outcome::Created, 2);
    let busy = failure(ErrorKind::RateLimited, Effect::Refused).with_retry_after(Some(MINUTE));
    let runs = Runs::default();
    let beyond = runs.run(key(MINUTE).create_fails([lost(), busy])).await;
    beyond.assert(Outcome::InDoubt, 2);
    assert_eq!(beyond.delivery.look_again_at, None, "the time of the first create is unknown");
    runs.pass(TEN_MINUTES);
    runs.run(key(MINUTE)).await.assert(Outcome::InDoubt, 0);
}

#[tokio::test]
async fn presume_lost_after_and_the_vendors_search_lag_set_the_quiet_time() {
    let runs = Runs::with(|settings| settings.presume_lost_after = Some(PresumeLostAfter::After(MINUTE)));
    let lagging = || acme().lagging(MINUTE);
    let first = runs.run(lagging().find(finds(None)).create_fails([lost()])).await;
    let sent_at = runs.record().await.may_send_until.unwrap().time;
    assert_eq!(first.delivery.look_again_at, Some(sent_at + 2 * MINUTE));
    runs.pass(2 * MINUTE);
    runs.run(lagging().find(finds(None)).create(creates("17"))).await.assert(Outcome::Created, 1);
}

#[tokio::test]
async fn the_longest_request_that_the_vendor_documents_makes_the_quiet_time_longer() {
    let runs = Runs::default();
    let slow = acme().working_for(Duration::from_hours(1)).find(finds(None)).create_fails([lost()]);
    let first = runs.run(slow).await;
    let sent_at = runs.record().await.may_send_until.unwrap().time;
    let with_the_timeout = Duration::from_hours(1) + Duration::from_secs(20);
    assert_eq!(first.delivery.look_again_at, Some(sent_at + with_the_timeout));
}

#[tokio::test]
async fn a_doubt_that_is_never_presumed_lost_needs_a_person_unless_it_is_found() {
    let never = || Runs::with(|settings| settings.presume_lost_after = Some(PresumeLostAfter::Never));
    for adapter in [|| acme().find(finds(None)), || acme().deduping()] {
        let runs = in_doubt(never(), false).await;
        runs.pass(Duration::from_hours(24 * 365));
        let next = runs.run(adapter()).await;
        next.assert(Outcome::InDoubt, 0);
        assert_eq!(next.delivery.look_again_at, None);
    }
    let runs = in_doubt(never(), true).await;
    runs.pass(MINUTE);
    runs.run(acme().find(finds(Some("17")))).await.assert(Outcome::Created, 0);
}

#[tokio::test]
async fn a_failed_look_is_repeated_also_if_requests_are_never_presumed_lost() {
    let runs = Runs::with(|settings| settings.presume_lost_after = Some(PresumeLostAfter::Never));
    let away = || failure_of(Operation::Find, ErrorKind::Unavailable, Effect::NotSent);
    runs.run(acme().create_fails([lost()]).find(fails(away()))).await.assert(Outcome::InDoubt, 1);
    runs.pass(MINUTE);
    let next = runs.run(acme().find(fails(away()))).await;
    assert!(next.delivery.look_again_at.is_some_and(|time| time > runs.clock.now()));
    runs.pass(MINUTE);
    let next = runs.run(acme().find(finds(None))).await;
    assert_eq!(next.delivery.look_again_at, None, "a person resolves a contact that is not found");
}

#[tokio::test]
async fn an_attempt_whose_slot_is_after_the_idempotency_window_is_not_made() {
    for milliseconds in (550..1000).step_by(50) {
        let window = Duration::from_millis(milliseconds);
        let runs = Runs::with(|settings| settings.requests_per_second = 1);
        let keyed = acme().with_capabilities(Dedupe::IdempotencyKey { window }, false);
        runs.run(keyed.create_fails([lost()])).await.assert(Outcome::InDoubt, 1);
    }
}

#[tokio::test]
async fn a_wall_clock_that_was_set_forward_does_not_shorten_the_quiet_time() {
    let runs = in_doubt(Runs::default(), true).await;
    runs.clock.set_wall_clock(SignedDuration::from_hours(24));
    runs.pass(MINUTE);
    runs.run(acme().find(finds(None))).await.assert(Outcome::InDoubt, 0);
    runs.pass(TEN_MINUTES);
    runs.run(acme().find(finds(None)).create(creates("17"))).await.assert(Outcome::Created, 1);
}

#[tokio::test]
async fn a_recorded_time_in_the_future_counts_from_the_run_that_reads_it() {
    for finding in [true, false] {
        let runs = in_doubt(Runs::default(), false).await;
        let adapter = || if finding { acme().find(finds(None)) } else { acme().deduping() };
        runs.clock.set_wall_clock(SignedDuration::from_hours(-24));
        let met_at = runs.clock.now();
        let next = runs.run(adapter()).await;
        next.assert(Outcome::InDoubt, 0);
        let look_again_at = next.delivery.look_again_at.unwrap();
        assert!(look_again_at >= met_at + TEN_MINUTES && look_again_at <= met_at + TEN_MINUTES + MINUTE);
        runs.pass(TEN_MINUTES + MINUTE);
        runs.run(adapter().create(creates("17"))).await.assert(Outcome::Created, 1);
    }
}

#[tokio::test]
async fn after_a_reboot_the_wall_clock_alone_counts() {
    let runs = in_doubt(Runs::default(), true).await;
    runs.clock.reboot();
    runs.clock.set_wall_clock(SignedDuration::from_mins(11));
    runs.run(acme().find(finds(None)).create(creates("17"))).await.assert(Outcome::Created, 1);
}

#[tokio::test]
async fn an_unclear_look_permits_no_create_and_names_the_candidates() {
    let runs = in_doubt(Runs::default(), true).await;
    for quiet in [false, true] {
        runs.pass(if quiet { TEN_MINUTES } else { MINUTE });
        let next = runs.run(acme().find(resembling(&["8", "9"]))).await;
        next.assert(Outcome::InDoubt, 0);
        assert_eq!(next.delivery.error.unwrap().candidates(), [id("8"), id("9")]);
        assert_eq!(
            next.delivery.look_again_at.is_some(),
            !quiet,
            "after the quiet time only a person can decide"
        );
        let error = runs.record().await.error.unwrap();
        assert_eq!(error["candidates"], serde_json::json!(["8", "9"]));
    }
    runs.pass(MINUTE);
    let unread = runs.run(acme().find(resembling(&[]))).await;
    unread.assert(Outcome::InDoubt, 0);
    assert!(
        unread.delivery.look_again_at.unwrap() > runs.clock.now(),
        "a list that could not be read is read again"
    );
}

#[tokio::test]
async fn a_repeated_delivery_in_doubt_does_not_find_the_id_of_the_first() {
    let runs = Runs::default();
    runs.run(acme().create(creates("17"))).await.assert(Outcome::Created, 1);
    runs.again(acme().create_fails([lost()])).await.assert(Outcome::InDoubt, 1);
    let next = runs.run(acme().find(finds(Some("18")))).await;
    assert_eq!((next.calls.excepted(), next.id()), (Some(id("17")), Some("18")));
}

#[tokio::test]
async fn the_look_of_a_repeated_delivery_does_not_find_the_id_of_the_first() {
    let runs = Runs::default();
    runs.run(acme().create(creates("17"))).await.assert(Outcome::Created, 1);
    let next = runs.again(acme().create_fails([lost()]).find(finds(Some("18")))).await;
    assert_eq!((next.calls.excepted(), next.id()), (Some(id("17")), Some("18")));
}

#[tokio::test]
async fn an_attempt_after_the_end_of_its_claim_extends_the_claim() {
    assert_eq!(permitted_after(3600).await, 3600 + CLAIM.as_secs());
}

#[tokio::test]
async fn an_attempt_that_may_end_after_its_claim_extends_the_claim() {
    assert_eq!(permitted_after(31).await, 31 + CLAIM.as_secs());
    assert_eq!(permitted_after(29).await, CLAIM.as_secs());
}

/// Returns the seconds for which the claim permits attempts when the second attempt begins `seconds` after the claim.
async fn permitted_after(seconds: i64) -> u64 {
    let runs = Runs::default();
    let busy = failure(ErrorKind::RateLimited, Effect::Refused);
    let gate = Arc::new(Semaphore::new(0));
    let adapter = acme().create(after(&gate, fails(busy))).create(hangs());
    let calls = adapter.calls();
    let fan_out = runs.fan_out(&runs.bench(), adapter);
    let claimed_at = runs.clock.now();
    // Only the wall clock is set forward during the first attempt, not the clock of the deadline.
    let running = fan_out.start(contact("42")).await;
    crate::scripted::bench::soon(calls.until_creates(1)).await;
    runs.clock.set_wall_clock(SignedDuration::from_secs(seconds));
    gate.add_permits(1);
    crate::scripted::bench::soon(calls.until_creates(2)).await;
    let record = runs.record().await;
    assert!(matches!(record.state, RecordState::Claimed(_)));
    drop(running);
    let permitted = record.may_send_until.unwrap().time.duration_since(claimed_at);
    permitted.as_secs().unsigned_abs()
}
