//! Runs the contract suite on the built-in adapters and the example's, and on broken adapters: exactly the broken rule is found, with a
//! message that says what to do.

mod broken;

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use unicontact::providers::clock::SystemClock;
use unicontact::providers::emnify::Emnify;
use unicontact::providers::http::{Answer, BaseUrl, Http};
use unicontact::providers::testkit::{self, Preparation, Subject};
use unicontact::providers::{ConnectionOptions, ContactProvider, Method, Secret};
use unicontact_contract::FakeCredentials;

use crate::card_index::CardIndex;
use crate::support::providers::{PATIENT, by_default, secrets};

const CARDS_TOKEN: &str = "fake-cards-token";

fn json_answer(status: u16, body: &Value) -> Answer {
    Answer::new(status).with_header("content-type", "application/json").with_body(body.to_string())
}

struct SmartTaskSubject;

impl Subject for SmartTaskSubject {
    fn connect(&self, base_url: BaseUrl, timeout: Duration) -> Box<dyn ContactProvider> {
        Box::new(by_default("smarttask", &base_url.to_string(), timeout))
    }

    fn created(&self, id: &str) -> Answer {
        json_answer(200, &json!({"record_id": id}))
    }

    fn returned(&self, id: &str, name: &str) -> Option<Answer> {
        Some(json_answer(200, &json!({"record_id": id, "name": name, "emails": [], "phones": []})))
    }

    fn secrets(&self) -> Vec<String> {
        secrets()
    }

    fn reading_posts(&self) -> Vec<String> {
        vec!["/v1.0/organization-user/filter-users/38".to_owned()]
    }

    fn checked(&self) -> Answer {
        json_answer(200, &json!([]))
    }
}

/// emnify with a token, or with the application token that fetches one.
struct EmnifySubject {
    logs_in: bool,
}

const GERMANY: u64 = 74;
const UNITED_KINGDOM: u64 = 205;

impl EmnifySubject {
    fn country(code: &str) -> u64 {
        if code == "DE" { GERMANY } else { UNITED_KINGDOM }
    }

    /// Returns the vendor's record of the contact.
    fn record(&self, id: &str) -> Value {
        let provider = by_default("emnify", "http://127.0.0.1:9", PATIENT);
        let draft = provider.draft(&self.contact()).unwrap();
        let mut body = Value::clone(&draft.body);
        for lookup in &draft.lookups {
            *body.pointer_mut(&lookup.pointer).unwrap() = Self::country(&lookup.key).into();
        }
        body["id"] = id.into();
        body
    }
}

impl Subject for EmnifySubject {
    fn connect(&self, base_url: BaseUrl, timeout: Duration) -> Box<dyn ContactProvider> {
        if !self.logs_in {
            return Box::new(by_default("emnify", &base_url.to_string(), timeout));
        }
        let config = json!({
            "base_url": base_url.to_string(),
            "organisation_id": 42,
            "application_token": "fake-application-token",
            "contact_type": "commercial",
        });
        let options = ConnectionOptions::new("iot").with_timeout(timeout);
        let http = Http::new(Arc::new(SystemClock)).unwrap();
        Box::new(Emnify::new(options, serde_json::from_value(config).unwrap(), http).unwrap())
    }

    fn created(&self, id: &str) -> Answer {
        json_answer(201, &json!({"id": id}))
    }

    fn returned(&self, id: &str, name: &str) -> Option<Answer> {
        Some(json_answer(201, &json!({"id": id, "name": name, "organisation": {"id": 42, "name": "Acme"}})))
    }

    fn secrets(&self) -> Vec<String> {
        secrets()
    }

    fn preparations(&self) -> Vec<Preparation> {
        let countries = json!([
            {"id": GERMANY, "name": "Germany", "iso_code": "de"},
            {"id": UNITED_KINGDOM, "name": "United Kingdom", "iso_code": "gb"},
        ]);
        let token = json!({"auth_token": FakeCredentials::issued()});
        vec![
            Preparation::new(Method::Get, "/api/v1/country", json_answer(200, &countries)),
            Preparation::new(Method::Post, "/api/v1/authenticate", json_answer(200, &token)),
        ]
    }

    fn checked(&self) -> Answer {
        json_answer(200, &json!([]))
    }

    fn found(&self, id: &str) -> Option<Answer> {
        Some(json_answer(200, &json!([self.record(id)])))
    }

    fn found_nothing(&self) -> Option<Answer> {
        Some(json_answer(200, &json!([])))
    }
}

