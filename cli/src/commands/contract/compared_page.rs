//! The text of a comparison with live vendors: findings, the worst first, created contacts and scenarios that did not run.

use std::path::Path;

use unicontact_contract::{Finding, Grade, NotRun, Recorded};

use super::asking::Told;
use crate::output::Page;

/// How many names a line lists before it counts them.
const FEW: usize = 3;

/// What moved, what was created and what was not run.
pub(super) fn compared(told: &Told<'_>, findings: &[Finding]) -> Page {
    let mut page = Page::default();
    for grade in Grade::ALL {
        for group in groups(findings.iter().filter(|finding| finding.grade == grade), same_finding) {
            page.lines(&finding(&group));
        }
    }
    let happened = happened(told);
    if !findings.is_empty() && !happened.text().is_empty() {
        page.blank_line();
    }
    page.page(&happened);
    if !page.text().is_empty() {
        page.blank_line();
    }
    let count = |grade: Grade| {
        let count = findings.iter().filter(|finding| finding.grade == grade).count();
        format!("{count} {}", grade.as_str())
    };
    let asked = match told.answered.len() {
        1 => "1 question was asked".to_owned(),
        asked => format!("{asked} questions were asked"),
    };
    page.line(&format!("{}; {asked}", Grade::ALL.map(count).join(", ")));
    page
}

/// What was recorded, what was created and what was not run.
pub(super) fn recorded(told: &Told<'_>, recorded: &Recorded, folder: &Path) -> Page {
    let mut page = happened(told);
    page.blank_line();
    let count = recorded.files.len();
    let plural = if count == 1 { "" } else { "s" };
    page.line(&format!("{count} file{plural} written to {}", folder.display()));
    page
}

/// What is at the vendors now, and what nobody was asked.
fn happened(told: &Told<'_>) -> Page {
    let mut page = Page::default();
    for group in
        groups(told.not_run.iter(), |one, other| one.provider == other.provider && one.reason == other.reason)
    {
        let names: Vec<&str> = group.iter().map(|it| it.scenario.as_str()).collect();
        let NotRun { provider, reason, .. } = group[0];
        page.line(&format!("not run at {provider}: {}: {reason}", few(&names)));
    }
    for group in groups(told.created.iter(), |one, other| {
        one.provider == other.provider && one.existing == other.existing
    }) {
        let ids: Vec<&str> = group.iter().map(|it| it.id.as_str()).collect();
        let words = if group[0].existing { "was there" } else { "created" };
        page.line(&format!("{words} at {}: {}", group[0].provider, ids.join(", ")));
    }
    for doubt in &told.in_doubt {
        let words = if doubt.answered { "created, with an id that was not told," } else { "in doubt" };
        page.line(&format!("{words} at {}: contact {}", doubt.provider, doubt.contact));
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
        few(&names),
    )
}

fn same_finding(one: &Finding, other: &Finding) -> bool {
    one.provider == other.provider
        && one.place == other.place
        && one.expected == other.expected
        && one.seen == other.seen
        && one.note == other.note
}

fn few(names: &[&str]) -> String {
    if names.len() <= FEW {
        return names.join(", ");
    }
    format!("{} and {} more", names[..FEW - 1].join(", "), names.len() - (FEW - 1))
}

/// Those that are alike, in the order of the first of each.
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
