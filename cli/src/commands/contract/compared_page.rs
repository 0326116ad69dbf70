//! Prints the results of the calls to live vendors, the worst findings first. Contacts that are alike share a line.

use std::path::Path;

use unicontact_contract::{Finding, Grade, SkippedFixture, WrittenFiles};

use super::live_report::LiveReport;
use super::scenarios::short_list;
use crate::output::{self, Page};

/// Returns the page of a comparison: findings, accepted ones last, skipped fixtures and created contacts.
pub(super) fn compared(report: &LiveReport<'_>, findings: &[Finding]) -> Page {
    let mut page = Page::default();
    let (accepted, counted): (Vec<&Finding>, Vec<&Finding>) =
        findings.iter().partition(|it| it.is_accepted());
    for of_one_kind in [&counted, &accepted] {
        for grade in Grade::ALL {
            for one in of_one_kind.iter().filter(|finding| finding.grade == grade) {
                page.lines(&finding(one));
            }
        }
    }
    let effects = effects(report);
    if !findings.is_empty() && !effects.text().is_empty() {
        page.blank_line();
    }
    page.append(&effects);
    if !page.text().is_empty() {
        page.blank_line();
    }
    page.line(&totals(report, &counted, accepted.len()));
    let has_breaking = counted.iter().any(|finding| finding.grade == Grade::Breaking);
    if let Some(reason) = report.reason_incomplete().filter(|_| !has_breaking) {
        page.line(&format!("not complete: {reason}"));
    }
    page
}

fn totals(report: &LiveReport<'_>, counted: &[&Finding], accepted: usize) -> String {
    let count = |grade: Grade| {
        let count = counted.iter().filter(|finding| finding.grade == grade).count();
        format!("{count} {}", grade.as_str())
    };
    let calls = output::counted(report.completed.len() as u64, "call", "calls");
    let not_compared = match report.creates_not_compared() {
        0 => String::new(),
        creates => format!(", {} not compared", output::counted(creates as u64, "create", "creates")),
    };
    let accepted = if accepted == 0 { String::new() } else { format!("; {accepted} accepted") };
    format!("{}{accepted}; {calls}{not_compared}", Grade::ALL.map(count).join(", "))
}

/// Returns the page of a recording: skipped fixtures, created contacts and the number of files.
pub(super) fn recorded(report: &LiveReport<'_>, files: &WrittenFiles, folder: &Path) -> Page {
    let mut page = effects(report);
    page.blank_line();
    let files = output::counted(files.files.len() as u64, "file", "files");
    page.line(&format!("{files} written to {}", folder.display()));
    page
}

/// Returns the lines about skipped fixtures, created contacts and contacts in doubt.
fn effects(report: &LiveReport<'_>) -> Page {
    let mut page = Page::default();
    for group in groups(report.skipped.iter(), |one, other| {
        one.provider == other.provider && one.reason == other.reason
    }) {
        let names: Vec<&str> = group.iter().map(|it| it.scenario.as_str()).collect();
        let SkippedFixture { provider, reason, .. } = group[0];
        page.line(&format!("not run at {provider}: {}: {reason}", short_list(&names)));
    }
    for group in groups(report.created.iter(), |one, other| {
        one.provider == other.provider && one.existing == other.existing
    }) {
        let ids: Vec<&str> = group.iter().map(|it| it.id.as_str()).collect();
        let verb = if group[0].existing { "existing" } else { "created" };
        page.line(&format!("{verb} at {}: {}", group[0].provider, ids.join(", ")));
    }
    for doubt in &report.in_doubt {
        let state = if doubt.answered { "created with unknown id" } else { "in doubt" };
        page.line(&format!("{state} at {}: contact {}", doubt.provider, doubt.contact));
    }
    page
}

/// Returns the lines of a finding.
pub(super) fn finding(finding: &Finding) -> String {
    let names: Vec<&str> = finding.scenarios.iter().map(String::as_str).collect();
    let note = finding.note.as_ref().map_or_else(String::new, |note| format!("; {note}"));
    let acceptance = finding.accepted.as_ref().map_or_else(String::new, |accepted| {
        let ended = if accepted.ended { " (ended)" } else { "" };
        format!("\n  accepted until {}{ended}: {}", accepted.until, accepted.reason)
    });
    format!(
        "{} at {} ({}): {}\n  expected {}, seen {} ({}{note}){acceptance}",
        finding.grade.as_str(),
        finding.provider,
        finding.vendor,
        finding.place,
        finding.expected,
        finding.seen,
        short_list(&names),
    )
}

/// Groups items that are alike, in the order of the first of each group.
fn groups<'a, T>(all: impl Iterator<Item = &'a T>, alike: impl Fn(&T, &T) -> bool) -> Vec<Vec<&'a T>> {
    let mut groups: Vec<Vec<&T>> = Vec::new();
    for one in all {
        match groups.iter_mut().find(|group| alike(group[0], one)) {
            Some(group) => group.push(one),
            None => groups.push(vec![one]),
        }
    }
    groups
}
