//! What searches can tell about a contact, and the contact that a refusal names among their results.

use serde_json::json;
use unicontact_model::{ContactId, DeliveryKey, FindRequest};

use super::searches::{BY_EMAIL, connect, contact, find_with};
use super::vendor::{ada, answer, serve};
use crate::comparison::{Comparison, IdentifyingValues};
use crate::http::Answer;
use crate::provider::{ContactProvider as _, Searchable};

#[tokio::test]
async fn the_contact_that_a_refusal_names_is_read_among_the_results() {
    let people = json!([
        {"id": 4, "email": "ada@acme.example", "name": "Bo Two"},
        {"id": 7, "email": "ada@acme.example", "name": "KING, Ada"},
        {"id": 9, "email": "ada@acme.example"},
    ]);
    for (id, answer, expected) in [
        ("7", answer(200, &json!({"people": people})), Comparison::Agrees),
        ("4", answer(200, &json!({"people": people})), Comparison::Differs),
        ("9", answer(200, &json!({"people": people})), Comparison::Agrees),
        ("12", answer(200, &json!({"people": people})), Comparison::NothingComparable),
        ("7", answer(200, &json!({"people": []})), Comparison::NothingComparable),
    ] {
        let server = serve(vec![answer]).await;
        let provider = connect(&server, BY_EMAIL);
        let (contact, id) = (ada(), ContactId::new(id).unwrap());
        let key = DeliveryKey::new("acme", &contact);
        let stored = provider.read_existing(&id, &FindRequest::new(&contact, &key)).await.unwrap();
        let sent = IdentifyingValues::from_contact(&contact);
        assert_eq!(sent.compare_person(&stored), expected, "{id}");
    }
}

#[tokio::test]
async fn only_an_exact_key_proves_that_a_contact_is_not_there() {
    let server = serve(vec![Answer::new(500)]).await;
    let provider = connect(&server, BY_EMAIL);
    assert_eq!(provider.searchable(&ada()), Searchable::Fully);
    let by_phone = contact(json!({"name": "Ada King", "phones": ["+442079460123"]}));
    assert_eq!(provider.searchable(&by_phone), Searchable::No);
    assert_eq!(connect(&server, "").searchable(&ada()), Searchable::No);
    let tables = BY_EMAIL.replace("by = \"email\"", "by = \"phone\"").replace("{email}", "{phone}");
    assert_eq!(connect(&server, &tables).searchable(&by_phone), Searchable::Partly);
    let nobody = answer(200, &json!({"people": []}));
    assert_eq!(
        find_with(&tables, &by_phone, vec![nobody]).await.0,
        "nothing",
        "whether that proves anything, `searchable` says"
    );
}
