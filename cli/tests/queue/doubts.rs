//! Writes records to the journal that no message holds: parked doubts and lost deliveries.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::json;
use unicontact::Outcome;
use unicontact::journal::{
    Claim, ClaimId, JetStreamJournal, JetStreamOptions, Journal, Record, Selection, SettleOutcome,
    Settlement,
    async_nats::{self, ServerAddr},
};
use unicontact::providers::clock::SystemClock;
use unicontact::providers::{DeliveryKey, Stamp, UnifiedContact, json_fingerprint};
use unicontact::queue::{Queue, QueueOptions};

use crate::queue::vendors::QUEUE;

/// A provider that can look contacts up.
pub(crate) const PROVIDER: &str = "iot";

/// The journal of an office, read and written by a test.
pub(crate) struct OfficeJournal(pub(crate) Arc<JetStreamJournal>);

/// The state of a delivery that a test writes to the journal.
pub(crate) struct RecordState {
    pub(crate) outcome: Outcome,
    /// The time since the last attempt.
    pub(crate) attempted_ago: Duration,
    pub(crate) look_again_at: Option<Timestamp>,
}

/// Returns a contact, as an import reads it.
pub(crate) fn person(number: usize) -> UnifiedContact {
    let phone = 60_000 + number;
    let contact = json!({
        "external_id": number.to_string(),
        "name": format!("Person {number}"),
        "emails": [format!("p{number}@example.com")],
        "phones": [format!("+4420794{phone}")],
    });
    serde_json::from_value(contact).unwrap()
}

/// The options of an office's queue.
pub(crate) fn options() -> QueueOptions {
    let journal = JetStreamOptions::new(QUEUE).with_lease(Duration::from_secs(4));
    QueueOptions { journal, ..QueueOptions::default() }
}

pub(crate) fn key(number: usize) -> DeliveryKey {
    DeliveryKey::from_contact_key(PROVIDER, number.to_string())
}

impl OfficeJournal {
    pub(crate) async fn open(url: &str) -> Self {
        let addresses: Vec<ServerAddr> = url.split(',').map(|url| url.parse().unwrap()).collect();
        let client = async_nats::connect(addresses).await.unwrap();
        Self(Queue::open(client, options()).await.unwrap().journal())
    }

    /// Reads all records of an office with another lease.
    pub(crate) async fn records(url: &str, lease: Duration, replicas: usize) -> Vec<Record> {
        let addresses: Vec<ServerAddr> = url.split(',').map(|url| url.parse().unwrap()).collect();
        let client = async_nats::connect(addresses).await.unwrap();
        let options = options().journal.with_lease(lease).with_replicas(replicas);
        let journal = JetStreamJournal::open_existing(client, options).await.unwrap();
        journal.list(&Selection::default()).await.unwrap()
    }

    /// Writes the state of the delivery of a person.
    pub(crate) async fn write(&self, number: usize, state: &RecordState) {
        let contact = serde_json::to_string(&person(number)).unwrap();
        let fingerprint = json_fingerprint(&contact);
        let at = self.0.now(&SystemClock);
        let ticket = ClaimId::new();
        let claim = Claim {
            key: key(number),
            claim_id: ticket,
            vendor: "emnify".into(),
            fingerprint: fingerprint.as_str().into(),
            content: contact.as_str().into(),
            digest: None,
            again: None,
            extends: false,
            at,
            may_send_until: at,
            look_again_at: state.look_again_at,
            run: None,
            story: Vec::new(),
        };
        self.0.claim(claim).await.unwrap();
        let is_in_doubt = state.outcome == Outcome::InDoubt;
        let attempted = Stamp::from_time(at.time - state.attempted_ago);
        let settlement = Settlement {
            key: key(number),
            claim_id: Some(ticket),
            vendor: "emnify".into(),
            fingerprint: fingerprint.as_str().into(),
            content: contact.as_str().into(),
            digest: None,
            outcome: state.outcome,
            id: None,
            attempts: 1,
            error: is_in_doubt.then(|| json!({"kind": "interrupted", "effect": "unknown"})),
            last_attempt: is_in_doubt.then_some(attempted),
            looked_at: None,
            look_again_at: state.look_again_at,
            at: at.time,
            run: None,
            story: Vec::new(),
        };
        assert_eq!(self.0.settle(settlement).await.unwrap(), SettleOutcome::Written);
    }

    pub(crate) async fn read(&self, number: usize) -> Record {
        self.0.look(&key(number)).await.unwrap().unwrap()
    }
}
