//! Who gets a place, and when.
//!
//! Its rule: nothing is waited for. A future is asked once, and has its place or has not.

use futures_util::FutureExt;
use unicontact_providers::clock::ManualClock;
use unicontact_providers::{ContactId, Operation, ProviderInfo};

use super::*;

fn places(concurrency: Concurrency) -> ConcurrencyLimiter {
    let clock: SharedClock = Arc::new(ManualClock::new(jiff::Timestamp::UNIX_EPOCH));
    ConcurrencyLimiter::new(concurrency, &clock)
}

fn refused() -> Result<Created, ProviderError> {
    let info = ProviderInfo::new("acme", "scripted");
    Err(ProviderError::new(&info, Operation::Create, ErrorKind::RateLimited, Effect::Refused))
}

fn now(places: &ConcurrencyLimiter) -> Option<Permit> {
    let mut place = places.take().now_or_never()?;
    place.works();
    Some(place)
}

fn counts(places: &ConcurrencyLimiter) -> (usize, usize) {
    let state = places.0.state();
    (state.held, state.at_work)
}

#[test]
fn no_more_are_handed_out_than_there_are() {
    let places = places(Concurrency::at_most(2));
    let (first, second) = (now(&places), now(&places));
    assert!(first.is_some() && second.is_some() && now(&places).is_none());
    drop(first);
    assert!(now(&places).is_some());
}

#[test]
fn they_are_handed_out_in_the_order_of_asking() {
    let places = places(Concurrency::at_most(1));
    let held = now(&places);
    let (mut one, mut two) = (Box::pin(places.take()), Box::pin(places.take()));
    assert!((&mut one).now_or_never().is_none() && (&mut two).now_or_never().is_none());
    drop(held);
    assert!((&mut two).now_or_never().is_none());
    let one = one.now_or_never();
    assert!(one.is_some());
    drop(one);
    assert!(two.now_or_never().is_some());
}

#[test]
fn who_stops_waiting_leaves_the_place_to_the_next_even_after_it_was_handed_out() {
    for is_handed_out in [false, true] {
        let places = places(Concurrency::at_most(1));
        let held = now(&places);
        let (mut gone, mut next) = (Box::pin(places.take()), Box::pin(places.take()));
        assert!((&mut gone).now_or_never().is_none() && (&mut next).now_or_never().is_none());
        if is_handed_out {
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
fn who_comes_back_goes_before_those_that_have_not_begun() {
    let places = places(Concurrency::at_most(1));
    let mut back = now(&places).unwrap();
    back.rests(true);
    let other = now(&places).unwrap();
    let mut new = Box::pin(places.take());
    assert!((&mut new).now_or_never().is_none());
    let mut again = Box::pin(back.take_again());
    assert!((&mut again).now_or_never().is_none());
    drop(other);
    assert!((&mut new).now_or_never().is_none());
    assert!(again.now_or_never().is_some());
    assert!((&mut new).now_or_never().is_none());
    drop(back);
    assert!(new.now_or_never().is_some());
}

#[test]
fn who_never_gave_it_up_has_it_still() {
    let places = places(Concurrency::at_most(1));
    let mut place = now(&places).unwrap();
    assert!(place.take_again().now_or_never().is_some());
    assert!(now(&places).is_none());
}

#[test]
fn a_fixed_number_keeps_the_place_of_one_that_is_refused() {
    let places = places(Concurrency::at_most(2));
    let place = now(&places).unwrap();
    assert!(!place.attempt_begins().ended(&refused()));
    assert!(now(&places).is_some() && place.is_held);
}

#[test]
fn with_auto_the_number_comes_down_in_its_stead() {
    let places = places(Concurrency::Auto);
    let held: Vec<Permit> = std::iter::from_fn(|| now(&places)).collect();
    assert_eq!(held.len(), 4);
    let attempts: Vec<Attempt> = held.iter().map(Permit::attempt_begins).collect();
    let spared: Vec<bool> = attempts.into_iter().map(|attempt| attempt.ended(&refused())).collect();
    assert_eq!(spared, [true; 4]);
    drop(held);
    let held: Vec<Permit> = std::iter::from_fn(|| now(&places)).collect();
    assert_eq!(held.len(), 2);
}

#[test]
fn with_auto_those_that_find_nobody_let_in_keep_their_places() {
    let places = places(Concurrency::Auto);
    let place = now(&places).unwrap();
    assert!(place.attempt_begins().ended(&refused()), "the first refusal may be of too many");
    assert!(!place.attempt_begins().ended(&refused()), "nothing was let in since");
    let created = Ok(Created::new(ContactId::new("1").unwrap()));
    assert!(!place.attempt_begins().ended(&refused()), "one is the fewest");
    assert!(!place.attempt_begins().ended(&created));
}

#[test]
fn who_is_cut_off_is_no_longer_at_work() {
    let places = places(Concurrency::Auto);
    let place = now(&places).unwrap();
    drop(place.attempt_begins());
    assert_eq!(counts(&places), (1, 1));
    drop(place);
    assert_eq!(counts(&places), (0, 0));
}
