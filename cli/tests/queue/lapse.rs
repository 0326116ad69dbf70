//! The journal of a process whose lease lapsed: which claims it holds afterwards, and what it may write.

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

use crate::queue::cluster::Cluster;
use crate::queue::partition::Proxies;
use crate::queue::waiting::until;

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
    until("the lease of the holder is over", async || {
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

async fn open(url: &str) -> JetStreamJournal {
    open_with_lease(url, Duration::from_secs(2)).await
}

async fn open_with_lease(url: &str, lease: Duration) -> JetStreamJournal {
    let addresses: Vec<ServerAddr> = url.split(',').map(|url| url.parse().unwrap()).collect();
    let options = JetStreamOptions::default().with_lease(lease);
    JetStreamJournal::open(connect(addresses).await.unwrap(), options).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_claim_from_before_a_lapse_is_not_held_after_it() {
    let cluster = Cluster::start(1).await;
    let proxies = Proxies::start(&cluster).await;
    let (apart, other) = (open(&proxies.url()).await, open(&cluster.url()).await);
    let claim_id = ClaimId::new();
    assert_eq!(apart.claim(claim("42", claim_id)).await.unwrap(), ClaimOutcome::New);
    assert!(apart.holds(claim_id));

    proxies.silence();
    is_interrupted(&other, "42").await;
    assert!(!apart.holds(claim_id));
    proxies.heal();
    let later = ClaimId::new();
    until("its lease is renewed", async || apart.claim(claim("43", later)).await.ok()).await;
    assert!(apart.holds(later) && !apart.holds(claim_id));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_late_settlement_of_a_claim_that_was_taken_over_is_refused_and_counted() {
    let cluster = Cluster::start(1).await;
    let proxies = Proxies::start(&cluster).await;
    let (apart, other) = (open(&proxies.url()).await, open(&cluster.url()).await);
    let (first, second) = (ClaimId::new(), ClaimId::new());
    apart.claim(claim("42", first)).await.unwrap();
    proxies.silence();
    is_interrupted(&other, "42").await;

    // A delivery that may be at the vendor is settled only with a claim.
    let unclaimed = other.settle(settlement("42", None, Outcome::Failed, 0)).await.unwrap();
    assert_eq!(unclaimed, SettleOutcome::NotHolder);
    assert!(matches!(other.claim(claim("42", second)).await.unwrap(), ClaimOutcome::Interrupted(_)));
    proxies.heal();
    let late = apart.settle(settlement("42", Some(first), Outcome::Created, 1)).await.unwrap();
    assert_eq!(late, SettleOutcome::NotHolder);

    // Counting the overrun leaves the claim with its holder.
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
async fn a_late_settlement_is_written_if_no_other_holder_took_the_claim_over() {
    let cluster = Cluster::start(1).await;
    let proxies = Proxies::start(&cluster).await;
    let (apart, other) = (open(&proxies.url()).await, open(&cluster.url()).await);
    let claim_id = ClaimId::new();
    apart.claim(claim("42", claim_id)).await.unwrap();
    proxies.silence();
    is_interrupted(&other, "42").await;
    proxies.heal();
    let settled = apart.settle(settlement("42", Some(claim_id), Outcome::Created, 1)).await.unwrap();
    assert_eq!(settled, SettleOutcome::Written);
    let record = other.look(&key("42")).await.unwrap().unwrap();
    assert_eq!((record.outcome(), record.overruns), (Outcome::Created, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_claim_is_extended_despite_lost_answers() {
    let cluster = Cluster::start(1).await;
    let proxies = Proxies::start(&cluster).await;
    let lease = Duration::from_secs(20);
    let (apart, other) =
        (open_with_lease(&proxies.url(), lease).await, open_with_lease(&cluster.url(), lease).await);
    let claim_id = ClaimId::new();
    assert_eq!(apart.claim(claim("42", claim_id)).await.unwrap(), ClaimOutcome::New);
    for condition in [Proxies::silence, Proxies::reset] {
        let longer = claim("42", claim_id);
        let until_then = longer.may_send_until;
        condition(&proxies);
        let extending = apart.claim(longer);
        let mending = async {
            tokio::time::sleep(Duration::from_millis(700)).await;
            proxies.heal();
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
    let proxies = Proxies::start(&cluster).await;
    let (apart, other) = (open(&proxies.url()).await, open(&cluster.url()).await);
    let (first, second) = (ClaimId::new(), ClaimId::new());
    apart.claim(claim("42", first)).await.unwrap();
    proxies.silence();
    is_interrupted(&other, "42").await;
    other.claim(claim("42", second)).await.unwrap();
    let _ = other.settle(settlement("42", Some(second), Outcome::Failed, 1)).await.unwrap();
    proxies.heal();
    let later = ClaimId::new();
    until("its lease is renewed", async || apart.claim(claim("43", later)).await.ok()).await;
    // A new grant would hide the outcome of the other holder.
    assert!(apart.claim(claim("42", first)).await.is_err());
    let record = other.look(&key("42")).await.unwrap().unwrap();
    assert_eq!(record.state, RecordState::Settled(Outcome::Failed));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_claim_whose_answer_is_lost_does_not_end_an_earlier_doubt() {
    let cluster = Cluster::start(1).await;
    let proxies = Proxies::start(&cluster).await;
    let lease = Duration::from_secs(4);
    let (apart, other) =
        (open_with_lease(&proxies.url(), lease).await, open_with_lease(&cluster.url(), lease).await);
    // Sometimes the answer arrives before the proxy is silent.
    for contact in (1..=20).map(|number: u32| number.to_string()) {
        let (first, second) = (ClaimId::new(), ClaimId::new());
        other.claim(claim(&contact, first)).await.unwrap();
        let error = Some(json!({"kind": "interrupted", "effect": "unknown"}));
        let in_doubt = Settlement { error, ..settlement(&contact, Some(first), Outcome::InDoubt, 1) };
        assert_eq!(other.settle(in_doubt).await.unwrap(), SettleOutcome::Written);

        proxies.slow(Duration::from_millis(200));
        let mut claiming = apart.claim(claim(&contact, second));
        let written = until("the claim is written", async || {
            let record = other.look(&key(&contact)).await.unwrap().unwrap();
            (record.state == RecordState::Claimed(second)).then_some(())
        });
        tokio::select! {
            _ = &mut claiming => continue,
            () = written => proxies.silence(),
        }
        is_interrupted(&other, &contact).await;
        proxies.heal();
        if claiming.await.is_ok() {
            until("its lease is renewed", async || apart.claim(claim("another", ClaimId::new())).await.ok())
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
    panic!("every answer arrived");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_journals_time_is_that_of_the_servers() {
    let cluster = Cluster::start(1).await;
    let journal = open(&cluster.url()).await;
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
