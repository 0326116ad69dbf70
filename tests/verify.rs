//! Verification over a real socket at a stand-in for emnify's list: long lists, incomplete ones, and deliveries under way.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use unicontact::identity::IdentifyBy;
use unicontact::journal::{Claim, ClaimId, ClaimOutcome, Journal, MemoryJournal, Record, Selection};
use unicontact::providers::clock::ManualClock;
use unicontact::providers::http::Answer;
use unicontact::providers::testkit::{Behaviour, Server};
use unicontact::providers::{DeliveryKey, ErrorKind, UnifiedContact};
use unicontact::verify::{FindingKind, Verification, VerificationCounts, Verifier, VerifyError};
use unicontact::{FanOut, Outcome, Pipeline, Policy, Settings};

use crate::support::providers::{NAME, PATIENT, by_default};

fn person(number: usize) -> Value {
    json!({"external_id": format!("key{number}"), "name": format!("Person {number}"), "emails": [email(number)]})
}

fn email(number: usize) -> String {
    format!("p{number}@example.com")
}

fn listed(number: usize) -> Value {
    json!({"id": number, "type": {"id": 1}, "name": format!("PERSON {number}"), "email": email(number)})
}

fn contact(document: &Value) -> UnifiedContact {
    UnifiedContact::from_json(document.clone()).unwrap()
}

fn answer(body: &Value) -> Answer {
    Answer::new(200).with_header("content-type", "application/json").with_body(body.to_string())
}

/// A vendor that gives every created contact the number in its name as its id, and a journal.
struct Bench {
    list: Arc<Mutex<Answer>>,
    server: Server,
    clock: Arc<ManualClock>,
    journal: Arc<MemoryJournal>,
    verifier: Verifier,
    fan_out: FanOut,
}

impl Bench {
    async fn start() -> Self {
        let list = Arc::new(Mutex::new(answer(&json!([]))));
        let shown = Arc::clone(&list);
        let server = Server::start(move |request| {
            if request.method() == "GET" {
                return Behaviour::Answer(shown.lock().unwrap().clone());
            }
            let body: Value = serde_json::from_slice(request.body()).unwrap();
            let number = body["name"].as_str().unwrap().split(' ').next_back().unwrap().to_owned();
            Behaviour::Answer(Answer::new(201).with_body(json!({"id": number}).to_string()))
        });
        let server = server.await.unwrap();
        let clock = Arc::new(ManualClock::new("2026-11-20T10:00:00Z".parse().unwrap()));
        let journal = Arc::new(MemoryJournal::default());
        let pipeline = || {
            let provider = by_default("emnify", &server.url(), PATIENT);
            Pipeline::new(provider, Settings::default(), Arc::<ManualClock>::clone(&clock), 1)
        };
        let fan_out =
            FanOut::new(vec![pipeline()], Policy::All).with_journal(Arc::<MemoryJournal>::clone(&journal));
        let verifier =
            Verifier::new(Arc::new(pipeline()), Arc::<MemoryJournal>::clone(&journal), IdentifyBy::Identity);
        Self { list, server, clock, journal, verifier, fan_out }
    }

    fn lists(&self, answer: Answer) {
        *self.list.lock().unwrap() = answer;
    }

    async fn deliver(&self, number: usize) {
        let report = self.fan_out.deliver(contact(&person(number))).await;
        assert_eq!(report.deliveries[0].outcome, Outcome::Created);
    }

    async fn verify(&self) -> Verification {
        self.verifier.verify(&|_| {}).await.unwrap()
    }

    async fn records(&self) -> Vec<Record> {
        self.journal.list(&Selection::default()).await.unwrap()
    }
}

fn counts(verification: &Verification) -> (u64, u64, u64) {
    let VerificationCounts { listed, missing, unknown, .. } = verification.counts;
    (listed, missing, unknown)
}

#[tokio::test]
async fn a_list_of_many_mebibytes_is_read_completely() {
    let bench = Bench::start().await;
    bench.deliver(7).await;
    bench.clock.advance(std::time::Duration::from_mins(1));
    let long = |number| {
        let mut contact = listed(number);
        contact["street"] = json!("x".repeat(2000));
        contact
    };
    let all: Vec<Value> = (0..2_000).map(long).collect();
    let body = json!(all);
    assert!(body.to_string().len() > 3 << 20);
    bench.lists(answer(&body));
    let verification = bench.verify().await;
    assert!(verification.is_complete);
    assert_eq!(counts(&verification), (2_000, 0, 1_999));
}

#[tokio::test]
async fn an_incomplete_list_reports_nothing_missing_and_its_contacts_can_be_adopted() {
    let whole = json!([listed(8)]);
    for (situation, list) in [
        ("a next page", answer(&whole).with_header("link", "</?page=2>; rel=\"next\"")),
        ("a larger count", answer(&whole).with_header("x-total-count", "2")),
        ("an entry without an id", answer(&json!([listed(8), {"name": "Nobody"}]))),
        ("half of a list", Answer::new(200).with_body(format!("[{}, {{\"id\": 9", listed(8)))),
    ] {
        let bench = Bench::start().await;
        bench.deliver(7).await;
        bench.clock.advance(std::time::Duration::from_mins(1));
        bench.lists(list);
        let verification = bench.verify().await;
        assert!(!verification.is_complete, "{situation}");
        assert_eq!(counts(&verification), (1, 0, 1), "{situation}");
        let adoption = bench.verifier.adopt(&verification, &|_| {}).await.unwrap();
        assert_eq!((adoption.recorded, bench.records().await.len()), (1, 2), "{situation}");
    }
}

