//! When a create is sent again, for every kind of error, every effect and every vendor.
//!
//! Its rule: the expectation is written down here from the documented meaning of the kinds, not taken from the code.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use unicontact::Outcome;
use unicontact::providers::{Capabilities, Created, Dedupe, Effect, ErrorKind, ProviderError, may_resend};

use crate::scripted::bench::{Bench, Ended};
use crate::scripted::{Scripted, Step, creates, fails, failure, finds};

/// Each kind, whether the same request may work later, and the outcome when nothing was created.
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
const DEDUPES: [Dedupe; 2] = [Dedupe::Never, Dedupe::ByVendor];

#[tokio::test]
async fn every_kind_effect_and_vendor_ends_as_the_table_says() {
    for (kind, may_work_later, outcome_if_nothing_was_created) in KINDS {
        for effect in EFFECTS {
            for dedupe in DEDUPES {
                let is_known = effect != Effect::Unknown;
                let again = may_work_later && (is_known || dedupe == Dedupe::ByVendor);
                let outcome = if is_known { outcome_if_nothing_was_created } else { Outcome::InDoubt };
                let capabilities = Capabilities { dedupe, ..Capabilities::default() };
                let row = format!("{kind}, {effect}, {dedupe:?}");
                let judged = may_resend(&failure(kind, effect), &capabilities);
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
    assert!(may_resend(&renewed(Effect::Refused), &capabilities));
    assert!(may_resend(&renewed(Effect::NotSent), &capabilities));
    assert!(!may_resend(&renewed(Effect::Unknown), &capabilities));
}

/// What a create answers: an error of some kind and effect, perhaps with a renewed credential, or nothing wrong.
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

fn deliver(answers: &[Answer], dedupe: Dedupe, find: bool, max_attempts: u32) -> Ended {
    let acme = answers
        .iter()
        .map(|answer| step(*answer))
        .fold(Scripted::new("acme"), Scripted::create)
        .find(finds(None))
        .find(finds(None))
        .with_capabilities(dedupe, find);
    let bench = Bench::new().with(|settings| settings.max_attempts = max_attempts);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(bench.deliver(acme))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_sent_after_an_unknown_effect_unless_the_vendor_dedupes(
        answers in vec(answer(), 7),
        dedupe in select(DEDUPES.to_vec()),
        find in any::<bool>(),
        max_attempts in 0_u32..6,
    ) {
        let ended = deliver(&answers, dedupe, find, max_attempts);
        let calls = ended.calls.creates();
        let unknown = |answer: &Answer| matches!(answer, Some((_, Effect::Unknown, _)));
        let first_unknown = answers[..calls].iter().position(unknown);
        if let Some(first) = first_unknown && dedupe == Dedupe::Never {
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
