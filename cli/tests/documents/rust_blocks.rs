//! Checks that the Rust blocks are compiled: the library's documentation includes the page, or a source file has the same lines.

use std::fs;

use super::page::{blocks_in, root};
use crate::rust_sources::rust_files;

const LIBRARY: &str = include_str!("../../../src/lib.rs");
/// Folders with Rust files.
const FOLDERS: [&str; 10] =
    ["src", "tests", "examples", "model", "providers", "files", "contract", "sandbox", "cli/src", "benches"];

#[test]
fn the_librarys_documentation_includes_every_page_with_rust() {
    let blocks = [blocks_in("rust"), blocks_in("rust,no_run")].concat();
    assert!(blocks.len() > 3, "{}", blocks.len());
    for block in blocks {
        let included = format!("#[doc = include_str!(\"../{}\")]", block.page);
        assert!(LIBRARY.contains(&included), "{}: src/lib.rs lacks {included}", block.place());
    }
}

/// Returns the lines of code without indentation, blank lines and the marks of documentation.
fn lines(text: &str) -> String {
    let lines = text.lines().map(|line| line.trim().trim_start_matches("//!").trim());
    lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_source_file_has_the_lines_of_every_block_that_is_not_compiled() {
    let files = FOLDERS.iter().flat_map(|folder| rust_files(&root().join(folder)));
    let sources: Vec<String> = files.map(|path| lines(&fs::read_to_string(path).unwrap())).collect();
    let blocks = blocks_in("rust,ignore");
    assert!(!blocks.is_empty());
    for block in blocks {
        let quoted = lines(&block.text);
        assert!(
            sources.iter().any(|source| source.contains(&quoted)),
            "{}: no source file has it",
            block.place()
        );
    }
}
