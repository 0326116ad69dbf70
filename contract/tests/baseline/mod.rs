//! Records the stand-ins of the sandbox, and compares them with the recording. Ten members that no fixture has are added to each
//! object of their answers.

pub(crate) mod live;
pub(crate) mod proxy;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use serde_json::{Value, json};
use unicontact_contract::{
    BuiltIn, Comparison, Finding, Fixture, Fixtures, LiveCall, LiveCalls, LiveRun, Origin, connect,
    record_all, replay, run_call, write_fixtures,
};
use unicontact_providers::ErrorKind;
use unicontact_providers::clock::SystemClock;
use unicontact_providers::http::Http;
use unicontact_sandbox::{Options, Sandbox, Vendor};

use self::live::Live;
use self::proxy::{Body, Reply};

const PERSONAL: [&str; 6] = ["Grace", "graceboss", "contact_471147", "navy.test", "5555555", "4711474711"];

/// Adds ten members to every object, but not to the entries of the map that is one of them.
fn with_ten_members(document: &mut Value) {
    match document {
        Value::Array(entries) => entries.iter_mut().for_each(with_ten_members),
        Value::Object(map) => {
            map.values_mut().for_each(with_ten_members);
            let members = json!({
                "row_owner": {"id": 4_711_474_711_u64, "displayName": "Grace Boss"},
                "lifecycleStage": "opportunity",
                "is_frozen": false,
                "score_2": 0.75,
                "_links": {"self": "https://navy.test/rows/4711474711"},
                "cf.region": null,
                "$revision": 12,
                "watchers": [{"mail": "grace@navy.test", "phone": "+49 171 5555555"}],
                "visits": {"grace@navy.test": 1, "4711474711": 2, "graceboss": 3, "contact_471147": 4},
                "lastSeenAt": "2001-09-09T01:46:40Z",
            });
            map.extend(members.as_object().unwrap().clone());
        }
        _ => {}
    }
}

fn with_ten_more(reply: &mut Reply) {
    if let Body::Json(body) = &mut reply.body {
        with_ten_members(body);
    }
}

fn project() -> Fixtures {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures");
    Fixtures::load(&folder).unwrap_or_else(|error| panic!("\n{error}"))
}

/// Runs each call, with a connection of its own.
async fn run<'a>(calls: LiveCalls<'a>, live: &Live) -> Vec<(LiveCall<'a>, LiveRun)> {
    let http = Http::new(Arc::new(SystemClock)).unwrap();
    let mut runs = Vec::new();
    for call in calls.calls {
        let connection = connect(&call, live, &http).unwrap();
        let run = run_call(&call, &connection).await;
        runs.push((call, run));
    }
    runs
}

/// Returns the fixtures of the calls that succeed, and of those that are refused as expected.
async fn recorded(fixtures: &Fixtures, live: &Live) -> Vec<Fixture> {
    let runs = run(LiveCalls::for_recording(fixtures, live), live).await;
    let runs: Vec<_> = runs.iter().map(|(call, run)| (call, run)).collect();
    let origin = Origin {
        source: "a stand-in".to_owned(),
        is_the_vendor: false,
        account_kind: Some("sandbox".to_owned()),
    };
    let recorded = record_all(&runs, fixtures, live, &origin, &BuiltIn).await;
    let mut succeeded = Vec::new();
    for ((call, run), result) in runs.into_iter().zip(recorded) {
        match result {
            Ok(fixture) => succeeded.push(fixture),
            Err(error) => {
                assert!(run.error().is_some() && call.provoked.is_none(), "{}: {error}", call.scenario());
            }
        }
    }
    succeeded
}

fn everything_in(folder: &Path) -> String {
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    paths
        .map(|path| if path.is_dir() { everything_in(&path) } else { fs::read_to_string(path).unwrap() })
        .collect()
}

async fn is_a_baseline(vendor: Vendor) {
    let sandbox = Sandbox::start(Options { vendors: vec![vendor], ..Options::default() }).await.unwrap();
    let live = Live::new(vendor, proxy::start(sandbox.base_url(vendor), with_ten_more).await);
    let fixtures = project();
    let recorded = recorded(&fixtures, &live).await;
    assert!(recorded.len() > 4, "{vendor:?}: {}", recorded.len());
    let refusals = recorded.iter().filter(|it| it.expect.kind == Some(ErrorKind::Unauthenticated));
    assert_eq!(refusals.count(), 1, "{vendor:?}");
    let folder = tempfile::tempdir().unwrap();
    write_fixtures(&recorded, &fixtures, folder.path(), false).unwrap();
    let text = everything_in(&folder.path().join(vendor.name()));
    for secret in live.secrets().iter().map(String::as_str).chain(PERSONAL) {
        assert!(!text.contains(secret), "{vendor:?}: {secret}");
    }
    for name in ["row_owner", "lifecycleStage", "cf.region", "$revision", "lastSeenAt"] {
        assert!(text.contains(name), "{vendor:?}: {name}");
    }
    let baseline = Fixtures::load(folder.path()).unwrap_or_else(|error| panic!("\n{error}"));
    for fixture in baseline.all() {
        let report = replay(fixture, &baseline, &BuiltIn).await.unwrap();
        assert!(report.passed(), "{report}");
        assert_eq!(fixture.provenance.account_kind.as_deref(), Some("sandbox"));
    }
    sandbox.reset().await;
    let findings = findings(&baseline, &live).await;
    assert!(findings.is_empty(), "{vendor:?}: {findings:#?}");
}

/// Returns the differences of a vendor from its recording.
async fn findings(baseline: &Fixtures, live: &Live) -> Vec<Finding> {
    let mut comparison = Comparison::new(baseline, &BuiltIn);
    for (call, run) in run(LiveCalls::new(baseline, live), live).await {
        let is_as_expected = run.error().is_none() || run.is_refused_as_expected();
        assert!(is_as_expected, "{}: {:?}", call.scenario(), run.error());
        comparison.add(&call, &run, live).await;
    }
    comparison.findings()
}

