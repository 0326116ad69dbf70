//! The JUnit suites of `unicontact contract compare`: one for each provider, with a case for each call and for each fixture
//! that was not run.

use unicontact_contract::{
    Finding, Grade, JunitCase, JunitProblem, JunitResult, JunitSuite, LiveProvider as _, SkippedFixture,
};

use super::compared_page;
use super::live_report::{CompletedCall, LiveReport};

/// Returns the suites, in the order in which the providers were called.
pub(super) fn suites(report: &LiveReport<'_>, findings: &[Finding]) -> Vec<JunitSuite> {
    let mut suites = Vec::new();
    for completed in &report.completed {
        let (provider, vendor) = (completed.target.provider(), completed.target.vendor());
        if let Some(case) = case(completed, &report.skipped, findings) {
            suite_of(&mut suites, provider, vendor).cases.push(case);
        }
    }
    for SkippedFixture { provider, vendor, scenario, reason } in &report.skipped {
        let suite = suite_of(&mut suites, provider, vendor);
        // The call of a failed fixture is a case already.
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

/// Returns the case of a call, under its best fixture. `None` if its answer was not compared.
fn case(
    CompletedCall { target, call, run }: &CompletedCall<'_>,
    skipped: &[SkippedFixture],
    findings: &[Finding],
) -> Option<JunitCase> {
    let (provider, scenario) = (target.provider(), &call.fixtures.first()?.scenario);
    if let Some(error) = run.error().filter(|_| run.has_provider_failure()) {
        let message = run.reason_not_compared().unwrap_or_default();
        let kind = error.kind().as_str().to_owned();
        let problem = JunitProblem { kind, text: message.clone(), message };
        return Some(JunitCase::new(target.vendor(), scenario, JunitResult::Error(problem)));
    }
    if skipped.iter().any(|it| it.provider == provider && it.scenario == *scenario) {
        return None;
    }
    let is_of_call = |it: &&Finding| {
        it.provider == provider
            && call.fixtures.iter().any(|fixture| it.scenarios.contains(&fixture.scenario))
    };
    let is_failure = |it: &&Finding| it.grade == Grade::Breaking && !it.is_accepted();
    let (breaking, others): (Vec<&Finding>, Vec<&Finding>) =
        findings.iter().filter(is_of_call).partition(is_failure);
    let result = match breaking.as_slice() {
        [] => JunitResult::Passed,
        [first, more @ ..] => JunitResult::Failed(JunitProblem {
            kind: Grade::Breaking.as_str().to_owned(),
            message: JunitProblem::summary(&first.place, more.len()),
            text: text(&breaking),
        }),
    };
    Some(JunitCase { output: text(&others), ..JunitCase::new(target.vendor(), scenario, result) })
}

/// Returns the findings as the page shows them.
fn text(findings: &[&Finding]) -> String {
    findings.iter().map(|finding| compared_page::finding(finding)).collect::<Vec<_>>().join("\n")
}
