//! A queue as version 0.1.0 creates it, and the checks with which that version opens one. Both are copied from its source
//! (`src/queue/streams.rs`, `src/journal/jetstream/{buckets,stored,presence}.rs`, `src/queue/message.rs`).

use std::time::Duration;

use serde_json::{Value, json};
use unicontact::journal::async_nats::jetstream::Context;
use unicontact::journal::async_nats::jetstream::kv::{self, Store};
use unicontact::journal::async_nats::jetstream::message::PublishMessage;
use unicontact::journal::async_nats::jetstream::stream::{Config, DiscardPolicy, RetentionPolicy};
use unicontact::providers::{UnifiedContact, contact_key, json_fingerprint};

use crate::queue::vendors::{DEAD_LETTERS, DELIVERIES, QUEUE};

const MAX_SIZE: i32 = 1024 * 1024;
pub(crate) const LEASE: Duration = Duration::from_secs(4);

/// The queue of version 0.1.0 at one provider.
pub(crate) struct Earlier {
    context: Context,
    records: Store,
    holders: Store,
}

fn stream(name: &str, subjects: &str, retention: RetentionPolicy, window: Duration) -> Config {
    Config {
        name: name.to_owned(),
        subjects: vec![subjects.to_owned()],
        retention,
        discard: DiscardPolicy::New,
        duplicate_window: window,
        max_messages: -1,
        max_bytes: -1,
        max_message_size: MAX_SIZE,
        num_replicas: 1,
        ..Config::default()
    }
}

fn bucket(name: String, max_age: Duration) -> kv::Config {
    kv::Config {
        bucket: name,
        description: "unicontact: deliveries".to_owned(),
        max_value_size: MAX_SIZE,
        history: 1,
        max_age,
        num_replicas: 1,
        ..kv::Config::default()
    }
}

impl Earlier {
    pub(crate) async fn create(context: Context) -> Self {
        let subjects = |what: &str| format!("{QUEUE}.{what}.*");
        let window = Duration::from_mins(10);
        let deliveries = stream(DELIVERIES, &subjects("deliveries"), RetentionPolicy::WorkQueue, window);
        let dead = stream(DEAD_LETTERS, &subjects("dead_letters"), RetentionPolicy::Limits, Duration::ZERO);
        context.create_stream(deliveries).await.unwrap();
        context.create_stream(dead).await.unwrap();
        let make =
            async |name: String, max_age| context.create_key_value(bucket(name, max_age)).await.unwrap();
        make(format!("{QUEUE}_shared"), Duration::ZERO).await;
        let records = make(QUEUE.to_owned(), Duration::ZERO).await;
        let holders = make(format!("{QUEUE}_holders"), LEASE).await;
        Self { context, records, holders }
    }

    /// Queues a contact.
    pub(crate) async fn queue(&self, provider: &str, contact: &UnifiedContact) {
        let contact_json = serde_json::to_string(contact).unwrap();
        let id = format!("{}.{}", record_key(provider, contact), contact.fingerprint());
        let message = PublishMessage::build()
            .payload(format!(r#"{{"format":1,"contact":{contact_json}}}"#).into())
            .message_id(id);
        let subject = format!("{QUEUE}.deliveries.{provider}");
        self.context.send_publish(subject, message).await.unwrap().await.unwrap();
    }

    /// Records a delivery. `more` has the members of its state.
    pub(crate) async fn record(&self, provider: &str, contact: &UnifiedContact, more: Value) {
        let mut record = json!({
            "format": 1, "number": 0, "provider": provider, "contact": contact_key(contact), "vendor": "smarttask",
            "fingerprint": contact.fingerprint(), "attempts": 1, "changed_at": "2026-11-20T10:00:00Z",
        });
        for (key, value) in more.as_object().unwrap() {
            record[key] = value.clone();
        }
        let value = serde_json::to_vec(&record).unwrap();
        self.records.update(record_key(provider, contact), value.into(), 0).await.unwrap();
    }

    /// Says that a process of that name has the journal open.
    pub(crate) async fn holds(&self, name: &str) {
        let said = json!({"name": name, "since": "2026-11-20T10:00:00Z"}).to_string();
        self.holders.put("00c0ffee", said.into()).await.unwrap();
    }

    pub(crate) async fn leaves(&self) {
        self.holders.purge("00c0ffee").await.unwrap();
    }
}

fn record_key(provider: &str, contact: &UnifiedContact) -> String {
    format!("{provider}.{}", json_fingerprint(&contact_key(contact)))
}

/// Returns the differences for which version 0.1.0 refuses the queue: of its streams, and of the buckets of its journal.
pub(crate) async fn differences(context: &Context) -> [Vec<&'static str>; 2] {
    let streams = [
        (DELIVERIES, format!("{QUEUE}.deliveries.*"), RetentionPolicy::WorkQueue),
        (DEAD_LETTERS, format!("{QUEUE}.dead_letters.*"), RetentionPolicy::Limits),
    ];
    let mut of_streams = Vec::new();
    for (name, subjects, retention) in streams {
        let stream = context.get_stream(name).await.unwrap();
        let actual = &stream.cached_info().config;
        of_streams.extend(differing(&[
            ("retention", actual.retention == retention),
            ("subjects", actual.subjects == [subjects]),
            ("discard (must be new)", actual.discard == DiscardPolicy::New),
            ("max_age (must be 0)", actual.max_age.is_zero()),
            ("max_msgs", actual.max_messages == -1),
            ("max_bytes", actual.max_bytes == -1),
        ]));
    }
    let buckets = [(QUEUE.to_owned(), Duration::ZERO), (format!("{QUEUE}_holders"), LEASE)];
    let mut of_buckets = Vec::new();
    for (name, max_age) in buckets {
        let store = context.get_key_value(name).await.unwrap();
        let actual = &store.stream.cached_info().config;
        of_buckets.extend(differing(&[
            ("history (must be 1)", actual.max_messages_per_subject == 1),
            ("max_age", actual.max_age == max_age),
            ("discard (must be new)", actual.discard == DiscardPolicy::New),
        ]));
    }
    [of_streams, of_buckets]
}

fn differing(parts: &[(&'static str, bool)]) -> Vec<&'static str> {
    parts.iter().filter(|(_, agrees)| !agrees).map(|(name, _)| *name).collect()
}
