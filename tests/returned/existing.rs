//! Contacts that the vendor has already: the one that was sent, another person's, or one that could not be compared.

use serde_json::{Value, json};
use unicontact::{Outcome, Verdict};

use super::{Deliveries, assert_shows_no_person, bob, error_json, note_of, shown};

const NOT_COMPARED: &str = "the vendor says that it has the contact already; the two were not compared, since the answer holds only an id";

fn use_created() -> Value {
    json!({"use_created": true})
}

/// Returns an answer of `SmartTask` to a create with `use_created`: a contact that was created long ago, or just now.
fn similar(name: &str, email: &str, is_old: bool) -> Value {
    let mut contact = shown("smarttask", 1, name, email, "");
    if is_old {
        contact["created_at"] = json!("2024-11-21T13:43:02.472");
        contact["modified_at"] = json!("2024-11-21T13:43:02.472");
    }
    contact
}

#[tokio::test]
async fn another_person_in_the_answer_is_a_rejection() {
    for is_old in [true, false] {
        for (name, email) in [
            ("Ann One", "info@example.com"),
            ("Ann Two", "info@example.com"),
            ("Robert Two", "info@example.com"),
            ("Ann One", ""),
            ("", "ann@example.org"),
        ] {
            let deliveries =
                Deliveries::to("smarttask", &use_created(), move |_| (200, similar(name, email, is_old)));
            let contact = json!({"name": "Bob Two", "emails": ["info@example.com"]});
            let delivery = deliveries.deliver(&contact).await;
            assert_eq!(delivery.outcome, Outcome::Rejected, "{name:?} {email:?} {is_old}");
            assert_eq!(delivery.id, None, "the id is another person's");
            let error = error_json(&delivery);
            assert_eq!(
                (&error["kind"], &error["effect"], &error["existing_id"]),
                (&json!("already_exists"), &json!("refused"), &json!("r-1")),
            );
            assert!(error["message"].as_str().unwrap().contains("another person"), "{error}");
            assert_eq!(deliveries.server.requests().len(), 1);
            assert_shows_no_person(&delivery);
        }
    }
}

#[tokio::test]
async fn two_people_with_the_same_address_are_not_merged() {
    let deliveries =
        Deliveries::to("smarttask", &use_created(), |_| (200, similar("Ann One", "info@example.com", false)));
    let mut outcomes = Vec::new();
    for name in ["Ann One", "Bob Two", "ONE, Ann"] {
        outcomes
            .push(deliveries.deliver(&json!({"name": name, "emails": ["info@example.com"]})).await.outcome);
    }
    assert_eq!(outcomes, [Outcome::Created, Outcome::Rejected, Outcome::Existing]);
    let contact = unicontact::providers::UnifiedContact::from_json(
        json!({"name": "Bob Two", "emails": ["info@example.com"]}),
    );
    let report = deliveries.fan_out.deliver(contact.unwrap()).await;
    assert_eq!(report.verdict(unicontact::Policy::All), Verdict::Incomplete);
}

#[tokio::test]
async fn a_contact_that_was_returned_for_another_one_of_the_run_is_existing_with_a_note() {
    let smith =
        |phone: &str| json!({"name": "John Smith", "emails": ["info@example.com"], "phones": [phone]});
    let deliveries = Deliveries::to("smarttask", &use_created(), |_| {
        (200, shown("smarttask", 1, "John Smith", "info@example.com", "+442079460001"))
    });
    let mut ends = Vec::new();
    for phone in ["+442079460001", "+442079460002", "+442079460001"] {
        let delivery = deliveries.deliver(&smith(phone)).await;
        ends.push((delivery.outcome, note_of(&delivery).map(ToOwned::to_owned)));
    }
    let note = "the vendor returned the contact that it returned for another one of this run; what only this one has, such as another \
                number, is not there";
    let shared = (Outcome::Existing, Some(note.to_owned()));
    assert_eq!(ends, [(Outcome::Created, None), shared, (Outcome::Created, None)]);
}

