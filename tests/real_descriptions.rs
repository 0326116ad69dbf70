//! The descriptions of the servers that tests start can be read, and judge an answer that each server gave.

use std::sync::Arc;

use serde_json::{Value, json};
use unicontact::providers::clock::SystemClock;
use unicontact::providers::http::{Answer, Http};
use unicontact::providers::testkit::{Behaviour, Server};
use unicontact::providers::{
    ConnectionOptions, ContactProvider as _, Declared, Description, SendPermit, UnifiedContact, attempt,
};

const TRYTON: &str = include_str!("servers/tryton.toml");
const DIRECTUS: &str = include_str!("servers/directus.toml");

#[test]
fn the_descriptions_of_the_servers_are_read() {
    for (vendor, text) in [("tryton", TRYTON), ("directus", DIRECTUS)] {
        let description = Description::parse(text).unwrap();
        assert_eq!(description.vendor(), vendor);
        assert!(description.capabilities().find && description.capabilities().check, "{vendor}");
    }
}

/// Returns what a create comes to that a server answers so.
async fn judged(text: &str, status: u16, body: &'static str) -> String {
    let description = Arc::new(Description::parse(text).unwrap());
    let answer = Answer::new(status).with_header("content-type", "application/json").with_body(body);
    let server = Server::start(move |_| Behaviour::Answer(answer.clone())).await.unwrap();
    let mut keys = serde_json::Map::new();
    keys.insert("base_url".to_owned(), json!(server.url()));
    if text.contains("account.static_token") {
        keys.insert("static_token".to_owned(), json!("fake-token"));
    }
    let keys = description.made_up_keys(&keys);
    let http = Http::new(Arc::new(SystemClock)).unwrap();
    let provider = Declared::connect(description, keys, ConnectionOptions::new("tried"), http).unwrap();
    let contact: Value =
        json!({"name": "Ada King", "emails": ["ada@example.com"], "external_id": "C1795973190"});
    let mut draft = provider.draft(&UnifiedContact::from_json(contact).unwrap()).unwrap();
    draft.set_idempotency_key(|_| "a-key".to_owned());
    match attempt(&provider, &draft, &SendPermit::default()).await {
        Ok(created) => format!("created {}", created.id),
        Err(error) => format!("{} {}", error.kind(), error.effect()),
    }
}

#[tokio::test]
async fn an_answer_that_each_server_gave_is_judged() {
    for (status, body, expected) in [
        (
            400,
            r#"{"status": 400, "message": "The code on party must be unique.", "description": ""}"#,
            "already_exists refused",
        ),
        (200, r#"{"__name__": "party.party", "id": 7, "rec_name": "Ada King"}"#, "created 7"),
    ] {
        assert_eq!(judged(TRYTON, status, body).await, expected, "{body}");
    }
    let twin = r#"{"errors":[{"message":"Value \"ada@example.com\" for field \"email\" in collection \"contacts\" has to be unique.","extensions":{"collection":"contacts","field":"email","value":"ada@example.com","code":"RECORD_NOT_UNIQUE"}}]}"#;
    assert_eq!(judged(DIRECTUS, 400, twin).await, "already_exists refused");
    assert_eq!(judged(DIRECTUS, 204, "").await, "unexpected_response unknown");
}
