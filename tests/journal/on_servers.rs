//! Tests of the journal on servers: several holders, expired leases, and buckets of another shape. A journal with its own
//! connection stands for a process on another machine.

use std::time::Duration;

use futures_util::future::join_all;
use unicontact::journal::{
    ClaimOutcome, JetStreamJournal, JetStreamOptions, Journal, JournalErrorKind, RecordState, Selection,
    async_nats,
};
use unicontact::providers::clock::{Clock, SystemClock};

use crate::journal::bench::{Kept, claim, claim_id, settlement, state};
use crate::journal::nats::{open_journal, server};

/// Opens one new journal twice.
async fn open_twice(lease: Duration) -> (JetStreamOptions, JetStreamJournal, JetStreamJournal) {
    let Kept::OnServers(options, _) = Kept::on_servers().await else { unreachable!() };
    let options = JetStreamOptions::new(format!("{}_two", options.name)).with_lease(lease);
    let (first, second) = (open_journal(&options).await, open_journal(&options).await);
    (options, first, second)
}

#[tokio::test]
async fn exactly_one_of_two_machines_is_granted_each_of_many_deliveries() {
    let (_, first, second) = open_twice(Duration::from_mins(2)).await;
    let claims = (0..200_u64).flat_map(|number| {
        let contact = number.to_string();
        [first.claim(claim(&contact, 2 * number)), second.claim(claim(&contact, 2 * number + 1))]
    });
    let answers: Vec<ClaimOutcome> = join_all(claims).await.into_iter().map(Result::unwrap).collect();
    for pair in answers.chunks(2) {
        assert!(
            matches!(pair, [ClaimOutcome::New, ClaimOutcome::Held] | [ClaimOutcome::Held, ClaimOutcome::New]),
            "{pair:?}"
        );
    }
}

