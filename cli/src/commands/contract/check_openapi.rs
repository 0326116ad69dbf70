//! `unicontact contract check-openapi`: compares what an adapter sends and reads with the vendor's own OpenAPI description.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use serde_json::{Value, json};
use unicontact_contract::fixture::NOT_RECORDED;
use unicontact_contract::{Fixture, Fixtures, Grade, OpenApi, OpenApiReport, check_openapi};

use super::checked_page::{checked, count};
use super::fixtures::{first_fixture, load_for_adapters};
use crate::arguments::{Common, ContractCheckOpenApi, FixtureSource, Format};
use crate::exit::{Exit, Failure};
use crate::failure_code::FailureCode;
use crate::output::Mistake;
use crate::{output, sources};

pub(super) async fn run(common: &Common, arguments: &ContractCheckOpenApi) -> Result<Exit, Failure> {
    let description = description(&arguments.file)?;
    let vendor = &arguments.vendor;
    let source = FixtureSource { fixtures: arguments.fixtures.clone(), vendor: vec![vendor.clone()] };
    let adapters = sources::vendors(common)?;
    let (fixtures, _) = load_for_adapters(&source, &adapters)?;
    if fixtures.of_vendor(vendor).next().is_none() {
        let message =
            format!("{vendor} has no fixture, so there is nothing to compare; {}", first_fixture(vendor));
        return Err(Failure::new(FailureCode::InvalidInput, message));
    }
    for fixture in fixtures.of_vendor(vendor).filter(|fixture| fixture.is_not_recorded()) {
        output::note(&format!("{} is not compared: {NOT_RECORDED}.", fixture.name()));
    }
    let report = check_openapi(&description, &fixtures, vendor, &adapters)
        .await
        .map_err(|error| Failure::new(FailureCode::InvalidInput, format!("{vendor}: {error}")))?;
    if report.requests == 0 {
        return Err(Failure::new(FailureCode::InvalidInput, nothing_compared(&fixtures, vendor)));
    }
    match common.format {
        Format::Json => output::json(&as_json(vendor, &report))?,
        Format::Human => output::page(&checked(&report))?,
    }
    Ok(if count(&report.findings, Grade::Breaking) > 0 { Exit::Incomplete } else { Exit::Done })
}

/// Reads a description.
fn description(path: &Path) -> Result<OpenApi, Failure> {
    let file = path.display().to_string();
    let failure = |message: String| Failure::new(FailureCode::InvalidInput, message);
    let mut bytes = Vec::new();
    // One byte more than is permitted shows that the file is too long.
    let read = File::open(path).and_then(|file| file.take(OpenApi::MAX_BYTES + 1).read_to_end(&mut bytes));
    read.map_err(|error| failure(format!("{file} cannot be read: {error}; check its path")))?;
    let text = String::from_utf8(bytes)
        .map_err(|_| failure(format!("{file} is no text in UTF-8; save it as UTF-8")))?;
    OpenApi::parse(&text).map_err(|error| match error.location() {
        None => failure(format!("{file}: {error}")),
        Some((line, column)) => {
            let message = error.to_string();
            let mistake = Mistake { file: Some(file.clone()), line: Some(line), key: String::new(), message };
            failure(format!("{file}:{line}:{column}: {error}")).with_mistakes(vec![mistake])
        }
    })
}

/// Returns why no request was compared.
fn nothing_compared(fixtures: &Fixtures, vendor: &str) -> String {
    let reason = if fixtures.of_vendor(vendor).any(Fixture::is_not_recorded) {
        NOT_RECORDED
    } else {
        "no fixture has a request and expects a success or a refusal; add one"
    };
    format!("{vendor}: nothing was compared: {reason}")
}

fn as_json(vendor: &str, report: &OpenApiReport) -> Value {
    let mut json = json!({"vendor": vendor, "requests": report.requests, "findings": report.findings});
    for grade in Grade::ALL {
        json[grade.as_str()] = count(&report.findings, grade).into();
    }
    json
}
