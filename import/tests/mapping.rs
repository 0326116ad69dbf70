//! Mappings of one's own.
//!
//! Rule: what a mapping says goes before what is recognised, and a mistake in it is told with its line.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use unicontact_import::{ColumnMap, ReadOptions, open, suggest_map};

const FILE: &str =
    "Kundenname;Tel. 2;Mail;x;y;Name;Name\nAda King;+44 20 7946 0123;ada@example.com;7;z;Ada;Augusta\n";

fn options(map: &str) -> ReadOptions {
    ReadOptions { map: Some(map.parse().unwrap()), ..ReadOptions::default() }
}

fn mistake(map: &str) -> String {
    map.parse::<ColumnMap>().unwrap_err().to_string()
}

#[test]
fn columns_and_constants_go_where_the_mapping_says() {
    let map = r#"
        [columns]
        "Kundenname" = "name.full"
        "Tel. 2" = "phones[1].number"
        "Mail" = { to = "emails[0].address", kind = "work" }
        "x" = "custom.x"
        "y" = "ignore"
        "Name" = "name.given"
        "Name#2" = "name.middle"
        [constants]
        "phones[1].kind" = "main"
        "tags" = "import"
    "#;
    let mut reading = open(FILE.as_bytes(), "kunden.csv", &options(map)).unwrap();
    let plan = reading.columns().unwrap().to_string();
    assert!(plan.contains("y  ->  not used: left out on purpose"), "{plan}");
    assert!(plan.contains("(every row)  ->  tags = import"), "{plan}");
    let contact = serde_json::to_value(reading.next().unwrap().unwrap().contact).unwrap();
    assert_eq!(
        contact,
        serde_json::json!({
            "kind": "person",
            "name": {"full": "Ada King", "given": "Ada", "middle": "Augusta"},
            "emails": [{"address": "ada@example.com", "kind": "work"}],
            "phones": [{"number": "+442079460123", "kind": "main"}],
            "tags": ["import"],
            "custom": {"x": "7"},
        })
    );
}

#[test]
fn mistakes_are_told_with_their_line_and_the_nearest_name() {
    assert_eq!(mistake("[columns]\n\"a\" = \"titel\""), "line 2: a: unknown field, did you mean `title`?");
    assert_eq!(mistake("[colums]\n"), "line 1: unknown key `colums`, did you mean `columns`?");
    assert!(mistake("[columns]\n\"a\" = 5").starts_with("line 2: a: expected a field"));
    assert!(mistake("[columns]\n\"a\" = { to = \"title\", kind = \"work\" }").contains("belong to e-mails"));
    assert!(mistake("[constants]\n\"phones[].kind\" = \"work\"").contains("such as phones[0]"));
    assert!(mistake("[columns]\n\"a\" = ").starts_with("line 2: "));
}

#[test]
fn a_column_that_the_file_does_not_have_is_told() {
    let refused = open(FILE.as_bytes(), "kunden.csv", &options("[columns]\n\"Kundename\" = \"name.full\""));
    let refused = refused.err().unwrap().to_string();
    assert_eq!(refused, "kunden.csv: line 2: the file has no column `Kundename`, did you mean `Kundenname`?");
}

#[test]
fn a_suggested_mapping_is_valid_and_changes_nothing() {
    for file in
        [FILE, "First Name,E-mail 1 - Value,Phone 1 - Label,Phone 1 - Value,\"a\"\"b\nc\"\nAda,,Work,1,\n"]
    {
        let suggested = suggest_map(file.as_bytes(), "a.csv", &ReadOptions::default()).unwrap();
        let without: Vec<_> = open(file.as_bytes(), "a.csv", &ReadOptions::default()).unwrap().collect();
        let with: Vec<_> = open(file.as_bytes(), "a.csv", &options(&suggested)).unwrap().collect();
        assert_eq!(with, without, "{suggested}");
    }
    let unknown = suggest_map(&b"Foo,Bar\n"[..], "a.csv", &ReadOptions::default()).unwrap();
    assert!(unknown.contains("\"Foo\" = \"ignore\"  # not a known column"), "{unknown}");
}
