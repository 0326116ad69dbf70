//! What every journal keeps, one test for each rule.
//!
//! Its rule: nothing here knows where a journal is kept.

use std::time::Duration;

use jiff::Timestamp;
use unicontact::Outcome;
use unicontact::journal::{
    Claim, ClaimOutcome, Journal, RecordState, Resolution, Selection, SettleOutcome, Settlement,
};
use unicontact::providers::Stamp;

use crate::bench::{
    CONTENT, Kept, act, claim, claim_id, deliver, id, key, listed, look, now, settle, settlement, stamp,
    state,
};

async fn settle_as(journal: &dyn Journal, settlement: Settlement) -> SettleOutcome {
    journal.settle(settlement).await.unwrap()
}

const UNFINISHED: [Outcome; 3] = [Outcome::Failed, Outcome::Rejected, Outcome::Pending];

#[tokio::test]
async fn an_unknown_delivery_is_granted_once() {
    for kept in Kept::all().await {
        let journal = kept.journal();
        assert_eq!(journal.look(&key("42")).await.unwrap(), None);
        assert_eq!(journal.claim(claim("42", 1)).await.unwrap(), ClaimOutcome::New);
        assert_eq!(journal.claim(claim("42", 2)).await.unwrap(), ClaimOutcome::Held);
        assert_eq!(state(&*journal, "42").await, RecordState::Claimed(claim_id(1)));
    }
}

#[tokio::test]
async fn deliveries_of_one_contact_to_two_providers_are_two() {
    for kept in Kept::all().await {
        let journal = kept.journal();
        let other = unicontact::providers::DeliveryKey::from_contact_key("iot", "42".to_owned());
        assert_eq!(journal.claim(claim("42", 1)).await.unwrap(), ClaimOutcome::New);
        let claim = Claim { key: other, ..claim("42", 2) };
        assert_eq!(journal.claim(claim).await.unwrap(), ClaimOutcome::New);
    }
}

#[tokio::test]
async fn what_the_vendor_has_is_not_granted_in_any_later_run() {
    for mut kept in Kept::all().await {
        for (contact, outcome) in [("1", Outcome::Created), ("2", Outcome::Existing)] {
            deliver(&*kept.journal(), contact, 1, outcome).await;
            for _ in 0..2 {
                let ClaimOutcome::Done(record) = kept.journal().claim(claim(contact, 2)).await.unwrap()
                else {
                    panic!("it was granted");
                };
                assert_eq!((record.id, record.state), (Some(id("17")), RecordState::Settled(outcome)));
                assert_eq!((&*record.fingerprint, record.attempts), ("f1", 1));
                kept.reopen().await;
            }
        }
    }
}

#[tokio::test]
async fn what_is_not_at_the_vendor_is_granted_anew() {
    for mut kept in Kept::all().await {
        for outcome in UNFINISHED {
            let contact = outcome.as_str();
            deliver(&*kept.journal(), contact, 1, outcome).await;
            kept.reopen().await;
            assert_eq!(state(&*kept.journal(), contact).await, RecordState::Settled(outcome));
            assert_eq!(kept.journal().claim(claim(contact, 2)).await.unwrap(), ClaimOutcome::New);
        }
    }
}

#[tokio::test]
async fn a_claim_that_was_never_settled_is_interrupted_in_the_next_run() {
    for mut kept in Kept::all().await {
        kept.journal().claim(claim("42", 1)).await.unwrap();
        for claim_id in 2..4 {
            kept.reopen().await;
            let changed = Claim { fingerprint: "f2".into(), content: "{}".into(), ..claim("42", claim_id) };
            let ClaimOutcome::Interrupted(record) = kept.journal().claim(changed).await.unwrap() else {
                panic!("it is not told as interrupted");
            };
            assert_eq!(record.state, RecordState::Interrupted);
            assert_eq!(record.content.as_deref(), Some(CONTENT), "the contact that was sent");
            assert_eq!(&*record.fingerprint, "f1");
        }
    }
}

#[tokio::test]
async fn a_doubt_stays_until_its_holder_settles_it() {
    for mut kept in Kept::all().await {
        deliver(&*kept.journal(), "42", 1, Outcome::InDoubt).await;
        kept.reopen().await;
        let claimed = kept.journal().claim(claim("42", 2)).await.unwrap();
        assert!(
            matches!(&claimed, ClaimOutcome::Interrupted(record) if record.error.is_some()),
            "{claimed:?}"
        );
        let created = settlement("42", Some(2), Outcome::Created);
        settle(&*kept.journal(), created).await;
        assert!(matches!(kept.journal().claim(claim("42", 3)).await.unwrap(), ClaimOutcome::Done(_)));
    }
}

