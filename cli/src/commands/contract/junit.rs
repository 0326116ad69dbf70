//! The file of `--junit`, and the suites of replayed, held and served fixtures.

use std::io;
use std::path::Path;

use unicontact_contract::replaced_file::ReplacedFile;
use unicontact_contract::{
    Fixture, JunitCase, JunitProblem, JunitResult, JunitSuite, PlayedScenario, ReplayReport, ServedRequest,
    junit,
};

use crate::arguments::Format;
use crate::exit::Failure;
use crate::failure_code::FailureCode;
use crate::output;

/// The message of a run that ended before it had results.
const NO_RESULTS: &str = "the command ended with an error; its output has the message";

/// The file that `--junit` names. Without the option, nothing is written.
///
/// A file without results gets one error, so that nobody takes the report of an earlier run for that of this one.
pub(super) struct JunitFile<'a>(Option<(&'a Path, ReplacedFile)>);

impl<'a> JunitFile<'a> {
    /// Opens the file and checks that it can be written, before anything is run or sent.
    pub(super) fn open(path: Option<&'a Path>) -> Result<Self, Failure> {
        let file = path.map(|path| {
            let opened = ReplacedFile::open(path).and_then(|mut file| file.probe().map(|()| file));
            opened.map(|file| (path, file)).map_err(|error| not_written(path, &error))
        });
        file.transpose().map(Self)
    }

    /// Writes the suites. `command` is the command that ran, such as `contract test`.
    pub(super) fn write(
        mut self,
        command: &str,
        suites: impl FnOnce() -> Vec<JunitSuite>,
    ) -> Result<(), Failure> {
        let Some((path, file)) = self.0.take() else { return Ok(()) };
        replace(file, command, &suites()).map_err(|error| not_written(path, &error))
    }

    /// Writes the suites of a command that then ends with another failure. A failure to write them is printed before it.
    pub(super) fn write_before(
        self,
        format: Format,
        command: &str,
        suites: impl FnOnce() -> Vec<JunitSuite>,
    ) {
        if let Err(failure) = self.write(command, suites) {
            failure.print(format);
        }
    }
}

impl Drop for JunitFile<'_> {
    fn drop(&mut self) {
        let Some((_, file)) = self.0.take() else { return };
        let case = JunitCase {
            class: "contract".to_owned(),
            name: "contract".to_owned(),
            result: error(NO_RESULTS),
            output: String::new(),
        };
        // The command fails already.
        let _ = replace(file, "contract", &[JunitSuite { name: "contract".to_owned(), cases: vec![case] }]);
    }
}

fn replace(file: ReplacedFile, command: &str, suites: &[JunitSuite]) -> io::Result<()> {
    file.replace(&junit(&format!("unicontact {command}"), suites)?)
}

/// A fixture that cannot be run.
pub(super) struct FixtureError {
    vendor: String,
    scenario: String,
    message: String,
}

impl FixtureError {
    pub(super) fn new(fixture: &Fixture, error: &impl ToString) -> Self {
        let (vendor, scenario) = (fixture.vendor.clone(), fixture.scenario.clone());
        Self { vendor, scenario, message: error.to_string() }
    }

    /// Returns the failure of the command.
    pub(super) fn failure(&self) -> Failure {
        let Self { vendor, scenario, message } = self;
        Failure::new(FailureCode::InvalidInput, format!("{vendor}/{scenario}: {message}"))
    }
}

impl From<&FixtureError> for JunitCase {
    fn from(FixtureError { vendor, scenario, message }: &FixtureError) -> Self {
        Self::new(vendor, scenario, error(message))
    }
}

fn error(message: &str) -> JunitResult {
    let (message, text) = (message.to_owned(), message.to_owned());
    JunitResult::Error(JunitProblem { kind: "error".to_owned(), message, text })
}

fn not_written(path: &Path, error: &io::Error) -> Failure {
    Failure::new(
        FailureCode::Output,
        format!(
            "the JUnit file {} cannot be written: {error}; name another one with --junit",
            path.display()
        ),
    )
}

/// Returns a suite for each vendor: the reports, and then the fixtures that cannot be run.
pub(super) fn replayed(
    vendors: &[String],
    reports: &[ReplayReport],
    errors: &[FixtureError],
) -> Vec<JunitSuite> {
    let suite = |vendor: &String| {
        let reports = reports.iter().filter(|report| report.vendor == *vendor).map(JunitCase::from);
        let errors = errors.iter().filter(|error| error.vendor == *vendor).map(JunitCase::from);
        JunitSuite { name: vendor.clone(), cases: reports.chain(errors).collect() }
    };
    vendors.iter().map(suite).collect()
}

/// Returns a suite for each vendor. The fixtures after those with a report or an error did not run.
pub(super) fn held(
    vendors: &[String],
    reports: &[ReplayReport],
    errors: &[FixtureError],
    selected: &[&Fixture],
) -> Vec<JunitSuite> {
    let mut suites = replayed(vendors, reports, errors);
    for fixture in selected.iter().skip(reports.len() + errors.len()) {
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
