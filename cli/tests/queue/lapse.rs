//! A journal on servers that do not hear of it for a while.
//!
//! Its rule: what others may have taken over meanwhile is not its own any more, however well it is heard afterwards.

use std::time::Duration;

use unicontact::journal::async_nats::{ServerAddr, connect};
use unicontact::journal::{
    Claim, Claimed, JetStreamJournal, JetStreamOptions, Journal, Record, Standing, Ticket,
};
use unicontact::providers::DeliveryKey;
use unicontact::providers::clock::{Clock, SystemClock};

use crate::cluster::Cluster;
use crate::partition::Lines;
use crate::waiting::until;

fn key(contact: &str) -> DeliveryKey {
    DeliveryKey::of("acme", contact.to_owned())
}

fn claim(contact: &str, ticket: Ticket) -> Claim {
    Claim {
        key: key(contact),
        ticket,
        vendor: "smarttask".into(),
        fingerprint: "f1".into(),
        content: "{}".into(),
        again: false,
        at: SystemClock.now(),
    }
}

async fn opened(url: &str) -> JetStreamJournal {
    let addresses: Vec<ServerAddr> = url.split(',').map(|url| url.parse().unwrap()).collect();
    let options = JetStreamOptions { lease: Duration::from_secs(2), ..JetStreamOptions::default() };
    JetStreamJournal::open(connect(addresses).await.unwrap(), options).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_claimed_before_a_lapse_is_not_held_after_it() {
    let cluster = Cluster::start(1).await;
    let lines = Lines::to(&cluster).await;
    let (apart, other) = (opened(&lines.url()).await, opened(&cluster.url()).await);
    let ticket = Ticket::new();
    assert_eq!(apart.claim(claim("42", ticket)).await.unwrap(), Claimed::New);
    assert!(apart.holds(ticket));

    lines.silence();
    let is_interrupted = |record: Option<Record>| record.unwrap().standing == Standing::Interrupted;
    until("it is taken for gone", async || {
        is_interrupted(other.look(&key("42")).await.unwrap()).then_some(())
    })
    .await;
    assert!(!apart.holds(ticket));
    lines.mend();
    let later = Ticket::new();
    until("it is heard again", async || apart.claim(claim("43", later)).await.ok()).await;
    assert!(apart.holds(later) && !apart.holds(ticket));
}
