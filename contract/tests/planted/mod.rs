//! Plants the drifts of `docs/drift.md` in answers of the sandbox, and compares their grades with those of the page.
//!
//! The fixtures were written independently of the sandbox. What differs without a drift is not a finding of the drift.

mod drifts;
mod errors;
mod page;
mod reply;
mod successes;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use unicontact_contract::{
    BuiltIn, Comparison, Finding, Fixture, Fixtures, LiveCall, LiveCalls, LiveRun, ProvokedRefusal, connect,
    run_call,
};
use unicontact_providers::clock::SystemClock;
use unicontact_providers::http::Http;
use unicontact_sandbox::{Options, Sandbox, Vendor};

use self::drifts::{At, Drift, From, drifts};
use crate::baseline::live::Live;
use crate::baseline::proxy::{self, Reply};

const VENDORS: [Vendor; 7] = [
    Vendor::SmartTask,
    Vendor::Emnify,
    Vendor::Cloverhound,
    Vendor::OneCloud,
    Vendor::HubSpot,
    Vendor::Salesforce,
    Vendor::Pipedrive,
];

fn fixtures() -> Fixtures {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures");
    Fixtures::load(&folder).unwrap_or_else(|error| panic!("\n{error}"))
}

struct Planting {
    fixtures: Fixtures,
    sandbox: Sandbox,
    http: Http,
}

impl Planting {
    async fn start() -> Self {
        let options = Options { vendors: VENDORS.to_vec(), ..Options::default() };
        let sandbox = Sandbox::start(options).await.unwrap();
        Self { fixtures: fixtures(), sandbox, http: Http::new(Arc::new(SystemClock)).unwrap() }
    }

    /// Returns the call of a scenario. A refusal that no run provokes has a call of its own.
    fn call(&self, live: &Live, vendor: Vendor, scenario: &str, from: From) -> LiveCall<'_> {
        let fixture = self.fixture(vendor, scenario);
        let mut calls = LiveCalls::new(&self.fixtures, live).calls;
        let is_in = |call: &LiveCall<'_>| call.fixtures.iter().any(|it| it.scenario == scenario);
        if let Some(index) = calls.iter().position(is_in) {
            return calls.swap_remove(index);
        }
        LiveCall {
            operation: fixture.operation(),
            contact_name: &fixture.contact,
            contact: self.fixtures.contact(&fixture.contact).unwrap(),
            fixtures: vec![fixture],
            provoked: Some(match from {
                From::WrongCredentials => ProvokedRefusal::WrongCredentials,
                From::Sandbox | From::Fixture => ProvokedRefusal::Contact,
            }),
            ..calls.swap_remove(0)
        }
    }

    fn fixture(&self, vendor: Vendor, scenario: &str) -> &Fixture {
        let mut all = self.fixtures.of_vendor(vendor.name());
        all.find(|it| it.scenario == scenario).unwrap_or_else(|| panic!("{}/{scenario}", vendor.name()))
    }

    /// Runs the call of a drift at the sandbox, behind a proxy that plants it.
    async fn findings(&self, drift: &Drift, plant: fn(&mut Reply)) -> Vec<Finding> {
        self.sandbox.reset().await;
        let url = self.sandbox.base_url(drift.vendor);
        if let Some(first) = drift.after {
            let live = Live::new(drift.vendor, url.clone());
            let run = self.run(&self.call(&live, drift.vendor, first, From::Sandbox), &live).await;
            assert!(run.id().is_some(), "{}: {:?}", drift.id, run.error());
        }
        let (request, answer) = self.fixture(drift.vendor, drift.scenario).exchanges().last().unwrap();
        let last = format!("{} {}", request.method, request.path.split('?').next().unwrap());
        let (answer, from, at) = (answer.clone(), drift.from, drift.at);
        let url = proxy::start(url, move |reply| {
            let is_last = reply.request == last;
            if is_last && from == From::Fixture {
                reply.replace(&answer);
            }
            if is_last == (at == At::Last) {
                plant(reply);
            }
        });
        let url = url.await;
        let live = Live::new(drift.vendor, url);
        let call = self.call(&live, drift.vendor, drift.scenario, drift.from);
        let run = self.run(&call, &live).await;
        let mut comparison = Comparison::new(&self.fixtures, &BuiltIn);
        comparison.add(&call, &run, &live).await;
        comparison.findings()
    }

    async fn run(&self, call: &LiveCall<'_>, live: &Live) -> LiveRun {
        run_call(call, &connect(call, live, &self.http).unwrap()).await
    }
}

/// Returns the worst grade and the places with it. Without findings, the grade is `none`.
fn worst(findings: &[Finding]) -> (&'static str, Vec<&str>) {
    let Some(grade) = findings.iter().map(|it| it.grade).min() else { return ("none", Vec::new()) };
    let worst = findings.iter().filter(|it| it.grade == grade);
    (grade.as_str(), worst.map(|it| it.place.as_str()).collect())
}

#[tokio::test]
async fn each_drift_has_the_grade_of_the_page() {
    let planting = Planting::start().await;
    let drifts = drifts();
    let page = page::grades();
    let (on_page, planted): (BTreeSet<&str>, BTreeSet<&str>) =
        (page.keys().map(String::as_str).collect(), drifts.iter().map(|it| it.id).collect());
    assert_eq!(on_page, planted, "docs/drift.md and the drifts of this test differ");
    assert_eq!(drifts.len(), planted.len(), "a drift has the id of another one");
    assert!(drifts.len() >= 32, "{}", drifts.len());
    let mut differences = Vec::new();
    for drift in &drifts {
        let unchanged = planting.findings(drift, |_| {}).await;
        assert_ne!(worst(&unchanged).0, "breaking", "{}: {unchanged:#?}", drift.id);
        let mut findings = planting.findings(drift, drift.plant).await;
        findings.retain(|finding| !unchanged.contains(finding));
        let (grade, places) = worst(&findings);
        let is_at_place = grade == "none" || places.iter().any(|place| place.ends_with(drift.place));
        if grade != page[drift.id] || !is_at_place {
            differences.push(format!("{}: {} on the page, {findings:#?}", drift.id, page[drift.id]));
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}
