//! The JUnit suites of `unicontact contract compare`: one for each provider, with a case for each fixture.

use unicontact_contract::{
    Finding, Fixture, Grade, JunitCase, JunitProblem, JunitResult, JunitSuite, LiveProvider as _, LiveRun,
    SkippedFixture,
};

use super::compared_page;
use super::live_report::{CompletedCall, LiveReport};

/// Returns the suites, in the order in which the providers were called.
pub(super) fn suites(report: &LiveReport<'_>, findings: &[Finding]) -> Vec<JunitSuite> {
    let mut suites = Vec::new();
    for completed in &report.completed {
        let (provider, vendor) = (completed.target.provider(), completed.target.vendor());
        let cases = completed.call.fixtures.iter().map(|it| case(completed, it, &report.skipped, findings));
        suite_of(&mut suites, provider, vendor).cases.extend(cases);
    }
    for SkippedFixture { provider, vendor, scenario, reason } in &report.skipped {
        let suite = suite_of(&mut suites, provider, vendor);
        // The fixtures of a completed call are cases already.
        if suite.cases.iter().all(|case| case.name != *scenario) {
            let result = JunitResult::Skipped { reason: reason.clone() };
            suite.cases.push(JunitCase::new(vendor, scenario, result));
        }
    }
    suites
}

fn suite_of<'a>(suites: &'a mut Vec<JunitSuite>, provider: &str, vendor: &str) -> &'a mut JunitSuite {
    let name = format!("{provider} ({vendor})");
    let index = suites.iter().position(|suite| suite.name == name).unwrap_or_else(|| {
        suites.push(JunitSuite { name, cases: Vec::new() });
        suites.len() - 1
    });
    &mut suites[index]
}

/// Returns the case of a fixture of a completed call, with the findings that name the fixture.
fn case(
    completed: &CompletedCall<'_>,
    fixture: &Fixture,
    skipped: &[SkippedFixture],
    findings: &[Finding],
) -> JunitCase {
    let is_failure = |it: &&Finding| it.grade == Grade::Breaking && !it.is_accepted();
    let of_fixture = findings.iter().filter(|it| completed.shows(it, fixture));
    let (breaking, others): (Vec<&Finding>, Vec<&Finding>) = of_fixture.partition(is_failure);
    let (provider, vendor) = (completed.target.provider(), completed.target.vendor());
    let result = failure(&breaking).or_else(|| account_error(&completed.run)).unwrap_or_else(|| {
        let mut skipped = skipped.iter();
        match skipped.find(|it| it.provider == provider && it.scenario == fixture.scenario) {
            Some(skipped) => JunitResult::Skipped { reason: skipped.reason.clone() },
            None => JunitResult::Passed,
        }
    });
    JunitCase { output: text(&others), ..JunitCase::new(vendor, &fixture.scenario, result) }
}

/// Returns the failure of a fixture with breaking findings.
fn failure(breaking: &[&Finding]) -> Option<JunitResult> {
    let (first, others) = breaking.split_first()?;
    Some(JunitResult::Failed(JunitProblem {
        kind: Grade::Breaking.as_str().to_owned(),
        message: JunitProblem::summary(&first.place, others.len()),
        text: text(breaking),
    }))
}

/// Returns the error of a call that failed because of the account, the connection or an outage.
fn account_error(run: &LiveRun) -> Option<JunitResult> {
    let error = run.error().filter(|_| run.has_provider_failure())?;
    let message = run.reason_not_compared()?;
    let kind = error.kind().as_str().to_owned();
    Some(JunitResult::Error(JunitProblem { kind, text: message.clone(), message }))
}

/// Returns the findings as the page shows them.
fn text(findings: &[&Finding]) -> String {
    findings.iter().map(|finding| compared_page::finding(finding)).collect::<Vec<_>>().join("\n")
}
