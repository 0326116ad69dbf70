//! Vendors that return the first contact, or refuse a second create with the same key, as their descriptions say.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use unicontact::journal::{Journal, MemoryJournal};
use unicontact::providers::clock::{ManualClock, SharedClock};
use unicontact::providers::http::{Answer, Http};
use unicontact::providers::testkit::{Behaviour, Received, Server};
use unicontact::providers::{ConnectionOptions, Declared, Description, Provider, UnifiedContact};
use unicontact::{Delivery, FanOut, Outcome, Pipeline, Policy, Settings};

const HEAD: &str = r#"
format = 1
vendor = "acmecrm"
title = "Acme CRM"
source = "page"
[sources]
page = { kind = "documented", at = "https://docs.acme.example/contacts", date = "2026-11-01" }
[account.api_key]
secret = true
[address]
base = "https://api.acme.example"
[[auth]]
headers = { X-Api-Key = "{api_key}" }
[create]
path = "/contacts"
[name]
whole = "name"
[[emails]]
to = "email"
[require]
all = ["email", "name"]
[success]
id = "contact.id"
"#;
const BY_EMAIL: &str = "existing = { path = \"is_new\", is = false }\n[dedupe]\nby = [\"email\"]\n";
const BY_KEY: &str = r#"
[[error]]
when = { status = 422, path = "code", is = "uid_taken" }
kind = "already_exists"
existing = "id"
[dedupe]
key = { to = "uid", as = "uuid" }
"#;

/// How the vendor treats a second contact with the same value.
#[derive(Clone, Copy)]
enum Second {
    /// It returns the first one.
    Returned,
    /// It refuses it and names the first one.
    Refused,
}

/// A vendor that knows its contacts by a member of theirs, and a run that delivers to it.
struct Acme {
    server: Server,
    held: Arc<Mutex<Vec<Value>>>,
    clock: Arc<ManualClock>,
    fan_out: FanOut,
}

/// What happens to the create of this number, from one. An answer that is lost is lost after the commit.
type Losses = fn(usize) -> Loss;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Loss {
    Nothing,
    Answer,
    Request,
}

impl Acme {
    async fn start(tables: &str, member: &'static str, second: Second, losses: Losses) -> Self {
        let held: Arc<Mutex<Vec<Value>>> = Arc::default();
        let (contacts, creates) = (Arc::clone(&held), AtomicUsize::new(0));
        let server = Server::start(move |request: &Received| {
            let loss = losses(creates.fetch_add(1, Ordering::SeqCst) + 1);
            if loss == Loss::Request {
                return Behaviour::Reset;
            }
            let sent: Value = serde_json::from_slice(request.body()).unwrap();
            let answer = create(&mut contacts.lock().unwrap(), sent, member, second);
            if loss == Loss::Answer { Behaviour::Reset } else { Behaviour::Answer(answer) }
        });
        let server = server.await.unwrap();
        let clock = Arc::new(ManualClock::new("2026-11-20T10:00:00Z".parse().unwrap()));
        let shared = Arc::clone(&clock) as SharedClock;
        let description = Arc::new(Description::parse(&format!("{HEAD}{tables}")).unwrap());
        let keys = json!({"api_key": "made-up-key", "base_url": server.url()}).as_object().cloned().unwrap();
        let http = Http::new(Arc::clone(&shared)).unwrap();
        let provider = Declared::connect(description, keys, ConnectionOptions::new("acme"), http).unwrap();
        let pipeline = Pipeline::new(Provider::Declared(provider), Settings::default(), shared, 1);
        let journal: Arc<dyn Journal> = Arc::new(MemoryJournal::default());
        let fan_out = FanOut::new(vec![pipeline], Policy::All).with_journal(journal);
        Self { server, held, clock, fan_out }
    }

    async fn deliver(&self, name: &str, email: &str) -> Delivery {
        let contact = UnifiedContact::from_json(json!({"name": name, "emails": [email]})).unwrap();
        self.fan_out.deliver(contact).await.deliveries.pop().unwrap()
    }

    fn names(&self) -> Vec<String> {
        let held = self.held.lock().unwrap();
        held.iter().map(|contact| contact["name"].as_str().unwrap().to_owned()).collect()
    }

