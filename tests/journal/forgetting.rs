//! Erasing a contact from the files, and deleting finished deliveries.

use std::fs;

use jiff::{SignedDuration, Timestamp};
use unicontact::Outcome;
use unicontact::journal::{Claim, ClaimOutcome, Journal, Selection, Settlement, SqliteJournal};

use crate::journal::bench::{Kept, claim, key, now, settle, settlement};

#[tokio::test]
async fn a_forgotten_contact_leaves_no_bytes_in_the_files() {
    let kept = Kept::in_file();
    let journal = kept.journal();
    for number in 1..300 {
        let contact = number.to_string();
        let content = format!(
            r#"{{"kind":"person","name":{{"full":"Zanzibar{number} Quagga"}},"emails":[{{"address":"okapi{number}@example.com"}}]}}"#
        );
        let claim = Claim { content: content.clone().into(), ..claim(&contact, number) };
        journal.claim(claim).await.unwrap();
        let error = serde_json::json!({"kind": "invalid", "message": format!("Zanzibar{number} is no name")});
        let outcome = if number % 3 == 0 { Outcome::InDoubt } else { Outcome::Rejected };
        let settlement = Settlement {
            error: Some(error),
            content: content.into(),
            ..settlement(&contact, Some(number), outcome)
        };
        settle(&*journal, settlement).await;
    }
    for number in 1..300_u64 {
        if number % 2 == 0 {
            assert!(journal.forget(&key(&number.to_string())).await.unwrap());
        } else {
            // A delivery that succeeds leaves nothing either.
            journal.claim(claim(&number.to_string(), 1000 + number)).await.unwrap();
            settle(&*journal, settlement(&number.to_string(), Some(1000 + number), Outcome::Created)).await;
        }
    }
    drop(journal);
    let (folder, _) = kept.close();
    assert!(!has_bytes(folder.path(), &["zanzibar", "quagga", "okapi"]));
}

/// Returns whether one of these words is in a file of the folder.
fn has_bytes(folder: &std::path::Path, words: &[&str]) -> bool {
    let files = fs::read_dir(folder).unwrap().map(|entry| fs::read(entry.unwrap().path()).unwrap());
    let has = |bytes: &[u8], word: &str| bytes.windows(word.len()).any(|it| it == word.as_bytes());
    files.map(|bytes| bytes.to_ascii_lowercase()).any(|bytes| words.iter().any(|word| has(&bytes, word)))
}

