//! The README's output of the demo is the demo's output.
//!
//! Its rule: every line that it shows is printed, in that order; `…` stands for lines left out, and times may differ.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs, reason = "tests")]

use std::process::Command;

const README: &str = include_str!("../../README.md");

/// A line without what differs from run to run.
fn timeless(line: &str) -> String {
    let words = line.split_whitespace().collect::<Vec<_>>();
    match words.as_slice() {
        [row @ .., _, "ms"] => row.join(" "),
        words => words.join(" "),
    }
}

#[test]
fn the_readme_shows_what_the_demo_prints() {
    let shown = README.split("```console\n").nth(1).unwrap().split("```").next().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_unicontact")).arg("demo").env_clear().output().unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    let mut printed = printed.lines().map(timeless);
    for line in shown.lines().map(timeless).filter(|line| line != "…" && !line.is_empty()) {
        assert!(printed.any(|printed| printed == line), "not printed, or not in this order: {line}");
    }
}
