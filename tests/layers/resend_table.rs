//! Tests when a create is sent again, for every kind of error, every effect and every kind of dedupe. The expected results
//! come from the documented meaning of the kinds, not from the code.

use std::time::Duration;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use unicontact::Outcome;
use unicontact::providers::{
    Capabilities, Created, Dedupe, Doubt, Effect, ErrorKind, ProviderError, may_resend,
};

use crate::scripted::bench::{Bench, DeliveryEnd};
use crate::scripted::{Scripted, Step, creates, fails, failure, finds};

/// Each kind, whether the same request may work later, and the outcome if no contact was created.
const KINDS: [(ErrorKind, bool, Outcome); 15] = [
    (ErrorKind::Config, false, Outcome::Failed),
    (ErrorKind::Unmappable, false, Outcome::Rejected),
    (ErrorKind::Invalid, false, Outcome::Rejected),
    (ErrorKind::AlreadyExists, false, Outcome::Rejected),
    (ErrorKind::Unauthenticated, false, Outcome::Failed),
    (ErrorKind::PermissionDenied, false, Outcome::Failed),
    (ErrorKind::NotFound, false, Outcome::Failed),
    (ErrorKind::RateLimited, true, Outcome::Failed),
    (ErrorKind::QuotaExhausted, false, Outcome::Failed),
    (ErrorKind::Unavailable, true, Outcome::Failed),
    (ErrorKind::Unreachable, true, Outcome::Failed),
    (ErrorKind::Interrupted, true, Outcome::Failed),
    (ErrorKind::Blocked, false, Outcome::Failed),
    (ErrorKind::UnexpectedResponse, false, Outcome::Failed),
    (ErrorKind::Unsupported, false, Outcome::Failed),
];
const EFFECTS: [Effect; 3] = [Effect::NotSent, Effect::Refused, Effect::Unknown];
const DEDUPES: [Dedupe; 4] = [
    Dedupe::Never,
    Dedupe::ByVendor,
    Dedupe::Serialized,
    Dedupe::IdempotencyKey { window: Duration::from_hours(24) },
];

/// Returns whether the vendor documents how it handles an equal request while the first is in flight.
fn covers_requests_in_flight(dedupe: Dedupe) -> bool {
    matches!(dedupe, Dedupe::Serialized | Dedupe::IdempotencyKey { .. })
}

#[tokio::test]
async fn every_kind_effect_and_dedupe_has_the_outcome_of_the_table() {
    for (kind, may_work_later, outcome_if_nothing_was_created) in KINDS {
        for effect in EFFECTS {
            for dedupe in DEDUPES {
                let is_known = effect != Effect::Unknown;
                let again = may_work_later && (is_known || covers_requests_in_flight(dedupe));
                let outcome = if is_known { outcome_if_nothing_was_created } else { Outcome::InDoubt };
                let capabilities = Capabilities { dedupe, ..Capabilities::default() };
                let row = format!("{kind}, {effect}, {dedupe:?}");
                let just_now = Doubt { since_first: Some(Duration::from_secs(1)), is_quiet: false };
                let doubt = (!is_known).then_some(just_now);
                let judged = may_resend(&failure(kind, effect), &capabilities, doubt);
                assert_eq!(judged, again, "{row}");

                let bench = Bench::new().with(|settings| settings.max_attempts = 3);
                let acme = Scripted::new("acme")
                    .with_capabilities(dedupe, false)
                    .create_fails([(); 3].map(|()| failure(kind, effect)));
                let ended = bench.deliver(acme).await;
                let attempts = if again { 3 } else { 1 };
                assert_eq!(ended.delivery.outcome, outcome, "{row}");
                assert_eq!(ended.calls.creates(), attempts, "{row}");
                let error = ended.delivery.error.unwrap();
                assert_eq!((error.kind(), error.effect()), (kind, effect), "{row}");
            }
        }
    }
}