fn content(name: &str, number: u64) -> std::sync::Arc<str> {
    let filler = "x".repeat(usize::try_from(number % 7 * 90).unwrap());
    format!(r#"{{"kind":"person","name":{{"full":"{name}{number} {filler}"}}}}"#).into()
}

/// Kept rows beside those that are in flight let pages be divided and joined.
#[tokio::test]
async fn contacts_in_flight_beside_kept_ones_leave_no_bytes_in_the_files() {
    let kept = Kept::in_file();
    let journal = kept.journal();
    for number in 1..=20 {
        let claim = Claim { content: content("quagga", number), ..claim(&format!("kept-{number}"), number) };
        journal.claim(claim).await.unwrap();
        let failed = settlement(&format!("kept-{number}"), Some(number), Outcome::Failed);
        settle(&*journal, Settlement { content: content("quagga", number), ..failed }).await;
    }
    for round in 0..10_u64 {
        let numbers = || (1..=40_u64).map(move |index| 1000 + 100 * round + index);
        for number in numbers() {
            let claim = Claim { content: content("zanzibar", number), ..claim(&number.to_string(), number) };
            journal.claim(claim).await.unwrap();
        }
        // In another order, as answers arrive.
        for number in numbers().filter(|it| it % 3 == 0).chain(numbers().filter(|it| it % 3 != 0)) {
            settle(&*journal, settlement(&number.to_string(), Some(number), Outcome::Created)).await;
        }
    }
    drop(journal);
    let (folder, _) = kept.close();
    assert!(has_bytes(folder.path(), &["quagga"]));
    assert!(!has_bytes(folder.path(), &["zanzibar"]));
}

/// A process that closes the journal between two erasures of another one leaves the second to that one.
#[tokio::test]
async fn a_process_overwrites_what_it_left_after_another_one_has_closed() {
    let kept = Kept::in_file();
    let first = kept.journal();
    for number in 1..300 {
        let claim = Claim { content: content("zanzibar", number), ..claim(&number.to_string(), number) };
        first.claim(claim).await.unwrap();
        let failed = settlement(&number.to_string(), Some(number), Outcome::Failed);
        settle(&*first, Settlement { content: content("zanzibar", number), ..failed }).await;
        if number == 10 {
            drop(SqliteJournal::open(&kept.path()).unwrap());
        }
    }
    for number in 1..300_u64 {
        first.claim(claim(&number.to_string(), 1000 + number)).await.unwrap();
        settle(&*first, settlement(&number.to_string(), Some(1000 + number), Outcome::Created)).await;
    }
    drop(first);
    let (folder, path) = kept.close();
    assert!(!has_bytes(folder.path(), &["zanzibar"]));
    assert_eq!(SqliteJournal::check(&path).unwrap().defects, []);
}

#[tokio::test]
async fn the_number_of_a_deleted_record_is_not_used_again() {
    let (_folder, path) = Kept::in_file().close();
    let journal = SqliteJournal::open(&path).unwrap();
    for number in 1..=3_u64 {
        journal.claim(claim(&number.to_string(), number)).await.unwrap();
        settle(&journal, settlement(&number.to_string(), Some(number), Outcome::Created)).await;
    }
    let second = SqliteJournal::open(&path).unwrap();
    assert!(second.look(&key("3")).await.unwrap().is_some());
    assert_eq!(journal.forget_finished_before(days(1)).await.unwrap(), 3);
    drop(journal);
    let next = SqliteJournal::open(&path).unwrap();
    next.claim(claim("4", 4)).await.unwrap();
    assert_eq!(next.look(&key("4")).await.unwrap().unwrap().number, 4);
    assert_eq!(second.claim(claim("4", 5)).await.unwrap(), ClaimOutcome::Held);
    assert_eq!(second.claim(claim("3", 6)).await.unwrap(), ClaimOutcome::New);
    drop((next, second));
    assert_eq!(SqliteJournal::check(&path).unwrap().defects, []);
}

fn days(days: i64) -> Timestamp {
    now() + SignedDuration::from_hours(24 * days)
}

#[tokio::test]
async fn only_finished_deliveries_are_deleted_after_the_retention() {
    let kept = Kept::in_file();
    let (folder, path) = kept.close();
    let journal = SqliteJournal::open(&path).unwrap();
    for number in 0..5000_u64 {
        let contact = number.to_string();
        let outcome = match number % 10 {
            0 => Outcome::InDoubt,
            1 => Outcome::Failed,
            2 => Outcome::Existing,
            _ => Outcome::Created,
        };
        journal.claim(claim(&contact, number + 1)).await.unwrap();
        let at = days(i64::try_from(number / 1000).unwrap());
        settle(&journal, Settlement { at, ..settlement(&contact, Some(number + 1), outcome) }).await;
    }
    let count = async || journal.totals().await.unwrap().unwrap()["acme"];
    assert_eq!(journal.forget_finished_before(days(0)).await.unwrap(), 0);
    assert_eq!(journal.forget_finished_before(days(3)).await.unwrap(), 2400);
    let left = count().await;
    assert_eq!((left.created, left.existing, left.in_doubt, left.failed), (1400, 200, 500, 500));
    let all = journal.list(&Selection::default()).await.unwrap();
    assert_eq!(all.len(), 2600);
    assert!(all.iter().all(|record| record.changed_at >= days(3) || !record.outcome().is_delivered()));
    assert_eq!(journal.forget_finished_before(Timestamp::MAX).await.unwrap(), 1600);
    drop(journal);
    drop(folder);
}
