//! The journal of a process that the servers do not hear for a while: what it holds afterwards, and what it may write.

use std::time::Duration;

use serde_json::json;
use unicontact::Outcome;
use unicontact::journal::async_nats::{ServerAddr, connect};
use unicontact::journal::{
    Claim, ClaimId, ClaimOutcome, JetStreamJournal, JetStreamOptions, Journal, RecordState, SettleOutcome,
    Settlement,
};
use unicontact::providers::clock::{Clock, ManualClock, SystemClock};
use unicontact::providers::{ContactId, DeliveryKey, Stamp};

use crate::cluster::Cluster;
use crate::partition::Lines;
use crate::waiting::until;

fn key(contact: &str) -> DeliveryKey {
    DeliveryKey::from_contact_key("acme", contact.to_owned())
}

fn claim(contact: &str, claim_id: ClaimId) -> Claim {
    Claim {
        key: key(contact),
        claim_id,
        vendor: "smarttask".into(),
        fingerprint: "f1".into(),
        content: "{}".into(),
        digest: None,
        again: None,
        extends: false,
        at: Stamp::from_time(SystemClock.now()),
        may_send_until: Stamp::from_time(SystemClock.now() + Duration::from_mins(1)),
        look_again_at: None,
        run: None,
        story: Vec::new(),
    }
}

/// Waits until another holder may take a claim over.
async fn is_interrupted(journal: &JetStreamJournal, contact: &str) {
    until("the holder is taken for gone", async || {
        let record = journal.look(&key(contact)).await.unwrap().unwrap();
        (record.state == RecordState::Interrupted).then_some(())
    })
    .await;
}

fn settlement(contact: &str, claim_id: Option<ClaimId>, outcome: Outcome, attempts: u32) -> Settlement {
    Settlement {
        key: key(contact),
        claim_id,
        vendor: "smarttask".into(),
        fingerprint: "f1".into(),
        content: "{}".into(),
        digest: None,
        outcome,
        id: (outcome == Outcome::Created).then(|| ContactId::new("17").unwrap()),
        attempts,
        error: None,
        last_attempt: None,
        looked_at: None,
        look_again_at: None,
        at: SystemClock.now(),
        run: None,
        story: Vec::new(),
    }
}

async fn opened(url: &str) -> JetStreamJournal {
    opened_for(url, Duration::from_secs(2)).await
}

