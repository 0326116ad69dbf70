//! `unicontact contract test`: replays the fixtures and reports every difference.

use std::path::{Path, PathBuf};

use futures_util::{StreamExt as _, stream};
use serde_json::{Value, json};
use unicontact_contract::{Fixture, ReplayReport, replay};

use super::fixtures::{load_for_adapters, location};
use super::junit::{self, JunitFile};
use crate::arguments::{Common, ContractTest, Format};
use crate::exit::{Exit, Failure};
use crate::failure_code::FailureCode;
use crate::{output, sources};

/// The number of concurrent replays.
const CONCURRENCY: usize = 16;

pub(super) async fn run(common: &Common, test: &ContractTest) -> Result<Exit, Failure> {
    let adapters = sources::vendors(common)?;
    let (fixtures, vendors) = load_for_adapters(&test.source, &adapters)?;
    let selected: Vec<&Fixture> =
        fixtures.all().iter().filter(|fixture| vendors.contains(&fixture.vendor)).collect();
    if selected.is_empty() {
        let location = location(&test.source);
        return Err(Failure::new(
            FailureCode::InvalidInput,
            format!("{location} holds no fixture; name another folder with --fixtures DIR"),
        ));
    }
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

/// Returns the reports as the command prints them. `file_of` returns the file that describes a vendor.
pub(crate) fn as_json(reports: &[ReplayReport], file_of: impl Fn(&str) -> Option<PathBuf>) -> Value {
    let results = reports.iter().map(|it| {
        let differences = it
            .differences
            .iter()
            .map(|it| json!({"place": it.place, "expected": it.expected, "actual": it.actual}));
        let mut result = json!({
            "vendor": it.vendor,
            "scenario": it.scenario,
            "provenance": it.provenance.as_str(),
            "differences": differences.collect::<Vec<_>>(),
        });
        if let Some(file) = file_of(&it.vendor) {
            result["description"] = json!(file.to_string_lossy());
        }
        result
    });
    let failed = reports.iter().filter(|it| !it.passed()).count();
    json!({"replayed": reports.len(), "failed": failed, "fixtures": results.collect::<Vec<_>>()})
}
