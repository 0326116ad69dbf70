//! The contacts that a journal keeps after a person's resolution, and resolutions of version 0.1.0.

use jiff::Timestamp;
use unicontact::Outcome;
use unicontact::journal::{Act, ClaimOutcome, Journal, Resolution};
#[cfg(feature = "queue")]
use unicontact::providers::clock::{Clock, SystemClock};

use crate::journal::bench::{Kept, act, claim, deliver, id, key, look, now, stamp};

fn later(seconds: i64) -> Timestamp {
    Timestamp::from_second(now().as_second() + seconds).unwrap()
}

#[tokio::test]
async fn the_contact_of_a_resolved_delivery_is_erased_after_seven_days() {
    let mut kept = Kept::in_file();
    let Kept::InFile(_, Some(journal)) = &kept else { unreachable!() };
    let days = |days: i64| later(days * 24 * 60 * 60);
    for contact in ["1", "2"] {
        deliver(&**journal, contact, 1, Outcome::InDoubt).await;
    }
    assert!(journal.resolve(&key("1"), Resolution::Created(id("99")), act()).await.unwrap());
    assert!(journal.resolve(&key("2"), Resolution::NotCreated, act()).await.unwrap());
    journal.erase_resolved_contents(days(6)).await.unwrap();
    assert!(look(&**journal, "1").await.content.is_some());
    journal.erase_resolved_contents(days(8)).await.unwrap();
    assert!(look(&**journal, "1").await.content.is_none());
    assert!(look(&**journal, "2").await.content.is_some(), "it is pending");
    kept.reopen().await;
    assert!(kept.journal().reopen(&key("1"), act()).await.unwrap());
    let record = look(&*kept.journal(), "1").await;
    assert_eq!((record.outcome(), record.content), (Outcome::InDoubt, None));
    assert_eq!(record.may_send_until, Some(stamp()));
}

#[cfg(feature = "queue")]
#[tokio::test]
async fn the_contact_of_a_resolved_delivery_is_erased_on_servers_too() {
    let kept = Kept::on_servers().await;
    let Kept::OnServers(_, journal) = &kept else { unreachable!() };
    for contact in ["1", "2", "3"] {
        deliver(&**journal, contact, 1, Outcome::InDoubt).await;
    }
    // By the servers' clock, the time of the requests is years ago.
    assert!(journal.resolve(&key("1"), Resolution::Created(id("99")), act()).await.unwrap());
    assert!(journal.resolve(&key("2"), Resolution::NotCreated, act()).await.unwrap());
    let today = Act::new(SystemClock.now());
    assert!(journal.resolve(&key("3"), Resolution::Created(id("98")), today).await.unwrap());
    journal.erase_resolved_contents().await.unwrap();
    let mut are_kept = Vec::new();
    for contact in ["1", "2", "3"] {
        are_kept.push(look(&**journal, contact).await.content.is_some());
    }
    assert_eq!(are_kept, [false, true, true]);
    assert!(journal.reopen(&key("1"), act()).await.unwrap());
    assert_eq!(look(&**journal, "1").await.outcome(), Outcome::InDoubt);
}

#[tokio::test]
async fn a_reopened_resolution_of_version_0_1_0_is_in_doubt_from_then_on() {
    let resolutions = [(Resolution::Created(id("99")), None), (Resolution::NotCreated, None)];
    for (resolution, expected_id) in resolutions {
        let mut kept = Kept::in_file();
        deliver(&*kept.journal(), "42", 1, Outcome::InDoubt).await;
        assert!(kept.journal().resolve(&key("42"), resolution, act()).await.unwrap());
        let path = kept.path();
        let older = rusqlite::Connection::open(&path).unwrap();
        older.execute_batch("UPDATE deliveries SET unresolved = NULL; DELETE FROM story").unwrap();
        drop(older);
        kept.reopen().await;
        assert!(kept.journal().reopen(&key("42"), Act::new(later(3600))).await.unwrap());
        let record = look(&*kept.journal(), "42").await;
        assert_eq!((record.outcome(), record.id.as_ref()), (Outcome::InDoubt, expected_id));
        assert_eq!(record.may_send_until.map(|stamp| stamp.time), Some(later(3600)));
        assert!(!record.by_person);
        assert!(matches!(kept.journal().claim(claim("42", 2)).await.unwrap(), ClaimOutcome::Interrupted(_)));
    }
}
