//! `unicontact contract test`: replays the fixtures and reports every difference, or writes it as expected.

use std::path::{Path, PathBuf};

use futures_util::{StreamExt as _, stream};
use serde_json::{Value, json};
use unicontact_contract::{Difference, Fixture, Fixtures, ReplayReport, replay};

use super::bless;
use super::fixtures::{load_for_adapters, location};
use super::junit::{self, JunitFile};
use super::scenarios;
use crate::arguments::{Common, ContractTest, Format};
use crate::exit::{Exit, Failure};
use crate::failure_code::FailureCode;
use crate::{output, sources};

/// The number of concurrent replays.
pub(super) const CONCURRENCY: usize = 16;

pub(super) async fn run(common: &Common, test: &ContractTest) -> Result<Exit, Failure> {
    if test.bless {
        return bless::run(common, test).await;
    }
    let adapters = sources::vendors(common)?;
    let (fixtures, vendors) = load_for_adapters(&test.source, &adapters)?;
    let location = location(&test.source).to_string();
    let selected = selected_fixtures(&fixtures, &vendors, &test.scenario, &location)?;
    let junit = JunitFile::open(test.junit.path())?;
    let replays = selected.iter().map(async |fixture| {
        let report = replay(fixture, &fixtures, &adapters).await;
        report
            .map_err(|error| Failure::new(FailureCode::InvalidInput, format!("{}: {error}", fixture.name())))
    });
    let reports: Vec<Result<ReplayReport, Failure>> =
        stream::iter(replays).buffered(CONCURRENCY).collect().await;
    let reports: Vec<ReplayReport> = reports.into_iter().collect::<Result<_, _>>()?;
    let has_failed = reports.iter().any(|it| !it.passed());
    let file_of = |vendor: &str| adapters.by_name(vendor)?.source().file().map(Path::to_owned);
    match common.format {
        Format::Json => output::json(&as_json(&reports, file_of))?,
        Format::Human => output::page(&output::replayed(&vendors, &reports, file_of))?,
    }
    junit.write("contract test", || junit::replayed(&vendors, &reports))?;
    Ok(if has_failed { Exit::Incomplete } else { Exit::Done })
}

/// Returns the fixtures of these vendors with these scenarios, all without a selection. `location` is where they are.
///
/// # Errors
///
/// When there is none, or none of a scenario.
pub(super) fn selected_fixtures<'a>(
    fixtures: &'a Fixtures,
    vendors: &[String],
    names: &[String],
    location: &str,
) -> Result<Vec<&'a Fixture>, Failure> {
    let of_vendors = || fixtures.all().iter().filter(|fixture| vendors.contains(&fixture.vendor));
    if of_vendors().next().is_none() {
        return Err(Failure::new(
            FailureCode::InvalidInput,
            format!("{location} holds no fixture; name another folder with --fixtures DIR"),
        ));
    }
    scenarios::require_known(names, fixtures, &vendors.iter().map(String::as_str).collect())?;
    Ok(of_vendors().filter(|fixture| scenarios::is_selected(&fixture.scenario, names)).collect())
}

/// Returns the reports as the command prints them. `file_of` returns the file that describes a vendor.
pub(crate) fn as_json(reports: &[ReplayReport], file_of: impl Fn(&str) -> Option<PathBuf>) -> Value {
    let results = reports.iter().map(|it| {
        let mut result = json!({
            "vendor": it.vendor,
            "scenario": it.scenario,
            "provenance": it.provenance.as_str(),
            "differences": differences_as_json(&it.differences),
        });
        if let Some(file) = file_of(&it.vendor) {
            result["description"] = json!(file.to_string_lossy());
        }
        result
    });
    let failed = reports.iter().filter(|it| !it.passed()).count();
    json!({"replayed": reports.len(), "failed": failed, "fixtures": results.collect::<Vec<_>>()})
}

/// Returns differences as the commands print them.
pub(super) fn differences_as_json(differences: &[Difference]) -> Vec<Value> {
    let differences = differences.iter();
    differences.map(|it| json!({"place": it.place, "expected": it.expected, "actual": it.actual})).collect()
}
