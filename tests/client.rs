//! The client as an integration platform uses it: built-in vendors and one of its own, with a journal.

use std::fs;
use std::sync::Arc;

use async_trait::async_trait;
use futures_util::stream;
use serde_json::{Value, json};
use unicontact::config::{Configuration, Sources};
use unicontact::identity::IdentifyBy;
use unicontact::journal::{Journal, MemoryJournal};
use unicontact::providers::clock::ManualClock;
use unicontact::providers::cloverhound::CloverhoundConfig;
use unicontact::providers::http::{Authorization, BaseUrl, Http};
use unicontact::providers::onecloud::OneCloudConfig;
use unicontact::providers::{
    Capabilities, Connection, ConnectionOptions, ContactId, ContactProvider, Created, Draft, ErrorKind,
    Exchange, Fate, FieldFate, Method, Operation, Prepared, ProviderError, ProviderInfo, UnifiedContact,
};
use unicontact::{Client, ClientError, Outcome, Policy, Report, Verdict};
use wiremock::matchers::{header, method, path, query_param};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

const KEY: &str = "fake-api-key";
const TENANT: &str = "fake-tenant";

/// A vendor that takes `PUT /people` with a nested body, a key in a header and another in the query, and an idempotency key.
#[derive(Debug)]
struct Cards {
    connection: Connection,
    capabilities: Capabilities,
}

impl Cards {
    fn new(options: ConnectionOptions, base_url: BaseUrl, http: Http) -> Self {
        let connection = Connection::new(options, "cards", base_url, http);
        Self { connection, capabilities: Capabilities::default() }
    }
}

#[async_trait]
impl ContactProvider for Cards {
    fn info(&self) -> &ProviderInfo {
        &self.connection.info
    }

    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn connection(&self) -> Option<&Connection> {
        Some(&self.connection)
    }

    fn draft(&self, contact: &UnifiedContact) -> Result<Draft, ProviderError> {
        let name = contact.name.as_ref().and_then(|name| name.full.clone());
        let Some(name) = name else {
            return Err(self.connection.error(Operation::Draft, ErrorKind::Unmappable, "cards need a name"));
        };
        let url = self.connection.base_url.join(&["people"]);
        Ok(Draft::new(Method::Put, url, json!({"person": {"name": {"full": name}}}))
            .with_header("x-api-version", "2")
            .with_secret_header("x-api-key", "")
            .with_secret_query("tenant")
            .with_idempotency_header("idempotency-key")
            .with_fields(vec![FieldFate::new("name.full", Fate::Sent).with_to("person.name.full")]))
    }

    async fn prepare(&self, draft: &Draft) -> Result<Prepared, ProviderError> {
        Ok(Prepared::new(draft.clone())
            .with_authorization(Authorization::Header { name: "x-api-key".into(), value: KEY.into() })
            .with_authorization(Authorization::Query { name: "tenant".into(), value: TENANT.into() }))
    }

    fn interpret(&self, _sent: &Prepared, exchange: &Exchange) -> Result<Created, ProviderError> {
        let body = exchange.success(self.info())?.unwrap_or(Value::Null);
        let id = body["person"]["id"].as_str().and_then(ContactId::new);
        id.map(Created::new).ok_or_else(|| exchange.no_readable_id(self.info()))
    }
}

async fn vendor(status: u16) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(method("PUT"))
        .and(path("/people"))
        .and(header("x-api-key", KEY))
        .and(header("x-api-version", "2"))
        .and(header("content-type", "application/json"))
        .and(query_param("tenant", TENANT))
        .respond_with(ResponseTemplate::new(status).set_body_json(json!({"person": {"id": "p-1"}})))
        .mount(&server)
        .await;
    server
}

/// Returns a stand-in of Cloverhound that creates the contact 5.
async fn voice() -> MockServer {
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .respond_with(ResponseTemplate::new(201).set_body_json(json!({"id": 5})))
        .mount(&server)
        .await;
    server
}

fn configuration(base_url: &str) -> String {
    format!(
        "[providers.cloverhound.voice]\nbase_url = \"{base_url}\"\norganization_id = 7\napi_key_id = \"fake-id\"\napi_key_secret = \"fake-secret\"\n"
    )
}

fn contact(name: &str) -> UnifiedContact {
    serde_json::from_value(json!({"external_id": "42", "name": name, "emails": ["ada@example.com"]})).unwrap()
}

fn cards(server: &MockServer) -> impl FnOnce(ConnectionOptions, Http) -> Cards + Send + 'static {
    let base_url: BaseUrl = server.uri().parse().unwrap();
    move |options, http| Cards::new(options, base_url, http)
}