struct CloverhoundSubject;

impl Subject for CloverhoundSubject {
    fn connect(&self, base_url: BaseUrl, timeout: Duration) -> Box<dyn ContactProvider> {
        Box::new(by_default("cloverhound", &base_url.to_string(), timeout))
    }

    fn created(&self, id: &str) -> Answer {
        json_answer(201, &json!({"id": id.parse::<u64>().unwrap()}))
    }

    fn returned(&self, id: &str, name: &str) -> Option<Answer> {
        Some(json_answer(201, &json!({"id": id, "full_name": name, "contact_phones": []})))
    }

    fn secrets(&self) -> Vec<String> {
        secrets()
    }
}

struct OneCloudSubject;

impl Subject for OneCloudSubject {
    fn connect(&self, base_url: BaseUrl, timeout: Duration) -> Box<dyn ContactProvider> {
        Box::new(by_default("onecloud", &base_url.to_string(), timeout))
    }

    fn created(&self, id: &str) -> Answer {
        json_answer(200, &json!({"Id": id}))
    }

    fn returned(&self, id: &str, name: &str) -> Option<Answer> {
        Some(json_answer(200, &json!({"Id": id, "Name": name, "Phone": "", "Email": ""})))
    }

    fn secrets(&self) -> Vec<String> {
        secrets()
    }

    /// The check of `OneCloud` is a login.
    fn reading_posts(&self) -> Vec<String> {
        vec!["/api/authenticate".to_owned()]
    }

    fn checked(&self) -> Answer {
        json_answer(200, &json!({"token": FakeCredentials::issued()}))
    }
}

/// The example's adapter, wrapped by `wrap`.
struct CardIndexSubject<W> {
    wrap: W,
}

impl<W> Subject for CardIndexSubject<W>
where
    W: Fn(CardIndex) -> Box<dyn ContactProvider> + Sync,
{
    fn connect(&self, base_url: BaseUrl, timeout: Duration) -> Box<dyn ContactProvider> {
        let options = ConnectionOptions::new("cards").with_timeout(timeout);
        let http = Http::new(Arc::new(SystemClock)).unwrap();
        (self.wrap)(CardIndex::new(options, base_url, Secret::from(CARDS_TOKEN), http))
    }

    fn created(&self, id: &str) -> Answer {
        json_answer(201, &json!({"person": {"id": id}}))
    }

    fn returned(&self, id: &str, name: &str) -> Option<Answer> {
        Some(json_answer(201, &json!({"person": {"id": id, "display_name": name}})))
    }

    fn secrets(&self) -> Vec<String> {
        vec![CARDS_TOKEN.to_owned()]
    }

    fn refused(&self, message: &str) -> Option<Answer> {
        Some(json_answer(422, &json!({"problems": [{"on": "display_name", "why": message}]})))
    }

    /// The list for the broken adapters with `find`. The example itself has no search.
    fn found(&self, id: &str) -> Option<Answer> {
        let base_url = "http://127.0.0.1:9".parse().unwrap();
        let draft = self.connect(base_url, PATIENT).draft(&self.contact()).unwrap();
        let mut card = Value::clone(&draft.body);
        card["id"] = id.into();
        Some(json_answer(200, &json!([card])))
    }

    fn found_nothing(&self) -> Option<Answer> {
        Some(json_answer(200, &json!([])))
    }
}

#[tokio::test]
async fn smarttask_keeps_the_rules() {
    testkit::run(&SmartTaskSubject).await.unwrap().assert_kept();
}

#[tokio::test]
async fn emnify_keeps_the_rules() {
    testkit::run(&EmnifySubject { logs_in: false }).await.unwrap().assert_kept();
}

#[tokio::test]
async fn emnify_keeps_the_rules_when_it_has_to_log_in() {
    testkit::run(&EmnifySubject { logs_in: true }).await.unwrap().assert_kept();
}

#[tokio::test]
async fn cloverhound_keeps_the_rules() {
    testkit::run(&CloverhoundSubject).await.unwrap().assert_kept();
}

#[tokio::test]
async fn onecloud_keeps_the_rules() {
    testkit::run(&OneCloudSubject).await.unwrap().assert_kept();
}

#[tokio::test]
async fn the_adapter_of_the_example_keeps_the_rules() {
    let subject = CardIndexSubject { wrap: |cards| Box::new(cards) as Box<dyn ContactProvider> };
    testkit::run(&subject).await.unwrap().assert_kept();
}
