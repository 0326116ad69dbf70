//! Prints a comparison with an OpenAPI description: the findings of each request, the worst first.

use unicontact_contract::{Grade, OpenApiFinding, OpenApiReport};

use super::scenarios::short_list;
use crate::output::{self, Page};

/// Returns the page of a comparison.
pub(super) fn checked(report: &OpenApiReport) -> Page {
    let mut page = Page::default();
    for of_request in report.findings.chunk_by(|one, other| one.request == other.request) {
        page.line(&of_request[0].request);
        for finding in of_request {
            page.lines(&lines(finding));
        }
        page.blank_line();
    }
    let counts = Grade::ALL.map(|grade| format!("{} {}", count(&report.findings, grade), grade.as_str()));
    let requests = output::counted(report.requests as u64, "request", "requests");
    page.line(&format!("{}; {requests}", counts.join(", ")));
    page
}

fn lines(finding: &OpenApiFinding) -> String {
    let OpenApiFinding { grade, place, adapter, description, scenarios, .. } = finding;
    let names: Vec<&str> = scenarios.iter().map(String::as_str).collect();
    let names = if names.is_empty() { String::new() } else { format!(" ({})", short_list(&names)) };
    format!("  {} {place}\n    adapter: {adapter}; description: {description}{names}", grade.as_str())
}

/// Returns the number of findings with a grade.
pub(super) fn count(findings: &[OpenApiFinding], grade: Grade) -> usize {
    findings.iter().filter(|finding| finding.grade == grade).count()
}
