//! Checks every document of the project: the README, the book, the decisions, CONTRIBUTING.md and the changelog. A block of code
//! is run, parsed, compiled or quoted from a source file; links and the table of contents are complete.

mod command_lines;
mod console;
mod data;
mod evidence_page;
mod links;
mod page;
mod rust_blocks;
mod transcript;
mod vendor_table;

use page::{Page, pages, root};

/// The languages of blocks that a test of this module checks.
const LANGUAGES: [&str; 8] =
    ["console", "json", "rust", "rust,ignore", "rust,no_run", "text", "toml", "yaml"];

#[test]
fn every_block_is_in_a_language_that_a_test_checks() {
    let pages = pages();
    assert!(pages.len() > 20, "{}", pages.len());
    for block in pages.iter().flat_map(Page::blocks) {
        assert!(
            LANGUAGES.contains(&&*block.language),
            "{}: no test checks a block in `{}`",
            block.place(),
            block.language
        );
    }
}

/// mdBook leaves out a page that its summary lacks.
#[test]
fn the_summary_lists_every_page_of_the_book() {
    let summary = std::fs::read_to_string(root().join("docs/SUMMARY.md")).unwrap();
    for page in pages() {
        if let Some(name) = page.path.strip_prefix("docs/").filter(|name| *name != "SUMMARY.md") {
            assert!(summary.contains(&format!("]({name})")), "docs/SUMMARY.md lacks {name}");
        }
    }
}

#[test]
fn every_decision_is_in_the_index_and_has_its_three_parts() {
    let index = std::fs::read_to_string(root().join("DESIGN.md")).unwrap();
    let mut records = 0;
    for page in pages().iter().filter(|page| page.path.starts_with("docs/design/")) {
        for record in page.text.split("\n## ").skip(1) {
            let title = record.lines().next().unwrap();
            assert!(index.contains(&format!("- [{title}]({}#", page.path)), "DESIGN.md lacks: {title}");
            for part in ["\n**Context.** ", "\n**Decision.** ", "\n**Consequence.** "] {
                assert_eq!(record.matches(part).count(), 1, "{}: {title}: {part}", page.path);
            }
            records += 1;
        }
    }
    assert!(records > 150, "{records}");
}

#[test]
fn the_readme_fits_in_two_hundred_lines() {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    assert!(readme.lines().count() <= 200, "{} lines: move text into the book", readme.lines().count());
}
