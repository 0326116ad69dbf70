//! Ids in people's files: placeholders, rounded numbers, floats, and ids that differ in case only.

use unicontact_sandbox::Vendor;

use crate::import::{Office, count};

/// Returns a CSV with one person per id.
fn csv(header: &str, ids: &[&str]) -> String {
    let row = |(number, id): (usize, &&str)| {
        let id = id.replace('"', "\"\"");
        format!("\"{id}\",Person {number},p{number}@example.com\n")
    };
    let rows: String = ids.iter().enumerate().map(row).collect();
    format!("{header},Name,Email\n{rows}")
}

/// Returns the same people as NDJSON. The ids are JSON values.
fn ndjson(ids: &[&str]) -> String {
    let line = |(number, id): (usize, &&str)| {
        format!(
            "{{\"external_id\": {id}, \"name\": \"Person {number}\", \"emails\": [\"p{number}@example.com\"]}}\n"
        )
    };
    ids.iter().enumerate().map(line).collect()
}

fn cards(ids: &[&str]) -> String {
    let card = |(number, id): (usize, &&str)| {
        format!(
            "BEGIN:VCARD\nVERSION:3.0\nUID:{id}\nFN:Person {number}\nEMAIL:p{number}@example.com\nEND:VCARD\n"
        )
    };
    ids.iter().enumerate().map(card).collect()
}

#[tokio::test]
async fn people_with_placeholders_for_ids_are_created_once_each() {
    let ids = [
        "NULL",
        "null",
        "(null)",
        "\\N",
        "#N/A",
        "#N/A",
        "nan",
        "NaN",
        "None",
        "n/a",
        "N.A.",
        "-",
        "--",
        "0",
        "000",
        "0.0",
        "#REF!",
        "#NAME?",
        "undefined",
        "00000000-0000-0000-0000-000000000000",
        "00000000-0000-0000-0000-000000000000",
    ];
    let json = ["null", "\"\"", "0", "false", "\"NULL\"", "\"0\"", "-0", "0.0", "\"n/a\"", "false"];
    for (name, text, people) in [
        ("people.csv", csv("External ID", &ids), ids.len()),
        ("people.ndjson", ndjson(&json), json.len()),
        ("people.json", format!("[{}]", ndjson(&json).trim_end().replace('\n', ",\n")), json.len()),
        ("people.vcf", cards(&ids), ids.len()),
    ] {
        let office = Office::new().await;
        let file = office.file(name, text);
        let first = office.import(&file, &[]).await.expect_code(0);
        assert_eq!(office.held(), [people; 4], "{first:?}");
        assert!(first.stderr.contains("a placeholder such as NULL, N/A or 0 is not an id"), "{first:?}");
        let again = office.import(&file, &[]).await.expect_code(0);
        assert_eq!(office.held(), [people; 4], "{again:?}");
    }
}

#[tokio::test]
async fn the_note_about_placeholders_counts_them_and_names_the_column() {
    let office = Office::new().await;
    let file = office.file("people.csv", csv("Kundennummer", &["NULL", "7", "nan", "8.0"]));
    let ended = office.import(&file, &["--dry-run"]).await.expect_code(0);
    for message in [
        "people.csv: 2 times, first in line 2: Kundennummer: a placeholder such as NULL, N/A or 0 is not an id",
        "people.csv: once, in line 5: Kundennummer: the id has decimals; it is read without them: 42.0 as 42",
    ] {
        assert!(ended.stderr.contains(message), "{ended:?}");
    }
}

