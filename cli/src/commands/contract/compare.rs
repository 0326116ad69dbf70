//! `unicontact contract compare`: reports what changed between the fixtures and a live vendor.

use std::fs;
use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;
use serde_json::{Value, json};
use unicontact::providers::Vendors;
use unicontact::providers::clock::{Clock, SystemClock};
use unicontact_contract::{
    ACCEPTED_FILE, AcceptedFindings, Comparison, Finding, Fixtures, Grade, LiveProvider as _,
};

use super::call_runner::run_all;
use super::fixtures::load_for_adapters;
use super::junit::JunitFile;
use super::live_report::{LiveReport, exit_after_report};
use super::purpose::Purpose;
use super::target::ContractTargets;
use super::{compared_junit, compared_page};
use crate::arguments::{Common, ContractCompare, Format};
use crate::exit::{Exit, Failure};
use crate::failure_code::FailureCode;
use crate::{output, sources};

pub(super) async fn run(common: &Common, arguments: &ContractCompare) -> Result<Exit, Failure> {
    let junit = JunitFile::open(arguments.junit.path())?;
    let live = &arguments.live;
    let adapters = sources::vendors(common)?;
    let (fixtures, vendors) = load_for_adapters(&live.source, &adapters)?;
    let accepted = load_accepted(arguments.accepted.as_deref(), &fixtures)?;
    let targets = ContractTargets::select(common, live, &fixtures, &vendors, Purpose::Compare).await?;
    let mut report = run_all(&fixtures, &targets.all, Purpose::Compare).await?;
    report.skip_incomparable();
    let mut findings = findings(&fixtures, &adapters, &report).await;
    if let Some(accepted) = accepted {
        accept(&mut findings, &accepted, &report, &SystemClock);
    }
    let written = match common.format {
        Format::Json => {
            output::json_text(&as_json(&report, &findings)).and_then(|text| output::final_data(&text))
        }
        Format::Human => output::final_data(compared_page::compared(&report, &findings).text()),
    };
    let mut exit = match report.exit() {
        Exit::Done if count(&findings, Grade::Breaking) > 0 => Exit::Incomplete,
        exit => exit,
    };
    if let Err(failure) = junit.write("contract compare", || compared_junit::suites(&report, &findings)) {
        failure.print(common.format);
        exit = exit.after_write_error();
    }
    targets.stop().await;
    Ok(exit_after_report(exit, &written, common.format))
}

async fn findings(fixtures: &Fixtures, adapters: &Vendors, report: &LiveReport<'_>) -> Vec<Finding> {
    let mut comparison = Comparison::new(fixtures, adapters);
    for completed in &report.completed {
        comparison.add(&completed.call, &completed.run, completed.target).await;
    }
    comparison.findings()
}

/// Returns the accepted findings of the named file, or of the file in the folder of fixtures if there is one.
fn load_accepted(named: Option<&Path>, fixtures: &Fixtures) -> Result<Option<AcceptedFindings>, Failure> {
    let usual = fixtures.folder().join(ACCEPTED_FILE);
    let path: PathBuf = match named {
        Some(path) => path.to_owned(),
        None if usual.is_file() => usual,
        None => return Ok(None),
    };
    let failure = |text: String| Failure::new(FailureCode::InvalidInput, text);
    let text = fs::read_to_string(&path)
        .map_err(|error| failure(format!("{} cannot be read: {error}", path.display())))?;
    let accepted = AcceptedFindings::parse(&text, &path).map_err(|error| {
        let mistakes = output::counted(error.diagnostics().len() as u64, "mistake", "mistakes");
        failure(format!("{mistakes} in the accepted findings\n{error}"))
    })?;
    Ok(Some(accepted))
}

/// Marks the accepted findings. Entries that accept nothing are reported on stderr, unless some calls were not made.
fn accept(findings: &mut [Finding], accepted: &AcceptedFindings, report: &LiveReport<'_>, clock: &dyn Clock) {
    let vendors: Vec<&str> = report.completed.iter().map(|it| it.target.vendor()).collect();
    let today = clock.now().to_zoned(TimeZone::UTC).date();
    let unused = accepted.apply(findings, &vendors, today);
    if !report.is_cut_short {
        for entry in unused {
            output::note(&entry.to_string());
        }
    }
}

fn as_json(report: &LiveReport<'_>, findings: &[Finding]) -> Value {
    let mut json = json!({
        "findings": findings,
        "created": report.created,
        "in_doubt": report.in_doubt,
        "not_run": report.skipped,
        "accepted": findings.iter().filter(|finding| finding.is_accepted()).count(),
    });
    for grade in Grade::ALL {
        json[grade.as_str()] = count(findings, grade).into();
    }
    json
}

/// Returns the number of findings of a grade that are not accepted.
fn count(findings: &[Finding], grade: Grade) -> usize {
    findings.iter().filter(|finding| finding.grade == grade && !finding.is_accepted()).count()
}
