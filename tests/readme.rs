//! Checks the README's table of vendors and its version of Rust. The command's tests check the blocks of all documents.

use unicontact::providers::{Cardinality, VENDORS};

const README: &str = include_str!("../README.md");

#[test]
fn the_documents_name_the_version_of_rust_that_is_needed() {
    let version = format!("Rust {}", env!("CARGO_PKG_RUST_VERSION"));
    let documents = [
        README,
        include_str!("../CONTRIBUTING.md"),
        include_str!("../docs/getting-started.md"),
        include_str!("../docs/library.md"),
        include_str!("../docs/adapters.md"),
    ];
    for document in documents {
        assert!(document.contains(&version), "{version} is missing: {}", document.lines().next().unwrap());
    }
}

/// Returns the cells of a vendor's row.
fn row(title: &str) -> Vec<&'static str> {
    let start = format!("| {title} |");
    let line = README.lines().find(|line| line.starts_with(&*start)).unwrap();
    line.trim_matches('|').split('|').map(str::trim).collect()
}

#[test]
fn the_table_of_vendors_matches_the_capabilities() {
    for vendor in VENDORS {
        let cells = row(vendor.title());
        let holds = |field: &str| vendor.capabilities().fields.iter().any(|row| row.field.starts_with(field));
        let count = |field: &str| {
            vendor.capabilities().fields.iter().find(|row| row.field == field).map(|row| row.count)
        };
        let expectations = [
            (1, "name", true),
            (5, "addresses", holds("addresses")),
            (6, "title", holds("title")),
            (7, "links", holds("links")),
            (8, "notes", holds("notes")),
            (10, "can be searched", vendor.capabilities().find),
        ];
        for (column, what, expected) in expectations {
            let cell = cells[column];
            assert_eq!(cell != "no", expected, "{}: {what} says `{cell}`", vendor.title());
        }
        let second_create =
            vendor.dedupe_key().map_or_else(|| "makes two".to_owned(), |key| format!("see {key}"));
        assert_eq!(cells[9], second_create, "{}", vendor.title());
        let emails = if count("emails") == Some(Cardinality::Many) { "all" } else { "one" };
        assert!(cells[3].starts_with(emails), "{}: e-mails say `{}`", vendor.title(), cells[3]);
        for limited in vendor
            .capabilities()
            .fields
            .iter()
            .filter(|row| row.limit.is_some() && !row.field.starts_with("vendor."))
        {
            let limit = format!("≤ {}", limited.limit.unwrap());
            assert!(cells.iter().any(|cell| cell.contains(&limit)), "{}: {limit} is missing", vendor.title());
        }
    }
}