#[tokio::test]
async fn a_claim_that_is_given_up_without_an_answer_leaves_the_delivery_in_doubt() {
    for mut kept in Kept::all().await {
        deliver(&*kept.journal(), "settled", 1, Outcome::InDoubt).await;
        kept.journal().claim(claim("interrupted", 2)).await.unwrap();
        kept.reopen().await;
        let journal = kept.journal();
        for contact in ["settled", "interrupted"] {
            for (number, outcome) in (3..).zip([Outcome::Pending, Outcome::Failed, Outcome::Rejected]) {
                let claimed = journal.claim(claim(contact, number)).await.unwrap();
                let ClaimOutcome::Interrupted(before) = claimed else { panic!("{contact}: {claimed:?}") };
                let nothing_done = Settlement { attempts: 0, ..settlement(contact, Some(number), outcome) };
                assert_eq!(settle_as(&*journal, nothing_done.clone()).await, SettleOutcome::TellsLess);
                assert_eq!(settle_as(&*journal, nothing_done).await, SettleOutcome::TellsLess);
                let record = look(&*journal, contact).await;
                assert_eq!(record.state, RecordState::Settled(Outcome::InDoubt), "{contact} {outcome:?}");
                assert_eq!(record.may_send_until, before.may_send_until);
                assert!(record.error.is_some() && record.contact().is_some(), "{contact}: {record:?}");
            }
            let claimed = journal.claim(claim(contact, 6)).await.unwrap();
            assert!(matches!(claimed, ClaimOutcome::Interrupted(_)), "{contact}: {claimed:?}");
            let looked_at = Some(now());
            let not_created =
                Settlement { attempts: 0, looked_at, ..settlement(contact, Some(6), Outcome::Pending) };
            settle(&*journal, not_created).await;
            assert_eq!(journal.claim(claim(contact, 7)).await.unwrap(), ClaimOutcome::New);
        }
    }
}

#[tokio::test]
async fn only_the_holder_settles_a_claim() {
    for kept in Kept::all().await {
        let journal = kept.journal();
        journal.claim(claim("42", 1)).await.unwrap();
        for stranger in [None, Some(2)] {
            for outcome in Outcome::ALL {
                let answer = settle_as(&*journal, settlement("42", stranger, outcome)).await;
                let tells_less = stranger.is_none() && outcome == Outcome::Pending;
                let expected = if tells_less { SettleOutcome::TellsLess } else { SettleOutcome::NotHolder };
                assert_eq!(answer, expected, "{stranger:?} {outcome:?}");
                assert_eq!(state(&*journal, "42").await, RecordState::Claimed(claim_id(1)));
            }
        }
    }
}

#[tokio::test]
async fn what_ended_before_any_claim_is_recorded_unless_more_is_known() {
    for mut kept in Kept::all().await {
        for outcome in [Outcome::Pending, Outcome::Failed, Outcome::Rejected] {
            settle(&*kept.journal(), settlement("42", None, outcome)).await;
            assert_eq!(state(&*kept.journal(), "42").await, RecordState::Settled(outcome));
        }
        for (contact, known) in [("1", Outcome::Created), ("2", Outcome::InDoubt)] {
            deliver(&*kept.journal(), contact, 1, known).await;
            let answer = settle_as(&*kept.journal(), settlement(contact, None, Outcome::Pending)).await;
            assert_eq!(answer, SettleOutcome::TellsLess);
            assert_eq!(state(&*kept.journal(), contact).await, RecordState::Settled(known));
        }
        kept.journal().claim(claim("3", 1)).await.unwrap();
        kept.reopen().await;
        let answer = settle_as(&*kept.journal(), settlement("3", None, Outcome::Pending)).await;
        assert_eq!(answer, SettleOutcome::TellsLess);
        assert_eq!(state(&*kept.journal(), "3").await, RecordState::Interrupted);
    }
}

