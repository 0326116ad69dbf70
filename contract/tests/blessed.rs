//! Blesses the project's fixtures after their expectations were taken out: the adapters write the same ones again.

use std::path::Path;

use futures_util::{StreamExt as _, stream};
use serde_json::Value;
use unicontact_contract::fixture::{Expectation, Fixture};
use unicontact_contract::{BuiltIn, Fixtures, bless};

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
    assert!(remaining.contains(&"number of requests\n  - 0\n  + 1".to_owned()), "{remaining:?}");
}
