//! Erasing a contact from the files, and deleting finished deliveries.

use std::fs;

use jiff::{SignedDuration, Timestamp};
use unicontact::Outcome;
use unicontact::journal::{Claim, Journal, Selection, Settlement, SqliteJournal};

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
    for entry in fs::read_dir(folder.path()).unwrap() {
        let bytes = fs::read(entry.unwrap().path()).unwrap().to_ascii_lowercase();
        for needle in ["zanzibar", "quagga", "okapi"] {
            assert!(!bytes.windows(needle.len()).any(|it| it == needle.as_bytes()), "{needle}");
        }
    }
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