#[tokio::test]
async fn what_was_not_tried_again_keeps_its_error_unless_the_contact_has_changed() {
    for kept in Kept::all().await {
        let journal = kept.journal();
        deliver(&*journal, "42", 1, Outcome::Failed).await;
        let answer = settle_as(&*journal, settlement("42", None, Outcome::Pending)).await;
        assert_eq!(answer, SettleOutcome::TellsLess);
        let record = look(&*journal, "42").await;
        assert_eq!((record.outcome(), record.error_kind()), (Outcome::Failed, Some("unavailable")));
        let changed = Settlement { fingerprint: "f2".into(), ..settlement("42", None, Outcome::Pending) };
        settle(&*journal, changed).await;
        let record = look(&*journal, "42").await;
        assert_eq!((record.outcome(), &*record.fingerprint), (Outcome::Pending, "f2"));
    }
}

#[tokio::test]
async fn a_holder_of_before_settles_nothing_any_more() {
    for mut kept in Kept::all().await {
        kept.journal().claim(claim("42", 1)).await.unwrap();
        kept.reopen().await;
        let answer = settle_as(&*kept.journal(), settlement("42", Some(1), Outcome::Failed)).await;
        assert_eq!(answer, SettleOutcome::NotHolder);
        assert_eq!(state(&*kept.journal(), "42").await, RecordState::Interrupted);
    }
}

#[tokio::test]
async fn the_contact_is_kept_only_while_its_delivery_is_unfinished() {
    for kept in Kept::all().await {
        let journal = kept.journal();
        for outcome in Outcome::ALL.into_iter().filter(|outcome| *outcome != Outcome::Skipped) {
            let contact = outcome.as_str();
            journal.claim(claim(contact, 1)).await.unwrap();
            assert!(look(&*journal, contact).await.contact().is_some());
            settle(&*journal, settlement(contact, Some(1), outcome)).await;
            let record = look(&*journal, contact).await;
            assert_eq!(record.content.is_none(), outcome.is_delivered(), "{outcome:?}");
        }
    }
}

#[tokio::test]
async fn another_one_is_granted_on_demand_and_if_nothing_comes_of_it_the_first_is_left() {
    for kept in Kept::all().await {
        let journal = kept.journal();
        deliver(&*journal, "42", 1, Outcome::Created).await;
        let again = |number| Claim { again: Some(Timestamp::MAX), ..claim("42", number) };
        for (number, outcome) in (2..).zip(UNFINISHED) {
            assert_eq!(journal.claim(again(number)).await.unwrap(), ClaimOutcome::New);
            assert_eq!(journal.claim(again(9)).await.unwrap(), ClaimOutcome::Held);
            settle(&*journal, settlement("42", Some(number), outcome)).await;
            let record = look(&*journal, "42").await;
            assert!(record.outcome().is_delivered());
            assert_eq!((record.id, record.content), (Some(id("17")), None));
        }
        journal.claim(again(7)).await.unwrap();
        let second = Settlement { id: Some(id("18")), ..settlement("42", Some(7), Outcome::Created) };
        settle(&*journal, second).await;
        assert_eq!(look(&*journal, "42").await.id, Some(id("18")));
    }
}

#[tokio::test]
async fn another_one_is_granted_of_what_was_delivered_before_a_time() {
    for kept in Kept::all().await {
        let journal = kept.journal();
        deliver(&*journal, "42", 1, Outcome::Created).await;
        let again = |number, before| Claim { again: Some(before), at: later(10), ..claim("42", number) };
        assert!(matches!(journal.claim(again(2, now())).await.unwrap(), ClaimOutcome::Done(_)));
        for (number, outcome) in (3..).zip(UNFINISHED) {
            assert_eq!(journal.claim(again(number, later(5).time)).await.unwrap(), ClaimOutcome::New);
            let nothing = Settlement { at: later(20).time, ..settlement("42", Some(number), outcome) };
            settle(&*journal, nothing).await;
            assert_eq!(look(&*journal, "42").await.changed_at, now(), "nothing came of it");
        }
        assert_eq!(journal.claim(again(9, later(5).time)).await.unwrap(), ClaimOutcome::New);
        let second = Settlement { at: later(20).time, ..settlement("42", Some(9), Outcome::Created) };
        settle(&*journal, second).await;
        assert!(matches!(journal.claim(again(10, later(5).time)).await.unwrap(), ClaimOutcome::Done(_)));
    }
}

