//! Blesses the project's fixtures after their expectations were taken out: the adapters write the same ones again.

mod broken;

use std::path::Path;

use futures_util::{StreamExt as _, stream};
use serde_json::{Value, json};
use unicontact_contract::fixture::{Expectation, Fixture};
use unicontact_contract::{BlessedFile, BuiltIn, Fixtures, bless, write_blessed};

/// One vendor that logs in, and one that does not.
const VENDORS: [&str; 2] = ["emnify", "cloverhound"];
const AT_ONCE: usize = 16;

fn fixtures() -> Fixtures {
    Fixtures::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures")).unwrap()
}

/// Returns the fixture with other requests and another result. It has fates if the original has.
fn without_expectations(fixture: &Fixture) -> Fixture {
    let mut other = fixture.clone();
    let requests = other.before.iter_mut().map(|it| &mut it.request).chain(&mut other.request);
    for request in requests {
        "DELETE".clone_into(&mut request.method);
        "/elsewhere".clone_into(&mut request.path);
        request.headers.clear();
        request.body = request.body.take().map(|_| Value::Null);
        request.form = None;
    }
    other.expect = Expectation {
        created: Some("another".to_owned()),
        fates: fixture.expect.fates.as_ref().map(|_| [].into()),
        ..Expectation::default()
    };
    other
}

#[tokio::test]
async fn an_adapter_writes_the_expectations_of_its_fixtures_again() {
    let fixtures = fixtures();
    let all = VENDORS.iter().flat_map(|vendor| fixtures.of_vendor(vendor));
    let blessings = all.map(async |fixture| {
        (fixture, bless(&without_expectations(fixture), &fixtures, &BuiltIn).await.unwrap().unwrap())
    });
    let blessings: Vec<_> = stream::iter(blessings).buffer_unordered(AT_ONCE).collect().await;
    assert!(blessings.len() > 150, "{}", blessings.len());
    for (fixture, mut blessing) in blessings {
        assert!(blessing.is_complete(), "{}: {:?}", fixture.name(), blessing.remaining);
        assert!(!blessing.changes.is_empty(), "{}", fixture.name());
        if fixture.expect.message.is_none() {
            blessing.fixture.expect.message = None;
        }
        assert_eq!(blessing.fixture, *fixture);
    }
}

#[tokio::test]
async fn a_fixture_that_passes_is_not_blessed() {
    let fixtures = fixtures();
    let fixture = fixtures.of_vendor("cloverhound").next().unwrap();
    assert!(bless(fixture, &fixtures, &BuiltIn).await.unwrap().is_none());
}

#[tokio::test]
async fn a_request_without_an_answer_cannot_be_blessed() {
    let fixtures = fixtures();
    let fixture = fixtures.of_vendor("cloverhound").find(|it| it.scenario == "create_minimal").unwrap();
    let silent = Fixture { request: None, answer: None, ..fixture.clone() };
    let blessing = bless(&silent, &fixtures, &BuiltIn).await.unwrap().unwrap();
    let remaining: Vec<String> = blessing.remaining.iter().map(ToString::to_string).collect();
    assert!(matches!(&*remaining, [only] if only.contains("not recorded yet")), "{remaining:?}");
}

/// Returns a folder with these fixtures of Cloverhound, its provider document and its contacts.
fn folder_with(fixtures: &[(&str, Value)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for name in ["contacts", "providers", "cloverhound"] {
        std::fs::create_dir(folder.path().join(name)).unwrap();
    }
    for file in ["contacts/minimal.json", "contacts/full.json", "providers/cloverhound.json"] {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures").join(file);
        std::fs::copy(source, folder.path().join(file)).unwrap();
    }
    for (scenario, fixture) in fixtures {
        let path = folder.path().join(format!("cloverhound/{scenario}.json"));
        std::fs::write(path, format!("{}\n", serde_json::to_string_pretty(fixture).unwrap())).unwrap();
    }
    folder
}

/// Returns a first fixture of an answer.
fn first(answer: &Value) -> Value {
    let provenance = json!({"kind": "inferred", "source": "ours", "date": "2026-11", "note": ""});
    json!({"provenance": provenance, "contact": "minimal", "answer": answer})
}

fn first_created() -> Value {
    first(&json!({"status": 201, "headers": {"content-type": "application/json"}, "body": {"id": 901}}))
}

#[tokio::test]
async fn a_first_fixture_gets_its_request_its_result_and_its_fates() {
    let lost = first(&json!({"fault": "reset"}));
    let folder = folder_with(&[("create_minimal", first_created()), ("reset", lost)]);
    let error = Fixtures::load(folder.path()).unwrap_err().to_string();
    assert_eq!(error.matches("`contract test --bless` writes them").count(), 2, "{error}");
    let fixtures = Fixtures::load_to_bless(folder.path()).unwrap();
    for fixture in fixtures.all() {
        let blessing = bless(fixture, &fixtures, &BuiltIn).await.unwrap().unwrap();
        assert_eq!(blessing.remaining, []);
        write_blessed(&blessing.fixture, folder.path()).unwrap();
    }
    let fixtures = Fixtures::load(folder.path()).unwrap();
    let [created, reset] = fixtures.all() else { panic!("two fixtures") };
    assert_eq!(created.expect.created.as_deref(), Some("901"));
    assert_eq!(created.expect.fates.as_ref().unwrap()["name.full"], "sent");
    assert_eq!(reset.expect.effect.unwrap().as_str(), "unknown");
    assert_eq!(reset.expect.fates, None);
    for fixture in fixtures.all() {
        assert_eq!(fixture.request.as_ref().unwrap().path, "/7/contacts");
        assert!(bless(fixture, &fixtures, &BuiltIn).await.unwrap().is_none());
    }
}

#[tokio::test]
async fn a_file_that_changed_in_the_meantime_is_not_replaced() {
    let folder = folder_with(&[("create_minimal", first_created())]);
    let fixtures = Fixtures::load_to_bless(folder.path()).unwrap();
    let blessing = bless(&fixtures.all()[0], &fixtures, &BuiltIn).await.unwrap().unwrap();
    let file = BlessedFile::new(&blessing.fixture, folder.path()).unwrap();
    std::fs::write(&file.path, "mine").unwrap();
    assert!(file.write().unwrap_err().to_string().contains("changed in the meantime"));
    assert_eq!(std::fs::read_to_string(&file.path).unwrap(), "mine");
}
