//! `unicontact deliveries … --queue`: the commands on a journal that the servers store.

use std::sync::atomic::{AtomicU64, Ordering};

use futures_util::future::join_all;
use jiff::Timestamp;
use serde_json::json;
use unicontact::Outcome;
use unicontact::journal::{
    Claim, ClaimId, JetStreamJournal, JetStreamOptions, Journal, SettleOutcome, Settlement, async_nats,
};
use unicontact::providers::{ContactId, DeliveryKey, Stamp};

use crate::connecting::configuration;
use crate::nats_server::NatsServer;
use crate::program::{Ended, Program};

const CONTENT: &str = r#"{"external_id":"42","kind":"person","name":{"full":"Ada King"}}"#;

/// A server with a journal, and a client that has the journal open.
struct QueueServer {
    server: NatsServer,
    journal: JetStreamJournal,
}

/// Returns whether the line is one of the log, and not a message for the user.
fn is_of_log(line: &str) -> bool {
    [" TRACE ", " DEBUG ", " INFO ", " WARN ", " ERROR "].iter().any(|level| line.contains(level))
}

impl QueueServer {
    async fn new() -> Self {
        let server = NatsServer::start();
        let client = async_nats::connect(server.url()).await.unwrap();
        let journal = JetStreamJournal::open(client, JetStreamOptions::default()).await.unwrap();
        Self { server, journal }
    }

    async fn deliveries(&self, arguments: &[&str]) -> Ended {
        let url = self.server.url();
        let program = Program::new(&[&["deliveries"], arguments, &["--queue", &url]].concat());
        let logging = program.configured(&configuration("")).variable("RUST_LOG", "trace");
        let ended = logging.run().await;
        assert!(ended.stderr.contains("DEBUG async_nats"), "{}", ended.stderr);
        let is_logged = |line: &str| line.contains("Ada") && is_of_log(line);
        assert!(!ended.stderr.lines().any(is_logged), "{}", ended.stderr);
        ended
    }

    async fn claim(&self, contact: &str) -> ClaimId {
        static NUMBER: AtomicU64 = AtomicU64::new(1);
        let claim_id = ClaimId::from_number(NUMBER.fetch_add(1, Ordering::Relaxed));
        let now = Stamp::from_time(Timestamp::now());
        let claim = Claim {
            key: DeliveryKey::from_contact_key("voice", contact.to_owned()),
            claim_id,
            vendor: "cloverhound".into(),
            fingerprint: "f1".into(),
            content: CONTENT.into(),
            digest: None,
            again: None,
            extends: false,
            at: now,
            may_send_until: now,
            look_again_at: None,
            run: None,
            story: Vec::new(),
        };
        self.journal.claim(claim).await.unwrap();
        claim_id
    }

    async fn deliver(&self, contact: &str, outcome: Outcome) {
        let claim_id = self.claim(contact).await;
        let settlement = Settlement {
            key: DeliveryKey::from_contact_key("voice", contact.to_owned()),
            claim_id: Some(claim_id),
            vendor: "cloverhound".into(),
            fingerprint: "f1".into(),
            content: CONTENT.into(),
            digest: None,
            outcome,
            id: (outcome == Outcome::Created).then(|| ContactId::new("17").unwrap()),
            attempts: 1,
            error: (outcome != Outcome::Created).then(|| json!({"kind": "unavailable", "message": "away"})),
            last_attempt: (outcome == Outcome::InDoubt).then(|| Stamp::from_time(Timestamp::now())),
            looked_at: None,
            look_again_at: None,
            at: Timestamp::now(),
            run: None,
            story: Vec::new(),
        };
        let settled = self.journal.settle(settlement).await.unwrap();
        assert_eq!(settled, SettleOutcome::Written);
    }

