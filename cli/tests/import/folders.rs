//! Several files and folders in one import.

use crate::import::{Office, people};

const CARD: &str = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ada King\r\nEMAIL:ada@example.com\r\nEND:VCARD\r\n";

impl Office {
    /// Imports several files.
    async fn import_all(&self, files: &[&str], more: &[&str]) -> crate::program::Ended {
        self.program(&[&["import", "--format", "json"], files, more].concat()).run().await
    }

    fn folder(&self, name: &str) -> String {
        std::fs::create_dir_all(self.path(name)).unwrap();
        self.path(name).display().to_string()
    }
}

#[tokio::test]
async fn files_and_folders_are_one_import() {
    let office = Office::new().await;
    let first = office.file("a.csv", "Name,E-mail\nAda King,ada@example.com\nBo Ek,no address\n");
    let cards = office.file("b.vcf", CARD);
    let folder = office.folder("more");
    office.folder("more/deeper");
    office.file("more/2.ndjson", "{\"name\":\"Cy Low\",\"emails\":[\"cy@example.com\"]}\n");
    office.file("more/1.csv", "Vorname;E-Mail\nDi;di@example.com\n;\nEd;at home\n");
    office.file("more/.hidden", "x");
    office.file("more/1.csv.rejects.csv", "x");
    let ended = office.import_all(&[&first, &cards, &folder], &[]).await.expect_code(1);
    let summary = ended.json();
    assert_eq!((&summary["read"], &summary["rejects"]), (&6.into(), &2.into()));
    assert_eq!(summary.as_object().unwrap().len(), 3, "the members are those of one file");
    // Ada is in two files and is created once.
    assert_eq!(office.held(), [3; 4]);
    assert_eq!(crate::import::count(&summary, "acme", "skipped"), 1);
    let expect_message = |text: &str| assert!(ended.stderr.contains(text), "{text}: {ended:#?}");
    expect_message("a.csv:3 (Bo Ek): column 2 (E-mail): not an e-mail address");
    expect_message("1.csv:4 (Ed): column 2 (E-Mail): not an e-mail address");
    expect_message("more: ignored: .hidden, 1.csv.rejects.csv, deeper/");
    for (name, rows) in [("a.csv.rejects.csv", 2), ("more/1.csv.rejects.csv", 2)] {
        assert_eq!(std::fs::read_to_string(office.path(name)).unwrap().lines().count(), rows, "{name}");
    }
    let (plan_1, plan_2) =
        (ended.stderr.find("1.csv: utf-8, delimiter ;"), ended.stderr.find("2.ndjson: ndjson"));
    assert!(plan_1.is_some() && plan_1 < plan_2, "{ended:#?}");
}

#[tokio::test]
async fn an_unreadable_file_is_an_error_before_anything_is_sent() {
    let office = Office::new().await;
    let good = office.file("good.csv", people(3));
    let bad = office.file("bad.bin", [0; 200]);
    let missing = office.path("missing.csv").display().to_string();
    let empty = office.folder("empty");
    for (other, message) in [
        (&bad, "bad.bin: this is a binary file"),
        (&missing, "missing.csv: the file does not exist"),
        (&empty, "the folder has no file of contacts; name another folder or a file"),
    ] {
        let ended = office.import_all(&[&good, other], &[]).await.expect_usage_error();
        assert!(ended.stderr.contains(message), "{ended:?}");
    }
    assert_eq!(office.held(), [0; 4]);
}

#[tokio::test]
async fn options_for_one_file_are_refused_for_several() {
    let office = Office::new().await;
    let (a, b) = (office.file("a.csv", people(2)), office.file("b.csv", people(3)));
    let rejects = office.path("r.csv").display().to_string();
    let ended = office.import_all(&[&a, &b], &["--rejects", &rejects]).await.expect_usage_error();
    assert!(ended.stderr.contains("--rejects: the option is for one file"), "{ended:?}");
    office.program(&["import", "--suggest-map", &a, &b]).run().await.expect_usage_error();
    let ended = office.import_all(&["-", "-"], &[]).await.expect_usage_error();
    assert!(ended.stderr.contains("standard input can be read only once; name it once"), "{ended:?}");
    let ended = office.import_all(&[&a, &a, &b], &["--report", &b]).await.expect_usage_error();
    assert!(ended.stderr.contains("b.csv: this is the file that is imported"), "{ended:?}");
    assert!(ended.stderr.contains("a.csv: the file is named twice and is read once"), "{ended:?}");
    assert_eq!(office.held(), [0; 4]);
}

#[tokio::test]
async fn a_row_that_clashes_with_a_row_of_another_file_names_that_file() {
    let office = Office::new().await;
    let a = office.file("a.csv", "External ID,Name,E-mail\n1,Ada King,ada@example.com\n");
    let b =
        office.file("b.csv", "External ID,Name,E-mail\n2,Bo Ek,bo@example.com\n1,Cy Low,cy@example.com\n");
    let report = office.path("report.ndjson").display().to_string();
    let ended = office.import_all(&[&a, &b], &["--report", &report]).await.expect_code(1);
    assert!(ended.stderr.contains("b.csv:3 (Cy Low): its id came before"), "{ended:?}");
    assert!(ended.stderr.contains(&format!("it clashes with line 2 of {a}")), "{ended:?}");
    let report = std::fs::read_to_string(report).unwrap();
    let refused = report.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let refusal = refused.map(|line| line["refusal"].clone()).find(|refusal| !refusal.is_null()).unwrap();
    assert_eq!((&refusal["line"], &refusal["file"]), (&3.into(), &b.clone().into()));
    assert_eq!((&refusal["clashes_with_line"], &refusal["clashes_with_file"]), (&2.into(), &a.into()));
    let rejects = std::fs::read_to_string(office.path("b.csv.rejects.csv")).unwrap();
    assert!(rejects.contains("\n1,Cy Low,cy@example.com,"), "{rejects}");
    assert_eq!(office.held(), [2; 4]);
}

