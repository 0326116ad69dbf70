//! The pipeline around one provider: attempts, waits and deadlines, on a manual clock with a scripted adapter.
//! `layers/doubt.rs` and `layers/resend_table.rs` test what may be sent again.

mod doubt;
mod rate;
mod resend_table;
mod scheduler;

use std::time::Duration;

use unicontact::providers::{Effect, ErrorKind, Fate, FieldFate, Operation, ProviderError};
use unicontact::{OnLoss, Outcome};

use crate::scripted::bench::Bench;
use crate::scripted::{Scripted, creates, fails, failure, failure_of, rate_limited, unreachable_vendor};

const SECOND: Duration = Duration::from_secs(1);

fn unreachable_times(count: usize) -> impl Iterator<Item = ProviderError> {
    std::iter::repeat_with(unreachable_vendor).take(count)
}

async fn waits_of_seed(jitter_seed: u64) -> Vec<Duration> {
    let bench = Bench { jitter_seed, ..Bench::new() };
    let acme = Scripted::new("acme").create_fails(unreachable_times(4));
    let waits = bench.deliver(acme).await.waits;
    waits[..3].to_vec()
}

#[tokio::test]
async fn an_unreachable_vendor_is_tried_max_attempts_times() {
    for max_attempts in [1, 2, 4, 6] {
        let bench = Bench::new().with(|settings| settings.max_attempts = max_attempts);
        let acme = Scripted::new("acme").create_fails(unreachable_times(6));
        let ended = bench.deliver(acme).await;
        let tries = usize::try_from(max_attempts).unwrap();
        ended.assert(Outcome::Failed, tries);
        assert_eq!(ended.delivery.attempts, max_attempts);
    }
}

#[tokio::test]
async fn there_is_no_wait_after_the_last_attempt() {
    for max_attempts in [1, 4] {
        let bench = Bench::new().with(|settings| settings.max_attempts = max_attempts);
        let acme = Scripted::new("acme").create_fails(unreachable_times(4));
        let waits = bench.deliver(acme).await.waits;
        let between = usize::try_from(max_attempts).unwrap() - 1;
        assert_eq!(waits.len(), between, "{waits:?}");
    }
}

#[tokio::test]
async fn zero_attempts_means_one() {
    let bench = Bench::new().with(|settings| settings.max_attempts = 0);
    let acme = Scripted::new("acme").create(creates("1"));
    bench.deliver(acme).await.assert(Outcome::Created, 1);
}

#[tokio::test]
async fn every_wait_is_longer_than_the_one_before() {
    let waits = waits_of_seed(7).await;
    assert!(waits.is_sorted_by(|one, next| one < next), "{waits:?}");
}

#[tokio::test]
async fn waits_are_jittered() {
    let plain = [SECOND / 2, SECOND, SECOND * 2];
    let waits = waits_of_seed(7).await;
    for (wait, plain) in waits.into_iter().zip(plain) {
        assert!(wait > plain && wait < plain * 2, "{wait:?} for {plain:?}");
    }
}

#[tokio::test]
async fn the_same_seed_gives_the_same_waits_and_another_seed_others() {
    assert_eq!(waits_of_seed(7).await, waits_of_seed(7).await);
    assert_ne!(waits_of_seed(7).await, waits_of_seed(8).await);
}

#[tokio::test]
async fn a_vendor_that_comes_back_gets_the_contact() {
    let acme = Scripted::new("acme").create_fails(unreachable_times(2)).create(creates("17"));
    let ended = Bench::new().deliver(acme).await;
    ended.assert(Outcome::Created, 3);
    assert_eq!((ended.id(), ended.delivery.attempts), (Some("17"), 3));
    assert!(ended.delivery.error.is_none());
}

#[tokio::test]
async fn a_longer_wait_that_the_vendor_asks_for_is_obeyed() {
    let busy = rate_limited().with_retry_after(Some(SECOND * 7));
    let acme = Scripted::new("acme").create_fails([busy]).create(creates("1"));
    let ended = Bench::new().deliver(acme).await;
    ended.assert(Outcome::Created, 2);
    assert_eq!(ended.waits, [SECOND * 7]);
    assert_eq!(ended.delivery.elapsed, SECOND * 7);
}