#[tokio::test]
async fn a_verification_changes_nothing() {
    let bench = Bench::start().await;
    bench.deliver(7).await;
    bench.clock.advance(std::time::Duration::from_mins(1));
    bench.lists(answer(&json!([listed(8), listed(9)])));
    let (records, sent) = (bench.records().await, bench.server.received().len());
    for _ in 0..2 {
        assert_eq!(counts(&bench.verify().await), (2, 1, 2));
    }
    assert_eq!(bench.records().await, records);
    assert!(bench.server.received()[sent..].iter().all(|request| request.method() == "GET"));
}

#[tokio::test]
async fn contacts_created_after_the_request_for_the_list_are_not_missing() {
    let bench = Bench::start().await;
    bench.deliver(7).await;
    // The clock stands still: the delivery is as new as the request.
    assert_eq!(counts(&bench.verify().await), (0, 0, 0));
    bench.clock.advance(std::time::Duration::from_mins(1));
    assert_eq!(counts(&bench.verify().await), (0, 1, 0));
}

#[tokio::test]
async fn a_delivery_being_sent_is_not_compared() {
    let bench = Bench::start().await;
    bench.lists(answer(&json!([listed(7)])));
    let before = bench.verify().await;
    assert_eq!(counts(&before), (1, 0, 1));
    let sent = UnifiedContact { external_id: None, ..contact(&person(7)) };
    let key = DeliveryKey::from_contact_key(NAME, format!("sha256:{}", listed_content(7).fingerprint()));
    let at = bench.journal.now(&*bench.clock);
    let claim = Claim {
        key: key.clone(),
        claim_id: ClaimId::new(),
        vendor: "emnify".into(),
        fingerprint: sent.fingerprint().into(),
        content: serde_json::to_string(&sent).unwrap().into(),
        digest: None,
        run: None,
        story: Vec::new(),
        again: None,
        extends: false,
        at,
        may_send_until: at,
        look_again_at: None,
    };
    assert_eq!(bench.journal.claim(claim).await.unwrap(), ClaimOutcome::New);
    let claimed = bench.records().await;
    // The contact that was found before is being sent now.
    let adoption = bench.verifier.adopt(&before, &|_| {}).await.unwrap();
    assert_eq!((adoption.recorded, adoption.left), (0, 1));
    let now = bench.verify().await;
    assert_eq!((now.findings.len(), now.counts.being_sent), (0, 1));
    assert_eq!(bench.records().await, claimed);
}

/// Returns the contact as the list shows it.
fn listed_content(number: usize) -> UnifiedContact {
    contact(&json!({"name": format!("PERSON {number}"), "emails": [email(number)]}))
}

#[tokio::test]
async fn adopted_people_are_skipped_with_the_vendors_ids() {
    let bench = Bench::start().await;
    bench.lists(answer(&json!([listed(7), listed(8)])));
    let verification = bench.verify().await;
    assert!(verification.findings.iter().all(|finding| finding.kind == FindingKind::Unknown));
    let adoption = bench.verifier.adopt(&verification, &|_| {}).await.unwrap();
    assert_eq!((adoption.recorded, adoption.recognized_by_content), (2, 0));
    let report = bench.fan_out.deliver(contact(&person(8))).await;
    let delivery = &report.deliveries[0];
    assert_eq!(delivery.outcome, Outcome::Skipped);
    assert_eq!(delivery.id.as_ref().unwrap().as_str(), "8");
    assert!(bench.server.received().iter().all(|request| request.method() == "GET"));
    assert!(bench.verify().await.findings.is_empty());
}

#[tokio::test]
async fn a_vendor_without_a_list_is_unsupported_and_gets_no_request() {
    for vendor in ["smarttask", "cloverhound", "onecloud"] {
        let server = Server::start(|_| Behaviour::Reset).await.unwrap();
        let clock = Arc::new(ManualClock::new("2026-11-20T10:00:00Z".parse().unwrap()));
        let provider = by_default(vendor, &server.url(), PATIENT);
        let pipeline = Arc::new(Pipeline::new(provider, Settings::default(), clock, 1));
        let verifier = Verifier::new(pipeline, Arc::new(MemoryJournal::default()), IdentifyBy::Identity);
        match verifier.verify(&|_| {}).await {
            Err(VerifyError::Provider(error)) => assert_eq!(error.kind(), ErrorKind::Unsupported, "{vendor}"),
            other => panic!("{vendor}: {other:?}"),
        }
        assert!(server.received().is_empty(), "{vendor}");
    }
}
