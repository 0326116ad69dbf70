//! `unicontact contract test`: replays the fixtures and reports every difference, or writes it as expected.

use std::path::{Path, PathBuf};

use futures_util::{StreamExt as _, stream};
use serde_json::{Value, json};
use unicontact_contract::{Difference, ReplayReport, replay};

use super::fixtures::{load_for_adapters, location};
use super::junit::{self, FixtureError, JunitFile};
use super::scenarios;
use crate::arguments::{Common, ContractTest, Format};
use crate::exit::{Exit, Failure};
use crate::{output, sources};

/// The number of concurrent replays.
pub(super) const CONCURRENCY: usize = 16;

pub(super) async fn run(common: &Common, test: &ContractTest) -> Result<Exit, Failure> {
    let junit = JunitFile::open(test.junit.path())?;
    let adapters = sources::vendors(common)?;
    let (fixtures, vendors) = load_for_adapters(&test.source, &adapters)?;
    let location = location(&test.source).to_string();
    let selected = scenarios::selected_fixtures(&fixtures, &vendors, &test.scenario, &location)?;
    let replays = selected.iter().map(|fixture| replay(fixture, &fixtures, &adapters));
    let results: Vec<_> = stream::iter(replays).buffered(CONCURRENCY).collect().await;
    let (mut reports, mut errors) = (Vec::new(), Vec::new());
    for (fixture, result) in selected.iter().zip(results) {
        match result {
            Ok(report) => reports.push(report),
            Err(error) => errors.push(FixtureError::new(fixture, &error)),
        }
    }
    if let Some(error) = errors.first() {
        let failure = error.failure();
        junit.write_before(common.format, "contract test", || junit::replayed(&vendors, &reports, &errors));
        return Err(failure);
    }
    let has_failed = reports.iter().any(|it| !it.passed());
    let file_of = |vendor: &str| adapters.by_name(vendor)?.source().file().map(Path::to_owned);
    let written = junit.write("contract test", || junit::replayed(&vendors, &reports, &[]));
    match common.format {
        Format::Json => output::json(&as_json(&reports, file_of))?,
        Format::Human => output::page(&output::replayed(&vendors, &reports, file_of))?,
    }
    written?;
    Ok(if has_failed { Exit::Incomplete } else { Exit::Done })
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