#[test]
fn a_renewed_credential_is_a_reason_to_send_again_only_if_nothing_was_created() {
    let renewed = |effect| failure(ErrorKind::Unauthenticated, effect).with_renewed_credential();
    let capabilities = Capabilities::default();
    assert!(may_resend(&renewed(Effect::Refused), &capabilities, None));
    assert!(may_resend(&renewed(Effect::NotSent), &capabilities, None));
    assert!(!may_resend(&renewed(Effect::Unknown), &capabilities, None));
}

#[test]
fn only_a_documented_dedupe_permits_a_resend_in_doubt() {
    let hour = Duration::from_hours(1);
    let key = Dedupe::IdempotencyKey { window: hour };
    let doubt = |since_first, is_quiet| Doubt { since_first, is_quiet };
    for (dedupe, doubt, may) in [
        (Dedupe::Never, doubt(Some(hour), true), false),
        (Dedupe::ByVendor, doubt(Some(hour), false), false),
        (Dedupe::ByVendor, doubt(None, true), true),
        (Dedupe::Serialized, doubt(None, false), true),
        (key, doubt(Some(hour / 2), false), true),
        (key, doubt(Some(hour), true), false),
        (key, doubt(None, true), false),
    ] {
        let capabilities = Capabilities { dedupe, ..Capabilities::default() };
        for effect in EFFECTS {
            let transient = failure(ErrorKind::Unavailable, effect);
            assert_eq!(may_resend(&transient, &capabilities, Some(doubt)), may, "{dedupe:?} {doubt:?}");
            let lasting = failure(ErrorKind::Invalid, effect);
            assert!(!may_resend(&lasting, &capabilities, Some(doubt)));
        }
    }
}

/// The answer to a create: an error with its kind, its effect and whether the credential was renewed, or a success.
type Answer = Option<(ErrorKind, Effect, bool)>;

fn answer() -> impl Strategy<Value = Answer> {
    let kind = select(KINDS.map(|(kind, ..)| kind).to_vec());
    let error = (kind, select(EFFECTS.to_vec()), any::<bool>());
    proptest::option::weighted(0.9, error)
}

fn step(answer: Answer) -> Step<Created> {
    answer.map_or_else(
        || creates("17"),
        |(kind, effect, renewed)| {
            let error: ProviderError = failure(kind, effect);
            fails(if renewed { error.with_renewed_credential() } else { error })
        },
    )
}

fn deliver(answers: &[Answer], dedupe: Dedupe, find: bool, max_attempts: u32) -> DeliveryEnd {
    let acme = answers
        .iter()
        .map(|answer| step(*answer))
        .fold(Scripted::new("acme"), Scripted::create)
        .find(finds(None))
        .with_capabilities(dedupe, find);
    let bench = Bench::new().with(|settings| settings.max_attempts = max_attempts);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(bench.deliver(acme))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_sent_after_an_unknown_effect_unless_the_vendor_covers_requests_in_flight(
        answers in vec(answer(), 7),
        dedupe in select(DEDUPES.to_vec()),
        find in any::<bool>(),
        max_attempts in 0_u32..6,
    ) {
        let ended = deliver(&answers, dedupe, find, max_attempts);
        let calls = ended.calls.creates();
        let unknown = |answer: &Answer| matches!(answer, Some((_, Effect::Unknown, _)));
        let first_unknown = answers[..calls].iter().position(unknown);
        if let Some(first) = first_unknown && !covers_requests_in_flight(dedupe) {
            prop_assert_eq!(calls, first + 1);
        }
        let limit = usize::try_from(max_attempts.max(1)).unwrap() + 1;
        prop_assert!(calls <= limit, "one more than allowed only for a renewed credential");
        prop_assert_eq!(usize::try_from(ended.delivery.attempts).unwrap(), calls);
        let created = answers[..calls].contains(&None);
        prop_assert_eq!(ended.delivery.outcome == Outcome::Created, created);
        prop_assert_eq!(ended.delivery.outcome == Outcome::InDoubt, first_unknown.is_some() && !created);
    }
}