#[tokio::test]
async fn without_the_vendors_dedupe_an_id_that_is_returned_twice_has_no_note() {
    let deliveries = Deliveries::to("smarttask", &json!({}), |_| {
        (200, shown("smarttask", 1, "John Smith", "info@example.com", ""))
    });
    for title in ["Clerk", "Smith"] {
        let contact = json!({"name": "John Smith", "emails": ["info@example.com"], "title": title});
        let delivery = deliveries.deliver(&contact).await;
        assert_eq!((delivery.outcome, note_of(&delivery)), (Outcome::Created, None));
    }
}

#[tokio::test]
async fn a_contact_in_another_form_is_the_same_person() {
    for name in ["BOB TWO", "Two, Bob", "Bob", "Mr Bob Two", "Bob A. Two", "bob two (Sales)"] {
        for (is_old, outcome) in [(true, Outcome::Existing), (false, Outcome::Created)] {
            let deliveries =
                Deliveries::to("smarttask", &use_created(), move |_| (200, similar(name, "", is_old)));
            let delivery = deliveries.deliver(&bob()).await;
            assert_eq!((delivery.outcome, note_of(&delivery)), (outcome, None), "{name}");
            assert_eq!(delivery.id.unwrap().as_str(), "r-1");
        }
    }
}

#[tokio::test]
async fn an_existing_contact_without_comparable_values_is_reported_as_not_compared() {
    let deliveries = Deliveries::to("smarttask", &use_created(), |_| (200, similar("***", "", true)));
    let delivery = deliveries.deliver(&bob()).await;
    assert_eq!((delivery.outcome, note_of(&delivery)), (Outcome::Existing, Some(NOT_COMPARED)));
}

#[tokio::test]
async fn a_conflict_is_compared_with_the_contact_in_its_answer() {
    for (name, outcome, note) in [
        ("Ann One", Outcome::Rejected, None),
        ("TWO, Bob", Outcome::Existing, None),
        ("", Outcome::Existing, Some(NOT_COMPARED)),
    ] {
        let deliveries = Deliveries::to("cloverhound", &json!({}), move |_| {
            (409, json!({"error": "Conflict", "existing": shown("cloverhound", 900, name, "", "")}))
        });
        let delivery = deliveries.deliver(&bob()).await;
        assert_eq!((delivery.outcome, note_of(&delivery)), (outcome, note), "{name:?}");
        assert_eq!(delivery.id.is_some(), outcome == Outcome::Existing);
        assert_eq!(error_json(&delivery)["existing_id"], "900");
        assert_shows_no_person(&delivery);
    }
}

#[tokio::test]
async fn an_existing_contact_with_only_an_id_is_read_from_the_list() {
    let listed =
        |name: &str| json!([shown("emnify", 6, "Cleo Three", "", ""), shown("emnify", 77, name, "", "")]);
    for (status, list, outcome, note) in [
        (200, listed("Ann One"), Outcome::Rejected, None),
        (200, listed("Bob TWO"), Outcome::Existing, None),
        (200, listed(""), Outcome::Existing, Some(NOT_COMPARED)),
        (200, json!([]), Outcome::Existing, Some(NOT_COMPARED)),
        (200, json!({"message": "no list"}), Outcome::Existing, Some(NOT_COMPARED)),
        (500, json!({"message": "no list"}), Outcome::Existing, Some(NOT_COMPARED)),
        (403, json!({"error_code": 1104, "message": "no"}), Outcome::Existing, Some(NOT_COMPARED)),
    ] {
        let shown = list.clone();
        let deliveries = Deliveries::to("emnify", &json!({}), move |request| match request.method.as_str() {
            "GET" => (status, list.clone()),
            _ => (
                409,
                json!({"error_code": 1405, "error_token": "Duplicated", "message": "Duplicated", "contact_id": 77}),
            ),
        });
        let delivery = deliveries.deliver(&bob()).await;
        assert_eq!((delivery.outcome, note_of(&delivery)), (outcome, note), "{status} {shown}");
        assert_eq!(error_json(&delivery)["existing_id"], "77");
    }
}
