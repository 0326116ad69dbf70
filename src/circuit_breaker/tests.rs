//! When a breaker opens, becomes half-open and closes.

use std::sync::Arc;

use unicontact_providers::clock::{Clock as _, ManualClock};
use unicontact_providers::{Effect, Operation, ProviderInfo};

use super::*;

const THRESHOLD: u32 = 3;

struct Bench {
    clock: Arc<ManualClock>,
    breaker: CircuitBreaker,
}

impl Bench {
    fn new(on_open: OnOpen) -> Self {
        Self::with_threshold(on_open, THRESHOLD)
    }

    fn with_threshold(on_open: OnOpen, failures: u32) -> Self {
        let clock = Arc::new(ManualClock::new(Timestamp::UNIX_EPOCH));
        let breaker = CircuitBreaker::new("acme", true, failures, on_open, Arc::clone(&clock) as SharedClock);
        Self { clock, breaker }
    }

    fn fail(&self, kind: ErrorKind) {
        self.breaker.record(Outcome::Failed, 1, Some(&error(kind)));
    }

    fn create(&self) {
        self.breaker.record(Outcome::Created, 1, None);
    }

    /// Waits until the breaker is half-open, and returns how long that took.
    async fn wait(&self) -> Duration {
        let (begun, at) = (self.clock.uptime(), self.breaker.half_open_at().unwrap());
        self.breaker.half_open_after(at).await;
        self.clock.uptime().saturating_sub(begun)
    }
}

fn error(kind: ErrorKind) -> ProviderError {
    ProviderError::new(&ProviderInfo::new("acme", "scripted"), Operation::Create, kind, Effect::Refused)
}

#[test]
fn refused_credentials_open_it_at_once_and_for_good() {
    let Bench { breaker, .. } = &Bench::new(OnOpen::Wait);
    assert!(breaker.admits(1) && !breaker.is_open());
    breaker.record(Outcome::Failed, 1, Some(&error(ErrorKind::Unauthenticated)));
    assert!(breaker.is_open() && breaker.is_open_for_good() && breaker.stop_signal().get());
    assert!(breaker.admits(1), "a delivery that begins ends at once");
    assert_eq!(breaker.open_reason().unwrap().consecutive_failures, 1);
}

#[test]
fn an_outage_opens_it_after_the_threshold_and_a_rejected_contact_counts_as_an_answer() {
    let bench = Bench::new(OnOpen::Wait);
    for kind in [ErrorKind::Unavailable, ErrorKind::Unreachable] {
        bench.fail(kind);
        bench.breaker.record(Outcome::Rejected, 1, Some(&error(ErrorKind::Invalid)));
    }
    bench.fail(ErrorKind::Unavailable);
    bench.fail(ErrorKind::Unavailable);
    assert!(!bench.breaker.is_open());
    bench.fail(ErrorKind::Unavailable);
    assert!(bench.breaker.is_open() && !bench.breaker.admits(1) && !bench.breaker.is_open_for_good());
}

#[tokio::test]
async fn a_half_open_breaker_admits_one_delivery_and_closes_when_it_succeeds() {
    let bench = Bench::new(OnOpen::Wait);
    bench.fail(ErrorKind::QuotaExhausted);
    assert_eq!(bench.wait().await, Duration::from_mins(1));
    assert!(bench.breaker.admits(8) && !bench.breaker.stop_signal().get());
    bench.breaker.delivery_started();
    assert!(!bench.breaker.admits(8) && bench.breaker.admits_parked(8));
    bench.create();
    assert!(bench.breaker.admits(8));
}

#[tokio::test]
async fn a_failed_probe_opens_it_for_twice_as_long_up_to_fifteen_minutes() {
    let bench = Bench::new(OnOpen::Wait);
    bench.fail(ErrorKind::QuotaExhausted);
    let waits = [1, 2, 4, 8, 15, 15].map(Duration::from_mins);
    for wait in waits {
        assert_eq!(bench.wait().await, wait);
        bench.fail(ErrorKind::Unavailable);
    }
    bench.wait().await;
    bench.create();
    bench.fail(ErrorKind::QuotaExhausted);
    assert_eq!(bench.wait().await, Duration::from_mins(1), "a success ends the backoff");
}

#[tokio::test]
async fn a_breaker_that_is_shut_down_never_becomes_half_open() {
    let bench = Bench::new(OnOpen::Wait);
    bench.fail(ErrorKind::QuotaExhausted);
    let at = bench.breaker.half_open_at().unwrap();
    bench.breaker.shut_down();
    assert!(bench.breaker.half_open_at().is_none() && bench.breaker.is_open_for_good());
    bench.breaker.half_open_after(at).await;
    assert!(bench.breaker.is_open() && bench.breaker.stop_signal().get());
}

