//! Reads the table of `docs/drift.md`: the id of each drift, and its grade.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

const HEADER: &str = "| drift | what changed at the vendor | grade | why |";

/// Returns the grade of each drift by its id.
pub(super) fn grades() -> BTreeMap<String, String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/drift.md");
    let text = fs::read_to_string(path).unwrap();
    let rows = text.lines().skip_while(|line| *line != HEADER).skip(2);
    let mut grades = BTreeMap::new();
    for row in rows.take_while(|line| line.starts_with('|')) {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let [id, change, grade, reason] = cells[..] else { panic!("{row}") };
        assert!(!change.is_empty() && !reason.is_empty(), "{row}");
        let (id, grade) = (id.trim_matches('`').to_owned(), grade.trim_matches('`').to_owned());
        assert!(grades.insert(id, grade).is_none(), "{row}");
    }
    grades
}
