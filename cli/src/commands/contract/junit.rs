//! The file of `--junit`, and the suites of replayed, held and served fixtures.

use std::path::Path;

use unicontact_contract::replaced_file::ReplacedFile;
use unicontact_contract::{
    Fixture, JunitCase, JunitProblem, JunitResult, JunitSuite, PlayedScenario, ReplayReport, ServedRequest,
    junit,
};

use crate::exit::Failure;
use crate::failure_code::FailureCode;
use crate::output;

/// The file that `--junit` names. Without the option, nothing is written.
pub(super) struct JunitFile<'a>(Option<(&'a Path, ReplacedFile)>);

impl<'a> JunitFile<'a> {
    /// Opens the file, before anything is run or sent.
    pub(super) fn open(path: Option<&'a Path>) -> Result<Self, Failure> {
        let file = path.map(|path| {
            let file = ReplacedFile::open(path).map_err(|error| not_written(path, &error))?;
            Ok((path, file))
        });
        file.transpose().map(Self)
    }

    /// Writes the suites. `command` is the command that ran, such as `contract test`.
    pub(super) fn write(
        self,
        command: &str,
        suites: impl FnOnce() -> Vec<JunitSuite>,
    ) -> Result<(), Failure> {
        let Some((path, file)) = self.0 else { return Ok(()) };
        let text = junit(&format!("unicontact {command}"), &suites());
        text.and_then(|text| file.replace(&text)).map_err(|error| not_written(path, &error))
    }
}

fn not_written(path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(
        FailureCode::Output,
        format!(
            "the JUnit file {} cannot be written: {error}; name another one with --junit",
            path.display()
        ),
    )
}

/// Returns a suite for each vendor.
pub(super) fn replayed(vendors: &[String], reports: &[ReplayReport]) -> Vec<JunitSuite> {
    vendors
        .iter()
        .map(|vendor| {
            let reports = reports.iter().filter(|report| report.vendor == *vendor);
            JunitSuite { name: vendor.clone(), cases: reports.map(JunitCase::from).collect() }
        })
        .collect()
}

/// Returns a suite for each vendor. The fixtures after those with a report did not run.
pub(super) fn held(vendors: &[String], reports: &[ReplayReport], selected: &[&Fixture]) -> Vec<JunitSuite> {
    let mut suites = replayed(vendors, reports);
    for fixture in selected.iter().skip(reports.len()) {
        if let Some(suite) = suites.iter_mut().find(|suite| suite.name == fixture.vendor) {
            suite.cases.push(skipped(&fixture.vendor, &fixture.scenario, "stopped before it ran"));
        }
    }
    suites
}

/// Returns the suite of a served vendor.
pub(super) fn served(
    vendor: &str,
    played: &[PlayedScenario],
    unassigned: &[ServedRequest],
) -> Vec<JunitSuite> {
    let cases = played.iter().map(|scenario| match scenario.received {
        0 => skipped(vendor, &scenario.report.scenario, "not played"),
        _ => JunitCase::from(&scenario.report),
    });
    let mut cases: Vec<JunitCase> = cases.collect();
    if !unassigned.is_empty() {
        let requests: Vec<&str> = unassigned.iter().map(|it| it.request.as_str()).collect();
        let count = output::counted(requests.len() as u64, "request", "requests");
        let problem = JunitProblem {
            kind: "unexpected_request".to_owned(),
            message: format!("{count} without a scenario"),
            text: requests.join("\n"),
        };
        let result = JunitResult::Failed(problem);
        cases.push(JunitCase::new(vendor, "requests without a scenario", result));
    }
    vec![JunitSuite { name: vendor.to_owned(), cases }]
}

fn skipped(vendor: &str, scenario: &str, reason: &str) -> JunitCase {
    JunitCase::new(vendor, scenario, JunitResult::Skipped { reason: reason.to_owned() })
}