#[tokio::test]
async fn a_recording_of_smarttask_is_a_baseline() {
    is_a_baseline(Vendor::SmartTask).await;
}

#[tokio::test]
async fn a_recording_of_emnify_is_a_baseline() {
    is_a_baseline(Vendor::Emnify).await;
}

#[tokio::test]
async fn a_recording_of_cloverhound_is_a_baseline() {
    is_a_baseline(Vendor::Cloverhound).await;
}

#[tokio::test]
async fn a_recording_of_onecloud_is_a_baseline() {
    is_a_baseline(Vendor::OneCloud).await;
}

#[tokio::test]
async fn a_recording_of_hubspot_is_a_baseline() {
    is_a_baseline(Vendor::HubSpot).await;
}

#[tokio::test]
async fn a_recording_of_salesforce_is_a_baseline() {
    is_a_baseline(Vendor::Salesforce).await;
}

#[tokio::test]
async fn a_recording_of_pipedrive_is_a_baseline() {
    is_a_baseline(Vendor::Pipedrive).await;
}

#[tokio::test]
async fn a_walk_has_the_same_replacement_for_a_value_in_all_its_calls() {
    let options = Options { vendors: vec![Vendor::Salesforce], ..Options::default() };
    let sandbox = Sandbox::start(options).await.unwrap();
    let live = Live::new(Vendor::Salesforce, sandbox.base_url(Vendor::Salesforce));
    let recorded = recorded(&project(), &live).await;
    let fixture = |scenario: &str| recorded.iter().find(|it| it.scenario == scenario).unwrap();
    let (created, found) = (fixture("create_typical"), fixture("find_found"));
    let id = created.expect.created.as_deref().unwrap();
    let is_stored = |id: &str| sandbox.contacts(Vendor::Salesforce).iter().any(|it| it.id == id);
    assert!(!is_stored(id) && id.len() == "003000000000001AAA".len(), "{id}");
    assert_eq!(found.expect.found, Some(json!(id)));
    let not_found = fixture("find_not_found");
    assert_eq!(not_found.expect.found, Some(Value::Null), "it is asked before the contact is created");
    for fixture in [not_found, created, found] {
        assert!(fixture.before[0].answer.issues_token(), "{}", fixture.name());
    }
    let ids: Vec<&str> = recorded.iter().filter_map(|it| it.expect.created.as_deref()).collect();
    let distinct: BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(distinct.len(), ids.len(), "{ids:?}");
}

#[tokio::test]
async fn the_refusal_of_an_invalid_address_is_recorded_as_the_vendor_says_it() {
    let sandbox =
        Sandbox::start(Options { vendors: vec![Vendor::HubSpot], ..Options::default() }).await.unwrap();
    let live = Live::new(Vendor::HubSpot, sandbox.base_url(Vendor::HubSpot));
    let recorded = recorded(&project(), &live).await;
    let refusal = recorded.iter().find(|it| it.scenario == "invalid_address").unwrap();
    assert_eq!(refusal.expect.code.as_deref(), Some("VALIDATION_ERROR"));
    assert_eq!(refusal.expect.fields[0].field, "email");
    let is_refused = |address: &Value| address == "\"nell nobody\"@example.com";
    let stored = sandbox.contacts(Vendor::HubSpot);
    assert!(stored.iter().all(|it| !is_refused(&it.body["properties"]["email"])), "nothing is created");
}

/// Records the refusal of wrong credentials as the fixture of a scenario.
async fn refused(vendor: Vendor, scenario: &str) {
    let sandbox = Sandbox::start(Options { vendors: vec![vendor], ..Options::default() }).await.unwrap();
    let live = Live::new(vendor, sandbox.base_url(vendor));
    let fixtures = project();
    let http = Http::new(Arc::new(SystemClock)).unwrap();
    let call = LiveCalls::new(&fixtures, &live).calls.pop().unwrap();
    assert!(call.has_wrong_credentials(), "{vendor:?}: they are sent last");
    let run = run_call(&call, &connect(&call, &live, &http).unwrap()).await;
    let origin = Origin { source: "a stand-in".to_owned(), is_the_vendor: false, account_kind: None };
    let recorded = record_all(&[(&call, &run)], &fixtures, &live, &origin, &BuiltIn).await.remove(0);
    let recorded = recorded.unwrap_or_else(|error| panic!("{vendor:?}: {error}"));
    assert_eq!(
        (&*recorded.scenario, recorded.expect.kind),
        (scenario, Some(ErrorKind::Unauthenticated)),
        "{vendor:?}"
    );
    let report = replay(&recorded, &fixtures, &BuiltIn).await.unwrap();
    assert!(report.passed(), "{report}");
    let text = serde_json::to_string(&recorded).unwrap();
    for secret in live.secrets().into_iter().chain(live.wrong_secrets()) {
        assert!(!text.contains(&secret), "{vendor:?}");
    }
    assert_eq!(sandbox.contacts(vendor).len(), 0, "{vendor:?}");
}

#[tokio::test]
async fn the_refusal_of_wrong_credentials_is_recorded_and_creates_nothing() {
    refused(Vendor::SmartTask, "check_bad").await;
    refused(Vendor::Emnify, "login_refused").await;
    refused(Vendor::Cloverhound, "unauthenticated_bad").await;
    refused(Vendor::OneCloud, "check_bad").await;
    refused(Vendor::HubSpot, "check_bad").await;
    refused(Vendor::Salesforce, "login_refused").await;
    refused(Vendor::Pipedrive, "check_bad").await;
}
