//! `unicontact contract compare`: what moved between the fixtures and a vendor that is there.
//!
//! Its rule: what was created is told in the report, whatever else is in it.

use serde_json::{Value, json};
use unicontact_contract::{Finding, Grade, compare};

use super::asking::{Told, ask};
use super::compared_page;
use super::plan::Login;
use super::target::Targets;
use crate::arguments::{Common, ContractLive, Format};
use crate::exit::{Exit, Failure};
use crate::output;

pub(super) async fn run(common: &Common, live: &ContractLive) -> Result<Exit, Failure> {
    let (fixtures, vendors) = super::read_for_adapters(&live.source)?;
    let targets = Targets::of(common, live, &fixtures, &vendors).await?;
    let mut told = ask(&fixtures, &targets.all, Login::Once).await?;
    told.note_not_compared();
    let findings: Vec<Finding> =
        told.answered.iter().flat_map(|it| compare(&fixtures, &it.question, &it.ran, it.target)).collect();
    let written = match common.format {
        Format::Json => {
            output::json_text(&as_json(&told, &findings)).and_then(|text| output::final_data(&text))
        }
        Format::Human => output::final_data(compared_page::compared(&told, &findings).text()),
    };
    let exit = match told.exit() {
        Exit::Done if count(&findings, Grade::Breaking) > 0 => Exit::Incomplete,
        exit => exit,
    };
    targets.stop().await;
    Ok(if super::is_told(&written) { exit } else { exit.after_write_error() })
}

fn as_json(told: &Told<'_>, findings: &[Finding]) -> Value {
    let mut json = json!({
        "findings": findings,
        "created": told.created,
        "in_doubt": told.in_doubt,
        "not_run": told.not_run,
    });
    for grade in Grade::ALL {
        json[grade.as_str()] = count(findings, grade).into();
    }
    json
}

fn count(findings: &[Finding], grade: Grade) -> usize {
    findings.iter().filter(|finding| finding.grade == grade).count()
}
