//! Deliveries over real sockets whose answers hold the contact that was sent, another person's, or none.

mod connections;
mod existing;
mod keeping_server;
mod look_first;

use std::sync::Arc;

use keeping_server::{KeepingServer, Request};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};
use unicontact::providers::UnifiedContact;
use unicontact::providers::clock::{ManualClock, SharedClock};
use unicontact::{Delivery, FanOut, Note, Outcome, Pipeline, Policy, Settings};

use crate::support::providers::{PATIENT, VENDORS, configured_with};

/// Deliveries to one vendor, whose answers the test gives.
struct Deliveries {
    server: KeepingServer,
    fan_out: FanOut,
}

impl Deliveries {
    /// Starts a vendor that answers every request with a status and a body. `keys` are additional configuration keys.
    fn start(
        vendor: &str,
        keys: &Value,
        settings: Settings,
        answer: impl FnMut(&Request) -> (u16, Value) + Send + 'static,
    ) -> Self {
        let server = KeepingServer::start(answer);
        let provider = configured_with(vendor, keys, &server.url(), PATIENT);
        let clock: SharedClock = Arc::new(ManualClock::new("2026-11-20T10:00:00Z".parse().unwrap()));
        let pipeline = Pipeline::new(provider, settings, clock, 1);
        Self { server, fan_out: FanOut::new(vec![pipeline], Policy::All) }
    }

    fn to(vendor: &str, keys: &Value, answer: impl FnMut(&Request) -> (u16, Value) + Send + 'static) -> Self {
        Self::start(vendor, keys, Settings::default(), answer)
    }

    async fn deliver(&self, contact: &Value) -> Delivery {
        let contact = UnifiedContact::from_json(contact.clone()).unwrap();
        self.fan_out.deliver(contact).await.deliveries.pop().unwrap()
    }
}

/// Returns a contact in the vendor's documented form.
fn shown(vendor: &str, id: u64, name: &str, email: &str, phone: &str) -> Value {
    match vendor {
        "smarttask" => json!({
            "record_id": format!("r-{id}"), "name": name, "emails": [{"email": email}],
            "phones": [{"phone_number": phone}], "created_at": "2026-11-20T10:00:00.100", "modified_at": "2026-11-20T10:00:00.100",
            "followers": [{"full_name": "Follower One", "email": "follower.one@example.org"}],
        }),
        "emnify" => {
            json!({"id": id, "name": name, "email": email, "phone": phone, "organisation": {"id": 42, "name": "Acme"}})
        }
        "cloverhound" => json!({
            "id": id, "full_name": name, "email": email, "contact_phones": [{"id": 5, "contact_id": id, "number": phone}],
        }),
        _ => {
            json!({"Id": id.to_string(), "Name": name, "Phone": phone, "Fax": "", "Email": email, "Mobile": ""})
        }
    }
}

fn bob() -> Value {
    json!({"name": "Bob Two", "emails": ["bob@example.com"], "phones": ["+442079460123"]})
}

fn created_status(vendor: &str) -> u16 {
    if matches!(vendor, "smarttask" | "onecloud") { 200 } else { 201 }
}

fn note_of(delivery: &Delivery) -> Option<&str> {
    delivery.note.as_ref().map(Note::as_str)
}

fn error_json(delivery: &Delivery) -> Value {
    serde_json::to_value(delivery).unwrap()["error"].clone()
}

#[track_caller]
fn assert_shows_no_person(delivery: &Delivery) {
    let shown = format!("{delivery:?}{}", serde_json::to_value(delivery).unwrap());
    for value in ["Ann", "Bob", "ann@", "bob@", "info@", "2079460"] {
        assert!(!shown.contains(value), "{value} in {shown}");
    }
}

#[tokio::test]
async fn an_answer_that_shares_nothing_with_the_contact_is_a_doubt() {
    for vendor in VENDORS.iter().copied() {
        let deliveries = Deliveries::to(vendor, &json!({}), move |request| match request.method.as_str() {
            "GET" => (200, json!([])),
            _ => (created_status(vendor), shown(vendor, 17, "Ann One", "ann@example.org", "+4930123456")),
        });
        let delivery = deliveries.deliver(&bob()).await;
        assert_eq!((delivery.outcome, &delivery.id), (Outcome::InDoubt, &None), "{vendor}");
        let error = error_json(&delivery);
        assert_eq!(
            (&error["kind"], &error["effect"]),
            (&json!("unexpected_response"), &json!("unknown")),
            "{vendor}"
        );
        let creates = deliveries.server.requests().iter().filter(|it| it.method == "POST").count();
        assert_eq!(creates, 1, "{vendor}: the contact is sent once");
        assert_shows_no_person(&delivery);
    }
}