#[tokio::test]
async fn max_rejects_counts_all_files_and_unread_files_are_named() {
    let office = Office::new().await;
    let bad = |name: &str| office.file(name, people(3).replace("@example.com", " at example.com"));
    let (a, b, c) = (bad("a.csv"), bad("b.csv"), bad("c.csv"));
    let ended = office.import_all(&[&a, &b, &c], &["--max-rejects", "4"]).await.expect_code(1);
    assert_eq!(ended.json()["rejects"], 5);
    assert!(ended.stderr.contains("b.csv: more rejects than --max-rejects allows; the rest was not read; correct the rejected rows or raise --max-rejects"), "{ended:?}");
    assert!(ended.stderr.contains("c.csv: not read; to continue, run the command again"), "{ended:?}");
}

#[tokio::test]
async fn the_file_after_a_truncated_one_is_read() {
    let office = Office::new().await;
    let broken = office.file("a.json", "[{\"name\":\"Ada King\"},\n{\"name\":\"Bo");
    let good = office.file("b.json", "[{\"name\":\"Cy Low\"}]");
    let ended = office.import_all(&[&broken, &good], &[]).await.expect_code(1);
    assert!(ended.stderr.contains("a.json: the rest was not read"), "{ended:?}");
    assert_eq!(office.held()[2], 2);
}

#[tokio::test]
async fn standard_input_may_be_one_of_several() {
    let office = Office::new().await;
    let file = office.file("a.csv", people(2));
    let program = office.program(&["import", "--format", "json", &file, "-"]);
    let ended = program.input("Name,E-mail\nAda King,ada@example.com\n").run().await.expect_code(0);
    assert_eq!(ended.json()["read"], 3);
    assert_eq!(office.held(), [3; 4]);
    let planned = office.import_all(&[&file], &["--dry-run"]).await.expect_code(0);
    assert_eq!(planned.json()["read"], 2);
}

#[tokio::test]
async fn line_numbers_are_reported_with_their_files() {
    let office = Office::new().await;
    let a = office.file("a.csv", "Name,Phone\nAda King,020 7946 0123\n");
    let b = office.file("b.csv", "Name,Phone\nBo Ek,+442079460124\nCy Low,020 7946 0125\n");
    let ended = office.import_all(&[&a, &b], &["--dry-run"]).await;
    let lines = ended.json()["providers"]["acme"]["numbers_not_e164"][0]["lines"].clone();
    assert_eq!(lines, serde_json::json!([{"file": a, "line": 2}, {"file": b, "line": 3}]));
    let ended = office.import_all(&[&b], &["--dry-run"]).await;
    assert_eq!(ended.json()["providers"]["acme"]["numbers_not_e164"][0]["lines"], serde_json::json!([3]));
}

#[tokio::test]
async fn a_message_about_many_files_is_printed_once() {
    let office = Office::new().await;
    let folder = office.folder("cards");
    for number in 0..40 {
        let card = format!(
            "BEGIN:VCARD\nVERSION:3.0\nFN:Person {number}\nEMAIL:p{number}@example.com\nTEL:ask her\nBDAY:someday\n\
             X-SHOE-SIZE:{number}\nEND:VCARD\n"
        );
        office.file(&format!("cards/{number}.vcf"), card);
    }
    let ended = office.import_all(&[&folder], &["--dry-run"]).await.expect_code(0);
    let lines: Vec<&str> = ended.stderr.lines().collect();
    assert!(lines.len() < 15, "{ended:#?}");
    for message in [
        "0.vcf and 39 more: vcard",
        "40 files: 40 times, first in ",
        "40 files: 80 cells are dropped in 40 rows",
        "0.vcf and 39 more: no row has an id",
    ] {
        assert_eq!(lines.iter().filter(|line| line.contains(message)).count(), 1, "{message}: {ended:#?}");
    }
    assert_eq!(ended.stderr.matches("--notes FILE").count(), 1, "{ended:#?}");
}

#[tokio::test]
async fn rejects_of_many_files_are_listed_in_part_and_summed() {
    let office = Office::new().await;
    let bad = |name: &str| office.file(name, people(8).replace("@example.com", " at example.com"));
    let (a, b) = (bad("a.csv"), bad("b.csv"));
    let ended = office.import_all(&[&a, &b], &["--dry-run"]).await.expect_code(1);
    for name in ["a.csv:", "b.csv:"] {
        let rows = ended.stderr.lines().filter(|line| line.contains(name) && line.contains("(Person "));
        assert_eq!(rows.count(), 3, "{ended:#?}");
    }
    assert!(ended.stderr.contains("a.csv: 8 rows are no contacts\n"), "{ended:#?}");
    assert!(ended.stderr.contains("2 files: 16 rows are no contacts in all\n"), "{ended:#?}");
}
