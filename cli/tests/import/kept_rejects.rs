//! Existing files of rejects. Rows that a user corrected are never lost, and a repeated import adds no files.

use std::path::Path;
use std::time::Duration;

use unicontact_sandbox::{Latency, On, Rule, What};

use crate::import::{Office, people};

const REJECTS: &str = "people.csv.rejects.csv";
const FIRST_KEPT: &str = "people.csv.rejects.1.csv";

fn broken() -> String {
    people(6).replace("p2@example.com", "not an address")
}

fn text(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}

fn rejects_in(office: &Office) -> Vec<String> {
    let folder = office.path("");
    let names = std::fs::read_dir(folder).unwrap().map(|it| it.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.filter(|name| name.contains("rejects")).collect();
    names.sort();
    names
}

#[tokio::test]
async fn an_earlier_file_of_rejects_is_kept_and_reported() {
    let office = Office::new().await;
    let file = office.file("people.csv", broken());
    office.file(REJECTS, "mended, by hand\n");
    let ended = office.import(&file, &[]).await.expect_code(1);
    assert_eq!(text(&office.path(FIRST_KEPT)), "mended, by hand\n");
    assert!(text(&office.path(REJECTS)).contains("not an address"));
    let message = format!(
        "the earlier {} is now {}",
        office.path(REJECTS).display(),
        office.path(FIRST_KEPT).display()
    );
    assert!(ended.stderr.contains(&message), "{ended:?}");
    office.file(REJECTS, "mended again\n");
    office.import(&file, &[]).await.expect_code(1);
    assert_eq!(text(&office.path("people.csv.rejects.2.csv")), "mended again\n");
    assert_eq!(text(&office.path(FIRST_KEPT)), "mended, by hand\n");
}

#[tokio::test]
async fn a_dry_run_writes_rejects_only_to_a_named_file() {
    let office = Office::new().await;
    let file = office.file("people.csv", broken());
    office.file(REJECTS, "mended, by hand\n");
    let ended = office.import(&file, &["--dry-run"]).await.expect_code(1);
    assert!(ended.stderr.contains("column 3 (E-mail): not an e-mail address"), "{ended:?}");
    assert!(ended.stderr.contains("people.csv: 1 row is no contact\n"), "{ended:?}");
    assert_eq!(rejects_in(&office), [REJECTS]);
    assert_eq!(text(&office.path(REJECTS)), "mended, by hand\n");
    let named = office.path("rejects.csv").display().to_string();
    office.import(&file, &["--dry-run", "--rejects", &named]).await.expect_code(1);
    assert!(text(Path::new(&named)).contains("not an address"));
}

#[tokio::test]
async fn a_repeated_interrupted_import_adds_no_files() {
    let latency = Rule::new(What::Latency(Latency::Fixed(Duration::from_millis(30)))).on(On::Any);
    let office = Office::with_faults([latency]).await;
    let file = office.file("people.csv", people(300).replace("p2@example.com", "not an address"));
    for held in [40, 80] {
        let mut running = office.program(&["import", &file, "--format", "json"]).start().await;
        office.wait_until_held(held).await;
        running.interrupt();
        running.wait_for_message("Ctrl-C again stops at once").await;
        running.end().await.expect_code(1);
        assert_eq!(rejects_in(&office), [REJECTS]);
    }
}

#[tokio::test]
async fn a_repeated_import_adds_no_files() {
    let office = Office::new().await;
    let file = office.file("people.csv", broken());
    for _ in 0..3 {
        let ended = office.import(&file, &[]).await.expect_code(1);
        assert!(!ended.stderr.contains(" is now "), "{ended:?}");
        assert_eq!(rejects_in(&office), [REJECTS]);
    }
}

#[tokio::test]
async fn a_named_file_is_kept_and_an_empty_one_is_overwritten() {
    let office = Office::new().await;
    let file = office.file("people.csv", broken());
    let named = office.file("rejects", "kept\n");
    office.import(&file, &["--rejects", &named]).await.expect_code(1);
    assert_eq!(text(&office.path("rejects.1")), "kept\n");
    let empty = office.file("empty rejects.csv", "");
    office.import(&file, &["--rejects", &empty]).await.expect_code(1);
    assert_eq!(rejects_in(&office), ["empty rejects.csv", "rejects", "rejects.1"]);
    assert!(text(Path::new(&empty)).contains("not an address"));
}

#[tokio::test]
async fn an_import_without_rejects_keeps_an_earlier_file() {
    let office = Office::new().await;
    let file = office.file("people.csv", people(3));
    office.file(REJECTS, "mended\n");
    office.import(&file, &[]).await.expect_code(0);
    assert_eq!(text(&office.path(REJECTS)), "mended\n");
    assert_eq!(rejects_in(&office), [REJECTS]);
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn rejects_on_stdout_are_appended_to_the_redirected_file() {
    let office = Office::new().await;
    let file = office.file("people.csv", broken());
    office.file("log", "earlier\n");
    let append = std::fs::OpenOptions::new().append(true).open(office.path("log")).unwrap();
    let arguments = ["import", &file, "--format", "json", "--rejects", "/dev/stdout"];
    let program = office.program(&arguments).stdout(append);
    program.run().await.expect_code(1);
    let log = text(&office.path("log"));
    assert!(log.starts_with("earlier\n") && log.contains("not an address"), "{log}");
    assert!(log.trim_end().ends_with('}'), "{log}");
    assert!(!office.path("log.1").exists());
}
