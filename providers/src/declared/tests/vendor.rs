//! A described vendor on this machine, for tests.

use std::sync::Arc;

use serde_json::{Value, json};
use unicontact_model::UnifiedContact;

use crate::attempt::attempt;
use crate::clock::ManualClock;
use crate::configuration::ConfigError;
use crate::connection::ConnectionOptions;
use crate::created::Created;
use crate::declared::description::Description;
use crate::declared::provider::Declared;
use crate::error::ProviderError;
use crate::http::{Answer, Http};
use crate::provider::ContactProvider;
use crate::send_permit::SendPermit;
use crate::testkit::{Behaviour, Server};

pub(super) const TOP: &str = r#"
format = 1
vendor = "acmecrm"
title = "Acme CRM"
source = "page"
[sources]
page = { kind = "documented", at = "https://docs.acme.example", date = "2026-11-01" }
[address]
base = "https://api.acme.example/v1"
[create]
path = "/people"
[name]
whole = "name"
[[emails]]
to = "email"
[[phones]]
to = "phone"
[[field]]
from = "external_id"
to = "ref"
[success]
id = "id"
"#;
/// A credential, for descriptions in which another part matters.
pub(super) const KEY: &str = r#"
[account.api_key]
secret = true
[[auth]]
headers = { X-Api-Key = "{api_key}" }
"#;

/// Returns a description with these tables beside those that every vendor needs.
pub(super) fn description(tables: &str) -> Arc<Description> {
    Arc::new(Description::parse(&format!("{TOP}{tables}")).unwrap_or_else(|error| panic!("{error}")))
}

pub(super) fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::new("2026-11-20T10:00:00Z".parse().unwrap()))
}

/// Connects with these keys.
pub(super) fn connect(tables: &str, keys: &Value, clock: &Arc<ManualClock>) -> Result<Declared, ConfigError> {
    let keys = keys.as_object().cloned().unwrap();
    let http = Http::new(Arc::<ManualClock>::clone(clock)).unwrap();
    Declared::connect(description(tables), keys, ConnectionOptions::new("acme"), http)
}

/// Connects to a server, and sets its address beside these keys.
pub(super) fn connect_to(server: &Server, tables: &str, keys: Value, clock: &Arc<ManualClock>) -> Declared {
    let mut keys = keys;
    keys["base_url"] = format!("{}/v1", server.url()).into();
    connect(tables, &keys, clock).unwrap()
}

/// Returns a server that gives these answers in turn, and then the last of them.
pub(super) async fn serve(answers: Vec<Answer>) -> Server {
    let answers = std::sync::Mutex::new(answers);
    Server::start(move |_| {
        let mut answers = answers.lock().unwrap();
        let answer = if answers.len() > 1 { answers.remove(0) } else { answers[0].clone() };
        Behaviour::Answer(answer)
    })
    .await
    .unwrap()
}

pub(super) fn answer(status: u16, body: &Value) -> Answer {
    Answer::new(status).with_header("content-type", "application/json").with_body(body.to_string())
}

pub(super) fn ada() -> UnifiedContact {
    let contact = json!({
        "external_id": "a-7", "name": "Ada King", "emails": ["ada@acme.example"],
        "phones": ["+44 20 7946 0123"],
    });
    UnifiedContact::from_json(contact).unwrap()
}

pub(super) async fn create(provider: &Declared) -> Result<Created, ProviderError> {
    let draft = provider.draft(&ada())?;
    attempt(provider, &draft, &SendPermit::default()).await
}
