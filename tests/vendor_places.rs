//! Counts the places that name a vendor, so that adding one stays cheap: its folder, its stand-in, its fixtures, the table.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs, reason = "tests")]

use std::fs;
use std::path::{Path, PathBuf};

use unicontact::providers::VENDORS;

/// Files that may name vendors, and why.
const ALLOWED: [(&str, &str); 10] = [
    ("providers/src/vendors.rs", "the table of vendors"),
    ("providers/src/lib.rs", "declares each vendor's module behind its feature"),
    ("providers/src/provider.rs", "the enum has a variant for each adapter"),
    ("benches/src/configuration.rs", "configures one provider of each vendor for a measurement"),
    ("benches/src/hidden.rs", "measures what one vendor's documentation hides"),
    ("benches/src/journal.rs", "fills a journal with deliveries to one vendor"),
    ("benches/src/pure.rs", "reads one fixture of each vendor"),
    ("benches/src/vendor.rs", "the stand-in of the measurements"),
    ("cli/src/arguments", "the help shows commands with a vendor's name"),
    ("cli/src/commands/demo.rs", "the demo shows fields of one vendor"),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The Rust files below a folder.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] })
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect()
}

/// A file's code without comments and without its tests.
fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.map(str::to_lowercase).collect::<Vec<_>>().join("\n")
}

fn names_a_vendor(text: &str) -> bool {
    let code = code(text);
    VENDORS.iter().any(|vendor| code.contains(vendor.name()))
}

fn is_in_a_vendors_folder(path: &str) -> bool {
    VENDORS.iter().any(|vendor| {
        let folder = format!("providers/src/{}", vendor.name());
        path.strip_prefix(&folder).is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
    })
}

fn is_allowed(path: &str) -> bool {
    ALLOWED.iter().any(|(place, _)| path.strip_prefix(place).is_some_and(|rest| !rest.starts_with('_')))
}

fn is_a_test(path: &str) -> bool {
    path.ends_with("/tests.rs") || path.contains("/model_check")
}

/// The files outside of the sandbox whose code names a vendor.
fn places() -> Vec<String> {
    let crates = ["src", "providers/src", "model/src", "files/src", "contract/src", "cli/src", "benches/src"];
    let files = crates.iter().flat_map(|folder| sources(&root().join(folder)));
    let mut places: Vec<String> = files
        .filter(|path| names_a_vendor(&fs::read_to_string(path).unwrap()))
        .map(|path| path.strip_prefix(root()).unwrap().to_str().unwrap().to_owned())
        .filter(|path| !is_in_a_vendors_folder(path) && !is_a_test(path))
        .collect();
    places.sort();
    places
}

#[test]
fn only_listed_files_name_a_vendor() {
    let others: Vec<String> = places().into_iter().filter(|path| !is_allowed(path)).collect();
    assert_eq!(others, [""; 0], "go through VENDORS instead, or list the file with a reason");
}

#[test]
fn every_listed_file_names_a_vendor() {
    let places = places();
    for (allowed, reason) in ALLOWED {
        assert!(places.iter().any(|path| path.starts_with(allowed)), "{allowed} ({reason}) names none");
    }
}

#[test]
fn comments_and_tests_may_name_a_vendor_and_code_may_not() {
    let name = VENDORS[0].name();
    assert!(names_a_vendor(&format!("match vendor {{ \"{name}\" => 1 }}")));
    assert!(names_a_vendor(&format!("enum Vendor {{ {} }}", VENDORS[0].title())));
    assert!(!names_a_vendor(&format!(
        "/// Such as {name}.\nfn keys() {{}}\n#[cfg(test)]\nmod tests {{ {name} }}"
    )));
}
