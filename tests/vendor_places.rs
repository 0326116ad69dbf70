//! Checks that only the listed files name a vendor, so that a new vendor needs only its folder, stand-in, fixtures and row of the table.

use std::fs;
use std::path::Path;

use unicontact::providers::VENDORS;

use crate::rust_sources::{code, rust_files};

/// Files that may name vendors, with the reasons.
const ALLOWED: [(&str, &str); 11] = [
    ("providers/src/vendors.rs", "the table of vendors"),
    ("providers/src/lib.rs", "declares each vendor's module behind its feature"),
    ("providers/src/provider.rs", "the enum has a variant for each adapter"),
    ("benches/src/configuration.rs", "configures one provider of each vendor for a measurement"),
    ("benches/src/whole/faults.rs", "measures one vendor that can be searched"),
    ("benches/src/hidden.rs", "measures what one vendor's documentation hides"),
    ("benches/src/journal.rs", "fills a journal with deliveries to one vendor"),
    ("benches/src/pure.rs", "reads one fixture of each vendor"),
    ("benches/src/vendor.rs", "the stand-in of the measurements"),
    ("cli/src/arguments", "the help shows commands with a vendor's name"),
    ("cli/src/commands/demo", "the demo shows fields of one vendor, and lost answers of two"),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn names_a_vendor(text: &str) -> bool {
    let code = code(text).to_lowercase();
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

/// Returns the files outside the sandbox whose code names a vendor.
fn files_with_vendors() -> Vec<String> {
    let crates = ["src", "providers/src", "model/src", "files/src", "contract/src", "cli/src", "benches/src"];
    let files = crates.iter().flat_map(|folder| rust_files(&root().join(folder)));
    let mut files_with_vendors: Vec<String> = files
        .map(|path| path.strip_prefix(root()).unwrap().to_str().unwrap().to_owned())
        .filter(|path| !is_in_a_vendors_folder(path) && !is_a_test(path))
        .filter(|path| names_a_vendor(&fs::read_to_string(root().join(path)).unwrap()))
        .collect();
    files_with_vendors.sort();
    files_with_vendors
}

#[test]
fn only_the_listed_files_name_a_vendor() {
    let files_with_vendors = files_with_vendors();
    let others: Vec<&String> = files_with_vendors.iter().filter(|path| !is_allowed(path)).collect();
    assert_eq!(others, [""; 0], "go through VENDORS instead, or list the file with a reason");
    for (allowed, reason) in ALLOWED {
        assert!(
            files_with_vendors.iter().any(|path| path.starts_with(allowed)),
            "{allowed} ({reason}) names none"
        );
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
