//! Tests a description: sample requests, the contract suite, its fixtures, and the lines that nothing tests.

mod page;

use std::path::Path;
use std::sync::Arc;

use serde_json::{Value, json};
use unicontact::providers::clock::SystemClock;
use unicontact::providers::http::Http;
use unicontact::providers::{ConnectionOptions, Description, UnifiedContact, Vendor};
use unicontact::{FanOut, Pipeline, Plan, Policy, Settings};
use unicontact_contract::{
    Adapters as _, Described, Fixtures, ReplayReport, SuiteReport, UntestedLine, replay, run_suite,
    sample_contacts, untested_lines,
};

use super::vendor;
use crate::arguments::{Common, Format, VendorsTest};
use crate::commands::contract;
use crate::exit::{Exit, Failure};
use crate::failure_code::FailureCode;
use crate::output;

/// The folder of fixtures that is used where none is named.
const FIXTURES: &str = "fixtures";
/// The number of sample contacts that are shown.
const SHOWN: usize = 5;

/// What the tests found.
struct Tested {
    vendor: Vendor,
    plans: Vec<(UnifiedContact, Plan)>,
    suite: SuiteReport,
    /// The replays of the fixtures. `None` without fixtures.
    replays: Option<Vec<ReplayReport>>,
    untested: Vec<UntestedLine>,
}

pub(super) async fn run(common: &Common, test: &VendorsTest) -> Result<Exit, Failure> {
    let vendor = vendor(common, &test.vendor)?;
    let Some(description) = vendor.description().cloned() else {
        let name = vendor.name();
        let message = format!("{name} has a Rust adapter and no description");
        let next = format!("unicontact contract test --vendor {name}");
        return Err(Failure::new(FailureCode::Usage, message).with_hint(next));
    };
    let document = text_of(&vendor)?;
    let fixtures = fixtures(test, vendor.name())?;
    let plans = plans(&description)?;
    let suite = run_suite(Arc::clone(&description)).await.map_err(|error| system(&error))?;
    let replays = match &fixtures {
        Some(fixtures) => Some(replay_all(&description, fixtures).await?),
        None => None,
    };
    let untested = untested_lines(&document, fixtures.as_ref()).await.map_err(|error| system(&error))?;
    let tested = Tested { vendor, plans, suite, replays, untested };
    match common.format {
        Format::Json => output::json(&tested.as_json()?)?,
        Format::Human => output::page(&page::of(&tested))?,
    }
    Ok(if tested.passed() { Exit::Done } else { Exit::Incomplete })
}

fn system(error: &dyn std::error::Error) -> Failure {
    Failure::new(FailureCode::System, error.to_string())
}

/// Returns the text of a description.
fn text_of(vendor: &Vendor) -> Result<String, Failure> {
    match vendor.source().file() {
        Some(file) => super::read(file),
        None => Ok(Description::bundled_text(vendor.name()).unwrap_or_default().to_owned()),
    }
}

/// Returns the folder of fixtures that is named, or the usual one if it has some of the vendor.
fn fixtures(test: &VendorsTest, vendor: &str) -> Result<Option<Fixtures>, Failure> {
    let usual = Path::new(FIXTURES);
    let folder = match &test.fixtures {
        Some(folder) => folder,
        None if usual.join("providers").join(format!("{vendor}.json")).is_file() => usual,
        None => return Ok(None),
    };
    let fixtures = contract::load_fixtures(folder)?;
    if fixtures.provider(vendor).is_none() {
        let message = format!(
            "{} has no fixtures of {vendor}: it needs providers/{vendor}.json and a folder {vendor}",
            folder.display()
        );
        return Err(Failure::new(FailureCode::InvalidInput, message));
    }
    Ok(Some(fixtures))
}

/// Returns the requests that the sample contacts become, with made-up keys.
fn plans(description: &Arc<Description>) -> Result<Vec<(UnifiedContact, Plan)>, Failure> {
    let http = Http::new(Arc::new(SystemClock)).map_err(|error| system(&error))?;
    let options = ConnectionOptions::new(description.vendor());
    let adapters = Described::new([Arc::clone(description)]);
    let provider = adapters.connect(description.vendor(), serde_json::Map::new(), options, http);
    let provider = provider.map_err(|error| system(&error))?;
    let pipeline = Pipeline::new(provider, Settings::default(), Arc::new(SystemClock), 0);
    let fan_out = FanOut::new(vec![pipeline], Policy::All);
    let contacts = sample_contacts().into_iter().take(SHOWN);
    Ok(contacts.map(|contact| (contact.clone(), fan_out.plan_offline(&contact))).collect())
}

async fn replay_all(
    description: &Arc<Description>,
    fixtures: &Fixtures,
) -> Result<Vec<ReplayReport>, Failure> {
    let adapters = Described::new([Arc::clone(description)]);
    let mut reports = Vec::new();
    for fixture in fixtures.of_vendor(description.vendor()) {
        let report = replay(fixture, fixtures, &adapters).await.map_err(|error| {
            Failure::new(FailureCode::InvalidInput, format!("{}: {error}", fixture.name()))
        })?;
        reports.push(report);
    }
    Ok(reports)
}

impl Tested {
    /// Returns the keys that are handled as secrets although the description does not mark them.
    fn unmarked_secrets(&self) -> Vec<&str> {
        self.vendor.description().map(|it| it.unmarked_secret_keys().collect()).unwrap_or_default()
    }

    fn passed(&self) -> bool {
        self.suite.is_kept() && self.replays.iter().flatten().all(ReplayReport::passed)
    }

    fn as_json(&self) -> Result<Value, Failure> {
        let plans: Result<Vec<Value>, _> =
            self.plans.iter().map(|(_, plan)| serde_json::to_value(plan)).collect();
        let findings = self.suite.findings().iter();
        let findings: Vec<Value> = findings
            .map(|finding| json!({"rule": finding.rule, "what": finding.what, "what_to_do": finding.what_to_do}))
            .collect();
        let untested = self.untested.iter();
        let untested: Vec<Value> = untested
            .map(|it| json!({"line": it.line, "key": it.key, "value": it.text, "change": it.change}))
            .collect();
        Ok(json!({
            "vendor": self.vendor.name(),
            "contacts": plans.map_err(|error| system(&error))?,
            "unmarked_secrets": self.unmarked_secrets(),
            "suite": findings,
            "fixtures": self.replays.as_deref().map(|replays| contract::replayed_as_json(replays, |_| None)),
            "untested": untested,
        }))
    }
}
