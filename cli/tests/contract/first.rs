//! Tests of first fixtures without an answer: no command counts them as passed, compared or proven.

use std::path::Path;

use serde_json::{Value, json};

use crate::contract::folder::Folder;
use crate::program::{Ended, Program};

/// Returns a folder with a first fixture of a create.
fn first(fixture: &Value) -> Folder {
    let folder = Folder::with("cloverhound", "create_minimal");
    folder.remove("cloverhound/create_minimal.json");
    folder.write("cloverhound/create_first.json", &fixture.to_string());
    folder
}

fn with_expectation() -> Value {
    json!({
        "provenance": {"kind": "documented", "source": "a page", "date": "2026-11", "note": ""},
        "contact": "minimal",
        "expect": {"created": "1"},
    })
}

async fn ended(folder: &Folder, command: &[&str], more: &[&str]) -> Ended {
    Program::new(&[&["contract"], command, &["--fixtures", folder.path()], more].concat()).run().await
}

#[tokio::test]
async fn a_first_fixture_without_an_answer_fails_in_test_and_hold() {
    let folder = first(&with_expectation());
    let expected = "cloverhound/create_first (documented)
  exchange
    - a request and its answer
    + not recorded yet: run `contract record`, or add `answer` and run `contract test --bless`
";
    let tested = ended(&folder, &["test"], &[]).await.expect_code(1);
    assert!(tested.stdout.starts_with(expected), "{}", tested.stdout);
    let script = "cat > /dev/null; echo '{\"created\": {\"id\": \"1\"}}'";
    let held = ended(&folder, &["hold"], &["--", "sh", "-c", script]).await.expect_code(1);
    assert!(held.stdout.starts_with(expected), "{}", held.stdout);
    let blessed = ended(&folder, &["test", "--bless", "--yes"], &[]).await.expect_code(1);
    assert!(blessed.stdout.contains("+ not recorded yet"), "{}", blessed.stdout);
    insta::assert_snapshot!(blessed.stderr, @"0 fixtures pass, 1 refused");
}

#[tokio::test]
async fn a_first_fixture_without_an_answer_is_neither_served_nor_compared_nor_exported() {
    let folder = first(&with_expectation());
    folder.write("openapi.json", r#"{"openapi": "3.1.0", "paths": {}}"#);
    let openapi = format!("{}/openapi.json", folder.path());
    let pacts = format!("{}/pacts", folder.path());
    for (command, message) in [
        (&["serve", "--vendor", "cloverhound"][..], "cloverhound: nothing can be served: not recorded yet"),
        (
            &["check-openapi", &openapi, "--vendor", "cloverhound"],
            "cloverhound: nothing was compared: not recorded yet",
        ),
        (&["export", "--pact", &pacts], "cloverhound/create_first: not recorded yet"),
    ] {
        let ended = ended(&folder, command, &[]).await.expect_usage_error();
        assert!(ended.stderr.contains(message), "{}", ended.stderr);
    }
    assert!(!Path::new(&pacts).exists());
    folder.copy("cloverhound", "create_full");
    let export = ended(&folder, &["export", "--pact", &pacts], &[]).await.expect_code(0);
    assert!(export.stdout.contains("not recorded yet"), "{}", export.stdout);
}

#[tokio::test]
async fn a_first_fixture_without_an_answer_is_no_evidence() {
    let folder = first(&with_expectation());
    let evidence = ended(&folder, &["evidence"], &[]).await.expect_code(0);
    insta::assert_snapshot!(evidence.stdout, @"
     vendor       recorded  documented  third_party  inferred  proven  unproven  rules
     cloverhound         0           0            0         0       0         0      0

    cloverhound: not recorded yet, and no evidence: create_first
    ");
    let evidence = ended(&folder, &["evidence"], &["--format", "json"]).await.expect_code(0).json();
    let vendor = &evidence["vendors"][0];
    assert_eq!((&vendor["claims"], &vendor["not_recorded"]), (&json!([]), &json!(["create_first"])));
}

#[tokio::test]
async fn a_fixture_with_only_a_contact_is_told_both_ways_and_its_other_mistakes() {
    let mut fixture = with_expectation();
    fixture.as_object_mut().unwrap().remove("expect");
    let blessed = ended(&first(&fixture), &["test", "--bless", "--yes"], &[]).await.expect_code(1);
    let both = "not written yet: add `answer` and run `contract test --bless`, or add `expect` and run `contract record`";
    assert!(blessed.stdout.contains(both), "{}", blessed.stdout);
    fixture["provenance"]["date"] = "2026".into();
    fixture["contact"] = "minimall".into();
    let tested = ended(&first(&fixture), &["test"], &[]).await.expect_usage_error();
    for told in ["3 mistakes", both, "provenance.date", "did you mean minimal?"] {
        assert!(tested.stderr.contains(told), "{}", tested.stderr);
    }
}

#[tokio::test]
async fn a_result_of_another_kind_than_expected_is_not_recorded() {
    let folder = Folder::with("emnify", "find_found");
    folder.remove("emnify/find_found.json");
    let mut fixture = with_expectation();
    fixture["contact"] = "typical".into();
    folder.write("emnify/create_first.json", &fixture.to_string());
    fixture["expect"] = json!({"unclear": ["1"]});
    folder.write("emnify/find_first.json", &fixture.to_string());
    let out = Folder::empty();
    let command = ["record", "--vendor", "emnify", "--out", out.path()];
    let ended = ended(&folder, &command, &[]).await.expect_code(1);
    assert!(ended.stdout.contains("not recorded: expected unclear, seen found"), "{}", ended.stdout);
    let is_written = |scenario: &str| Path::new(out.path()).join(format!("emnify/{scenario}.json")).exists();
    assert_eq!([is_written("create_first"), is_written("find_first")], [true, false], "{}", ended.stdout);
}