fn keys(requests: &[Request]) -> Vec<String> {
    requests.iter().map(|it| it.headers["idempotency-key"].to_str().unwrap().to_owned()).collect()
}

fn outcomes(report: &Report) -> Vec<Outcome> {
    report.deliveries.iter().map(|delivery| delivery.outcome).collect()
}

#[tokio::test]
async fn a_vendor_of_ones_own_is_served_beside_built_in_ones() {
    let server = vendor(201).await;
    let (voice, jakarta) = (voice().await, MockServer::start().await);
    Mock::given(method("POST"))
        .respond_with(ResponseTemplate::new(200).set_body_json(json!({"Id": "6"})))
        .mount(&jakarta)
        .await;
    let mut cloverhound = CloverhoundConfig::new(7, "fake-id", "fake-secret");
    cloverhound.base_url = voice.uri().parse().unwrap();
    let mut onecloud = OneCloudConfig::with_token("fake-token");
    onecloud.base_url = jakarta.uri().parse().unwrap();
    let client = Client::builder()
        .provider("voice", cloverhound)
        .provider("jakarta", onecloud)
        .custom("cards", cards(&server))
        .journal(MemoryJournal::default())
        .build()
        .unwrap();

    let report = client.create(contact("Ada King")).await;
    assert_eq!(outcomes(&report), [Outcome::Created; 3], "{report:?}");
    assert_eq!(report.deliveries[2].id.as_ref().unwrap().as_str(), "p-1");
    let again = client.create(contact("Ada King")).await;
    assert_eq!(outcomes(&again), [Outcome::Skipped; 3]);

    let requests = server.received_requests().await.unwrap();
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].body_json::<Value>().unwrap(), json!({"person": {"name": {"full": "Ada King"}}}));
}

#[tokio::test]
async fn a_field_without_a_fate_is_reported_as_dropped() {
    let server = vendor(201).await;
    let client = Client::builder().custom("cards", cards(&server)).build().unwrap();
    let report = client.create(contact("Ada King")).await;
    let dropped: Vec<&str> = report.deliveries[0]
        .fields
        .iter()
        .filter(|fate| fate.fate == Fate::Dropped)
        .map(|fate| &*fate.field)
        .collect();
    assert_eq!(dropped, ["external_id", "emails[0].address"]);
}

#[tokio::test]
async fn a_plan_shows_the_request_without_credentials() {
    let server = vendor(201).await;
    let client = Client::builder().custom("cards", cards(&server)).build().unwrap();
    let plan = serde_json::to_value(client.plan(&contact("Ada King"))).unwrap();
    let draft = &plan["drafts"][0];
    assert_eq!(draft["method"], "PUT");
    assert_eq!(draft["url"], format!("{}/people?tenant=[secret]", server.uri()));
    assert_eq!(draft["headers"]["x-api-key"], "[secret]");
    assert_eq!(draft["headers"]["idempotency-key"], "[a key of the delivery]");
    let shown = format!("{plan} {client:?}");
    assert!(!shown.contains(KEY) && !shown.contains(TENANT), "{shown}");
    assert!(server.received_requests().await.unwrap().is_empty());
}

#[tokio::test]
async fn every_attempt_of_a_delivery_has_the_same_idempotency_key_and_other_content_another() {
    let server = vendor(429).await;
    let clock = Arc::new(ManualClock::new(jiff::Timestamp::UNIX_EPOCH));
    let client = Client::builder().custom("cards", cards(&server)).clock(clock).build().unwrap();
    assert_eq!(outcomes(&client.create(contact("Ada King")).await), [Outcome::Failed]);
    let attempts = keys(&server.received_requests().await.unwrap());
    assert!(attempts.len() > 1);
    assert!(attempts.iter().all(|key| *key == attempts[0] && key.len() == 32), "{attempts:?}");
    server.reset().await;
    Mock::given(method("PUT")).respond_with(ResponseTemplate::new(422)).mount(&server).await;
    client.create(contact("Ada Lovelace")).await;
    assert_ne!(keys(&server.received_requests().await.unwrap())[0], attempts[0]);
}

#[tokio::test]
async fn an_import_reports_every_contact() {
    let server = vendor(201).await;
    let client = Client::builder().custom("cards", cards(&server)).build().unwrap();
    let contacts = ["Ada King", "Bob Ray"].map(|name| {
        serde_json::from_value::<UnifiedContact>(json!({"external_id": name, "name": name})).unwrap()
    });
    let mut reports = client.import(stream::iter(contacts));
    let mut created = Vec::new();
    while let Some(report) = reports.next().await {
        assert_eq!(report.verdict(Policy::All), Verdict::Done);
        created.push(report.contact);
    }
    created.sort();
    assert_eq!(created, ["Ada King", "Bob Ray"]);
    assert!(reports.import().open_breakers().is_empty());
}