#[tokio::test]
async fn a_person_settles_what_nobody_holds_and_the_vendor_does_not_have() {
    for mut kept in Kept::all().await {
        deliver(&*kept.journal(), "1", 1, Outcome::InDoubt).await;
        kept.journal().claim(claim("2", 1)).await.unwrap();
        kept.reopen().await;
        let journal = kept.journal();
        let created = Resolution::Created(id("99"));
        assert!(journal.resolve(&key("1"), created.clone(), act()).await.unwrap());
        let record = look(&*journal, "1").await;
        assert_eq!((record.outcome(), record.id), (Outcome::Created, Some(id("99"))));
        assert!(record.by_person && record.error.is_none());
        assert!(!journal.resolve(&key("1"), Resolution::NotCreated, act()).await.unwrap(), "it is done");

        assert!(journal.resolve(&key("2"), Resolution::NotCreated, act()).await.unwrap());
        let record = look(&*journal, "2").await;
        assert!(record.by_person && record.content.is_some());
        assert_eq!(record.outcome(), Outcome::Pending);
        assert_eq!(journal.claim(claim("2", 2)).await.unwrap(), ClaimOutcome::New);
        assert!(!journal.resolve(&key("2"), created.clone(), act()).await.unwrap(), "it is held");
        assert!(!journal.resolve(&key("unknown"), created, act()).await.unwrap());
    }
}

#[tokio::test]
async fn a_list_holds_what_was_asked_for_in_the_order_of_the_first_claims() {
    for mut kept in Kept::all().await {
        let outcomes = [Outcome::Created, Outcome::Failed, Outcome::InDoubt, Outcome::Failed];
        for (number, outcome) in (1..).zip(outcomes) {
            deliver(&*kept.journal(), &number.to_string(), number, outcome).await;
        }
        kept.journal().claim(claim("5", 5)).await.unwrap();
        kept.reopen().await;
        let journal = kept.journal();
        let list = async |selection| listed(&*journal, selection).await;
        let all = Selection::default;
        assert_eq!(list(all()).await, [1, 2, 3, 4, 5]);
        assert_eq!(list(Selection { outcomes: vec![Outcome::InDoubt], ..all() }).await, [3, 5]);
        let either = vec![Outcome::Created, Outcome::Failed];
        assert_eq!(list(Selection { outcomes: either, ..all() }).await, [1, 2, 4]);
        assert_eq!(list(Selection { providers: vec!["iot".to_owned()], ..all() }).await, [0; 0]);
        let kind = |kind: &str| Selection { error_kind: Some(kind.to_owned()), ..all() };
        assert_eq!(list(kind("unavailable")).await, [2, 3, 4]);
        assert_eq!(list(kind("invalid")).await, [0; 0]);
        assert_eq!(list(Selection { changed_before: Some(now()), ..all() }).await, [0; 0]);
        let later = now() + jiff::SignedDuration::from_millis(1);
        assert_eq!(list(Selection { changed_before: Some(later), ..all() }).await, [1, 2, 3, 4, 5]);
        let after = look(&*journal, "2").await.number;
        assert_eq!(list(Selection { after, limit: Some(2), ..all() }).await, [3, 4]);
    }
}

#[tokio::test]
async fn a_settlement_that_nobody_waits_for_is_made_nevertheless() {
    for kept in Kept::all().await {
        let journal = kept.journal();
        journal.claim(claim("42", 1)).await.unwrap();
        drop(journal.settle(settlement("42", Some(1), Outcome::Created)));
        assert_eq!(state(&*journal, "42").await, RecordState::Settled(Outcome::Created));
    }
}

fn later(seconds: u64) -> Stamp {
    stamp().after(Duration::from_secs(seconds))
}

#[tokio::test]
async fn a_claim_keeps_until_when_it_permits_attempts_and_a_second_one_of_its_holder_extends_that() {
    for mut kept in Kept::all().await {
        kept.journal().claim(Claim { may_send_until: later(150), ..claim("42", 1) }).await.unwrap();
        assert_eq!(look(&*kept.journal(), "42").await.may_send_until, Some(later(150)));
        let extending = Claim {
            at: later(200),
            may_send_until: later(350),
            look_again_at: Some(later(950).time),
            ..claim("42", 1)
        };
        assert_eq!(kept.journal().claim(extending).await.unwrap(), ClaimOutcome::Extended);
        kept.reopen().await;
        let record = look(&*kept.journal(), "42").await;
        assert_eq!((record.state, record.may_send_until), (RecordState::Interrupted, Some(later(350))));
        assert_eq!(record.look_again_at(), Some(later(950).time));
    }
}

