//! Searches for a contact whose create lost its answer, over a real socket at a stand-in for emnify's list.

use std::sync::{Arc, Mutex};

use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Value, json};
use unicontact::journal::MemoryJournal;
use unicontact::providers::clock::ManualClock;
use unicontact::providers::http::Answer;
use unicontact::providers::testkit::{Behaviour, Received, Server};
use unicontact::providers::{
    ContactId, ContactProvider as _, DeliveryKey, FindOutcome, FindRequest, UnifiedContact,
};
use unicontact::{Delivery, FanOut, Outcome, Pipeline, Policy, Settings};

use crate::support::providers::{PATIENT, by_default};

fn mira() -> Value {
    json!({
        "name": "Mira Beispiel", "emails": ["mira@example.com"], "phones": ["+442079460123"], "title": "Buyer",
    })
}

fn listed(id: u64, changes: &Value) -> Value {
    let mut contact = json!({
        "id": id, "type": {"id": 1}, "name": "Mira Beispiel", "email": "mira@example.com",
        "phone": "+442079460123", "title": "Buyer",
    });
    for (key, value) in changes.as_object().unwrap() {
        contact[key] = value.clone();
    }
    contact
}

fn json_answer(body: &Value) -> Answer {
    Answer::new(200).with_header("content-type", "application/json").with_body(body.to_string())
}

/// Deliveries of one contact to a vendor whose answers to creates are lost.
struct Runs {
    list: Arc<Mutex<Answer>>,
    server: Server,
    clock: Arc<ManualClock>,
    fan_out: FanOut,
}

impl Runs {
    async fn start() -> Self {
        let list = Arc::new(Mutex::new(json_answer(&json!([]))));
        let answered = Arc::clone(&list);
        let server = Server::start(move |request| {
            if is_create(request) {
                Behaviour::Reset
            } else {
                Behaviour::Answer(answered.lock().unwrap().clone())
            }
        });
        let server = server.await.unwrap();
        let clock = Arc::new(ManualClock::new("2026-11-20T10:00:00Z".parse().unwrap()));
        let provider = by_default("emnify", &server.url(), PATIENT);
        let pipeline = Pipeline::new(provider, Settings::default(), Arc::<ManualClock>::clone(&clock), 1);
        let fan_out =
            FanOut::new(vec![pipeline], Policy::All).with_journal(Arc::new(MemoryJournal::default()));
        Self { list, server, clock, fan_out }
    }

    fn set_list(&self, answer: Answer) {
        *self.list.lock().unwrap() = answer;
    }

    async fn deliver(&self) -> Delivery {
        self.fan_out.deliver(contact(&mira())).await.deliveries.pop().unwrap()
    }

    /// Delivers an hour later, when the quiet time is over.
    async fn deliver_later(&self) -> Delivery {
        self.clock.advance(std::time::Duration::from_hours(1));
        self.deliver().await
    }

    fn creates(&self) -> usize {
        self.server.received().iter().filter(|request| is_create(request)).count()
    }
}

fn is_create(request: &Received) -> bool {
    request.method() == "POST"
}

fn contact(document: &Value) -> UnifiedContact {
    UnifiedContact::from_json(document.clone()).unwrap()
}

