//! Reads the tables of a vendor's documentation. A missing table, or a row with a wrong number of cells, is an error.

use crate::support::fixture::{self, Fixture};

/// Returns the rows below the heading of the first table of a section of `docs.md`.
pub(crate) fn rows<const CELLS: usize>(vendor: &str, section: &str) -> Vec<[String; CELLS]> {
    let path = format!("{}/providers/src/{vendor}/docs.md", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    rows_of(&text, section).unwrap_or_else(|problem| panic!("{path}: {problem}"))
}

fn rows_of<const CELLS: usize>(text: &str, section: &str) -> Result<Vec<[String; CELLS]>, String> {
    let begins = |part: &&str| part.starts_with(&format!("{section}\n"));
    let part = text.split("\n# ").find(begins).ok_or_else(|| format!("no section {section}"))?;
    let lines: Vec<&str> = part.lines().filter(|line| line.starts_with('|')).collect();
    let rows = lines.iter().map(|line| {
        let inner = line.strip_prefix('|').and_then(|line| line.strip_suffix('|'));
        let cells: Vec<String> =
            inner.unwrap_or_default().split('|').map(|cell| cell.trim().to_owned()).collect();
        cells.try_into().map_err(|_| format!("not {CELLS} cells in {line}"))
    });
    let mut rows: Vec<[String; CELLS]> = rows.collect::<Result<_, _>>()?;
    let is_rule =
        |row: &[String; CELLS]| row.iter().all(|cell| cell.len() >= 3 && cell.chars().all(|it| it == '-'));
    if rows.len() < 3 || !is_rule(&rows[1]) {
        return Err(format!("no table in {section}"));
    }
    rows.drain(..2);
    Ok(rows)
}

/// Returns the text of a cell that holds one word of code.
pub(crate) fn plain(cell: &str) -> String {
    cell.trim_matches('`').to_owned()
}

/// Returns the words of code in a cell.
pub(crate) fn code_words(cell: &str) -> Vec<String> {
    cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// Returns the fixtures of these names, and a problem for each name without a fixture.
pub(crate) fn named<'a>(names: &[String], fixtures: &'a [Fixture]) -> (Vec<&'a Fixture>, Vec<String>) {
    let mut complaints = Vec::new();
    if names.is_empty() {
        complaints.push("the row names no fixture".to_owned());
    }
    let mut found = Vec::new();
    for name in names {
        match fixtures.iter().find(|it| it.scenario == *name) {
            Some(fixture) => found.push(fixture),
            None => complaints.push(format!("there is no fixture {name}")),
        }
    }
    (found, complaints)
}

/// Calls `visit` with every row of every vendor's documentation and the vendor's fixtures.
pub(crate) fn for_every_row<Row>(
    rows_of_documentation: fn(&str) -> Vec<Row>,
    mut visit: impl FnMut(&str, &Row, &[Fixture]),
) {
    for vendor in fixture::VENDORS.iter().copied() {
        let fixtures = fixture::of_vendor(vendor);
        for row in rows_of_documentation(vendor) {
            visit(vendor, &row, &fixtures);
        }
    }
}

/// Asserts that no row has a problem.
#[track_caller]
pub(crate) fn assert_proved<Row>(
    rows_of_documentation: fn(&str) -> Vec<Row>,
    complaints: fn(&str, &Row, &[Fixture]) -> Vec<String>,
) {
    let mut found = Vec::new();
    for_every_row(rows_of_documentation, |vendor, row, fixtures| {
        found.extend(complaints(vendor, row, fixtures));
    });
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

#[test]
fn a_malformed_table_is_an_error() {
    let read = |text: &str| rows_of::<2>(text, "Answers");
    let table = "\n# Answers\n\n| a | b |\n|---|---|\n| `x` | |\n";
    assert_eq!(read(table), Ok(vec![["`x`".to_owned(), String::new()]]));
    for broken in ["", "\n# Answers\n", &table.replace("| `x` | |", "| `x` |"), &table.replace("---", "- -")]
    {
        assert!(read(broken).is_err(), "{broken}");
    }
    assert_eq!(code_words("`a`, with `b[]`"), ["a", "b[]"]);
}
