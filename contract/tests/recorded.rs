//! Records a described vendor, whose login issues a token that travels in a header of its own.

use std::collections::BTreeSet;
use std::fs;
use std::sync::Arc;

use serde_json::{Map, Value, json};
use unicontact_contract::{
    ConnectError, Described, Fixture, Fixtures, LiveCalls, LiveProvider, Origin, connect, record, run_call,
};
use unicontact_providers::clock::SystemClock;
use unicontact_providers::contact::Country;
use unicontact_providers::http::{Answer, Http};
use unicontact_providers::testkit::{Behaviour, Server};
use unicontact_providers::{ConnectionOptions, Declared, Description, Provider};

const DESCRIPTION: &str = r#"format = 1
vendor = "acmecrm"
title = "Acme CRM"
source = "page"
[sources]
page = { kind = "documented", at = "https://docs.acme.example", date = "2026-11-01" }
[account.user]
[account.password]
secret = true
[account.workspace]
kind = "host_label"
[account.project]
kind = "segment"
[account.site_url]
kind = "origin"
optional = true
[address]
base = "https://{workspace}.acme.example/v1"
[[auth]]
headers = { X-Session = "Session {token}" }
token = { grant = "login", url = "/login", body = { user = "{user}", password = "{password}" }, path = "session.key" }
[create]
path = "/{project}/people"
[constants]
site = "{site_url}"
[name]
whole = "full_name"
[success]
id = "person.number"
"#;

struct Live {
    url: String,
    description: Arc<Description>,
}

impl LiveProvider for Live {
    fn provider(&self) -> &'static str {
        "main"
    }

    fn vendor(&self) -> &'static str {
        "acmecrm"
    }

    fn credentials(&self) -> BTreeSet<String> {
        BTreeSet::from(["password".to_owned()])
    }

    fn is_described(&self) -> bool {
        true
    }

    fn connect(
        &self,
        keys: &Map<String, Value>,
        _region: Option<Country>,
        http: Http,
    ) -> Result<Provider, ConnectError> {
        assert!(keys.is_empty(), "the account is the live provider's own: {keys:?}");
        let own = json!({"user": "robot", "password": "xk-live-password", "workspace": "theirs", "project": "garden", "base_url": format!("{}/v1", self.url)});
        let keys = own.as_object().cloned().unwrap_or_default();
        let provider =
            Declared::connect(Arc::clone(&self.description), keys, ConnectionOptions::new("main"), http);
        provider.map(Provider::from).map_err(|error| ConnectError(error.to_string()))
    }
}

async fn vendor() -> Server {
    let answer = |body: Value| {
        Answer::new(201).with_header("content-type", "application/json").with_body(body.to_string())
    };
    Server::start(move |request| {
        Behaviour::Answer(match request.path() {
            "/v1/login" => answer(json!({"session": {"key": "xk-live-session-token"}})),
            _ => answer(json!({
                "person": {"number": 471_147, "full_name": "Nell Nobody", "owner_of_row": "Grace Hopper"},
                "project": "garden",
            }))
            .with_header("location", "/v1/garden/people/471147"),
        })
    })
    .await
    .unwrap()
}

fn fixtures(folder: &std::path::Path) -> Fixtures {
    let write = |path: &str, document: Value| {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, document.to_string()).unwrap();
    };
    write("contacts/nell.json", json!({"name": {"full": "Nell Nobody"}}));
    write("providers/acmecrm.json", json!({"keys": {"workspace": "ours"}}));
    let request =
        |path: &str, body: Value| json!({"method": "POST", "path": path, "headers": {}, "body": body});
    write(
        "acmecrm/create_minimal.json",
        json!({
            "provenance": {"kind": "inferred", "source": "made up", "date": "2026-11", "note": "made up"},
            "contact": "nell",
            "provider": {"site_url": "https://elsewhere.example"},
            "request": request("/v1/fake-project/people", json!({"full_name": "Nell Nobody"})),
            "answer": {"status": 201, "body": {}},
            "expect": {"created": "1"},
        }),
    );
    Fixtures::load(folder).unwrap()
}

async fn recorded() -> Fixture {
    let server = vendor().await;
    let folder = tempfile::tempdir().unwrap();
    let fixtures = fixtures(folder.path());
    let description = Arc::new(Description::parse(DESCRIPTION).unwrap());
    let live = Live { url: server.url(), description: Arc::clone(&description) };
    let calls = LiveCalls::new(&fixtures, &live).calls;
    let http = Http::new(Arc::new(SystemClock)).unwrap();
    let connection = connect(&calls[0], &live, &http).unwrap();
    let run = run_call(&calls[0], &connection).await;
    let origin = Origin { source: "acme.example".to_owned(), is_the_vendor: true, account_kind: None };
    record(&calls[0], &run, &fixtures, &live, &origin, &Described::new([description])).await.unwrap()
}

#[tokio::test]
async fn a_recording_keeps_the_names_of_members_and_no_secret() {
    let fixture = recorded().await;
    let login = &fixture.before[0];
    assert_eq!(login.request.body, Some(json!({"user": "fake-user", "password": "[secret]"})));
    assert_eq!(login.answer.body, Some(json!({"session": {"key": "[secret]"}})));
    let request = fixture.request.as_ref().unwrap();
    assert_eq!(request.path, "/v1/fake-project/people", "the account is that of the fixtures");
    assert_eq!(request.headers["x-session"], "[secret]");
    let answer = fixture.answer.as_ref().unwrap();
    assert!(answer.headers["location"].contains("/v1/fake-project/people/"), "{:?}", answer.headers);
    let answer = answer.body.as_ref().unwrap();
    let person = answer["person"].as_object().unwrap();
    assert_eq!(person["full_name"], "Nell Nobody");
    assert!(person["number"].is_u64() && person["number"] != 471_147, "{person:?}");
    assert_eq!(person["owner_of_row"], "replaced~100003", "a name of a member is no personal data");
    let text = serde_json::to_string(&fixture).unwrap();
    for secret in ["xk-live", "Grace", "theirs", "garden"] {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
}