    fn creates(&self) -> usize {
        self.server.received().len()
    }
}

fn create(held: &mut Vec<Value>, sent: Value, member: &str, second: Second) -> Answer {
    let first = held.iter().position(|contact| contact[member] == sent[member]);
    let number = first.unwrap_or_else(|| {
        held.push(sent);
        held.len() - 1
    });
    let id = format!("c-{number}");
    let (status, body) = if let (Some(_), Second::Refused) = (first, second) {
        (422, json!({"code": "uid_taken", "id": id}))
    } else {
        let mut contact = held[number].clone();
        contact["id"] = json!(id);
        (200, json!({"contact": contact, "is_new": first.is_none()}))
    };
    Answer::new(status).with_header("content-type", "application/json").with_body(body.to_string())
}

#[tokio::test]
async fn a_vendor_that_returns_the_first_contact_gets_it_again_only_after_the_quiet_time() {
    for (first, outcome) in [(Loss::Answer, Outcome::Existing), (Loss::Request, Outcome::Created)] {
        let losses: Losses = match first {
            Loss::Answer => |number| if number == 1 { Loss::Answer } else { Loss::Nothing },
            _ => |number| if number == 1 { Loss::Request } else { Loss::Nothing },
        };
        let acme = Acme::start(BY_EMAIL, "email", Second::Returned, losses).await;
        assert_eq!(acme.deliver("Ada King", "ada@example.com").await.outcome, Outcome::InDoubt);
        acme.clock.advance(Duration::from_mins(5));
        assert_eq!(acme.deliver("Ada King", "ada@example.com").await.outcome, Outcome::InDoubt);
        assert_eq!(acme.creates(), 1);
        acme.clock.advance(Duration::from_hours(1));
        let settled = acme.deliver("Ada King", "ada@example.com").await;
        assert_eq!((settled.outcome, settled.id.unwrap().as_str()), (outcome, "c-0"));
        assert_eq!((acme.names(), acme.creates()), (vec!["Ada King".to_owned()], 2));
    }
}

#[tokio::test]
async fn another_person_at_the_address_is_refused_and_never_reported_as_created() {
    let acme = Acme::start(BY_EMAIL, "email", Second::Returned, |_| Loss::Nothing).await;
    assert_eq!(acme.deliver("Ada King", "king@example.com").await.outcome, Outcome::Created);
    let bo = acme.deliver("Bo Two", "king@example.com").await;
    assert_eq!((bo.outcome, bo.id), (Outcome::Rejected, None));
    assert_eq!(serde_json::to_value(&bo.error).unwrap()["existing_id"], "c-0");
    assert_eq!(acme.names(), ["Ada King"]);
}

#[tokio::test]
async fn a_key_in_the_body_makes_a_second_create_safe_after_the_quiet_time() {
    let losses: Losses = |number| match number {
        1 => Loss::Answer,
        2 => Loss::Request,
        _ => Loss::Nothing,
    };
    let acme = Acme::start(BY_KEY, "uid", Second::Refused, losses).await;
    for wait in [Duration::from_mins(1), Duration::from_hours(1), Duration::from_mins(1)] {
        assert_eq!(acme.deliver("Ada King", "ada@example.com").await.outcome, Outcome::InDoubt);
        acme.clock.advance(wait);
    }
    assert_eq!(acme.creates(), 2, "once, and once more after the quiet time");
    acme.clock.advance(Duration::from_hours(1));
    let settled = acme.deliver("Ada King", "ada@example.com").await;
    assert_eq!((settled.outcome, settled.id.unwrap().as_str()), (Outcome::Existing, "c-0"));
    let keys: Vec<Value> = acme.server.received().iter().map(key_of).collect();
    assert!(keys.len() == 3 && keys.iter().all(|key| *key == keys[0]), "{keys:?}");
    let bo = acme.deliver("Bo Two", "ada@example.com").await;
    assert_eq!((bo.outcome, acme.names().len()), (Outcome::Created, 2), "another contact has another key");
}

fn key_of(request: &Received) -> Value {
    let body: Value = serde_json::from_slice(request.body()).unwrap();
    body["uid"].clone()
}
