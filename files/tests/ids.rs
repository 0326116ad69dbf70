//! Reading ids in each format, and the original bytes of rows.

use unicontact_files::{ReadOptions, Row, open};

fn rows(text: &str, name: &str) -> Vec<Row> {
    let reading = open(std::io::Cursor::new(text.to_owned()), name, &ReadOptions::default()).unwrap();
    reading.map(|row| row.unwrap_or_else(|reject| panic!("{reject}"))).collect()
}

/// Returns the `external_id`s of a file's rows, each with its original spelling if that differs, and the notes.
fn ids(text: &str, name: &str) -> String {
    let line = |row: Row| {
        let id = row.contact.external_id.as_deref().unwrap_or("none").to_owned();
        let written = row.earlier.and_then(|earlier| earlier.external_id);
        let written = written.map(|written| format!(" as {written}")).unwrap_or_default();
        let notes: Vec<String> = row.notes.iter().map(ToString::to_string).collect();
        format!("{id}{written}; {}\n", notes.join("; ")).replace("; \n", "\n")
    };
    rows(text, name).into_iter().map(line).collect()
}

#[test]
fn ids_of_a_csv() {
    let text = "ID,Name,Owner ID\n42.0,A,\n NULL ,B,\n\"=\"\"007\"\"\",C,\nabc,D,\n";
    insta::assert_snapshot!(ids(text, "people.csv"), @r#"
    42 as 42.0; ID: the id has decimals; it is read without them: 42.0 as 42
    none as NULL; ID: a placeholder such as NULL, N/A or 0 is not an id; it is taken as empty
    007 as ="007"
    abc
    "#);
}

#[test]
fn ids_of_ndjson_and_json() {
    let lines = r#"{"external_id": 42.0, "name": "A"}
{"external_id": 12345678901234567890123, "name": "B"}
{"external_id": 0, "name": "C", "owner_id": "n/a"}
{"external_id": false, "name": "D", "owner_id": 7.0}
{"external_id": "'007", "name": "E"}
{"external_id": -9007199254740993, "name": "F"}
"#;
    let summary = ids(lines, "people.ndjson");
    insta::assert_snapshot!(summary, @r#"
    42 as 42.0
    12345678901234567890123 as 1.2345678901234568e+22
    none as 0; external_id: a placeholder such as NULL, N/A or 0 is not an id; it is taken as empty; owner_id: a placeholder such as NULL, N/A or 0 is not an id; it is taken as empty
    none
    007 as '007
    -9007199254740993
    "#);
    let array = format!("[{}]", lines.trim_end().replace('\n', ","));
    assert_eq!(ids(&array, "people.json"), summary);
}

#[test]
fn ids_of_jscontact() {
    let card = |uid: &str| {
        format!("{{\"@type\":\"Card\",\"version\":\"1.0\",\"uid\":{uid},\"name\":{{\"full\":\"A\"}}}}\n")
    };
    let uids = [
        "\"urn:uuid:00000000-0000-0000-0000-000000000000\"",
        "42.0",
        "12345678901234567890123",
        "false",
        "\"a\"",
    ];
    insta::assert_snapshot!(ids(&uids.map(card).concat(), "people.ndjson"), @r#"
    none as urn:uuid:00000000-0000-0000-0000-000000000000; uid: a placeholder such as NULL, N/A or 0 is not an id; it is taken as empty
    42
    12345678901234567890123
    none
    a
    "#);
}

#[test]
fn ids_of_vcards() {
    let card = |uid: &str| format!("BEGIN:VCARD\nVERSION:3.0\nUID:{uid}\nFN:A\nEND:VCARD\n");
    insta::assert_snapshot!(ids(&["NULL", "42.0", "urn:uuid:a"].map(card).concat(), "people.vcf"), @r#"
    none as NULL; UID: a placeholder such as NULL, N/A or 0 is not an id; it is taken as empty
    42 as 42.0; UID: the id has decimals; it is read without them: 42.0 as 42
    urn:uuid:a
    "#);
}

#[test]
fn a_row_keeps_its_original_bytes() {
    let csv = "ID,Name\n1,\"A\nB\"\r\n\n2,C";
    let json = "[\n {\"name\": \"A\"},\n {\"name\": \"C\"}]";
    let card = "BEGIN:VCARD\nFN:C\nLOGO;BASE64:AAAA\nPHOTO;BASE64:AAAA\nEND:VCARD\n";
    for (text, name, line, original) in [
        (csv, "a.csv", 2, "1,\"A\nB\"\r\n"),
        (json, "a.json", 2, "{\"name\": \"A\"}"),
        ("\n{\"name\": \"A\"}\n", "a.ndjson", 2, "{\"name\": \"A\"}"),
        (card, "a.vcf", 1, "BEGIN:VCARD\nX-UNICONTACT-LEFT-OUT:LOGO,PHOTO\r\nFN:C\nEND:VCARD\n"),
    ] {
        let row = rows(text, name).swap_remove(0);
        assert_eq!((row.line, String::from_utf8(row.original.clone()).unwrap().as_str()), (line, original));
        let reread = rows(&format!("{}{original}", if name == "a.csv" { "ID,Name\n" } else { "" }), name);
        assert_eq!(reread[0].contact, row.contact);
    }
}

#[test]
fn debug_of_a_row_hides_contact_data() {
    let row = &rows("ID,Name\nsecret.0,A\n'secret,Ada\n", "a.csv")[1];
    assert!(row.earlier.is_some());
    let shown = format!("{row:?}");
    assert!(!shown.contains("secret") && !shown.contains("115") && shown.contains("12 bytes"), "{shown}");
}
