//! Erasing a contact, and deleting what is finished.

use std::fs;

use jiff::{SignedDuration, Timestamp};
use unicontact::Outcome;
use unicontact::journal::{Claim, ClaimOutcome, Journal, Selection, Settlement, SqliteJournal};

use crate::bench::{Kept, claim, deliver, key, look, now, settle, settlement};

#[tokio::test]
async fn a_forgotten_contact_leaves_its_outcome_and_is_not_sent_again() {
    for mut kept in Kept::all().await {
        for outcome in [Outcome::Created, Outcome::Existing, Outcome::InDoubt, Outcome::Failed] {
            let contact = outcome.as_str();
            deliver(&*kept.journal(), contact, 1, outcome).await;
            let before = look(&*kept.journal(), contact).await;
            assert!(kept.journal().forget(&key(contact)).await.unwrap());
            kept.reopen().await;
            let after = look(&*kept.journal(), contact).await;
            assert_eq!((after.state, &after.id), (before.state, &before.id));
            assert_eq!((&*after.fingerprint, after.content, after.digest), ("", None, None));
            assert_eq!(after.changed_at, before.changed_at);
            let error = after.error.as_ref();
            assert!(error.is_none_or(|error| error.get("message").is_none()), "{error:?}");
            assert_eq!(after.error.is_some(), before.error.is_some());
            let claimed = kept.journal().claim(claim(contact, 2)).await.unwrap();
            let is_sent = matches!(claimed, ClaimOutcome::New);
            assert_eq!(is_sent, outcome == Outcome::Failed, "{claimed:?}");
        }
    }
}

#[tokio::test]
async fn nothing_is_forgotten_while_it_is_sent() {
    for kept in Kept::all().await {
        let journal = kept.journal();
        journal.claim(claim("42", 1)).await.unwrap();
        assert!(!journal.forget(&key("42")).await.unwrap());
        assert!(look(&*journal, "42").await.contact().is_some());
        assert!(!journal.forget(&key("unknown")).await.unwrap());
    }
}

#[tokio::test]
async fn nothing_of_a_forgotten_contact_is_left_in_the_files() {
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
async fn finished_deliveries_are_deleted_after_the_retention_and_doubts_are_not() {
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