#[cfg(feature = "queue")]
#[test]
fn a_reason_is_published_once_and_not_if_another_process_opened_the_breaker() {
    let (bench, elsewhere) = (Bench::new(OnOpen::Requeue), Bench::new(OnOpen::Requeue));
    bench.fail(ErrorKind::RateLimited);
    let reason = bench.breaker.take_unpublished().unwrap();
    assert!(bench.breaker.take_unpublished().is_none());
    elsewhere.breaker.open_as_elsewhere(reason);
    assert!(elsewhere.breaker.is_open() && elsewhere.breaker.take_unpublished().is_none());
    elsewhere.breaker.half_open_as_elsewhere();
    assert!(elsewhere.breaker.is_half_open());
    elsewhere.breaker.close_as_elsewhere();
    assert!(elsewhere.breaker.admits(8) && !elsewhere.breaker.stop_signal().get());
}

#[tokio::test]
async fn after_an_outage_one_lost_answer_of_a_probe_does_not_open_it_again() {
    let bench = Bench::new(OnOpen::Wait);
    (0..THRESHOLD).for_each(|_| bench.fail(ErrorKind::Unavailable));
    bench.wait().await;
    bench.fail(ErrorKind::Interrupted);
    assert!(!bench.breaker.is_open(), "the outage before counts no more");
    bench.fail(ErrorKind::Interrupted);
    assert!(bench.breaker.is_open());
}

#[cfg(feature = "queue")]
mod of_a_queue {
    use super::*;

    fn ended(bench: &Bench, kind: ErrorKind) {
        bench.breaker.attempt_ended(Some(&error(kind)));
    }

    #[test]
    fn throttled_attempts_in_a_row_open_it_and_one_among_others_does_not() {
        let bench = Bench::new(OnOpen::Requeue);
        (0..3).for_each(|_| bench.breaker.delivery_started());
        for _ in 0..5 {
            ended(&bench, ErrorKind::RateLimited);
            assert!(!bench.breaker.requeues(&error(ErrorKind::RateLimited)), "it waits for another attempt");
            ended(&bench, ErrorKind::Invalid);
            ended(&bench, ErrorKind::RateLimited);
            bench.breaker.attempt_ended(None);
        }
        ended(&bench, ErrorKind::RateLimited);
        ended(&bench, ErrorKind::RateLimited);
        assert!(!bench.breaker.is_open());
        ended(&bench, ErrorKind::RateLimited);
        assert!(bench.breaker.is_open() && bench.breaker.requeues(&error(ErrorKind::RateLimited)));
    }

    #[tokio::test]
    async fn a_probe_fails_with_the_kind_of_error_that_opened_it() {
        let bench = Bench::new(OnOpen::Requeue);
        (0..THRESHOLD).for_each(|_| bench.fail(ErrorKind::PermissionDenied));
        bench.wait().await;
        bench.fail(ErrorKind::PermissionDenied);
        assert!(bench.breaker.is_open());
    }

    #[test]
    fn two_throttled_attempts_open_it_if_no_other_delivery_is_in_flight() {
        let bench = Bench::new(OnOpen::Requeue);
        ended(&bench, ErrorKind::RateLimited);
        assert!(!bench.breaker.is_open());
        ended(&bench, ErrorKind::RateLimited);
        assert!(bench.breaker.is_open());
    }

    #[tokio::test]
    async fn a_person_holds_it_open_over_answers_and_ends_of_time_and_its_state_is_there_afterwards() {
        let bench = Bench::new(OnOpen::Requeue);
        bench.fail(ErrorKind::RateLimited);
        let reason = bench.breaker.open_reason().unwrap();
        let at = bench.breaker.half_open_at().unwrap();
        bench.breaker.force_open(OpenReason { kind: None, half_open_at: None, ..reason });
        assert_eq!(bench.breaker.open_reason().unwrap().kind_name(), OpenReason::BY_PERSON);
        bench.breaker.half_open_after(at).await;
        bench.create();
        bench.breaker.close_as_elsewhere();
        assert!(!bench.breaker.admits(8) && bench.breaker.stop_signal().get());
        bench.breaker.end_forced();
        assert!(bench.breaker.admits(8) && !bench.breaker.stop_signal().get());
        bench.fail(ErrorKind::RateLimited);
        bench.breaker.force_open(bench.breaker.open_reason().unwrap());
        bench.breaker.end_forced();
        assert!(bench.breaker.is_open() && bench.breaker.half_open_at().is_some());
    }

    #[test]
    fn attempts_of_an_import_do_not_open_it() {
        let bench = Bench::new(OnOpen::Wait);
        (0..5).for_each(|_| ended(&bench, ErrorKind::RateLimited));
        assert!(!bench.breaker.is_open());
    }

    #[tokio::test]
    async fn a_throttled_probe_opens_it_again_and_one_without_an_answer_only_if_the_next_gets_none_either() {
        let bench = Bench::with_threshold(OnOpen::Requeue, 20);
        let mut waits = Vec::new();
        bench.fail(ErrorKind::RateLimited);
        waits.push(bench.wait().await);
        ended(&bench, ErrorKind::RateLimited);
        waits.push(bench.wait().await);
        bench.fail(ErrorKind::Interrupted);
        assert!(bench.breaker.is_half_open());
        bench.breaker.record(Outcome::InDoubt, 1, Some(&error(ErrorKind::Interrupted)));
        waits.push(bench.wait().await);
        bench.fail(ErrorKind::Interrupted);
        bench.create();
        assert!(bench.breaker.admits(8));
        assert_eq!(waits, [1, 2, 4].map(Duration::from_secs));
    }
}
