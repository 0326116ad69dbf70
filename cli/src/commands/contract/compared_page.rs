//! Prints the results of the calls to live vendors, the worst findings first. Findings and contacts that are alike share
//! a line.

use std::path::Path;

use unicontact_contract::{Finding, Grade, SkippedFixture, WrittenFiles};

use super::live_report::LiveReport;
use crate::output::{self, Page};

/// The most names of a line; more are counted.
const MAX_NAMES: usize = 3;

/// Returns the page of a comparison: findings, skipped fixtures and created contacts.
pub(super) fn compared(report: &LiveReport<'_>, findings: &[Finding]) -> Page {
    let mut page = Page::default();
    for grade in Grade::ALL {
        for group in groups(findings.iter().filter(|finding| finding.grade == grade), same_finding) {
            page.lines(&finding(&group));
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
    let count = |grade: Grade| {
        let count = findings.iter().filter(|finding| finding.grade == grade).count();
        format!("{count} {}", grade.as_str())
    };
    let calls = match report.completed.len() {
        1 => "1 call".to_owned(),
        calls => format!("{calls} calls"),
    };
    page.line(&format!("{}; {calls}", Grade::ALL.map(count).join(", ")));
    page
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

fn finding(group: &[&Finding]) -> String {
    let first = group[0];
    let names: Vec<&str> = group.iter().map(|it| it.scenario.as_str()).collect();
    let note = first.note.as_ref().map_or_else(String::new, |note| format!("; {note}"));
    format!(
        "{} at {} ({}): {}\n  expected {}, seen {} ({}{note})",
        first.grade.as_str(),
        first.provider,
        first.vendor,
        first.place,
        first.expected,
        first.seen,
        short_list(&names),
    )
}

fn same_finding(one: &Finding, other: &Finding) -> bool {
    one.provider == other.provider
        && one.place == other.place
        && one.expected == other.expected
        && one.seen == other.seen
        && one.note == other.note
}

/// Returns the first names, and the number of the others.
pub(super) fn short_list(names: &[&str]) -> String {
    if names.len() <= MAX_NAMES {
        return names.join(", ");
    }
    format!("{} and {} more", names[..MAX_NAMES - 1].join(", "), names.len() - (MAX_NAMES - 1))
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
