//! Tests of `unicontact contract test --bless`.

use std::fs;
use std::path::PathBuf;

use serde_json::json;

use crate::contract::folder::{Folder, of_the_project};
use crate::program::{Ended, Program};

const FILE: &str = "smarttask/create_minimal.json";

fn path(folder: &Folder, file: &str) -> PathBuf {
    PathBuf::from(folder.path()).join(file)
}

fn text(folder: &Folder, file: &str) -> String {
    fs::read_to_string(path(folder, file)).unwrap()
}

/// Replaces a text of a fixture, and keeps its layout.
fn replace(folder: &Folder, file: &str, old: &str, new: &str) {
    let before = text(folder, file);
    assert!(before.contains(old), "{before}");
    folder.write(file, &before.replacen(old, new, 1));
}

async fn blessed(folder: &Folder, others: &[&str]) -> Ended {
    let mut arguments = vec!["contract", "test", "--fixtures", folder.path(), "--bless"];
    arguments.extend(others);
    Program::new(&arguments).run().await
}

#[tokio::test]
async fn the_changes_are_shown_and_nothing_is_written_without_consent() {
    let folder = Folder::with("smarttask", "create_minimal");
    replace(&folder, FILE, "Nell Nobody", "Somebody Else");
    replace(&folder, FILE, "\"created\": ", "\"existing\": ");
    let before = text(&folder, FILE);
    let ended = blessed(&folder, &[]).await.expect_usage_error();
    insta::assert_snapshot!(ended.stdout, @r#"
    smarttask/create_minimal (documented)
      request.body.name
        - "Somebody Else"
        + "Nell Nobody"
      expect.existing
        - "5f0c7a11-2b3d-4e5f-8a6b-7c8d9e0f1a2b"
        + nothing
      expect.created
        - nothing
        + "5f0c7a11-2b3d-4e5f-8a6b-7c8d9e0f1a2b"
    "#);
    insta::assert_snapshot!(ended.stderr, @"error: 1 fixture would be written anew. Nothing was written. To confirm, add --yes");
    assert_eq!(text(&folder, FILE), before);
}

#[tokio::test]
async fn a_blessed_fixture_passes_and_keeps_its_layout_and_its_provenance() {
    for (vendor, scenario, changes) in [
        (
            "smarttask",
            "create_minimal",
            &[("Nell Nobody", "Somebody Else"), ("\"created\": ", "\"existing\": ")][..],
        ),
        ("emnify", "create_after_login", &[("\"path\": \"/api/v1/", "\"path\": \"/api/v0/"), ("\"POST\"", "\"PUT\"")]),
        ("onecloud", "quota_exhausted", &[("quota_exhausted", "unauthenticated"), ("+07:00", "+09:00")]),
        (
            "hubspot",
            "create_full",
            &[("\"firstname\": \"Mira Quill\"", "\"first\": 1"), ("\"sent\"", "\"kept\"")],
        ),
    ] {
        let folder = Folder::with(vendor, scenario);
        let file = format!("{vendor}/{scenario}.json");
        let original = text(&folder, &file);
        for (old, new) in changes {
            replace(&folder, &file, old, new);
        }
        let ended = blessed(&folder, &["--yes"]).await.expect_code(0);
        assert_eq!(
            ended.stderr,
            "1 fixture written. The provenance is unchanged: check that it still holds.\n"
        );
        let (written, expected) = (text(&folder, &file), original);
        let sorted = |text: &str| -> serde_json::Value { serde_json::from_str(text).unwrap() };
        assert_eq!(sorted(&written), sorted(&expected), "{file}");
        assert_eq!(written.lines().count(), expected.lines().count(), "{written}");
        let again = blessed(&folder, &["--yes"]).await.expect_code(0);
        assert_eq!(again.stderr, "Every fixture passes; nothing was written.\n");
    }
    let unchanged = of_the_project().join(FILE);
    let folder = Folder::with("smarttask", "create_minimal");
    replace(&folder, FILE, "Nell Nobody", "Somebody Else");
    blessed(&folder, &["--yes"]).await.expect_code(0);
    assert_eq!(text(&folder, FILE), fs::read_to_string(unchanged).unwrap());
}

#[tokio::test]
async fn what_no_expectation_can_say_is_told_and_not_written() {
    let folder = Folder::with("smarttask", "create_minimal");
    folder.change(FILE, |fixture| {
        fixture.as_object_mut().unwrap().remove("request");
        fixture.as_object_mut().unwrap().remove("answer");
    });
    let before = text(&folder, FILE);
    let ended = blessed(&folder, &["--yes"]).await.expect_code(1);
    insta::assert_snapshot!(ended.stdout, @r"
    smarttask/create_minimal (documented) is not written: no expectation says this
      number of requests
        - 0
        + 1
    ");
    insta::assert_snapshot!(ended.stderr, @"1 fixture not written: correct the adapter, or the fixture's answers.");
    assert_eq!(text(&folder, FILE), before);
}

#[tokio::test]
async fn the_changes_in_json_have_place_expected_and_actual() {
    let folder = Folder::with("smarttask", "create_minimal");
    replace(&folder, FILE, "Nell Nobody", "Somebody Else");
    let report = blessed(&folder, &["--format", "json", "--yes"]).await.expect_code(0).json();
    assert_eq!((&report["written"], &report["failed"]), (&json!(1), &json!(0)));
    let fixture = &report["fixtures"][0];
    assert_eq!((&fixture["scenario"], &fixture["written"]), (&json!("create_minimal"), &json!(true)));
    let change = json!({
        "place": "request.body.name", "expected": "\"Somebody Else\"", "actual": "\"Nell Nobody\"",
    });
    assert_eq!(fixture["changes"], json!([change]));
    assert_eq!(fixture["remaining"], json!([]));
}

#[tokio::test]
async fn consent_without_bless_is_a_mistake() {
    let folder = Folder::with("smarttask", "create_minimal");
    let arguments = ["contract", "test", "--fixtures", folder.path(), "--yes"];
    let ended = Program::new(&arguments).run().await.expect_usage_error();
    assert!(ended.stderr.contains("--bless"), "{}", ended.stderr);
}