#[tokio::test]
async fn what_another_one_has_claimed_or_settled_is_not_granted_to_who_extends_a_claim() {
    for kept in Kept::all().await {
        let journal = kept.journal();
        let extending = |contact: &str| Claim { extends: true, ..claim(contact, 1) };
        assert_eq!(journal.claim(extending("unknown")).await.unwrap(), ClaimOutcome::Held);
        journal.claim(claim("claimed", 2)).await.unwrap();
        assert_eq!(journal.claim(extending("claimed")).await.unwrap(), ClaimOutcome::Held);
        for outcome in [Outcome::InDoubt, Outcome::Pending, Outcome::Failed, Outcome::Created] {
            let contact = outcome.as_str();
            deliver(&*journal, contact, 2, outcome).await;
            assert_eq!(journal.claim(extending(contact)).await.unwrap(), ClaimOutcome::Held, "{contact}");
            assert_eq!(state(&*journal, contact).await, RecordState::Settled(outcome));
        }
    }
}

#[tokio::test]
async fn looking_for_it_does_not_move_the_time_of_its_last_attempt() {
    for mut kept in Kept::all().await {
        deliver(&*kept.journal(), "42", 1, Outcome::InDoubt).await;
        for (number, seconds) in [(2, 60), (3, 120)] {
            kept.reopen().await;
            let journal = kept.journal();
            let at = later(seconds);
            let claim =
                Claim { at, may_send_until: at.after(Duration::from_secs(150)), ..claim("42", number) };
            assert!(matches!(journal.claim(claim).await.unwrap(), ClaimOutcome::Interrupted(_)));
            let looked = Settlement {
                attempts: 0,
                last_attempt: None,
                looked_at: Some(at.time),
                look_again_at: Some(later(600).time),
                ..settlement("42", Some(number), Outcome::InDoubt)
            };
            settle(&*journal, looked).await;
            let record = look(&*journal, "42").await;
            assert_eq!((record.may_send_until, record.looked_at), (Some(stamp()), Some(at.time)));
            assert_eq!(record.look_again_at(), Some(later(600).time));
        }
    }
}

#[tokio::test]
async fn a_time_in_the_future_counts_from_the_next_claim() {
    for mut kept in Kept::all().await {
        kept.journal().claim(claim("1", 1)).await.unwrap();
        settle(&*kept.journal(), settlement("1", Some(1), Outcome::InDoubt)).await;
        kept.journal().claim(claim("2", 2)).await.unwrap();
        kept.reopen().await;
        let before = jiff::SignedDuration::from_hours(-24);
        let at = Stamp::from_time(now() + before);
        let may_send_until = at.after(Duration::from_secs(150));
        for (contact, expected) in [("1", at), ("2", may_send_until)] {
            let claim = Claim { at, may_send_until, ..claim(contact, 3) };
            let ClaimOutcome::Interrupted(record) = kept.journal().claim(claim).await.unwrap() else {
                panic!("it is not told as interrupted");
            };
            assert_eq!(record.may_send_until, Some(expected));
            assert_eq!(look(&*kept.journal(), contact).await.may_send_until, Some(expected));
        }
    }
}

#[tokio::test]
async fn a_holder_settles_once_and_what_it_says_afterwards_changes_nothing() {
    for kept in Kept::all().await {
        let journal = kept.journal();
        deliver(&*journal, "42", 1, Outcome::Created).await;
        let cut_off = settle_as(&*journal, settlement("42", Some(1), Outcome::InDoubt)).await;
        assert_eq!(cut_off, SettleOutcome::TellsLess);
        let record = look(&*journal, "42").await;
        assert_eq!((record.outcome(), record.overruns), (Outcome::Created, 0));
    }
}

#[tokio::test]
async fn an_attempt_without_the_claim_is_counted_and_changes_nothing_else() {
    for kept in Kept::all().await {
        let journal = kept.journal();
        deliver(&*journal, "42", 2, Outcome::Created).await;
        for (outcome, overruns) in [(Outcome::Pending, 0), (Outcome::Created, 1), (Outcome::InDoubt, 2)] {
            let answer = settle_as(&*journal, settlement("42", Some(1), outcome)).await;
            assert_eq!(answer, SettleOutcome::NotHolder);
            let record = look(&*journal, "42").await;
            assert_eq!((record.overruns, record.outcome()), (overruns, Outcome::Created));
            assert_eq!(record.note().is_some_and(|note| note.contains("second contact")), overruns > 0);
        }
    }
}

#[test]
fn nothing_shows_a_contact_or_its_key() {
    let shown = format!(
        "{:?} {:?} {:?}",
        claim("ada@example.com", 1),
        settlement("ada@example.com", None, Outcome::Failed),
        Kept::in_file().journal(),
    );
    assert!(!shown.contains("Ada") && !shown.contains("ada@"), "{shown}");
}