#[tokio::test]
async fn a_shorter_wait_that_the_vendor_asks_for_does_not_shorten_ours() {
    let busy = rate_limited().with_retry_after(Some(SECOND / 100));
    let acme = Scripted::new("acme").create_fails([busy]).create(creates("1"));
    let ended = Bench::new().deliver(acme).await;
    ended.assert(Outcome::Created, 2);
    assert!(ended.waits[0] >= SECOND / 2, "{:?}", ended.waits);
}

#[tokio::test]
async fn a_wait_beyond_the_deadline_ends_the_delivery_at_once() {
    let bench = Bench::new().with(|settings| settings.deadline = SECOND * 60);
    let busy = rate_limited().with_retry_after(Some(SECOND * 60));
    let acme = Scripted::new("acme").create_fails([busy]);
    let ended = bench.deliver(acme).await;
    ended.assert(Outcome::Failed, 1);
    assert!(ended.waits.is_empty());
    let error = ended.delivery.error.unwrap();
    assert_eq!(error.kind(), ErrorKind::RateLimited);
    assert_eq!(error.retry_after(), Some(SECOND * 60));
    assert_eq!(serde_json::to_value(&error).unwrap()["retry_after"], 60);
}

#[tokio::test]
async fn the_longest_possible_wait_does_not_panic() {
    let forever = rate_limited().with_retry_after(Some(Duration::MAX));
    let acme = Scripted::new("acme").create_fails([unreachable_vendor(), forever]);
    let ended = Bench::new().deliver(acme).await;
    ended.assert(Outcome::Failed, 2);
    let error = ended.delivery.error.unwrap();
    assert_eq!(error.kind(), ErrorKind::RateLimited, "{error}");
}

#[tokio::test]
async fn the_deadline_ends_a_delivery_before_its_attempts_are_used_up() {
    let bench = Bench::new().with(|settings| {
        settings.max_attempts = 1000;
        settings.deadline = SECOND * 60;
    });
    let acme = Scripted::new("acme").create_fails(unreachable_times(1000));
    let ended = bench.deliver(acme).await;
    assert_eq!(ended.delivery.outcome, Outcome::Failed);
    assert!(ended.calls.creates() < 20);
    assert!(ended.delivery.elapsed < SECOND * 60);
}

#[tokio::test]
async fn a_renewed_credential_gets_one_more_attempt_without_a_wait() {
    for max_attempts in [1, 4] {
        let bench = Bench::new().with(|settings| settings.max_attempts = max_attempts);
        let expired = failure(ErrorKind::Unauthenticated, Effect::Refused).with_renewed_credential();
        let acme = Scripted::new("acme").create_fails([expired]).create(creates("1"));
        let ended = bench.deliver(acme).await;
        ended.assert(Outcome::Created, 2);
        assert!(ended.delivery.elapsed < SECOND / 2, "only the rate limit causes a wait");
    }
}

#[tokio::test]
async fn a_credential_that_is_refused_again_after_renewing_is_final() {
    for max_attempts in [1, 4] {
        let bench = Bench::new().with(|settings| settings.max_attempts = max_attempts);
        let expired = || failure(ErrorKind::Unauthenticated, Effect::Refused).with_renewed_credential();
        let acme = Scripted::new("acme").create_fails([expired(), expired()]);
        bench.deliver(acme).await.assert(Outcome::Failed, 2);
    }
}

#[tokio::test]
async fn a_refused_credential_that_cannot_be_renewed_is_final_at_once() {
    let refused = failure(ErrorKind::Unauthenticated, Effect::Refused);
    let acme = Scripted::new("acme").create_fails([refused]);
    Bench::new().deliver(acme).await.assert(Outcome::Failed, 1);
}

