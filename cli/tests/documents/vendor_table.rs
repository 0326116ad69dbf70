//! Checks that the README has the table of `unicontact providers`, with a row for each vendor.

use std::process::Command;

use super::console::is_update;
use super::page::{Page, root};

const README: &str = "README.md";
/// The beginning of the table's header.
const HEADER: &str = "| vendor | name |";

/// Returns the cells of a table on a screen. Two blanks or more separate two cells.
fn screen_rows(screen: &str) -> Vec<Vec<String>> {
    let cells = |line: &str| -> Vec<String> {
        line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).map(str::to_owned).collect()
    };
    screen.lines().map(cells).collect()
}

/// Returns the cells of a Markdown table, without the line below its header.
fn markdown_rows(table: &str) -> Vec<Vec<String>> {
    let cells = |line: &str| line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect();
    table.lines().filter(|line| !line.starts_with("|---")).map(cells).collect()
}

/// Returns the rows as columns. Every row has as many cells as the first.
fn transposed(rows: &[Vec<String>]) -> Vec<Vec<String>> {
    let column = |index: usize| rows.iter().map(|row| row[index].clone()).collect();
    (0..rows[0].len()).map(column).collect()
}

fn markdown(rows: &[Vec<String>]) -> String {
    let line = |row: &Vec<String>| format!("| {} |\n", row.join(" | "));
    let rule = format!("|{}\n", "---|".repeat(rows[0].len()));
    let (header, others) = rows.split_first().unwrap();
    line(header) + &rule + &others.iter().map(line).collect::<String>()
}

#[test]
fn the_readme_has_the_vendors_of_the_command_cell_by_cell() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_unicontact"));
    let ended = command.arg("providers").env_clear().current_dir(folder.path()).output().unwrap();
    let mut printed = transposed(&screen_rows(&String::from_utf8(ended.stdout).unwrap()));
    "vendor".clone_into(&mut printed[0][0]);
    let readme = Page::read(README).text;
    let start = readme.find(HEADER).expect("the README has the table");
    let table = readme[start..].split("\n\n").next().unwrap();
    let shown = markdown_rows(table);
    if is_update() && shown != printed {
        let updated = readme.replacen(table, markdown(&printed).trim_end(), 1);
        std::fs::write(root().join(README), updated).unwrap();
        return;
    }
    assert_eq!(shown, printed);
}
