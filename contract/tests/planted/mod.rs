//! Plants the drifts of `docs/drift.md` in answers of the sandbox, and compares their grades with those of the page.
//!
//! The fixtures were written independently of the sandbox. [`WITHOUT_DRIFT`] has what differs without a drift.

mod drifts;
mod errors;
mod page;
mod reply;
mod successes;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use unicontact_contract::{
    BuiltIn, Comparison, Finding, Fixture, Fixtures, Grade, LiveCall, LiveCalls, LiveRun, ProvokedRefusal,
    connect, run_call,
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

/// The findings at the unchanged sandbox.
const WITHOUT_DRIFT: [&str; 11] = [
    "additive hubspot GET /crm/v3/objects/contacts/{…}: body.url",
    "additive pipedrive GET /api/v2/persons: body.errorCode",
    "additive pipedrive error code",
    "additive salesforce POST /services/oauth2/token: body.issued_at",
    "additive salesforce POST /services/oauth2/token: body.scope",
    "cosmetic hubspot POST /crm/v3/objects/contacts: body.properties.hs_is_contact",
    "cosmetic hubspot POST /crm/v3/objects/contacts: body.properties.hs_pipeline",
    "cosmetic hubspot POST /crm/v3/objects/contacts: body.properties.num_notes",
    "cosmetic pipedrive GET /api/v2/persons: body.additional_data",
    "cosmetic pipedrive GET /api/v2/persons: body.data",
    "cosmetic salesforce POST /services/oauth2/token: body.token_format",
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

    /// Returns the call that a comparison makes for a scenario. A refusal that no comparison provokes has a call of its own.
    fn call(&self, live: &Live, vendor: Vendor, scenario: &str, from: From) -> LiveCall<'_> {
        let mut calls = LiveCalls::new(&self.fixtures, live).calls;
        let is_in = |call: &LiveCall<'_>| call.fixtures.iter().any(|it| it.scenario == scenario);
        let planned = calls.iter().position(is_in);
        assert_eq!(planned.is_some(), from == From::Sandbox, "{}/{scenario}", vendor.name());
        if let Some(index) = planned {
            return calls.swap_remove(index);
        }
        let fixture = self.fixture(vendor, scenario);
        LiveCall {
            operation: fixture.operation(),
            contact_name: &fixture.contact,
            contact: self.fixtures.contact(&fixture.contact).unwrap(),
            fixtures: vec![fixture],
            provoked: Some(ProvokedRefusal::Contact),
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

/// Returns the place of a finding without its request.
fn place(finding: &Finding) -> &str {
    finding.place.split_once(": ").map_or(finding.place.as_str(), |(_, place)| place)
}

/// Returns the worst grade. Without findings, it is `none`.
fn worst(findings: &[Finding]) -> &'static str {
    findings.iter().map(|it| it.grade).min().map_or("none", Grade::as_str)
}

#[tokio::test]
async fn each_drift_has_the_grade_of_the_page() {
    let planting = Planting::start().await;
    let drifts = drifts();
    let page = page::rows();
    let (on_page, planted): (BTreeSet<&str>, BTreeSet<&str>) =
        (page.keys().map(String::as_str).collect(), drifts.iter().map(|it| it.id).collect());
    assert_eq!(on_page, planted, "docs/drift.md and the drifts of this test differ");
    assert_eq!(drifts.len(), planted.len(), "a drift has the id of another one");
    assert!(drifts.len() >= 32, "{}", drifts.len());
    let (mut differences, mut without_drift) = (Vec::new(), BTreeSet::new());
    for drift in &drifts {
        let unchanged = planting.findings(drift, |_| {}).await;
        let mut findings = planting.findings(drift, drift.plant).await;
        findings.retain(|finding| !unchanged.contains(finding));
        let name = drift.vendor.name();
        without_drift.extend(unchanged.iter().map(|it| format!("{} {name} {}", it.grade.as_str(), it.place)));
        let row = &page[drift.id];
        assert_eq!(row.is_provoked, drift.from == From::Sandbox, "{}", drift.id);
        let (places, expected): (BTreeSet<&str>, BTreeSet<&str>) =
            (findings.iter().map(place).collect(), drift.places.iter().copied().collect());
        if worst(&findings) != row.grade || places != expected {
            let found: Vec<String> =
                findings.iter().map(|it| format!("{} {}", it.grade.as_str(), place(it))).collect();
            differences.push(format!("{}: {} at {expected:?}, found {found:?}", drift.id, row.grade));
        }
    }
    let without_drift: Vec<&str> = without_drift.iter().map(String::as_str).collect();
    assert!(differences.is_empty(), "{}\n{without_drift:#?}", differences.join("\n"));
    assert_eq!(without_drift, WITHOUT_DRIFT);
}
