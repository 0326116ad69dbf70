//! Tests of `unicontact contract evidence`, and of the recording of single scenarios that it names.

use std::fs;

use serde_json::json;

use crate::contract::folder::{Folder, of_the_project};
use crate::program::Program;

/// Returns a folder with fixtures of each provenance but the documented.
fn folder() -> Folder {
    let folder = Folder::with("highlevel", "create_typical");
    for file in [
        "contacts/minimal.json",
        "highlevel/bad_gateway.json",
        "highlevel/check_good.json",
        "highlevel/doubtful_refusal.json",
        "highlevel/find_not_found.json",
        "highlevel/hang.json",
        "highlevel/permission_denied.json",
        "highlevel/server_error.json",
    ] {
        folder.write(file, &fs::read_to_string(of_the_project().join(file)).unwrap());
    }
    folder
}

#[tokio::test]
async fn what_is_not_proven_has_the_exchange_that_would_prove_it() {
    let folder = folder();
    let ended =
        Program::new(&["contract", "evidence", "--fixtures", folder.path()]).run().await.expect_code(0);
    insta::assert_snapshot!(ended.stdout, @"
     vendor     recorded  documented  third_party  inferred  proven  unproven  rules
     highlevel         1           0            1         6       1         6      1

    highlevel: 6 claims are not proven
     evidence     claim                               answer    exchange that would prove it                                                  send               scenarios
     inferred     find: not_found                               GET /contacts/search/duplicate with a contact that the account does not have  recording          find_not_found
     inferred     check: checked                                GET /contacts/search/duplicate with valid credentials                         recording          check_good
     inferred     create: permission_denied, refused  403       POST /contacts/ with credentials that lack the permission                     exchange           permission_denied
     inferred     create: unavailable, unknown        500, 502  POST /contacts/ during an outage of the vendor                                exchange, if seen  bad_gateway, server_error
     third_party  create: invalid, unknown            422       POST /contacts/ with a value that the vendor refuses                          exchange           doubtful_refusal
      unicontact contract record --to NAME --vendor highlevel --scenario find_not_found --live --yes --out recorded
      unicontact contract record --to NAME --vendor highlevel --scenario check_good --live --yes --out recorded

    highlevel: facts of its description whose source is not the vendor
     line  table     evidence     source                                                                                                                         date
     85    require   inferred     an empty contact helps nobody, and no search finds it                                                                          2026-11
     97    error[0]  third_party  public programs that show the body of the 400 and read its meta.contactId; no page of the vendor has it                        2026-10
     102   error[1]  third_party  https://github.com/GoHighLevel/highlevel-api-docs/issues/64                                                                    2025-07-08
     107   error[2]  inferred     a 429 whose X-RateLimit-Daily-Remaining is 0; the page on rate limits explains the header, and no source shows such an answer  2026-11
    ");
}

#[tokio::test]
async fn the_json_has_every_claim_with_its_proof() {
    let folder = folder();
    let arguments = ["contract", "evidence", "--fixtures", folder.path(), "--format", "json"];
    let json = Program::new(&arguments).run().await.expect_code(0).json();
    let vendor = &json["vendors"][0];
    assert_eq!(vendor["fixtures"], json!({"recorded": 1, "documented": 0, "third_party": 1, "inferred": 6}));
    let claims = vendor["claims"].as_array().unwrap();
    let proofs =
        claims.iter().map(|it| format!("{} {}", it["scenarios"][0], it["proof"])).collect::<Vec<_>>();
    insta::assert_snapshot!(proofs.join("\n"), @r#"
    "bad_gateway" "observe"
    "create_typical" "proven"
    "doubtful_refusal" "provoke"
    "hang" "rule"
    "permission_denied" "provoke"
    "server_error" "observe"
    "find_not_found" "record"
    "check_good" "record"
    "#);
    let command = "unicontact contract record --to NAME --vendor highlevel --scenario find_not_found --live --yes --out recorded";
    let expected = json!({
        "operation": "find",
        "request": {"method": "GET", "path": "/contacts/search/duplicate"},
        "result": "not_found",
        "evidence": "inferred",
        "scenarios": ["find_not_found"],
        "contact": "typical",
        "proof": "record",
        "record": ["find_not_found"],
        "condition": "new_contact",
        "command": command,
    });
    assert!(claims.contains(&expected), "{claims:#?}");
    let expected = json!({
        "table": "require",
        "line": 85,
        "evidence": "inferred",
        "source": {"name": "ours", "at": "an empty contact helps nobody, and no search finds it", "date": "2026-11"},
    });
    assert_eq!(vendor["facts"][0], expected);
}

#[tokio::test]
async fn a_single_scenario_is_recorded_and_creates_a_single_contact() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().to_str().unwrap();
    let record = ["contract", "record", "--vendor", "cloverhound", "--out", out, "--format", "json"];
    let ended = Program::new(&[&record[..], &["--scenario", "create_with_notes"]].concat()).run().await;
    let json = ended.expect_code(0).json();
    assert_eq!(json["created"].as_array().unwrap().len(), 1, "{json}");
    assert_eq!(json["not_run"], json!([]));
    assert!(folder.path().join("cloverhound/create_with_notes.json").is_file(), "{json}");
    let ended = Program::new(&[&record[..], &["--scenario", "create_with_note"]].concat()).run().await;
    let error = ended.expect_usage_error().stderr;
    assert!(
        error.contains("cloverhound has no scenario create_with_note; did you mean create_with_notes?"),
        "{error}"
    );
}
