//! Tests of one file with several holders, and of many deliveries at the same time. Two open journals stand for two processes: the
//! system's locks treat them so.

use std::sync::Arc;

use futures_util::future::join_all;
use unicontact::Outcome;
use unicontact::journal::{ClaimOutcome, Journal, RecordState, SqliteJournal};

use crate::journal::bench::{Kept, claim, deliver, key, settle, settlement, state};

#[tokio::test]
async fn two_processes_are_never_granted_the_same_delivery() {
    let Kept::InFile(folder, first) = Kept::in_file() else { unreachable!() };
    let first = first.unwrap();
    let second = SqliteJournal::open(&folder.path().join("unicontact.db")).unwrap();
    assert_eq!(first.claim(claim("42", 1)).await.unwrap(), ClaimOutcome::New);
    assert_eq!(second.claim(claim("42", 2)).await.unwrap(), ClaimOutcome::Held);
    settle(&*first, settlement("42", Some(1), Outcome::Created)).await;
    assert!(matches!(second.claim(claim("42", 2)).await.unwrap(), ClaimOutcome::Done(_)));
}

#[tokio::test]
async fn exactly_one_of_two_processes_is_granted_each_of_many_deliveries() {
    let Kept::InFile(folder, first) = Kept::in_file() else { unreachable!() };
    let first = first.unwrap();
    let second = SqliteJournal::open(&folder.path().join("unicontact.db")).unwrap();
    let claims = (0..100_u64).flat_map(|number| {
        let contact = number.to_string();
        [first.claim(claim(&contact, 2 * number)), second.claim(claim(&contact, 2 * number + 1))]
    });
    let granted = join_all(claims).await.into_iter().map(Result::unwrap);
    assert_eq!(granted.filter(|claimed| *claimed == ClaimOutcome::New).count(), 100);
}

#[tokio::test]
async fn a_claim_is_held_while_any_process_has_the_file_open_and_interrupted_afterwards() {
    let Kept::InFile(folder, first) = Kept::in_file() else { unreachable!() };
    let path = folder.path().join("unicontact.db");
    let second = SqliteJournal::open(&path).unwrap();
    first.unwrap().claim(claim("42", 1)).await.unwrap();
    assert_eq!(second.claim(claim("42", 2)).await.unwrap(), ClaimOutcome::Held);
    let third = SqliteJournal::open(&path).unwrap();
    assert_eq!(third.claim(claim("42", 3)).await.unwrap(), ClaimOutcome::Held);
    drop((second, third));
    let fourth = SqliteJournal::open(&path).unwrap();
    assert_eq!(state(&fourth, "42").await, RecordState::Interrupted);
}

#[tokio::test]
async fn deliveries_that_run_at_the_same_time_are_all_recorded() {
    let mut kept = Kept::in_file();
    let journal = kept.journal();
    let deliveries = (1..=500_u64).map(|number| {
        let journal = Arc::clone(&journal);
        async move { deliver(&*journal, &number.to_string(), number, Outcome::Created).await }
    });
    join_all(deliveries).await;
    drop(journal);
    kept.reopen().await;
    for number in 1..=500 {
        let state = state(&*kept.journal(), &number.to_string()).await;
        assert_eq!(state, RecordState::Settled(Outcome::Created), "{number}");
    }
}

#[tokio::test]
async fn closing_a_journal_waits_for_pending_settlements() {
    let mut kept = Kept::in_file();
    for number in 1..=50_u64 {
        let contact = number.to_string();
        kept.journal().claim(claim(&contact, number)).await.unwrap();
        drop(kept.journal().settle(settlement(&contact, Some(number), Outcome::Failed)));
    }
    kept.reopen().await;
    for number in 1..=50 {
        let state = state(&*kept.journal(), &number.to_string()).await;
        assert_eq!(state, RecordState::Settled(Outcome::Failed), "{number}");
    }
}

/// Records more deliveries than a journal keeps unsorted keys of, so that it sorts them while another process has the file open.
#[tokio::test]
async fn no_delivery_of_another_process_is_granted_after_it_sorted_its_keys() {
    let kept = Kept::in_file();
    let (first, second) = (kept.journal(), SqliteJournal::open(&kept.path()).unwrap());
    second.claim(claim("before", 1)).await.unwrap();
    let numbers = |from: u64| from..from + 10_000;
    for half in [numbers(10), numbers(10_010)] {
        let claims = half.clone().map(|number| first.claim(claim(&number.to_string(), number)));
        assert!(join_all(claims).await.into_iter().all(|it| it.unwrap() == ClaimOutcome::New));
        let settled = half
            .clone()
            .filter(|number| number % 2 == 0)
            .map(|number| settle(&*first, settlement(&number.to_string(), Some(number), Outcome::Created)));
        join_all(settled).await;
        let again = half.map(|number| second.claim(claim(&number.to_string(), 100_000 + number)));
        for (number, outcome) in (0..).zip(join_all(again).await) {
            match outcome.unwrap() {
                ClaimOutcome::Done(_) => assert_eq!(number % 2, 0),
                outcome => assert_eq!((outcome, number % 2), (ClaimOutcome::Held, 1)),
            }
        }
    }
    assert_eq!(first.claim(claim("before", 2)).await.unwrap(), ClaimOutcome::Held);
    let path = kept.path();
    drop((first, second));
    assert_eq!(SqliteJournal::check(&path).unwrap().defects, []);
}

#[tokio::test]
async fn only_a_delivery_that_may_have_a_record_is_read_before_its_claim() {
    let kept = Kept::in_file();
    let first = kept.journal();
    assert!(!first.may_have_record(&key("1")));
    deliver(&*first, "1", 1, Outcome::Created).await;
    assert!(first.may_have_record(&key("1")));
    assert!(!first.may_have_record(&key("2")));
    // What a later process records is found by the claim.
    let second = SqliteJournal::open(&kept.path()).unwrap();
    assert!(second.may_have_record(&key("2")), "another process may have recorded it");
    deliver(&second, "2", 2, Outcome::Created).await;
    second.claim(claim("3", 3)).await.unwrap();
    assert!(matches!(first.claim(claim("2", 4)).await.unwrap(), ClaimOutcome::Done(_)));
    assert_eq!(first.claim(claim("3", 5)).await.unwrap(), ClaimOutcome::Held);
    drop((first, second));
    let (_folder, path) = kept.close();
    let next = SqliteJournal::open(&path).unwrap();
    assert!(next.may_have_record(&key("9")), "the provider has records");
}
