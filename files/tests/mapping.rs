//! Tests of a user's mapping.
//!
//! Invariant: a mapping overrules what is recognized, and an error in it has its line.

use unicontact_files::{ColumnMap, ReadOptions, open, suggest_map};

const FILE: &str =
    "Kundenname;Tel. 2;Mail;x;y;Name;Name\nAda King;+44 20 7946 0123;ada@example.com;7;z;Ada;Augusta\n";

fn options(map: &str) -> ReadOptions {
    ReadOptions { map: Some(map.parse().unwrap()), ..ReadOptions::default() }
}

fn map_error(map: &str) -> String {
    map.parse::<ColumnMap>().unwrap_err().to_string()
}

#[test]
fn a_mapping_sets_columns_and_constants() {
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
fn an_error_has_its_line_and_the_nearest_name() {
    assert_eq!(map_error("[columns]\n\"a\" = \"titel\""), "line 2: a: unknown field, did you mean `title`?");
    assert_eq!(map_error("[colums]\n"), "line 1: unknown key `colums`, did you mean `columns`?");
    assert!(map_error("[columns]\n\"a\" = 5").starts_with("line 2: a: expected a field"));
    assert!(
        map_error("[columns]\n\"a\" = { to = \"title\", kind = \"work\" }").contains("belong to e-mails")
    );
    assert!(map_error("[constants]\n\"phones[].kind\" = \"work\"").contains("such as phones[0]"));
    assert!(map_error("[columns]\n\"a\" = ").starts_with("line 2: "));
}

#[test]
fn a_column_that_the_file_does_not_have_is_an_error() {
    let refused = open(FILE.as_bytes(), "kunden.csv", &options("[columns]\n\"Kundename\" = \"name.full\""));
    let refused = refused.err().unwrap().to_string();
    assert_eq!(refused, "kunden.csv: line 2: the file has no column `Kundename`, did you mean `Kundenname`?");
}

#[test]
fn two_columns_for_one_field_are_an_error() {
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
fn a_mapping_for_a_file_without_columns_is_an_error() {
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
fn the_plan_says_why_a_column_is_unused() {
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
