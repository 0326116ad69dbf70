//! The setting `look_first`, for people that the vendor has already.

use std::sync::{Arc, Mutex};

use futures_util::future::join_all;
use serde_json::{Value, json};
use unicontact::providers::ContactId;
use unicontact::{Delivery, Outcome, Settings};

use super::{Deliveries, bob, error_json, note_of, shown};

fn stored(id: u64, name: &str, email: &str) -> Value {
    let mut contact = shown("emnify", id, name, email, "+442079460123");
    contact["type"] = json!({"id": 1});
    contact
}

fn looking_first(list: (u16, Value)) -> Deliveries {
    let settings = Settings { look_first: true, ..Settings::default() };
    Deliveries::start("emnify", &json!({}), settings, move |request| match request.method.as_str() {
        "GET" => list.clone(),
        _ => (201, shown("emnify", 90, request.body["name"].as_str().unwrap(), "", "")),
    })
}

fn creates(deliveries: &Deliveries) -> usize {
    deliveries.server.requests().iter().filter(|it| it.method == "POST").count()
}

fn outcome_and_id(delivery: &Delivery) -> (Outcome, Option<&str>) {
    (delivery.outcome, delivery.id.as_ref().map(ContactId::as_str))
}

#[tokio::test]
async fn a_contact_at_the_vendor_is_not_created_again() {
    let deliveries = looking_first((200, json!([stored(7, "BOB TWO", "bob@example.com")])));
    let delivery = deliveries.deliver(&bob()).await;
    assert_eq!(outcome_and_id(&delivery), (Outcome::Existing, Some("7")));
    assert_eq!(note_of(&delivery), Some("such a contact was at the vendor before; nothing was sent"));
    assert_eq!((delivery.attempts, creates(&deliveries)), (0, 0));
}

#[tokio::test]
async fn a_contact_that_is_not_found_is_created() {
    let deliveries = looking_first((
        200,
        json!([{"id": 7, "type": {"id": 1}, "name": "Ann One", "email": "ann@example.org"}]),
    ));
    assert_eq!(outcome_and_id(&deliveries.deliver(&bob()).await), (Outcome::Created, Some("90")));
    assert_eq!(creates(&deliveries), 1);
}

#[tokio::test]
async fn a_similar_contact_causes_a_rejection_with_candidates() {
    let deliveries =
        looking_first((200, json!([stored(7, "Bob Two", "b.two@example.org"), stored(9, "Ann One", "")])));
    let delivery = deliveries.deliver(&bob()).await;
    assert_eq!((delivery.outcome, &delivery.id, delivery.attempts), (Outcome::Rejected, &None, 0));
    let error = error_json(&delivery);
    assert_eq!((&error["kind"], &error["effect"]), (&json!("already_exists"), &json!("refused")));
    assert_eq!(error["candidates"], json!(["7", "9"]));
    assert_eq!(creates(&deliveries), 0);
}

#[tokio::test]
async fn no_create_is_sent_if_the_list_cannot_be_read() {
    for list in
        [(500, json!({"message": "trouble"})), (200, json!({"message": "no list"})), (200, json!([1, 2]))]
    {
        let deliveries = looking_first(list.clone());
        let delivery = deliveries.deliver(&bob()).await;
        assert_eq!(delivery.outcome, Outcome::Failed, "{list:?}");
        assert_eq!(
            (error_json(&delivery)["effect"].as_str(), creates(&deliveries)),
            (Some("not_sent"), 0),
            "{list:?}"
        );
    }
}

#[tokio::test]
async fn without_the_setting_there_is_no_look() {
    let deliveries = Deliveries::to("emnify", &json!({}), |_| (201, shown("emnify", 90, "Bob Two", "", "")));
    assert_eq!(deliveries.deliver(&bob()).await.outcome, Outcome::Created);
    assert_eq!(deliveries.server.requests().len(), 1);
}

#[tokio::test]
async fn concurrent_looks_share_a_request() {
    let list = Arc::new(Mutex::new(0_usize));
    let counted = Arc::clone(&list);
    let settings = Settings { look_first: true, ..Settings::default() };
    let deliveries =
        Deliveries::start("emnify", &json!({}), settings, move |request| match request.method.as_str() {
            "GET" => {
                *counted.lock().unwrap() += 1;
                (200, json!([]))
            }
            _ => (201, json!({"id": 90})),
        });
    let names: Vec<Value> = (0..8).map(|number| json!({"name": format!("Bob Number{number}")})).collect();
    let delivered = names.iter().map(|contact| deliveries.deliver(contact));
    let outcomes: Vec<Outcome> = join_all(delivered).await.iter().map(|delivery| delivery.outcome).collect();
    assert_eq!(outcomes, vec![Outcome::Created; 8]);
    assert!(*list.lock().unwrap() < 8, "{} lists for eight contacts", list.lock().unwrap());
}
