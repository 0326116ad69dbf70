//! The table of broken adapters in `docs/adapters.md`: every adapter of this folder has a row, and its report says what the row does.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use unicontact::providers::testkit::Report;

const PAGE: &str = include_str!("../../../docs/adapters.md");
const HEADING: &str = "| rule | broken adapter | what it does | the suite says |";
/// Files of this folder that hold no broken adapter.
const OTHERS: [&str; 2] = ["mod", "documented"];

struct Row {
    rule: u8,
    adapter: &'static str,
    message: &'static str,
}

fn rows() -> Vec<Row> {
    let (_, table) = PAGE.split_once(HEADING).unwrap();
    let lines = table.lines().skip(2).take_while(|line| line.starts_with('|'));
    lines
        .map(|line| {
            let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
            let [rule, adapter, _, message] = cells[..] else { panic!("{line}") };
            Row { rule: rule.parse().unwrap(), adapter: adapter.trim_matches('`'), message }
        })
        .collect()
}

/// Asserts that the report breaks the rule of the adapter's row alone, says what the row does, and says what to do.
pub(super) fn expect_row(adapter: &str, report: &Report) {
    let rows = rows();
    let row = rows.iter().find(|row| row.adapter == adapter);
    let row = row.unwrap_or_else(|| panic!("docs/adapters.md has no row for {adapter}"));
    assert_eq!(report.broken_rules(), [row.rule], "{report}");
    let mut findings = report.findings().iter();
    assert!(findings.any(|finding| finding.what.contains(row.message)), "{}\n{report}", row.message);
    assert!(report.findings().iter().all(|finding| !finding.what_to_do.is_empty()), "{report}");
}

#[test]
fn the_page_has_a_row_for_every_broken_adapter() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/testkit/broken");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files: BTreeSet<String> =
        files.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect();
    let adapters: BTreeSet<String> = files.into_iter().filter(|name| !OTHERS.contains(&&**name)).collect();
    assert!(adapters.len() >= 22, "{}", adapters.len());
    let rows = rows();
    assert_eq!(rows.iter().map(|row| row.adapter.to_owned()).collect::<BTreeSet<_>>(), adapters);
    let rules: BTreeSet<u8> = rows.iter().map(|row| row.rule).collect();
    assert_eq!(rules, (1..=11).collect(), "every rule has a broken adapter");
}