#[tokio::test]
async fn rows_with_rounded_ids_are_rejected_and_codes_are_accepted() {
    let rounded =
        ["1.23457E+11", "1.23457E+11", "1,23457E+11", "1.2E5", "1.5e+3", "4.892E+092", "1E+11", "7.7743E10"];
    let codes = ["12E4", "12A4", "1E5", "12e4", "1.0.0", "3E"];
    let office = Office::new().await;
    let ids = [&rounded[..], &codes].concat();
    let file = office.file("people.csv", csv("Record ID", &ids));
    let ended = office.import(&file, &[]).await.expect_code(1);
    assert_eq!(ended.json()["rejects"], rounded.len());
    assert_eq!(office.held(), [codes.len(); 4]);
    let message = "people.csv:2 (Person 0): column 1 (Record ID): a spreadsheet has rounded this id: format the column as text there and \
                export the file again";
    assert!(ended.stderr.contains(message) && !ended.stderr.contains("E+11"), "{ended:?}");
    let rejects = std::fs::read_to_string(office.path("people.csv.rejects.csv")).unwrap();
    assert!(
        rejects.contains("\"1,23457E+11\",Person 2,p2@example.com,Record ID: a spreadsheet has rounded"),
        "{rejects}"
    );
}

#[tokio::test]
async fn rounded_ids_of_json_and_cards_are_rejected() {
    let json =
        ["1.5e11", "1e5", "\"1.23457E+11\"", "1.2345678901234567e+22", "12345678901234567890.0", "\"12E4\""];
    for (name, text) in [
        ("people.ndjson", ndjson(&json)),
        ("people.json", format!("[{}]", ndjson(&json).trim_end().replace('\n', ","))),
        (
            "cards.json",
            ndjson(&json)
                .replace("{\"external_id\"", "{\"@type\": \"Card\", \"version\": \"1.0\", \"uid\"")
                .replace("\"name\": \"Person", "\"name\": {\"full\": \"Person")
                .replace("\", \"emails\": [\"", "\"}, \"emails\": {\"a\": {\"address\": \"")
                .replace("\"]}", "\"}}}"),
        ),
        ("people.vcf", cards(&["1.5E+11", "1.2e5", "1.23457E+11", "\"1,2E+7\"", "1E+5", "12E4"])),
    ] {
        let office = Office::new().await;
        let file = office.file(name, text);
        let ended = office.import(&file, &[]).await.expect_code(1);
        assert_eq!(ended.json()["rejects"], 5, "{ended:?}");
        assert_eq!(office.names(Vendor::Emnify), ["Person 5"], "{ended:?}");
        assert!(ended.stderr.contains("has rounded this"), "{ended:?}");
    }
}

#[tokio::test]
async fn a_whole_number_written_as_a_float_is_the_same_id() {
    let ids = ["42", "43", "44", "45", "46", "12345678901234567890123"];
    let texts = [
        (
            "floats.csv",
            csv("Contact ID", &["42.0", "43,0", "44.00", " 45.0 ", "=\"46\"", "'12345678901234567890123"]),
        ),
        ("floats.ndjson", ndjson(&["42.0", "43", "\"44.0\"", "45.00", "\"46\"", "12345678901234567890123"])),
        ("floats.vcf", cards(&["42.0", "43.0", "44", "45.0", "46.0", "12345678901234567890123"])),
    ];
    let office = Office::new().await;
    let first = office.file("people.csv", csv("Contact ID", &ids));
    office.import(&first, &[]).await.expect_code(0);
    for (name, text) in texts {
        let file = office.file(name, text);
        let ended = office.import(&file, &[]).await.expect_code(0);
        assert_eq!(count(&ended.json(), "iot", "skipped"), 6, "{name}: {ended:?}");
    }
    assert_eq!(office.held(), [6; 4]);
}

#[tokio::test]
async fn similar_but_different_ids_are_different_people() {
    let ids = [
        "003A000001abcDE",
        "003A000001abcDe",
        "abc",
        "ABC",
        "42",
        "042",
        "42.5",
        "42.50",
        "42.000",
        "42,000",
        "-42",
        "9007199254740992",
        "9007199254740993",
    ];
    let json =
        ["9007199254740992", "9007199254740993", "18446744073709551616", "18446744073709551617", "-42", "42"];
    for (name, text, people) in
        [("people.csv", csv("ID", &ids), ids.len()), ("people.ndjson", ndjson(&json), json.len())]
    {
        let office = Office::new().await;
        let file = office.file(name, text);
        let ended = office.import(&file, &[]).await.expect_code(0);
        assert_eq!(office.held(), [people; 4], "{ended:?}");
    }
}