#[tokio::test]
async fn the_claims_of_a_killed_holder_are_interrupted_when_its_lease_ends_and_not_before() {
    let lease = Duration::from_secs(2);
    let (_, first, second) = open_twice(lease).await;
    assert_eq!(first.claim(claim("42", 1)).await.unwrap(), ClaimOutcome::New);
    // Dropped without `leave`, as when a process is killed.
    drop(first);
    assert_eq!(state(&second, "42").await, RecordState::Claimed(claim_id(1)));
    let interrupted = async {
        while state(&second, "42").await != RecordState::Interrupted {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(lease * 4, interrupted).await.expect("the claim is interrupted");
    assert!(matches!(second.claim(claim("42", 2)).await.unwrap(), ClaimOutcome::Interrupted(_)));
}

#[tokio::test]
async fn heartbeats_keep_a_claim_for_longer_than_one_lease() {
    let lease = Duration::from_secs(3);
    let (_, first, second) = open_twice(lease).await;
    first.claim(claim("42", 1)).await.unwrap();
    tokio::time::sleep(lease + Duration::from_millis(500)).await;
    assert!(first.holds(claim_id(1)));
    assert_eq!(second.claim(claim("42", 2)).await.unwrap(), ClaimOutcome::Held);
}

#[tokio::test]
async fn a_settlement_is_written_even_if_its_future_is_dropped() {
    let (_, first, second) = open_twice(Duration::from_mins(2)).await;
    for number in 0..50_u64 {
        let contact = number.to_string();
        first.claim(claim(&contact, number)).await.unwrap();
        drop(first.settle(settlement(&contact, Some(number), unicontact::Outcome::Created)));
    }
    first.leave().await.unwrap();
    assert!(!first.holds(claim_id(49)) && first.claim(claim("51", 51)).await.is_err());
    let all = second.list(&Selection::default()).await.unwrap();
    assert_eq!(all.len(), 50);
    assert!(all.iter().all(|record| record.state == RecordState::Settled(unicontact::Outcome::Created)));
}

#[tokio::test]
async fn a_bucket_of_another_shape_is_refused_and_not_changed() {
    let client = async_nats::connect(server().url()).await.unwrap();
    let context = async_nats::jetstream::new(client.clone());
    let config = async_nats::jetstream::kv::Config {
        bucket: "foreign".to_owned(),
        history: 5,
        max_age: Duration::from_hours(1),
        ..Default::default()
    };
    context.create_key_value(config).await.unwrap();
    let options = JetStreamOptions::new("foreign");
    let error = JetStreamJournal::open(client, options).await.unwrap_err();
    assert_eq!(error.kind(), JournalErrorKind::Foreign);
    assert!(error.to_string().contains("history (must be 1), max_age"), "{error}");
    let bucket = context.get_key_value("foreign").await.unwrap();
    assert_eq!(bucket.stream.cached_info().config.max_messages_per_subject, 5);
}

#[tokio::test]
async fn a_journal_on_a_single_server_has_a_warning() {
    let Kept::OnServers(_, journal) = Kept::on_servers().await else { unreachable!() };
    assert!(journal.warning().unwrap().contains("sync_interval: always"));
}

#[tokio::test]
async fn old_finished_deliveries_are_forgotten_and_unfinished_ones_stay() {
    use unicontact::Outcome::{Created, Failed, InDoubt};

    let Kept::OnServers(_, journal) = Kept::on_servers().await else { unreachable!() };
    for (number, outcome) in [Created, Failed, InDoubt, Created].into_iter().enumerate() {
        let contact = number.to_string();
        journal.claim(claim(&contact, number as u64)).await.unwrap();
        crate::journal::bench::settle(&*journal, settlement(&contact, Some(number as u64), outcome)).await;
    }
    journal.claim(claim("claimed", 9)).await.unwrap();
    let now = SystemClock.now();
    assert_eq!(journal.forget_finished_before(now - Duration::from_mins(1)).await.unwrap(), 0);
    let later = now + Duration::from_mins(1);
    assert_eq!(journal.forget_finished_before(later).await.unwrap(), 2);
    let left = journal.list(&Selection::default()).await.unwrap();
    let left: Vec<&str> = left.iter().map(|record| record.key.contact()).collect();
    assert_eq!(left, ["1", "2", "claimed"]);
    assert_eq!(journal.look(&claim("0", 0).key).await.unwrap(), None);
    assert_eq!(journal.claim(claim("0", 10)).await.unwrap(), ClaimOutcome::New);
}

#[tokio::test]
async fn counts_include_settled_deliveries_and_no_claimed_ones() {
    let Kept::OnServers(_, journal) = Kept::on_servers().await else { unreachable!() };
    for number in 0..3_u64 {
        let contact = number.to_string();
        journal.claim(claim(&contact, number)).await.unwrap();
        crate::journal::bench::settle(
            &*journal,
            settlement(&contact, Some(number), unicontact::Outcome::Created),
        )
        .await;
    }
    journal.claim(claim("claimed", 9)).await.unwrap();
    let counts = journal.counts().await.unwrap();
    let counts: Vec<(u64, u64)> = counts
        .values()
        .map(|counts| counts.outcomes)
        .map(|counts| (counts.created, counts.in_doubt))
        .collect();
    assert_eq!(counts, [(3, 0)]);
}

#[tokio::test]
async fn holders_with_a_name_are_listed_while_they_have_the_journal_open() {
    let (options, first, second) = open_twice(Duration::from_mins(2)).await;
    assert_eq!(first.holders().await.unwrap(), []);
    let worker = open_journal(&options.with_holder_name("worker one")).await;
    let names = |holders: Vec<unicontact::journal::Holder>| {
        holders.into_iter().map(|holder| holder.name).collect::<Vec<_>>()
    };
    assert_eq!(names(second.holders().await.unwrap()), ["worker one"]);
    worker.leave().await.unwrap();
    assert_eq!(names(second.holders().await.unwrap()), Vec::<String>::new());
}
