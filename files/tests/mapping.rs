//! Mappings of one's own.
//!
//! Rule: what a mapping says goes before what is recognised, and a mistake in it is told with its line.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use unicontact_files::{ColumnMap, ReadOptions, open, suggest_map};

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
    assert!(plan.contains("y  ->  not used: the mapping leaves it out"), "{plan}");
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
fn two_columns_do_not_go_to_one_place() {
    let two = |one: &str, other: &str| {
        let map = format!("[columns]\n\"Kundenname\" = \"{one}\"\n\"Mail\" = \"{other}\"\n");
        open(FILE.as_bytes(), "kunden.csv", &options(&map)).err().map(|error| error.to_string())
    };
    let told = two("name.full", "name.full").unwrap();
    assert_eq!(
        told,
        "kunden.csv: line 3: `Kundenname` and `Mail` both go to name.full, which takes one column"
    );
    assert!(two("phones[1].number", "phones[1].number").is_some());
    assert!(two("custom.x", "custom.x").is_some());
    assert_eq!(two("notes", "notes"), None);
    assert_eq!(two("emails[].address", "emails[].address"), None);
}

#[test]
fn a_mapping_is_for_csv_alone() {
    for (file, name, format) in
        [("{\"name\":\"Ada\"}\n", "a.json", "ndjson"), ("BEGIN:VCARD\nFN:Ada\nEND:VCARD\n", "a.vcf", "vcard")]
    {
        let told = format!(
            "{name}: this is {format}, which has no columns: a mapping is for CSV, workbooks and tables of JSON"
        );
        let refused = open(file.as_bytes(), name, &options("[columns]\n")).err().unwrap();
        assert_eq!(refused.to_string(), told);
        let refused = suggest_map(file.as_bytes(), name, &ReadOptions::default()).unwrap_err();
        assert_eq!(refused.to_string(), told);
    }
}

#[test]
fn a_column_is_told_with_who_leaves_it_out() {
    let taken = |file: &'static str, options: &ReadOptions| {
        open(file.as_bytes(), "a.csv", options).unwrap().columns().unwrap().to_string()
    };
    let plain = taken("Name,E-mail 1 - Value,Shoe,_line\n", &ReadOptions::default());
    assert!(plain.contains("Shoe  ->  not used: not a known column; name it in a mapping"), "{plain}");
    assert!(plain.contains("_line  ->  not used: the file of rejects adds it"), "{plain}");
    let mapped = taken("Name,Shoe,Hat\n", &options("[columns]\n\"Hat\" = \"ignore\"\n"));
    assert!(mapped.contains("Shoe  ->  not used: neither a known column nor in the mapping"), "{mapped}");
    assert!(mapped.contains("Hat  ->  not used: the mapping leaves it out"), "{mapped}");
    let layout =
        taken("Vorname,Nachname,Mobiltelefon,E-Mail-Adresse,Ort privat,Ort\n", &ReadOptions::default());
    assert!(layout.contains("Ort  ->  not used: not a field of a contact"), "{layout}");
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
    assert!(unknown.contains("\"Foo\" = \"ignore\"  # not a known column\n"), "{unknown}");
}
