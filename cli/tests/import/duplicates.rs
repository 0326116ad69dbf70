//! Messages about contacts that were delivered before: other content under the same id is never reported as the same
//! contact.

use std::fmt::Write;

use crate::import::{Office, people};

#[tokio::test]
async fn within_one_input_equal_and_other_content_are_counted_separately() {
    let office = Office::new().await;
    let repeats =
        "5,Another Name,p5@example.com,\n7,Person 7,p7@example.com,+442079460007\n8,Another Name,,\n";
    let file = office.file("people.csv", format!("{}{repeats}", people(10)));
    for more in [&[] as &[&str], &["--dry-run"]] {
        let ended = office.import(&file, more).await.expect_code(1);
        let message = "2 rows repeat earlier rows of the input and were not sent again: 1 with the same content; 1 is the same person with other content";
        assert!(ended.stderr.contains(message), "{ended:?}");
        assert!(
            ended.stderr.contains("people.csv:14 (Another Name): its id came before for another person"),
            "{ended:?}"
        );
        assert!(!ended.stderr.contains("p5@"), "{ended:?}");
    }
    assert_eq!(office.held(), [10; 4]);
}

#[tokio::test]
async fn across_runs_equal_and_other_content_are_counted_separately() {
    let office = Office::new().await;
    let file = office.file("people.csv", people(3));
    office.import(&file, &[]).await.expect_code(0);
    let same = office.import(&file, &[]).await.expect_code(0);
    let message = "acme, iot, voice, jakarta: 3 contacts were delivered earlier and are the same.";
    assert!(same.stderr.contains(message), "{same:?}");
    let others = office.file(
        "others.csv",
        people(3)
            .replace("Person 1", "Somebody Else")
            .replace("Person 2,p2@example.com,+442079460002", "Nobody,,"),
    );
    let report = office.path("report.ndjson").display().to_string();
    let ended = office.import(&others, &["--to", "voice", "--report", &report]).await.expect_code(1);
    let message = "voice: 1 contact was delivered earlier and is the same; 1 contact was delivered earlier with other content; contacts \
                are not updated (--report says what differs).";
    assert!(ended.stderr.contains(message), "{ended:?}");
    let report = std::fs::read_to_string(report).unwrap();
    assert_eq!(report.matches(r#""differs_in":["name"]"#).count(), 1, "{report}");
    assert_eq!(report.matches("its id was delivered earlier for another person").count(), 1, "{report}");
}

#[cfg(unix)]
#[tokio::test]
async fn a_temporary_file_that_cannot_grow_causes_a_warning() {
    let office = Office::new().await;
    // More than the rows whose hashes stay in memory.
    let mut rows = "External ID,Name,E-Mail,Phone\n".to_owned();
    for number in 0..30_000 {
        writeln!(rows, "{number},N{number},n{number}@example.com,+442079{number:06}").unwrap();
    }
    let file = office.file("people.csv", rows);
    let dry_run = ["import", &file, "--dry-run", "--to", "voice"];
    let ended = office.program(&dry_run).with_file_size_limit("4").run().await.expect_code(0);
    assert!(ended.stderr.contains("warning: the temporary file"), "{ended:?}");
}

#[tokio::test]
async fn without_a_journal_a_warning_says_that_a_second_run_sends_everything_again() {
    let office = Office::new().await;
    let file = office.file("people.csv", people(2));
    for format in ["human", "json"] {
        let import = crate::program::Program::new(&["import", &file, "--format", format]);
        let ended = import.configured(&office.sandbox.configuration()).run().await.expect_code(0);
        let message = "The journal is off: a second run would send every contact again.";
        assert!(ended.stderr.contains(message), "{ended:?}");
    }
    // `SmartTask` has `use_created` and returns the existing contacts.
    assert_eq!(office.held(), [2, 4, 4, 4]);
}