fn candidates(delivery: &Delivery) -> Vec<String> {
    let error = delivery.error.as_ref().unwrap();
    error.candidates().iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn a_similar_contact_leaves_the_delivery_in_doubt_and_is_named_as_a_candidate() {
    let runs = Runs::start().await;
    let namesake = json!({"email": "another.mira@example.org", "phone": null});
    runs.set_list(json_answer(&json!([
        listed(7, &namesake),
        listed(9, &json!({"title": "Head of Purchase"}))
    ])));
    let first = runs.deliver().await;
    assert_eq!((first.outcome, candidates(&first)), (Outcome::InDoubt, vec!["9".to_owned(), "7".to_owned()]));
    let shown = serde_json::to_value(&first).unwrap();
    assert_eq!(shown["error"]["candidates"], json!(["9", "7"]));
    for contact_data in ["mira", "Mira", "2079460123", "Purchase"] {
        assert!(!shown["error"].to_string().contains(contact_data), "{shown}");
    }
    let second = runs.deliver_later().await;
    assert_eq!((second.outcome, candidates(&second).len()), (Outcome::InDoubt, 2));
    assert_eq!(runs.creates(), 1, "the contact was not sent again");
}

#[tokio::test]
async fn an_incomplete_list_permits_no_create() {
    let whole = json!([listed(7, &json!({"name": "Nell Nobody", "email": null, "phone": null}))]).to_string();
    let list = |body: &str| Answer::new(200).with_body(body.to_owned());
    for (situation, answer) in [
        ("half a list", list(&whole[..whole.len() / 2])),
        ("a list and more", list(&format!("{whole}{whole}"))),
        ("a next page", list(&whole).with_header("link", "</?page=2>; rel=\"next\"")),
        ("a larger count", list("[]").with_header("x-total-count", "1")),
        ("an entry without a form", list("[null]")),
        ("more than is read", list(&format!("{}{whole}", " ".repeat(2 << 20)))),
        ("no list", list("{}")),
        ("a page", list("<html></html>")),
    ] {
        let runs = Runs::start().await;
        runs.set_list(answer);
        let outcomes = [runs.deliver().await.outcome, runs.deliver_later().await.outcome];
        assert_eq!((outcomes, runs.creates()), ([Outcome::InDoubt; 2], 1), "{situation}");
        runs.set_list(json_answer(&json!([listed(9, &json!({}))])));
        assert_eq!(runs.deliver_later().await.id, ContactId::new("9"), "{situation}");
    }
}

#[tokio::test]
async fn an_empty_result_permits_another_create_and_a_changed_contact_is_found() {
    let runs = Runs::start().await;
    assert_eq!(runs.deliver().await.outcome, Outcome::InDoubt);
    let stranger = json!({"name": "Nell Nobody", "email": "nell@example.org", "phone": "+493023125012"});
    runs.set_list(json_answer(&json!([listed(7, &stranger)])));
    assert_eq!(runs.deliver_later().await.outcome, Outcome::InDoubt);
    assert_eq!(runs.creates(), 2, "the contact was not found and was sent again");
    let changed = json!({"name": "BEISPIEL, MIRA", "phone": "020 7946 0123"});
    runs.set_list(json_answer(&json!([listed(7, &stranger), listed(9, &changed)])));
    let found = runs.deliver_later().await;
    assert_eq!((found.outcome, found.id), (Outcome::Created, ContactId::new("9")));
    assert_eq!(runs.creates(), 2);
}

/// Returns the results of `find` for each contact, and those of `find_many`, with errors by kind and effect.
async fn both_ways(
    contacts: &[UnifiedContact],
    except: Option<&ContactId>,
    answer: Answer,
) -> [Vec<String>; 2] {
    let server = Server::start(move |_| Behaviour::Answer(answer.clone())).await.unwrap();
    let provider = by_default("emnify", &server.url(), PATIENT);
    let keys: Vec<DeliveryKey> = contacts.iter().map(|it| DeliveryKey::new("under_test", it)).collect();
    let request = |(contact, key)| FindRequest::new(contact, key).with_except(except);
    let requests: Vec<FindRequest<'_>> = contacts.iter().zip(&keys).map(request).collect();
    let shown = |result: Result<FindOutcome, unicontact::providers::ProviderError>| match result {
        Ok(outcome) => format!("{outcome:?}"),
        Err(error) => format!("{} {}", error.kind(), error.effect()),
    };
    let mut one_by_one = Vec::new();
    for request in &requests {
        one_by_one.push(shown(provider.find(request).await));
    }
    [one_by_one, provider.find_many(&requests).await.into_iter().map(shown).collect()]
}

fn any_answer() -> impl Strategy<Value = Answer> {
    let changes = [
        json!({}),
        json!({"title": null}),
        json!({"name": "Nell Nobody"}),
        json!({"name": "Nell Nobody", "email": "nell@example.org", "phone": null, "title": null}),
        json!({"name": null, "email": null, "phone": null}),
        json!({"id": null}),
    ];
    let entries: Vec<Value> = changes.iter().zip(1..).map(|(changes, id)| listed(id, changes)).collect();
    let count = entries.len();
    (subsequence(entries, 0..=count), select(vec![200_u16, 200, 200, 206, 403, 500]), 0..3_usize).prop_map(
        |(entries, status, cut)| {
            let body = json!(entries).to_string();
            Answer::new(status).with_body(body[..body.len() - cut / 2].to_owned())
        },
    )
}

fn any_contacts() -> impl Strategy<Value = Vec<UnifiedContact>> {
    let contacts = [
        mira(),
        json!({"name": "Mira Beispiel"}),
        json!({"name": "Nell Nobody"}),
        json!({"emails": ["nell@example.org"], "title": "Buyer"}),
        json!({"name": "Ada King", "phones": ["+442079460123"]}),
    ];
    subsequence(contacts.to_vec(), 1..=5).prop_map(|documents| documents.iter().map(contact).collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn find_many_returns_the_same_results_as_find(
        contacts in any_contacts(),
        except in proptest::option::of(1..7_u8),
        answer in any_answer(),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let except = except.and_then(|id| ContactId::new(id.to_string()));
        let [one_by_one, many] = runtime.block_on(both_ways(&contacts, except.as_ref(), answer));
        prop_assert_eq!(one_by_one, many);
    }
}