#[tokio::test]
async fn a_configuration_file_is_all_that_a_client_needs() {
    let voice = voice().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("unicontact.toml");
    fs::write(&file, configuration(&voice.uri())).unwrap();
    for expected in [Outcome::Created, Outcome::Skipped] {
        // The journal stands beside the file, so that a new client knows what an earlier one delivered.
        let client = Client::from_config(&file).unwrap();
        assert_eq!(outcomes(&client.create(contact("Ada King")).await), [expected]);
    }
    assert!(folder.path().join("unicontact.db").exists());
}

#[tokio::test]
async fn nothing_is_sent_where_the_journal_recognizes_people_by_another_method() {
    let server = vendor(201).await;
    let journal: Arc<dyn Journal> = Arc::new(MemoryJournal::default());
    let client = |method| {
        Client::builder()
            .custom("cards", cards(&server))
            .shared_journal(Arc::clone(&journal))
            .identify_by(method)
            .build()
            .unwrap()
    };
    let report = client(IdentifyBy::Identity).create(contact("Ada King")).await;
    assert_eq!(outcomes(&report), [Outcome::Created]);
    let other = client(IdentifyBy::Email);
    let mut moved = contact("Ada King");
    moved.emails[0].address = "ada@example.org".parse().unwrap();
    let mut reports = vec![other.create(moved.clone()).await];
    let mut imported = other.import(stream::iter([moved]));
    while let Some(report) = imported.next().await {
        reports.push(report);
    }
    assert_eq!(reports.len(), 2);
    for report in &reports {
        assert_eq!(outcomes(report), [Outcome::Failed]);
        let error = report.deliveries[0].error.as_ref().unwrap().to_string();
        assert!(error.contains("recorded: identity, this client: email"), "{error}");
    }
    assert_eq!(server.received_requests().await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_configuration_and_a_vendor_of_ones_own_make_one_client() {
    let server = vendor(201).await;
    let folder = tempfile::tempdir().unwrap();
    let sources = Sources {
        text: Some(configuration("http://127.0.0.1:9")),
        search: folder.path().to_owned(),
        ..Sources::default()
    };
    let configuration = Configuration::load(&sources).unwrap();
    let clock = Arc::new(ManualClock::new(jiff::Timestamp::UNIX_EPOCH));
    let client = Client::builder()
        .configuration(&configuration)
        .custom("cards", cards(&server))
        .clock(clock)
        .build()
        .unwrap();
    let report = client.create(contact("Ada King")).await;
    assert_eq!(outcomes(&report), [Outcome::Failed, Outcome::Created]);
    assert!(folder.path().join("unicontact.db").exists());
}

#[test]
fn a_client_that_cannot_be_built_says_why() {
    let error = |result: Result<Client, ClientError>| result.unwrap_err().to_string();
    insta::assert_snapshot!(error(Client::builder().build()), @"the client has no provider: add one with ClientBuilder::provider or ClientBuilder::custom");
    let twice = Client::builder()
        .provider("voice", CloverhoundConfig::new(7, "fake-id", "fake-secret"))
        .provider("voice", CloverhoundConfig::new(8, "fake-id", "fake-secret"));
    insta::assert_snapshot!(error(twice.build()), @r#"provider "voice": another provider has this name: rename one of them"#);
    let named = Client::builder().provider("a b", CloverhoundConfig::new(7, "fake-id", "fake-secret"));
    insta::assert_snapshot!(error(named.build()), @r#"provider "a b": the name may have a-z, 0-9 and _ only, and at least one of them: rename the provider"#);
    let empty = Client::builder().provider("voice", CloverhoundConfig::new(7, "", "fake-secret"));
    insta::assert_snapshot!(error(empty.build()), @"voice: credentials: a credential is empty: set it");
    let renamed = Client::builder().custom("cards", |_, http| {
        Cards::new(ConnectionOptions::new("crm"), "http://127.0.0.1:9".parse().unwrap(), http)
    });
    insta::assert_snapshot!(error(renamed.build()), @r#"provider "cards": its adapter is named "crm": take the name of its ProviderInfo from the ConnectionOptions"#);
    let folder = tempfile::tempdir().unwrap();
    let missing = error(Client::from_config(folder.path().join("missing.toml")));
    assert!(missing.contains("missing.toml"), "{missing}");
}
