//! Regression tests of looks and resends, from cases that the simulator found.

use std::sync::Arc;
use std::time::Duration;

use unicontact::providers::clock::Clock;
use unicontact::providers::{Dedupe, Effect, ErrorKind, Fate, FieldFate, FindOutcome, Operation};
use unicontact::{OnLoss, Outcome};

use crate::journaled::Runs;
use crate::scripted::{Scripted, creates, failure_of, finds, lost, rate_limited, unreachable_vendor};

const MINUTE: Duration = Duration::from_mins(1);
const TEN_MINUTES: Duration = Duration::from_mins(10);

fn acme() -> Scripted {
    Scripted::new("acme").with_capabilities(Dedupe::Never, true)
}

/// Returns an adapter of a vendor that serializes equal requests and can be searched.
fn serializing() -> Scripted {
    Scripted::new("acme").with_capabilities(Dedupe::Serialized, true)
}

async fn in_doubt(adapter: Scripted) -> Runs {
    let runs = Runs::with(|settings| settings.max_attempts = 1);
    runs.run(adapter.create_fails([lost()]).find(finds(None))).await.assert(Outcome::InDoubt, 1);
    runs
}

#[tokio::test]
async fn a_look_that_began_before_the_end_of_the_quiet_time_permits_no_create() {
    let runs = in_doubt(acme()).await;
    let quiet_until = runs.record().await.may_send_until.unwrap().time + TEN_MINUTES;
    let left = Duration::try_from(quiet_until.duration_since(runs.clock.now())).unwrap();
    runs.pass(left.saturating_sub(Duration::from_secs(5)));
    let clock = Arc::clone(&runs.clock);
    let slow = acme().find(Box::pin(async move {
        clock.advance(Duration::from_secs(10));
        Ok(FindOutcome::Nothing)
    }));
    runs.run(slow).await.assert(Outcome::InDoubt, 0);
    assert!(runs.clock.now() > quiet_until);
    runs.pass(MINUTE);
    runs.run(acme().find(finds(None)).create(creates("17"))).await.assert(Outcome::Created, 1);
}

#[tokio::test]
async fn a_doubt_that_a_resend_can_resolve_has_a_due_time() {
    let runs = in_doubt(serializing()).await;
    let looked_at = runs.record().await.looked_at.unwrap();
    assert_eq!(runs.record().await.look_again_at(), Some(looked_at + MINUTE));
    let early = runs.run(serializing()).await;
    assert_eq!((early.calls.finds(), early.delivery.look_again_at), (0, Some(looked_at + MINUTE)));
    runs.pass(MINUTE);
    runs.run(serializing().find(finds(None)).create(creates("17"))).await.assert(Outcome::Created, 1);
}

#[tokio::test]
async fn a_refusal_leaves_the_doubt_about_a_request_that_may_still_run() {
    let runs = in_doubt(serializing()).await;
    runs.pass(MINUTE);
    let next = runs.run(serializing().find(finds(None)).create_fails([rate_limited()])).await;
    next.assert(Outcome::InDoubt, 1);
    assert_eq!(runs.outcome().await, Outcome::InDoubt);
}

#[tokio::test]
async fn a_second_look_is_not_made_without_a_new_attempt() {
    let runs = in_doubt(serializing()).await;
    runs.pass(MINUTE);
    let next = runs.run(serializing().find(finds(None)).create_fails([unreachable_vendor()])).await;
    next.assert(Outcome::InDoubt, 1);
    assert_eq!(next.calls.finds(), 1);
    assert!(next.delivery.look_again_at.is_some());
}

#[tokio::test]
async fn a_doubt_stays_when_the_contact_cannot_be_sent_again() {
    let runs = in_doubt(acme()).await;
    let unmappable = || Err(failure_of(Operation::Draft, ErrorKind::Unmappable, Effect::NotSent));
    let end = runs.again_doubts(acme().drafting(unmappable)).await;
    end.assert(Outcome::InDoubt, 0);
    assert_eq!(runs.outcome().await, Outcome::InDoubt);
}

#[tokio::test]
async fn a_doubt_is_not_sent_again_when_the_contact_would_lose_a_field_that_must_not_be_lost() {
    let runs = in_doubt(acme()).await.changing(|settings| settings.on_loss = OnLoss::Reject);
    let losing = || Ok(vec![FieldFate::new("notes", Fate::Dropped)]);
    let end = runs.again_doubts(acme().drafting(losing)).await;
    end.assert(Outcome::InDoubt, 0);
    assert_eq!(runs.outcome().await, Outcome::InDoubt);
}