#[tokio::test]
async fn create_reads_ids_as_an_import_does() {
    let office = Office::new().await;
    let contact = |id: &str| format!("{{\"external_id\": {id}, \"name\": \"Ada King\"}}");
    for (id, key) in
        [("42.0", "42"), ("12345678901234567890123", "12345678901234567890123"), ("\"'007\"", "007")]
    {
        let create = office.program(&["create", "-", "--format", "json"]).input(contact(id));
        let ended = create.run().await.expect_code(0);
        assert_eq!(ended.json()["contact"], key);
    }
    for id in ["0", "false", "\"NULL\""] {
        let create = office.program(&["create", "-", "--to", "voice", "--format", "json"]).input(contact(id));
        let ended = create.run().await.expect_code(0);
        assert!(ended.json()["contact"].as_str().unwrap().starts_with("sha256:"), "{ended:?}");
    }
    for id in ["1.5e11", "\"1.23457E+11\"", "12345678901234567890.0"] {
        let ended = office.program(&["create", "-"]).input(contact(id)).run().await.expect_usage_error();
        assert!(
            ended.stderr.contains("external_id: ") && ended.stderr.contains("has rounded this"),
            "{ended:?}"
        );
    }
}

#[tokio::test]
async fn a_file_without_ids_is_reported_with_the_method_of_recognition() {
    let office = Office::new().await;
    let no_column = "people.csv: no column holds ids; people are recognized by ";
    let no_ids = |name: &str| format!("{name}: no row has an id; people are recognized by ");
    for (name, text, message) in [
        ("people.csv", "Name,Email\nAda King,ada@example.com\n", Some(no_column.to_owned())),
        ("ids.csv", "ID,Name\n7,Bo Ek\n,Cy\n", None),
        ("empty.csv", "ID,Name\n,Cy Ek\n", Some(no_ids("empty.csv"))),
        ("people.ndjson", "{\"name\": \"Di Ek\"}\n", Some(no_ids("people.ndjson"))),
        ("ids.ndjson", "{\"external_id\": 8, \"name\": \"Di Ek\"}\n", None),
        ("people.vcf", "BEGIN:VCARD\nFN:Ed Ek\nEND:VCARD\n", Some(no_ids("people.vcf"))),
        ("ids.vcf", "BEGIN:VCARD\nUID:9\nFN:Ed Ek\nEND:VCARD\n", None),
    ] {
        let file = office.file(name, text);
        for more in [&["--dry-run"][..], &[]] {
            let ended = office.import(&file, more).await.expect_code(0);
            let lines = ended.stderr.lines().filter(|line| line.contains("are recognized by")).count();
            assert_eq!(lines, usize::from(message.is_some()), "{ended:?}");
            assert!(message.iter().all(|message| ended.stderr.contains(message)), "{ended:?}");
        }
    }
}

#[tokio::test]
async fn a_mapping_can_name_the_column_of_ids() {
    let office = Office::new().await;
    let file = office.file("people.csv", "Personnel,Name\nA1,Ada King\n");
    let ended = office.import(&file, &[]).await.expect_code(0);
    assert!(ended.stderr.contains("map it to `external_id`: --suggest-map writes a mapping."), "{ended:?}");
    let suggested = office.program(&["import", &file, "--suggest-map"]).run().await.expect_code(0);
    let map = office.file(
        "map.toml",
        suggested.stdout.replace("\"Personnel\" = \"ignore\"", "\"Personnel\" = \"external_id\""),
    );
    let report = office.path("report.ndjson").display().to_string();
    let ended = office.import(&file, &["--map", &map, "--report", &report]).await.expect_code(0);
    assert!(!ended.stderr.contains("are recognized by"), "{ended:?}");
    assert!(std::fs::read_to_string(report).unwrap().contains("\"contact\":\"A1\""));
}
