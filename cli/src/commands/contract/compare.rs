//! `unicontact contract compare`: reports what changed between the fixtures and a live vendor.

use serde_json::{Value, json};
use unicontact_contract::{Finding, Grade, compare};

use super::call_runner::run_all;
use super::compared_page;
use super::fixtures::load_for_adapters;
use super::live_report::{LiveReport, exit_after_report};
use super::purpose::Purpose;
use super::target::ContractTargets;
use crate::arguments::{Common, ContractLive, Format};
use crate::exit::{Exit, Failure};
use crate::{output, sources};

pub(super) async fn run(common: &Common, live: &ContractLive) -> Result<Exit, Failure> {
    let (fixtures, vendors) = load_for_adapters(&live.source, &sources::vendors(common)?)?;
    let targets = ContractTargets::select(common, live, &fixtures, &vendors, Purpose::Compare).await?;
    let mut report = run_all(&fixtures, &targets.all, Purpose::Compare).await?;
    report.skip_incomparable();
    let findings: Vec<Finding> =
        report.completed.iter().flat_map(|it| compare(&fixtures, &it.call, &it.run, it.target)).collect();
    let written = match common.format {
        Format::Json => {
            output::json_text(&as_json(&report, &findings)).and_then(|text| output::final_data(&text))
        }
        Format::Human => output::final_data(compared_page::compared(&report, &findings).text()),
    };
    let exit = match report.exit() {
        Exit::Done if count(&findings, Grade::Breaking) > 0 => Exit::Incomplete,
        exit => exit,
    };
    targets.stop().await;
    Ok(exit_after_report(exit, &written, common.format))
}

fn as_json(report: &LiveReport<'_>, findings: &[Finding]) -> Value {
    let mut json = json!({
        "findings": findings,
        "created": report.created,
        "in_doubt": report.in_doubt,
        "not_run": report.skipped,
    });
    for grade in Grade::ALL {
        json[grade.as_str()] = count(findings, grade).into();
    }
    json
}

fn count(findings: &[Finding], grade: Grade) -> usize {
    findings.iter().filter(|finding| finding.grade == grade).count()
}
