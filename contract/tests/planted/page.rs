//! Reads the tables of `docs/drift.md`: the id of each drift, its grade, and whether a comparison meets it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

const HEADER: &str = "| drift | what changed at the vendor | grade | why |";
/// The heading of the second table.
const NOT_PROVOKED: &str = "## Refusals that are not provoked";

/// A row of the page.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) grade: String,
    pub(super) is_provoked: bool,
}

/// Returns the rows of both tables by their ids.
pub(super) fn rows() -> BTreeMap<String, Row> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/drift.md");
    let text = fs::read_to_string(path).unwrap();
    let (provoked, not_provoked) = text.split_once(NOT_PROVOKED).unwrap();
    let mut rows = BTreeMap::new();
    for (table, is_provoked) in [(provoked, true), (not_provoked, false)] {
        let lines = table.lines().skip_while(|line| *line != HEADER).skip(2);
        for line in lines.take_while(|line| line.starts_with('|')) {
            let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
            let [id, change, grade, reason] = cells[..] else { panic!("{line}") };
            assert!(!change.is_empty() && !reason.is_empty(), "{line}");
            let row = Row { grade: grade.trim_matches('`').to_owned(), is_provoked };
            assert!(rows.insert(id.trim_matches('`').to_owned(), row).is_none(), "{line}");
        }
    }
    rows
}