    /// Returns a journal with one created, one failed and one doubtful delivery, and one that is being sent.
    async fn mixed() -> Self {
        let queue = Self::new().await;
        queue.deliver("1", Outcome::Created).await;
        queue.deliver("2", Outcome::Failed).await;
        queue.deliver("3", Outcome::InDoubt).await;
        queue.claim("4").await;
        queue
    }
}

#[tokio::test]
async fn a_list_shows_the_deliveries_on_the_servers() {
    let queue = QueueServer::mixed().await;
    let ended = queue.deliveries(&["list", "--format", "json"]).await.expect_code(0);
    let summary = |line: &serde_json::Value| {
        format!("{} {}", line["contact"].as_str().unwrap(), line["outcome"].as_str().unwrap())
    };
    let summary: Vec<String> = ended.json_lines().iter().map(summary).collect();
    assert_eq!(summary, ["1 created", "2 failed", "3 in_doubt", "4 in_doubt"]);
    // The journal stores the names of unfinished deliveries only.
    assert_eq!(ended.stdout.matches("Ada King").count(), 3, "{}", ended.stdout);
    assert!(ended.stderr.contains("warning: the journal is kept on a single server"), "{}", ended.stderr);
    assert_eq!(ended.files, ["unicontact.toml"]);

    let human = queue.deliveries(&["list", "--outcome", "failed,in_doubt"]).await.expect_code(0).stdout;
    for words in ["voice/2", "unavailable", "voice/3", "voice/4", "being sent"] {
        assert!(human.contains(words), "{words}: {human}");
    }
    assert!(!human.contains("voice/1"), "{human}");
}

#[tokio::test]
async fn a_long_list_is_complete() {
    let queue = QueueServer::new().await;
    let contacts: Vec<String> = (0..1500).map(|number| number.to_string()).collect();
    join_all(contacts.iter().map(|contact| queue.deliver(contact, Outcome::Failed))).await;
    let ended = queue.deliveries(&["list", "--format", "json"]).await.expect_code(0);
    assert_eq!(ended.json_lines().len(), 1500);
    let human = queue.deliveries(&["list", "--limit", "1500"]).await.expect_code(0).stdout;
    assert_eq!(human.matches("delivery").count(), 2, "each thousand has a table");
    assert_eq!(human.matches("voice/").count(), 1500);
}

#[tokio::test]
async fn a_contact_is_shown_while_its_delivery_is_unfinished() {
    let queue = QueueServer::mixed().await;
    let shown = queue.deliveries(&["show", "voice/2", "--format", "json"]).await.expect_code(0).json();
    assert_eq!(shown["content"]["name"]["full"], "Ada King");
    let created = queue.deliveries(&["show", "voice/1", "--format", "json"]).await.expect_code(0).json();
    assert!(created.get("content").is_none(), "{created}");
    let unknown = queue.deliveries(&["show", "voice/5"]).await.expect_usage_error();
    assert!(unknown.stderr.contains("no such delivery"), "{}", unknown.stderr);
}

#[tokio::test]
async fn a_delivery_in_doubt_can_be_resolved_and_one_being_sent_cannot() {
    let queue = QueueServer::mixed().await;
    queue.deliveries(&["resolve", "voice/3", "--created", "9001"]).await.expect_code(0);
    let shown = queue.deliveries(&["show", "voice/3", "--format", "json"]).await.json();
    assert_eq!((&shown["outcome"], &shown["id"]), (&"created".into(), &"9001".into()));
    let sent = queue.deliveries(&["resolve", "voice/4", "--not-created"]).await.expect_usage_error();
    assert!(sent.stderr.contains("another run is sending it"), "{}", sent.stderr);
    queue.journal.leave().await.unwrap();
    let refused = queue.deliveries(&["resolve", "voice/4", "--not-created"]).await.expect_usage_error();
    assert!(refused.stderr.contains("the vendor may still be at work on it until "), "{}", refused.stderr);
    queue.deliveries(&["resolve", "voice/4", "--not-created", "--yes"]).await.expect_code(0);
}