#[tokio::test]
async fn a_failure_before_the_create_counts_as_no_attempt() {
    for operation in [Operation::Authenticate, Operation::LookUp] {
        let unreachable = || failure_of(operation, ErrorKind::Unreachable, Effect::NotSent);
        let acme = Scripted::new("acme").login(fails(unreachable())).login(fails(unreachable()));
        let ended = Bench::new().with(|settings| settings.max_attempts = 2).deliver(acme).await;
        ended.assert(Outcome::Failed, 0);
        assert_eq!(ended.delivery.attempts, 0, "{operation:?}");
    }
}

#[tokio::test]
async fn an_attempt_after_a_failed_login_counts_as_one() {
    let login = failure_of(Operation::Authenticate, ErrorKind::Unavailable, Effect::NotSent);
    let acme = Scripted::new("acme").login(fails(login)).create(creates("1"));
    let ended = Bench::new().deliver(acme).await;
    ended.assert(Outcome::Created, 1);
    assert_eq!(ended.delivery.attempts, 1);
}

#[tokio::test]
async fn a_contact_that_cannot_be_drafted_is_rejected_and_not_sent() {
    let acme = Scripted::new("acme")
        .drafting(|| Err(failure_of(Operation::Draft, ErrorKind::Unmappable, Effect::NotSent)));
    let ended = Bench::new().deliver(acme).await;
    ended.assert(Outcome::Rejected, 0);
    assert_eq!(ended.delivery.attempts, 0);
}

fn losing(name: &str) -> Scripted {
    Scripted::new(name).drafting(|| {
        let fate = FieldFate::new("organization.department", Fate::Dropped);
        Ok(vec![fate.with_detail("the vendor has no department")])
    })
}

#[tokio::test]
async fn a_contact_that_would_lose_a_field_is_rejected_if_configured() {
    let bench = Bench::new().with(|settings| settings.on_loss = OnLoss::Reject);
    let ended = bench.deliver(losing("acme")).await;
    ended.assert(Outcome::Rejected, 0);
    assert_eq!(ended.delivery.attempts, 0);
    let lost = ended.delivery.fields.iter().filter(|fate| fate.fate.is_loss()).count();
    assert_eq!(lost, 1, "the report names the lost field");
    let error = ended.delivery.error.unwrap();
    assert_eq!(error.kind(), ErrorKind::Unmappable);
    assert_eq!(error.effect(), Effect::NotSent);
    assert!(error.message().unwrap().contains("organization.department"));
}

#[tokio::test]
async fn a_lost_field_is_reported_where_the_settings_allow_it() {
    for on_loss in [OnLoss::Warn, OnLoss::Allow] {
        let bench = Bench::new().with(|settings| settings.on_loss = on_loss);
        let ended = bench.deliver(losing("acme").create(creates("1"))).await;
        ended.assert(Outcome::Created, 1);
        let reported: Vec<_> = ended.delivery.reported_fields().collect();
        assert_eq!(reported[0].field, "organization.department");
        assert_eq!(reported[0].fate, Fate::Dropped);
    }
}

#[tokio::test]
async fn a_field_to_which_the_adapter_gives_no_fate_counts_as_dropped() {
    let bench = Bench::new().with(|settings| settings.on_loss = OnLoss::Reject);
    let ended = bench.deliver(losing("acme").without_other_fates()).await;
    ended.assert(Outcome::Rejected, 0);
    let fates: Vec<_> = ended.delivery.fields.iter().map(|fate| (&*fate.field, fate.fate)).collect();
    let dropped = ["organization.department", "external_id", "name.full"].map(|field| (field, Fate::Dropped));
    assert_eq!(fates, dropped);
    let message = ended.delivery.error.unwrap().to_string();
    assert!(message.contains("external_id, name.full"), "{message}");
}

#[tokio::test]
async fn a_contact_without_losses_is_sent_where_losses_are_rejected() {
    let bench = Bench::new().with(|settings| settings.on_loss = OnLoss::Reject);
    let acme = Scripted::new("acme").create(creates("1"));
    bench.deliver(acme).await.assert(Outcome::Created, 1);
}
