//! Adapters with one mistake each: a bless does not write it as expected.

use std::path::Path;

use async_trait::async_trait;
use serde_json::{Map, Value};
use unicontact_contract::fixture::Preparation;
use unicontact_contract::{Adapters, BuiltIn, ConnectError, Fixture, Fixtures, bless};
use unicontact_providers::http::Http;
use unicontact_providers::{
    Capabilities, Connection, ConnectionOptions, ContactProvider, Created, Draft, Effect, ErrorKind,
    Exchange, Operation, Prepared, Provider, ProviderError, ProviderInfo, SendPermit, UnifiedContact,
};

#[derive(Debug, Clone, Copy)]
enum Mistake {
    SendsAgain,
    DropsNotes,
    ReportsALostAnswerAsRefused,
    ShowsTheContact,
    SendsItsSecretAsNotes,
    SendsTwice,
}

/// The adapter of Cloverhound with a mistake.
#[derive(Debug)]
struct Broken {
    adapter: Provider,
    mistake: Mistake,
    secret: String,
}

#[async_trait]
impl ContactProvider for Broken {
    fn info(&self) -> &ProviderInfo {
        self.adapter.info()
    }

    fn capabilities(&self) -> &Capabilities {
        self.adapter.capabilities()
    }

    fn connection(&self) -> Option<&Connection> {
        self.adapter.connection()
    }

    fn draft(&self, contact: &UnifiedContact) -> Result<Draft, ProviderError> {
        let mut draft = self.adapter.draft(contact)?;
        if matches!(self.mistake, Mistake::DropsNotes) {
            draft.body_mut().as_object_mut().unwrap().remove("description");
        }
        if matches!(self.mistake, Mistake::SendsItsSecretAsNotes) {
            draft.body_mut()["description"] = format!("sent with {}", self.secret).into();
        }
        Ok(draft)
    }

    async fn prepare(&self, draft: &Draft) -> Result<Prepared, ProviderError> {
        self.adapter.prepare(draft).await
    }

    async fn send(&self, prepared: &Prepared, permit: &SendPermit) -> Result<Exchange, ProviderError> {
        let sent = self.adapter.send(prepared, permit).await;
        let error =
            |effect| ProviderError::new(self.info(), Operation::Create, ErrorKind::Interrupted, effect);
        match (self.mistake, sent) {
            (Mistake::SendsAgain, Err(_)) | (Mistake::SendsTwice, Ok(_)) => {
                self.adapter.send(prepared, &SendPermit::default()).await
            }
            (Mistake::ReportsALostAnswerAsRefused, Err(_)) => Err(error(Effect::Refused)),
            (Mistake::ShowsTheContact, Err(_)) => {
                let body = prepared.draft().body.to_string();
                Err(error(Effect::Unknown).with_message(format!("lost the answer to {body}")))
            }
            (_, sent) => sent,
        }
    }

    fn interpret(&self, sent: &Prepared, exchange: &Exchange) -> Result<Created, ProviderError> {
        self.adapter.interpret(sent, exchange)
    }
}

impl Adapters for Mistake {
    fn vendors(&self) -> Vec<String> {
        vec!["cloverhound".to_owned()]
    }

    fn connect(
        &self,
        vendor: &str,
        keys: Map<String, Value>,
        options: ConnectionOptions,
        http: Http,
    ) -> Result<Provider, ConnectError> {
        let secret = keys["api_key_secret"].as_str().unwrap().to_owned();
        let adapter = BuiltIn.connect(vendor, keys, options, http)?;
        Ok(Provider::custom(Broken { adapter, mistake: *self, secret }))
    }
}

/// Returns what keeps the fixture of this scenario from being blessed.
async fn remaining(mistake: Mistake, scenario: &str) -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures");
    let fixtures = Fixtures::load(&folder).unwrap();
    let fixture = fixtures.of_vendor("cloverhound").find(|it| it.scenario == scenario).unwrap();
    remaining_of(mistake, fixture, &fixtures).await
}

async fn remaining_of(mistake: Mistake, fixture: &Fixture, fixtures: &Fixtures) -> Vec<String> {
    let blessing = bless(fixture, fixtures, &mistake).await.unwrap().unwrap();
    assert!(!blessing.is_complete());
    blessing.remaining.iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn a_broken_safety_rule_is_never_blessed() {
    let remaining = [
        remaining(Mistake::SendsAgain, "reset").await,
        remaining(Mistake::DropsNotes, "create_with_notes").await,
        remaining(Mistake::ReportsALostAnswerAsRefused, "reset").await,
        remaining(Mistake::ShowsTheContact, "reset").await,
    ];
    insta::assert_snapshot!(remaining.map(|it| it.join("\n")).join("\n\n"), @"
    number of requests
      - 1
      + 2
    request 2
      - none: the fixture has no further request
      + POST /7/contacts, sent again
    create
      - sent once
      + sent twice: a retry is the caller's, which waits as long as the vendor asks for
    effect
      - unknown: the answer to the create was lost
      + refused

    the contact's notes
      - sent
      + dropped without a word: its fate is sent, and no request has it

    effect
      - unknown: the answer to the create was lost
      + refused

    what the error shows
      - nothing of the request
      + the contact's emails[0].address
    what the error shows
      - nothing of the request
      + the contact's name.full
    what the error shows
      - nothing of the request
      + the contact's phones[0].number
    ");
}

#[tokio::test]
async fn a_credential_in_another_place_is_never_blessed() {
    let remaining = remaining(Mistake::SendsItsSecretAsNotes, "create_minimal").await;
    insta::assert_snapshot!(remaining.join("\n"), @"
    credential
      - [secret] in its place
      + a credential in another place
    ");
}

/// The fixture expects a search before the create.
#[tokio::test]
async fn a_create_that_is_sent_again_is_never_blessed_where_a_second_answer_is_there() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures");
    let fixtures = Fixtures::load(&folder).unwrap();
    let find = |scenario: &str| fixtures.of_vendor("cloverhound").find(|it| it.scenario == scenario).unwrap();
    let mut fixture = find("create_minimal").clone();
    let mut request = fixture.request.clone().unwrap();
    "GET".clone_into(&mut request.method);
    request.body = None;
    fixture.before = vec![Preparation { request, answer: find("unavailable").answer.clone().unwrap() }];
    let remaining = remaining_of(Mistake::SendsTwice, &fixture, &fixtures).await;
    insta::assert_snapshot!(remaining.join("\n"), @"
    create
      - sent once
      + sent again after an answer; a retry is the caller's
    ");
}
