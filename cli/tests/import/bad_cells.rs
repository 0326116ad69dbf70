//! Cells that cannot be read: dropped and reported, or rejected with their row.

use std::path::Path;

use serde_json::{Value, json};
use unicontact_sandbox::Vendor;

use crate::import::Office;
use crate::program::Ended;

/// Ada has a bad second address, Bo a bad number beside a good address, Cy nothing but a bad address.
const PEOPLE: &str = "External ID,Name,E-mail,E-mail 2,Phone,Country\n\
                      a,Ada King,ada@example.com,at home,+442079460001,\n\
                      b,Bo Ek,bo@example.com,,ask his wife,\"Atlantis, lost\"\n\
                      c,Cy Hall,no address,,,\n\
                      d,Di Lee,di@example.com,,call me,\n";

fn lines(path: &Path) -> Vec<String> {
    std::fs::read_to_string(path).unwrap().lines().map(str::to_owned).collect()
}

async fn import(office: &Office, more: &[&str]) -> Ended {
    let file = office.file("people.csv", PEOPLE);
    office.import(&file, &[&["--to", "voice"], more].concat()).await
}

fn notes_path(office: &Office) -> String {
    office.path("notes.csv").display().to_string()
}

#[tokio::test]
async fn a_bad_cell_is_dropped_and_counted_by_column_and_reason() {
    let office = Office::new().await;
    let ended = import(&office, &[]).await.expect_code(1);
    assert_eq!(office.names(Vendor::Cloverhound), ["Ada King", "Bo Ek", "Di Lee"]);
    let messages: Vec<&str> = ended.stderr.lines().collect();
    let from = messages.iter().position(|line| line.ends_with("other cells are kept")).unwrap();
    insta::assert_snapshot!(messages[from..from + 5].join("\n").rsplit("people.csv: ").next().unwrap(), @r"
    4 cells are dropped in 3 rows; their other cells are kept
      2 times: column 5 (Phone): not a telephone number (expected something like +44 20 7946 0123)
      once: column 4 (E-mail 2): not an e-mail address (expected something like name@example.com)
      once: column 6 (Country): not a known country (write its name or its two-letter code)
      add --notes FILE to list their lines and values, or --on-bad-cell reject to reject such rows
    ");
    let dropped = ended.json()["dropped"].take();
    assert_eq!(dropped[0]["column"], 5, "{dropped}");
    assert_eq!(dropped[0]["field"], "Phone", "{dropped}");
    assert_eq!(dropped[0]["times"], 2, "{dropped}");
    assert_eq!(dropped.as_array().unwrap().len(), 3, "{dropped}");
}

#[tokio::test]
async fn the_report_names_the_line_and_the_dropped_cells_without_their_values() {
    let office = Office::new().await;
    let report = office.path("report.ndjson");
    import(&office, &["--report", &report.display().to_string()]).await.expect_code(1);
    let mut reports: Vec<Value> =
        lines(&report).iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    reports.sort_by_key(|report| report["line"].as_u64());
    let dropped = |index: usize| &reports[index]["dropped"];
    assert_eq!(reports.iter().map(|report| &report["line"]).collect::<Vec<_>>(), [2, 3, 5]);
    assert_eq!(dropped(0)[0]["column"], 4);
    assert_eq!(dropped(0)[0]["field"], "E-mail 2");
    let fields: Vec<&Value> = dropped(1).as_array().unwrap().iter().map(|cell| &cell["field"]).collect();
    assert_eq!(fields.len(), 2, "{fields:?}");
    assert!(fields.contains(&&json!("Phone")) && fields.contains(&&json!("Country")), "{fields:?}");
    let text = std::fs::read_to_string(&report).unwrap();
    assert!(!text.contains("Atlantis") && !text.contains("his wife") && !text.contains("at home"), "{text}");
}

#[tokio::test]
async fn the_notes_list_every_dropped_cell_and_only_their_owner_can_read_them() {
    let office = Office::new().await;
    let ended = import(&office, &["--notes", &notes_path(&office)]).await.expect_code(1);
    insta::assert_snapshot!(lines(&office.path("notes.csv")).join("\n"), @r#"
    line,column,header,value,reason,suggestion
    2,4,E-mail 2,at home,not an e-mail address (expected something like name@example.com),
    3,6,Country,"Atlantis, lost",not a known country (write its name or its two-letter code),
    3,5,Phone,ask his wife,not a telephone number (expected something like +44 20 7946 0123),
    5,5,Phone,call me,not a telephone number (expected something like +44 20 7946 0123),
    "#);
    assert!(ended.stderr.contains(&format!("values are in {}", notes_path(&office))), "{ended:?}");
    assert!(!format!("{ended:?}").contains("Atlantis"), "{ended:?}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(office.path("notes.csv")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[tokio::test]
async fn the_notes_hold_the_repaired_form_of_texts_that_were_encoded_twice() {
    let office = Office::new().await;
    let people = "External ID,Name,Email,Contacts/Email,Is a Company\n\
                  a,Zo\u{c3}\u{ab} M\u{c3}\u{bc}ller,zoe@example.com,none,\n,,,nowhere,\nb,Bo Ek,bo@example.com,,\n";
    let file = office.file("people.csv", people);
    let ended =
        office.import(&file, &["--to", "voice", "--notes", &notes_path(&office)]).await.expect_code(0);
    insta::assert_snapshot!(lines(&office.path("notes.csv")).join("\n"), @r#"
    line,column,header,value,reason,suggestion
    3,4,Contacts/Email,nowhere,not an e-mail address (expected something like name@example.com),
    2,2,Name,ZoÃ« MÃ¼ller,"the text seems to be encoded twice; it is kept unchanged",Zoë Müller
    "#);
    assert!(
        ended
            .stderr
            .contains("1 text looks as if it was encoded twice; correct the file: their lines and the repaired texts are in"),
        "{ended:?}"
    );
    assert!(!format!("{ended:?}").contains("Müller"), "{ended:?}");
    let ended = office.import(&file, &["--to", "voice", "--dry-run"]).await.expect_code(0);
    assert!(
        ended
            .stderr
            .contains("1 text looks as if it was encoded twice; correct the file: add --notes FILE to list"),
        "{ended:?}"
    );
}

#[tokio::test]
async fn a_dry_run_counts_dropped_cells_and_writes_the_notes_that_are_named() {
    let office = Office::new().await;
    let ended = import(&office, &["--dry-run", "--notes", &notes_path(&office)]).await.expect_code(1);
    assert!(ended.stderr.contains("4 cells are dropped in 3 rows"), "{ended:?}");
    assert_eq!(ended.json()["dropped"][0]["times"], 2, "{ended:?}");
    assert_eq!(lines(&office.path("notes.csv")).len(), 5);
    assert_eq!(office.held(), [0; 4]);
}

#[tokio::test]
async fn earlier_notes_are_kept_and_a_repeated_import_adds_no_files() {
    let office = Office::new().await;
    office.file("notes.csv", "read, by hand\n");
    let ended = import(&office, &["--notes", &notes_path(&office)]).await.expect_code(1);
    assert_eq!(lines(&office.path("notes.1.csv")), ["read, by hand"]);
    assert!(ended.stderr.contains("notes.csv is now "), "{ended:?}");
    let again = import(&office, &["--notes", &notes_path(&office)]).await.expect_code(1);
    assert!(!again.stderr.contains("notes.csv is now "), "{again:?}");
    assert!(!office.path("notes.2.csv").exists());
}

#[tokio::test]
async fn on_bad_cell_rejects_the_row_or_drops_the_cell() {
    let office = Office::new().await;
    import(&office, &["--on-bad-cell", "reject", "--notes", &notes_path(&office)]).await.expect_code(1);
    assert_eq!(office.held(), [0; 4]);
    assert_eq!(lines(&office.path("people.csv.rejects.csv")).len(), 5);
    assert!(!office.path("notes.csv").exists());
    import(&office, &["--on-bad-cell", "drop"]).await.expect_code(0);
    assert_eq!(office.names(Vendor::Cloverhound), ["Ada King", "Bo Ek", "Cy Hall", "Di Lee"]);
}

#[tokio::test]
async fn notes_that_would_overwrite_another_file_or_cannot_be_written_are_refused() {
    let office = Office::new().await;
    let file = office.file("people.csv", PEOPLE);
    let nowhere = office.path("no/notes.csv").display().to_string();
    let rejects = office.path("both.csv").display().to_string();
    let journal = office.path("unicontact.db").display().to_string();
    for (more, message) in [
        (vec!["--notes", &*file], "this is the file that is imported"),
        (vec!["--notes", &*journal], "this is the journal"),
        (vec!["--notes", &*nowhere], "the folder does not exist"),
        (vec!["--notes", &*rejects, "--rejects", &*rejects], "one file cannot be both"),
        (vec!["--notes", &*rejects, "--report", &*rejects], "one file cannot be both"),
    ] {
        let ended = office.import(&file, &more).await.expect_usage_error();
        assert!(ended.stderr.contains(message), "{ended:?}");
    }
    assert_eq!(office.held(), [0; 4]);
    assert_eq!(std::fs::read_to_string(file).unwrap(), PEOPLE);
}

#[cfg(unix)]
#[tokio::test]
async fn partly_written_notes_are_reported_as_incomplete() {
    let office = Office::new().await;
    let row = |number| format!("p{number},Person {number},p{number}@example.com,,{},\n", "x".repeat(300));
    let head = "External ID,Name,E-mail,E-mail 2,Phone,Country\n".to_owned();
    let file = office.file("people.csv", std::iter::once(head).chain((0..3000).map(row)).collect::<String>());
    let arguments = ["import", &file, "--to", "voice", "--dry-run", "--notes", &notes_path(&office)];
    let ended = office.program(&arguments).with_file_size_limit("80").run().await.expect_code(1);
    assert!(ended.stderr.contains("notes.csv is not complete"), "{ended:?}");
    assert!(ended.stderr.contains("make room and run the command again"), "{ended:?}");
    assert!(!ended.stderr.contains("values are in"), "{ended:?}");
}

/// Returns a CSV of people, one in three of whom has a text in the phone column.
fn with_texts_for_numbers(rows: usize) -> String {
    let row = |number| {
        let phone = if number % 3 == 0 { "ask her" } else { "+442079460001" };
        format!("p{number},Person {number},p{number}@example.com,{phone}\n")
    };
    std::iter::once("External ID,Name,E-mail,Phone\n".to_owned()).chain((0..rows).map(row)).collect()
}

#[tokio::test]
async fn a_column_with_many_bad_cells_is_named_before_anything_is_sent() {
    let office = Office::new().await;
    let file = office.file("people.csv", with_texts_for_numbers(60));
    let ended = office.import(&file, &["--to", "voice"]).await.expect_code(0);
    let warning = "warning: 20 of the first 60 rows have an unreadable cell in column 4 (Phone): not a telephone number";
    assert!(ended.stderr.contains(warning), "{ended:?}");
    assert!(
        ended.stderr.contains("map it with --map; count these cells in the whole file with --dry-run"),
        "{ended:?}"
    );
    assert!(!ended.stderr.contains("ask her"), "{ended:?}");
    // A run that cannot open its journal prints the warning, too.
    let refused = ["import", &file, "--set", "journal=/nowhere/journal.db"];
    let ended = office.program(&refused).run().await;
    assert!(ended.code != 0 && ended.stderr.contains(warning), "{ended:?}");
}

#[tokio::test]
async fn the_warning_is_printed_for_standard_input() {
    let office = Office::new().await;
    let program = office.program(&["import", "-", "--to", "voice", "--dry-run"]);
    let ended = program.input(with_texts_for_numbers(60)).run().await.expect_code(0);
    assert!(ended.stderr.contains("warning: 20 of the first 60 rows"), "{ended:?}");
}

#[tokio::test]
async fn a_few_bad_cells_cause_no_warning() {
    let office = Office::new().await;
    let ended = import(&office, &[]).await.expect_code(1);
    assert!(!ended.stderr.contains("warning"), "{ended:?}");
}