async fn opened_for(url: &str, lease: Duration) -> JetStreamJournal {
    let addresses: Vec<ServerAddr> = url.split(',').map(|url| url.parse().unwrap()).collect();
    let options = JetStreamOptions::default().with_lease(lease);
    JetStreamJournal::open(connect(addresses).await.unwrap(), options).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_claimed_before_a_lapse_is_not_held_after_it() {
    let cluster = Cluster::start(1).await;
    let lines = Lines::to(&cluster).await;
    let (apart, other) = (opened(&lines.url()).await, opened(&cluster.url()).await);
    let claim_id = ClaimId::new();
    assert_eq!(apart.claim(claim("42", claim_id)).await.unwrap(), ClaimOutcome::New);
    assert!(apart.holds(claim_id));

    lines.silence();
    is_interrupted(&other, "42").await;
    assert!(!apart.holds(claim_id));
    lines.mend();
    let later = ClaimId::new();
    until("it is heard again", async || apart.claim(claim("43", later)).await.ok()).await;
    assert!(apart.holds(later) && !apart.holds(claim_id));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_that_stood_still_is_told_that_its_claim_is_anothers_and_the_record_counts_it() {
    let cluster = Cluster::start(1).await;
    let lines = Lines::to(&cluster).await;
    let (apart, other) = (opened(&lines.url()).await, opened(&cluster.url()).await);
    let (first, second) = (ClaimId::new(), ClaimId::new());
    apart.claim(claim("42", first)).await.unwrap();
    lines.silence();
    is_interrupted(&other, "42").await;

    // Without a claim nothing is settled that may be at the vendor.
    let unclaimed = other.settle(settlement("42", None, Outcome::Failed, 0)).await.unwrap();
    assert_eq!(unclaimed, SettleOutcome::NotHolder);
    assert!(matches!(other.claim(claim("42", second)).await.unwrap(), ClaimOutcome::Interrupted(_)));
    lines.mend();
    let late = apart.settle(settlement("42", Some(first), Outcome::Created, 1)).await.unwrap();
    assert_eq!(late, SettleOutcome::NotHolder);

    // The mark leaves the claim with its holder.
    let record = apart.look(&key("42")).await.unwrap().unwrap();
    assert_eq!((record.state, record.overruns), (RecordState::Claimed(second), 1));
    assert!(other.holds(second));
    let settled = other.settle(settlement("42", Some(second), Outcome::Created, 1)).await.unwrap();
    assert_eq!(settled, SettleOutcome::Written);
    let record = other.look(&key("42")).await.unwrap().unwrap();
    assert_eq!((record.outcome(), record.overruns), (Outcome::Created, 1));
    assert!(record.note().is_some());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_settlement_after_a_lapse_is_written_where_nobody_took_the_claim_over() {
    let cluster = Cluster::start(1).await;
    let lines = Lines::to(&cluster).await;
    let (apart, other) = (opened(&lines.url()).await, opened(&cluster.url()).await);
    let claim_id = ClaimId::new();
    apart.claim(claim("42", claim_id)).await.unwrap();
    lines.silence();
    is_interrupted(&other, "42").await;
    lines.mend();
    let settled = apart.settle(settlement("42", Some(claim_id), Outcome::Created, 1)).await.unwrap();
    assert_eq!(settled, SettleOutcome::Written);
    let record = other.look(&key("42")).await.unwrap().unwrap();
    assert_eq!((record.outcome(), record.overruns), (Outcome::Created, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_claim_is_extended_over_lost_answers_and_stays_held() {
    let cluster = Cluster::start(1).await;
    let lines = Lines::to(&cluster).await;
    let lease = Duration::from_secs(20);
    let (apart, other) = (opened_for(&lines.url(), lease).await, opened_for(&cluster.url(), lease).await);
    let claim_id = ClaimId::new();
    assert_eq!(apart.claim(claim("42", claim_id)).await.unwrap(), ClaimOutcome::New);
    for condition in [Lines::silence, Lines::cut] {
        let longer = claim("42", claim_id);
        let until_then = longer.may_send_until;
        condition(&lines);
        let extending = apart.claim(longer);
        let mending = async {
            tokio::time::sleep(Duration::from_millis(700)).await;
            lines.mend();
        };
        let (extended, ()) = tokio::join!(extending, mending);
        assert_eq!(extended.unwrap(), ClaimOutcome::Extended);
        assert!(apart.holds(claim_id));
        let record = other.look(&key("42")).await.unwrap().unwrap();
        assert_eq!((record.state, record.may_send_until), (RecordState::Claimed(claim_id), Some(until_then)));
    }
    assert_eq!(other.claim(claim("42", ClaimId::new())).await.unwrap(), ClaimOutcome::Held);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_claim_that_another_holder_took_over_is_not_extended() {
    let cluster = Cluster::start(1).await;
    let lines = Lines::to(&cluster).await;
    let (apart, other) = (opened(&lines.url()).await, opened(&cluster.url()).await);
    let (first, second) = (ClaimId::new(), ClaimId::new());
    apart.claim(claim("42", first)).await.unwrap();
    lines.silence();
    is_interrupted(&other, "42").await;
    other.claim(claim("42", second)).await.unwrap();
    let _ = other.settle(settlement("42", Some(second), Outcome::Failed, 1)).await.unwrap();
    lines.mend();
    let later = ClaimId::new();
    until("it is heard again", async || apart.claim(claim("43", later)).await.ok()).await;
    // Granted anew, it would hide what the other one did.
    assert!(apart.claim(claim("42", first)).await.is_err());
    let record = other.look(&key("42")).await.unwrap().unwrap();
    assert_eq!(record.state, RecordState::Settled(Outcome::Failed));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_claim_whose_answer_is_lost_does_not_end_an_earlier_doubt() {
    let cluster = Cluster::start(1).await;
    let lines = Lines::to(&cluster).await;
    let lease = Duration::from_secs(4);
    let (apart, other) = (opened_for(&lines.url(), lease).await, opened_for(&cluster.url(), lease).await);
    // Now and then the answer comes through before the line is silent.
    for contact in (1..=20).map(|number: u32| number.to_string()) {
        let (first, second) = (ClaimId::new(), ClaimId::new());
        other.claim(claim(&contact, first)).await.unwrap();
        let error = Some(json!({"kind": "interrupted", "effect": "unknown"}));
        let in_doubt = Settlement { error, ..settlement(&contact, Some(first), Outcome::InDoubt, 1) };
        assert_eq!(other.settle(in_doubt).await.unwrap(), SettleOutcome::Written);

        lines.slow(Duration::from_millis(200));
        let mut claiming = apart.claim(claim(&contact, second));
        let written = until("the claim is written", async || {
            let record = other.look(&key(&contact)).await.unwrap().unwrap();
            (record.state == RecordState::Claimed(second)).then_some(())
        });
        tokio::select! {
            _ = &mut claiming => continue,
            () = written => lines.silence(),
        }
        is_interrupted(&other, &contact).await;
        lines.mend();
        if claiming.await.is_ok() {
            until("it is heard again", async || apart.claim(claim("another", ClaimId::new())).await.ok())
                .await;
            continue;
        }
        until("the claim is given up", async || {
            let record = other.look(&key(&contact)).await.unwrap().unwrap();
            matches!(record.state, RecordState::Settled(_)).then_some(())
        })
        .await;
        let claimed = other.claim(claim(&contact, ClaimId::new())).await.unwrap();
        assert!(matches!(claimed, ClaimOutcome::Interrupted(_)), "{claimed:?}");
        return;
    }
    panic!("every answer came through");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_time_of_a_journal_is_the_servers_whatever_the_clock_of_the_machine_shows() {
    let cluster = Cluster::start(1).await;
    let journal = opened(&cluster.url()).await;
    for wrong in ["2001-01-01T00:00:00Z", "2096-01-01T00:00:00Z"] {
        let clock = ManualClock::new(wrong.parse().unwrap());
        let before = SystemClock.now();
        let now = journal.now(&clock);
        // The server of this test runs on this machine.
        let difference = now.time.duration_since(before);
        assert!(difference.abs() < Duration::from_secs(2).try_into().unwrap(), "{difference:?}");
        assert!(now.boot.is_none());
    }
    let first = journal.now(&SystemClock).time;
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(journal.now(&SystemClock).time >= first + Duration::from_millis(50));
}
