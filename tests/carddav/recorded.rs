//! Fixtures that are recorded at a real server with an adapter of one's own.

use std::collections::BTreeSet;
use std::fs;

use serde_json::{Map, Value, json};
use unicontact::providers::clock::SystemClock;
use unicontact::providers::contact::Country;
use unicontact::providers::http::{Authorization, Http};
use unicontact::providers::{ConnectionOptions, Provider};
use unicontact_contract::{
    Adapters, Comparison, ConnectError, Fixture, Fixtures, LiveCalls, LiveProvider, Origin, RecordError,
    connect, record, replay, run_call, write_fixtures,
};

use super::{BOOK, Office, login};
use crate::address_book::AddressBook;

/// The name of the only provider.
const CARDDAV: &str = "carddav";

/// The adapter under test, with the credentials of fixtures.
struct Book;

impl Adapters for Book {
    fn vendors(&self) -> Vec<String> {
        vec![CARDDAV.to_owned()]
    }

    fn connect(
        &self,
        _vendor: &str,
        keys: Map<String, Value>,
        options: ConnectionOptions,
        http: Http,
    ) -> Result<Provider, ConnectError> {
        let text = |key: &str| keys[key].as_str().unwrap();
        let address = format!("{}/{BOOK}", text("base_url")).parse().unwrap();
        let login = Authorization::Basic { user: text("username").into(), password: text("password").into() };
        Ok(Provider::Custom(Box::new(AddressBook::new(options, address, login, http))))
    }
}

impl LiveProvider for Office {
    fn provider(&self) -> &'static str {
        "book"
    }

    fn vendor(&self) -> &'static str {
        CARDDAV
    }

    fn credentials(&self) -> BTreeSet<String> {
        ["password", "username"].map(str::to_owned).into()
    }

    fn connect(
        &self,
        _keys: &Map<String, Value>,
        _region: Option<Country>,
        http: Http,
    ) -> Result<Provider, ConnectError> {
        let address = format!("{}/{BOOK}", self.server.origin).parse().unwrap();
        let options = ConnectionOptions::new("book");
        Ok(Provider::Custom(Box::new(AddressBook::new(options, address, login(&self.server.key), http))))
    }
}

/// Returns a folder with a fixture for each call, without request and answer.
fn calls_to_record() -> (tempfile::TempDir, Fixtures) {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, document: Value| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, document.to_string()).unwrap();
    };
    write("contacts/ada.json", json!({"name": "Ada King", "emails": ["ada@example.com"]}));
    write("providers/carddav.json", json!({"credentials": ["username", "password"]}));
    for (scenario, expect) in [
        ("check_good", json!({"checked": true})),
        ("create_full", json!({"created": "1"})),
        ("find_found", json!({"found": "1"})),
    ] {
        let provenance =
            json!({"kind": "inferred", "source": "to record", "date": "2026-11", "note": "a call"});
        let fixture = json!({"provenance": provenance, "contact": "ada", "expect": expect});
        write(&format!("carddav/{scenario}.json"), fixture);
    }
    let fixtures = Fixtures::load(folder.path()).unwrap();
    (folder, fixtures)
}

/// Records every call once, in the order of `LiveCalls`: check, create, search.
async fn record_all(office: &Office, fixtures: &Fixtures) -> Vec<Result<Fixture, RecordError>> {
    let http = Http::new(std::sync::Arc::new(SystemClock)).unwrap();
    let origin =
        Origin { source: "Radicale on loopback".to_owned(), is_the_vendor: true, account_kind: None };
    let mut recorded = Vec::new();
    for call in LiveCalls::new(fixtures, office).calls {
        let connection = connect(&call, office, &http).unwrap();
        let run = run_call(&call, &connection).await;
        recorded.push(record(&call, &run, fixtures, office, &origin, &Book).await);
    }
    recorded
}

#[tokio::test]
async fn a_check_and_a_create_are_recorded_and_compared() {
    let office = Office::start();
    let (_folder, fixtures) = calls_to_record();
    let recorded = record_all(&office, &fixtures).await;
    let [Ok(check), Ok(create), search] = &recorded[..] else { panic!("{recorded:?}") };
    // The cards in the answer may be of others, so its text is replaced, and the adapter cannot read it.
    assert!(matches!(search, Err(RecordError::Different(_))), "{search:?}");
    let request = create.request.as_ref().unwrap();
    assert_eq!(
        (request.method.as_str(), request.headers["authorization"].as_str()),
        ("PUT", "Basic [secret]")
    );
    assert_eq!(create.answer.as_ref().unwrap().status, Some(201));
    let out = tempfile::tempdir().unwrap();
    write_fixtures(&[check.clone(), create.clone()], &fixtures, out.path(), false).unwrap();
    let written = Fixtures::load(out.path()).unwrap();
    for fixture in written.all() {
        let text = serde_json::to_string(fixture).unwrap();
        assert!(!text.contains(&office.server.key), "{text}");
        // The adapter writes the vCard after the draft, which a replay compares with the request of a create.
        if fixture.scenario == "check_good" {
            let report = replay(fixture, &written, &Book).await.unwrap();
            assert!(report.passed(), "{report}");
        }
    }
    let http = Http::new(std::sync::Arc::new(SystemClock)).unwrap();
    // The card is at the first server already, and the second create of it is answered otherwise.
    let other = Office::start();
    for call in LiveCalls::new(&written, &other).calls {
        let run = run_call(&call, &connect(&call, &other, &http).unwrap()).await;
        let mut comparison = Comparison::new(&written, &Book);
        comparison.add(&call, &run, &other).await;
        assert_eq!(comparison.findings(), []);
    }
}
