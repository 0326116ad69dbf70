//! Checks every document of the project: the README, the book, the decisions, CONTRIBUTING.md and the changelog. A block of code
//! is run, parsed, compiled or quoted from a source file; links and the table of contents are complete.

mod command_lines;
mod console;
mod data;
mod links;
mod page;
mod rust_blocks;
mod transcript;

use page::{Page, pages, root};

/// The languages of blocks that a test of this module checks.
const LANGUAGES: [&str; 7] = ["console", "json", "rust", "rust,ignore", "rust,no_run", "text", "toml"];

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
fn the_readme_fits_in_two_hundred_lines() {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    assert!(readme.lines().count() <= 200, "{} lines: move text into the book", readme.lines().count());
}
