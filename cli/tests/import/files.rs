//! The files that an import reads and writes. A defect of the whole file ends the command before anything is sent; a
//! defect of a row rejects only the row.

use crate::import::{Office, people};

const CARDS: &str = "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:1\r\nFN:Ada King\r\nEMAIL:ada@example.com\r\nEND:VCARD\r\n\
                     BEGIN:VCARD\r\nVERSION:3.0\r\nUID:2\r\nFN:Bo Ek\r\nTEL:+442079460123\r\nEND:VCARD\r\n";
const LINES: &str = "{\"name\": \"Ada King\"}\n{\"name\": \"Bo Ek\"}\n";

#[tokio::test]
async fn a_broken_row_is_rejected_and_the_others_are_delivered() {
    let office = Office::new().await;
    let text = people(20).replace("p7@example.com", "not an address");
    let file = office.file("people.csv", text);
    let ended = office.import(&file, &[]).await.expect_code(1);
    assert_eq!(ended.json()["read"], 20);
    assert_eq!(ended.json()["rejects"], 1);
    assert!(
        ended.stderr.contains("people.csv:9 (Person 7): column 3 (E-mail): not an e-mail address"),
        "{ended:?}"
    );
    assert!(!ended.stderr.contains("not an address"), "{ended:?}");
    assert_eq!(office.held(), [19; 4]);
    let rejects = std::fs::read_to_string(office.path("people.csv.rejects.csv")).unwrap();
    assert!(
        rejects.starts_with("External ID,Name,E-mail,Phone,_reason,_line,_original,_guarded\n7,Person 7,"),
        "{rejects}"
    );
    assert_eq!(rejects.lines().count(), 2);
    #[cfg(unix)]
    assert_eq!(mode(&office, "people.csv.rejects.csv"), 0o600);
    let mended = office.file("mended.csv", rejects.replace("not an address", "p7@example.com"));
    office.import(&mended, &[]).await.expect_code(0);
    assert_eq!(office.held(), [20; 4]);
}

#[cfg(unix)]
fn mode(office: &Office, name: &str) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    office.path(name).metadata().unwrap().permissions().mode() & 0o777
}

#[tokio::test]
async fn without_rejects_no_file_is_written() {
    let office = Office::new().await;
    let file = office.file("people.csv", people(3));
    office.import(&file, &[]).await.expect_code(0);
    assert!(!office.path("people.csv.rejects.csv").exists());
}

#[tokio::test]
async fn corrected_rejects_of_ndjson_are_imported() {
    let office = Office::new().await;
    let file = office.file("people.ndjson", format!("{LINES}{{\"name\": 5}}\n{{\"name\": \"Cy\n"));
    office.import(&file, &[]).await.expect_code(1);
    let rejects = std::fs::read_to_string(office.path("people.ndjson.rejects.ndjson")).unwrap();
    let mended = office.file("mended.ndjson", rejects.replace(": 5}", ": \"Di\"}"));
    let ended = office.import(&mended, &[]).await.expect_code(1);
    assert!(ended.stderr.contains("mended.ndjson:2: this line was not corrected"), "{ended:?}");
    assert_eq!(office.held(), [3; 4]);
}

#[tokio::test]
async fn too_many_rejects_stop_the_import() {
    let office = Office::new().await;
    let broken = people(40).replace("@example.com", " at example.com");
    let file = office.file("people.csv", broken);
    let rejects = office.path("bad.csv").display().to_string();
    let ended = office.import(&file, &["--max-rejects", "4", "--rejects", &rejects]).await.expect_code(1);
    assert_eq!(ended.json()["rejects"], 5);
    assert!(ended.stderr.contains("the rest was not read"), "{ended:?}");
    assert_eq!(std::fs::read_to_string(rejects).unwrap().lines().count(), 6);
}

#[tokio::test]
async fn standard_input_lines_and_cards_are_read() {
    for (text, more) in [(LINES, &[][..]), (CARDS, &[][..]), (LINES, &["--input-format", "ndjson"][..])] {
        let office = Office::new().await;
        let arguments = [&["import", "-", "--format", "json"], more].concat();
        let ended = office.program(&arguments).input(text).run().await.expect_code(0);
        assert_eq!(ended.json()["read"], 2);
        assert_eq!(office.held(), [2; 4]);
    }
    let office = Office::new().await;
    for (name, text) in [("people.vcf", CARDS), ("people.ndjson", LINES)] {
        let file = office.file(name, text);
        office.import(&file, &[]).await.expect_code(0);
    }
    assert_eq!(office.held()[2], 4);
}

