//! Which delivery gets a permit, and when. No test waits: a future is polled once, and has its permit or not.

use futures_util::FutureExt;
use unicontact_providers::clock::ManualClock;
use unicontact_providers::{ContactId, Operation, ProviderInfo};

use super::*;

fn limiter(concurrency: Concurrency) -> ConcurrencyLimiter {
    let clock: SharedClock = Arc::new(ManualClock::new(jiff::Timestamp::UNIX_EPOCH));
    ConcurrencyLimiter::new(concurrency, &clock)
}

fn throttled() -> Result<Created, ProviderError> {
    let info = ProviderInfo::new("acme", "scripted");
    Err(ProviderError::new(&info, Operation::Create, ErrorKind::RateLimited, Effect::Refused))
}

fn try_acquire(limiter: &ConcurrencyLimiter) -> Option<Permit> {
    let mut permit = limiter.acquire().now_or_never()?;
    permit.activate();
    Some(permit)
}

fn counts(limiter: &ConcurrencyLimiter) -> (usize, usize) {
    let state = limiter.0.state();
    (state.held, state.active)
}

#[test]
fn no_more_permits_are_granted_than_the_limit() {
    let limiter = limiter(Concurrency::fixed(2));
    let (first, second) = (try_acquire(&limiter), try_acquire(&limiter));
    assert!(first.is_some() && second.is_some() && try_acquire(&limiter).is_none());
    drop(first);
    assert!(try_acquire(&limiter).is_some());
}

#[test]
fn permits_are_granted_in_the_order_of_the_requests() {
    let limiter = limiter(Concurrency::fixed(1));
    let held = try_acquire(&limiter);
    let (mut one, mut two) = (Box::pin(limiter.acquire()), Box::pin(limiter.acquire()));
    assert!((&mut one).now_or_never().is_none() && (&mut two).now_or_never().is_none());
    drop(held);
    assert!((&mut two).now_or_never().is_none());
    let one = one.now_or_never();
    assert!(one.is_some());
    drop(one);
    assert!(two.now_or_never().is_some());
}

#[test]
fn a_waiter_that_gives_up_leaves_its_permit_to_the_next_even_after_it_was_granted() {
    for is_granted in [false, true] {
        let limiter = limiter(Concurrency::fixed(1));
        let held = try_acquire(&limiter);
        let (mut gone, mut next) = (Box::pin(limiter.acquire()), Box::pin(limiter.acquire()));
        assert!((&mut gone).now_or_never().is_none() && (&mut next).now_or_never().is_none());
        if is_granted {
            drop(held);
            drop(gone);
        } else {
            drop(gone);
            drop(held);
        }
        assert!(next.now_or_never().is_some());
    }
}

#[test]
fn a_returning_delivery_gets_a_permit_before_new_ones() {
    let limiter = limiter(Concurrency::fixed(1));
    let mut returning = try_acquire(&limiter).unwrap();
    returning.suspend(true);
    let other = try_acquire(&limiter).unwrap();
    let mut new = Box::pin(limiter.acquire());
    assert!((&mut new).now_or_never().is_none());
    let mut again = Box::pin(returning.reacquire());
    assert!((&mut again).now_or_never().is_none());
    drop(other);
    assert!((&mut new).now_or_never().is_none());
    assert!(again.now_or_never().is_some());
    assert!((&mut new).now_or_never().is_none());
    drop(returning);
    assert!(new.now_or_never().is_some());
}

#[test]
fn reacquiring_a_held_permit_returns_at_once() {
    let limiter = limiter(Concurrency::fixed(1));
    let mut permit = try_acquire(&limiter).unwrap();
    assert!(permit.reacquire().now_or_never().is_some());
    assert!(try_acquire(&limiter).is_none());
}

#[test]
fn a_throttled_delivery_keeps_its_permit_under_a_fixed_limit() {
    let limiter = limiter(Concurrency::fixed(2));
    let permit = try_acquire(&limiter).unwrap();
    assert!(!permit.start_attempt().finish(&throttled()));
    assert!(try_acquire(&limiter).is_some() && permit.is_held);
}

#[test]
fn a_throttled_delivery_releases_its_permit_under_auto_and_the_limit_halves() {
    let limiter = limiter(Concurrency::Auto);
    let held: Vec<Permit> = std::iter::from_fn(|| try_acquire(&limiter)).collect();
    assert_eq!(held.len(), 4);
    let attempts: Vec<Attempt> = held.iter().map(Permit::start_attempt).collect();
    let may_release: Vec<bool> = attempts.into_iter().map(|attempt| attempt.finish(&throttled())).collect();
    assert_eq!(may_release, [true; 4]);
    drop(held);
    let held: Vec<Permit> = std::iter::from_fn(|| try_acquire(&limiter)).collect();
    assert_eq!(held.len(), 2);
}

#[test]
fn permits_are_kept_under_auto_while_every_attempt_is_throttled() {
    let limiter = limiter(Concurrency::Auto);
    let permit = try_acquire(&limiter).unwrap();
    assert!(
        permit.start_attempt().finish(&throttled()),
        "a lower limit may help after the first throttled attempt"
    );
    assert!(!permit.start_attempt().finish(&throttled()), "no attempt was accepted since");
    let created = Ok(Created::new(ContactId::new("1").unwrap()));
    assert!(!permit.start_attempt().finish(&throttled()), "a limit of one cannot fall");
    assert!(!permit.start_attempt().finish(&created));
}

#[test]
fn an_aborted_delivery_is_no_longer_active() {
    let limiter = limiter(Concurrency::Auto);
    let permit = try_acquire(&limiter).unwrap();
    drop(permit.start_attempt());
    assert_eq!(counts(&limiter), (1, 1));
    drop(permit);
    assert_eq!(counts(&limiter), (0, 0));
}
