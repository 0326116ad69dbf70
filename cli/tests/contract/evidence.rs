//! Tests of `unicontact contract evidence`, and of the recording of single scenarios that it names.

use std::fs;

use serde_json::json;

use crate::contract::folder::{Folder, of_the_project};
use crate::program::Program;

/// Returns a folder with fixtures of each provenance.
fn folder() -> Folder {
    let folder = Folder::with("highlevel", "check_good");
    for scenario in [
        "bad_gateway",
        "create_typical",
        "doubtful_refusal",
        "find_not_found",
        "hang",
        "permission_denied",
        "server_error",
    ] {
        let file = format!("highlevel/{scenario}.json");
        folder.write(&file, &fs::read_to_string(of_the_project().join(&file)).unwrap());
    }
    folder
}

#[tokio::test]
async fn what_is_not_proven_has_the_exchange_that_would_prove_it() {
    let folder = folder();
    let ended =
        Program::new(&["contract", "evidence", "--fixtures", folder.path()]).run().await.expect_code(0);
    insta::assert_snapshot!(ended.stdout, @"");
}

#[tokio::test]
async fn the_json_has_every_claim_with_its_proof() {
    let folder = folder();
    let arguments = ["contract", "evidence", "--fixtures", folder.path(), "--format", "json"];
    let json = Program::new(&arguments).run().await.expect_code(0).json();
    let vendor = &json["vendors"][0];
    assert_eq!(vendor["fixtures"], json!({"recorded": 1, "documented": 0, "third_party": 1, "inferred": 6}));
    let claims = vendor["claims"].as_array().unwrap();
    let proofs: Vec<_> =
        claims.iter().map(|it| (it["scenarios"][0].as_str(), it["proof"].as_str())).collect();
    insta::assert_debug_snapshot!(proofs, @"");
    insta::assert_snapshot!(serde_json::to_string_pretty(&claims[0]).unwrap(), @"");
    insta::assert_snapshot!(serde_json::to_string_pretty(&vendor["facts"][0]).unwrap(), @"");
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