#[tokio::test]
async fn a_search_resolves_the_doubt() {
    let deliveries = Deliveries::to("emnify", &json!({}), |request| match request.method.as_str() {
        "GET" => {
            let mut stored = shown("emnify", 18, "Bob Two", "bob@example.com", "+442079460123");
            stored["type"] = json!({"id": 1});
            (200, json!([stored]))
        }
        _ => (201, shown("emnify", 17, "Ann One", "ann@example.org", "+4930123456")),
    });
    let delivery = deliveries.deliver(&bob()).await;
    assert_eq!((delivery.outcome, delivery.id.unwrap().as_str()), (Outcome::Created, "18"));
}

#[tokio::test]
async fn an_answer_without_a_comparable_value_is_a_success() {
    for vendor in VENDORS.iter().copied() {
        for (name, email, phone) in [
            ("", "", ""),
            ("***", "***@***", "*******"),
            ("[hidden]", "hidden@example.com", "xxx-xxx-x123"),
            ("B** T**", "b***@example.com", ""),
        ] {
            let deliveries = Deliveries::to(vendor, &json!({}), move |_| {
                (created_status(vendor), shown(vendor, 17, name, email, phone))
            });
            let delivery = deliveries.deliver(&bob()).await;
            assert_eq!(
                delivery.outcome,
                Outcome::Created,
                "{vendor}: {name:?} {email:?}: {:?}",
                delivery.error
            );
        }
    }
}

#[tokio::test]
async fn an_answer_without_the_contact_is_a_success() {
    for (vendor, body) in [
        ("smarttask", json!({"record_id": "r-17"})),
        ("emnify", json!({"contact_id": "17"})),
        ("cloverhound", json!({"id": 17, "full_name": null, "email": null, "contact_phones": []})),
        ("onecloud", json!({"Id": "17", "Name": ""})),
    ] {
        let deliveries = Deliveries::to(vendor, &json!({}), move |_| (created_status(vendor), body.clone()));
        assert_eq!(deliveries.deliver(&bob()).await.outcome, Outcome::Created, "{vendor}");
    }
}

#[tokio::test]
async fn a_contact_in_normalized_form_is_a_success() {
    for vendor in VENDORS.iter().copied() {
        for (name, email, phone) in [
            ("BOB TWO", "BOB@EXAMPLE.COM", "02079460123"),
            ("Two, Bob", "", ""),
            ("Bob", "", ""),
            ("Bo", "", ""),
            ("Robert T.", "bob@example.com", ""),
            ("", "", "020 7946 0123"),
        ] {
            let deliveries = Deliveries::to(vendor, &json!({}), move |_| {
                (created_status(vendor), shown(vendor, 17, name, email, phone))
            });
            let delivery = deliveries.deliver(&bob()).await;
            assert_eq!(delivery.outcome, Outcome::Created, "{vendor}: {name:?} {email:?} {phone:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_contact_returned_in_another_form_is_a_success(
        vendor in select(VENDORS.clone()),
        (given, family) in ("[A-Z][a-zäöü]{2,8}", "[A-Z][a-zéß]{2,8}"),
        limit in 10..40_usize,
        upper in any::<bool>(),
    ) {
        let name = format!("{given} {family}");
        let cut: String = name.chars().take(limit).collect();
        let returned = if upper { cut.trim_end().to_uppercase() } else { cut.trim_end().to_lowercase() };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let outcome = runtime.block_on(async {
            let deliveries = Deliveries::to(vendor, &json!({}), move |_| {
                (created_status(vendor), shown(vendor, 17, &returned, "", ""))
            });
            deliveries.deliver(&json!({ "name": name })).await.outcome
        });
        prop_assert_eq!(outcome, Outcome::Created);
    }
}
