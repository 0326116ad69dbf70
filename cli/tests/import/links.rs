//! Symbolic links in the place of output files: none is followed, and its target keeps its content.

use std::os::unix::fs::symlink;

use crate::import::{Office, people};

const VICTIM: &str = "the file of another user\n";
const BROKEN: &str = "id,Name,E-mail\n1,Ada King,ada@example.com\n2,Bo Ek,no address\n";

/// Returns the path of a link to a file of another user.
fn planted(office: &Office, name: &str) -> String {
    office.file("victim", VICTIM);
    symlink(office.path("victim"), office.path(name)).unwrap();
    office.path(name).display().to_string()
}

fn expect_untouched(office: &Office) {
    assert_eq!(std::fs::read_to_string(office.path("victim")).unwrap(), VICTIM);
    assert!(!office.path("victim.1").exists());
}

#[tokio::test]
async fn no_output_of_an_import_follows_a_link() {
    for flag in ["--rejects", "--report", "--notes"] {
        let office = Office::new().await;
        let file = office.file("people.csv", BROKEN);
        let link = planted(&office, "out");
        let ended = office.import(&file, &[flag, &link]).await.expect_usage_error();
        let message =
            format!("{flag} {link}: this is a symbolic link, which is not followed; name the file itself");
        assert!(ended.stderr.contains(&message), "{ended:?}");
        expect_untouched(&office);
        assert_eq!(office.held(), [0; 4]);
    }
}

#[tokio::test]
async fn the_default_file_of_rejects_follows_no_link() {
    let office = Office::new().await;
    let file = office.file("people.csv", BROKEN);
    planted(&office, "people.csv.rejects.csv");
    let ended = office.import(&file, &[]).await.expect_usage_error();
    let advice = "this is a symbolic link, which is not followed; name another file for rejected rows: --rejects FILE\"";
    assert!(ended.stderr.contains(&format!("{file}.rejects.csv: {advice}")), "{ended:?}");
    expect_untouched(&office);
    assert_eq!(office.held(), [0; 4]);
    let other = office.path("rejects.csv").display().to_string();
    office.import(&file, &["--rejects", &other]).await.expect_code(1);
    assert_eq!(office.held(), [1; 4]);
}

#[tokio::test]
async fn a_link_to_a_missing_file_creates_nothing() {
    let office = Office::new().await;
    let file = office.file("people.csv", BROKEN);
    symlink(office.path("missing"), office.path("out")).unwrap();
    let out = office.path("out").display().to_string();
    office.import(&file, &["--report", &out]).await.expect_usage_error();
    assert!(!office.path("missing").exists());
}

#[tokio::test]
async fn an_export_of_deliveries_follows_no_link() {
    let office = Office::new().await;
    let file = office.file("people.csv", people(1));
    office.import(&file, &[]).await.expect_code(0);
    let link = planted(&office, "out");
    let export = ["deliveries", "export", "--output", &link];
    let ended = office.program(&export).run().await.expect_usage_error();
    assert!(ended.stderr.contains("this is a symbolic link"), "{ended:?}");
    expect_untouched(&office);
}

#[tokio::test]
async fn devices_and_pipes_are_written() {
    let office = Office::new().await;
    let file = office.file("people.csv", BROKEN);
    for flag in ["--report", "--rejects", "--notes"] {
        office.import(&file, &[flag, "/dev/null"]).await.expect_code(1);
    }
    let office = Office::new().await;
    let file = office.file("people.csv", BROKEN);
    let pipe = office.path("pipe").display().to_string();
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let reader = std::thread::spawn({
        let pipe = pipe.clone();
        move || std::fs::read_to_string(pipe).unwrap()
    });
    office.import(&file, &["--report", &pipe]).await.expect_code(1);
    let report = reader.join().unwrap();
    assert_eq!(report.lines().count(), 1, "{report}");
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    assert_eq!(report["contact"], "1");
}