#[tokio::test]
async fn a_mapping_is_suggested_and_used() {
    let office = Office::new().await;
    let file = office.file("odd.csv", "Who;Where to write\nAda King;ada@example.com\n");
    office.import(&file, &[]).await.expect_usage_error();
    let suggested = office.program(&["import", &file, "--suggest-map"]).run().await.expect_code(0);
    let map = suggested.stdout.replace("\"ignore\"", "\"name.full\"");
    assert!(map.contains("\"Who\" = \"name.full\""), "{map}");
    let map = office
        .file("map.toml", "[columns]\n\"Who\" = \"name.full\"\n\"Where to write\" = \"emails[0].address\"\n");
    office.import(&file, &["--map", &map, "--delimiter", ";"]).await.expect_code(0);
    assert_eq!(office.held(), [1; 4]);
}

#[tokio::test]
async fn a_text_with_a_word_that_names_a_column_is_no_file_of_contacts() {
    let office = Office::new().await;
    let script = "#!/bin/sh\nset -e\nrun first\nname,email=$1\nname;x\necho one\necho two\nexit 0\n";
    let lines = "TEL;TYPE=CELL:+447700900123\nFN:Ada King\nEMAIL;TYPE=WORK:ada@example.com\n";
    for (name, text, message) in
        [("run.sh", script, "in line 1 is known"), ("lines.txt", lines, "a vCard without its first line")]
    {
        let file = office.file(name, text);
        let ended = office.import(&file, &[]).await.expect_usage_error();
        assert!(ended.stderr.contains(message), "{ended:?}");
    }
    assert_eq!(office.held(), [0; 4]);
}

#[tokio::test]
async fn an_unusable_mapping_is_refused() {
    let office = Office::new().await;
    let map = office.file("map.toml", "[columns]\n\"Who\" = \"name.full\"\n\"Nick\" = \"name.full\"\n");
    let cards = office.file("people.vcf", CARDS);
    for more in [&["--map", &map][..], &["--suggest-map"]] {
        let ended = office.import(&cards, more).await.expect_usage_error();
        assert!(ended.stderr.contains("this is vcard, which has no columns"), "{ended:?}");
    }
    let file = office.file("odd.csv", "Who;Nick\nAda King;Ada\n");
    let ended = office.import(&file, &["--map", &map]).await.expect_usage_error();
    assert!(ended.stderr.contains("line 3: `Who` and `Nick` both go to name.full"), "{ended:?}");
    assert_eq!(office.held(), [0; 4]);
}

#[tokio::test]
async fn unusable_files_are_errors_before_anything_is_sent() {
    let office = Office::new().await;
    let file = office.file("people.csv", people(3));
    let missing = office.path("missing.csv").display().to_string();
    let nowhere = office.path("no/where.ndjson").display().to_string();
    let empty = office.file("empty.csv", "");
    office.import(&missing, &[]).await.expect_usage_error();
    office.import(&empty, &[]).await.expect_usage_error();
    office.import(&file, &["--map", &missing]).await.expect_usage_error();
    let ended = office.import(&file, &["--report", &nowhere]).await.expect_usage_error();
    assert!(ended.stderr.contains(&format!("--report {nowhere}: the folder does not exist")), "{ended:?}");
    office.import(&file, &["--report", &file]).await.expect_usage_error();
    office.import(&file, &["--rejects", &file]).await.expect_usage_error();
    office.import(&file, &["--delimiter", "ab"]).await.expect_usage_error();
    assert_eq!(office.held(), [0; 4]);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), people(3));
}

#[cfg(unix)]
#[tokio::test]
async fn a_report_that_grows_beyond_the_disk_stops_the_import() {
    let office = Office::new().await;
    let file = office.file("people.csv", people(3000));
    let report = office.path("report.ndjson").display().to_string();
    let import = ["import", &file, "--format", "json", "--report", &report, "--set", "journal=off"];
    let ended = office.program(&import).with_file_size_limit("80").run().await.expect_code(1);
    let error: serde_json::Value = serde_json::from_str(ended.stderr.lines().last().unwrap()).unwrap();
    assert_eq!(error["error"]["code"], "output", "{ended:?}");
    assert!(
        error["error"]["message"].as_str().unwrap().contains("the report cannot be written"),
        "{ended:?}"
    );
    assert!(!ended.stderr.contains("error: "), "{ended:?}");
    assert!(ended.json()["read"].as_u64().unwrap() < 3000, "{ended:?}");
    assert!(office.held().iter().all(|held| *held < 3000));
}
