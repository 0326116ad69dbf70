//! The contract suite over the descriptions with every form: bodies in an envelope and as pairs.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::super::super::description::Description;
use super::laws::{LISTS, WIDE};
use crate::clock::SystemClock;
use crate::http::{Answer, BaseUrl, Http};
use crate::testkit::{self, Subject};
use crate::{ConnectionOptions, ContactProvider, Declared};

/// A description with the keys of an account.
struct Described {
    text: String,
    keys: Value,
}

impl Subject for Described {
    fn connect(&self, base_url: BaseUrl, timeout: Duration) -> Box<dyn ContactProvider> {
        let mut keys = self.keys.as_object().cloned().unwrap();
        keys.insert("base_url".to_owned(), base_url.to_string().into());
        let options = ConnectionOptions::new("acme").with_timeout(timeout);
        let http = Http::new(Arc::new(SystemClock)).unwrap();
        let description = Arc::new(Description::parse(&self.text).unwrap());
        Box::new(Declared::connect(description, keys, options, http).unwrap())
    }

    fn created(&self, id: &str) -> Answer {
        Answer::new(201)
            .with_header("content-type", "application/json")
            .with_body(json!({"id": id}).to_string())
    }

    fn secrets(&self) -> Vec<String> {
        vec!["made-up-key".to_owned()]
    }
}

#[tokio::test]
async fn a_body_in_an_envelope_keeps_the_rules() {
    let keys = json!({"key": "made-up-key", "group": 7, "region": "eu"});
    testkit::run(&Described { text: WIDE.to_owned(), keys }).await.unwrap().assert_kept();
}

#[tokio::test]
async fn a_body_of_pairs_keeps_the_rules() {
    let keys = json!({"key": "made-up-key", "custom_fields": {"loyalty_tier": "f-1"}});
    // The second entry moves up where the first is not sent, so that its place is another one than its path.
    let text = LISTS.replace("ids[1]", "second_id");
    testkit::run(&Described { text, keys }).await.unwrap().assert_kept();
}
