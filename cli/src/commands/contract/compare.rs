//! `unicontact contract compare`: reports what changed between the fixtures and a live vendor.

use std::fs;
use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;
use serde_json::{Value, json};
use unicontact::providers::Vendors;
use unicontact::providers::clock::{Clock, SystemClock};
use unicontact_contract::{ACCEPTED_FILE, AcceptedFindings, Comparison, Finding, Fixtures, Grade};

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
    report.skip_empty_searches(&findings);
    if let Some(accepted) = accepted {
        // An entry of another vendor of the folder is used by other runs.
        let known: Vec<&str> = fixtures.vendors().collect();
        for entry in accepted.of_unknown_vendors(&known) {
            output::note(&entry.to_string());
        }
        let compared = if live.scenario.is_empty() { report.compared_vendors() } else { Vec::new() };
        accept(&mut findings, &accepted, &compared, &SystemClock);
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
    let text = fs::read_to_string(&path).map_err(|error| {
        let advice = "make it readable, or name another file with --accepted";
        failure(format!("the accepted findings {} cannot be read: {error}; {advice}", path.display()))
    })?;
    let accepted = AcceptedFindings::parse(&text, &path).map_err(|error| {
        let mistakes = output::counted(error.diagnostics().len() as u64, "mistake", "mistakes");
        failure(format!("{mistakes} in the accepted findings\n{error}"))
    })?;
    Ok(Some(accepted))
}

/// Marks the accepted findings. Entries of the completely `compared` vendors that accept nothing are reported on stderr.
fn accept(findings: &mut [Finding], accepted: &AcceptedFindings, compared: &[&str], clock: &dyn Clock) {
    let today = clock.now().to_zoned(TimeZone::UTC).date();
    for entry in accepted.apply(findings, compared, today) {
        output::note(&entry.to_string());
    }
}

fn as_json(report: &LiveReport<'_>, findings: &[Finding]) -> Value {
    let mut json = json!({
        "findings": findings,
        "created": report.created,
        "in_doubt": report.in_doubt,
        "not_run": report.skipped,
        "creates_not_compared": report.creates_not_compared(),
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
