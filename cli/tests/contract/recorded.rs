//! Tests of `unicontact contract record`: the written files, and the values that they must not contain.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use unicontact::providers::testkit::Behaviour;
use unicontact_sandbox::accounts;

use crate::contract::folder::of_the_project;
use crate::contract::vendor::{Vendor, answer};
use crate::program::{Ended, Program};

async fn recorded(out: &Path, more: &[&str]) -> Ended {
    let fixtures = of_the_project();
    let (fixtures, out) = (fixtures.to_str().unwrap(), out.to_str().unwrap());
    let arguments = ["contract", "record", "--fixtures", fixtures, "--out", out];
    Program::new(&[&arguments, more].concat()).run().await
}

async fn recorded_of(vendor: &Vendor, out: &Path) -> Ended {
    vendor.program(&["record", "--format", "json", "--out", out.to_str().unwrap()]).run().await
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] }).collect()
}

fn everything_in(folder: &Path) -> String {
    files_below(folder).iter().map(|path| fs::read_to_string(path).unwrap()).collect()
}

#[tokio::test]
async fn a_recording_of_the_sandbox_replays_without_a_difference() {
    let out = tempfile::tempdir().unwrap();
    let ended = recorded(out.path(), &["--format", "json", "--account-kind", "sandbox"]).await.expect_code(0);
    assert!(ended.json()["recorded"].as_array().unwrap().len() > 40, "{}", ended.stdout);
    let folder = out.path().to_str().unwrap();
    for refusal in [
        "smarttask/check_bad",
        "emnify/login_refused",
        "cloverhound/unauthenticated_bad",
        "onecloud/check_bad",
    ] {
        let fixture = fs::read_to_string(out.path().join(format!("{refusal}.json"))).unwrap();
        let fixture: Value = serde_json::from_str(&fixture).unwrap();
        assert_eq!(fixture["expect"]["kind"], "unauthenticated", "{refusal}");
        assert_eq!(fixture["provenance"]["kind"], "recorded", "{refusal}");
        assert_eq!(fixture["provenance"]["account_kind"], "sandbox", "{refusal}");
    }
    let replayed = Program::new(&["contract", "test", "--format", "json", "--fixtures", folder]).run().await;
    let report = replayed.expect_code(0).json();
    assert_eq!(report["failed"], 0, "{report}");
    let compared =
        Program::new(&["contract", "compare", "--format", "json", "--fixtures", folder]).run().await;
    assert_eq!(compared.expect_code(0).json()["findings"], json!([]));
}

#[tokio::test]
async fn the_note_of_a_sandbox_recording_says_that_it_is_no_evidence() {
    let out = tempfile::tempdir().unwrap();
    recorded(out.path(), &["--vendor", "onecloud", "--account-kind", "sandbox"]).await.expect_code(0);
    let fixture = fs::read_to_string(out.path().join("onecloud/create_full.json")).unwrap();
    let fixture: Value = serde_json::from_str(&fixture).unwrap();
    assert_eq!(fixture["provenance"]["kind"], "recorded");
    assert_eq!(fixture["provenance"]["source"], "the sandbox of unicontact");
    assert_eq!(fixture["provenance"]["account_kind"], "sandbox");
    let note = fixture["provenance"]["note"].as_str().unwrap();
    assert!(note.starts_with("It is no traffic of the vendor, and no evidence about it."), "{note}");
}

#[tokio::test]
async fn the_kind_of_an_account_is_a_word_and_no_address() {
    let out = tempfile::tempdir().unwrap();
    let ended = recorded(out.path(), &["--account-kind", "ada@engines.test"]).await.expect_usage_error();
    assert!(ended.stderr.contains("write a word such as trial, sandbox or paid"), "{}", ended.stderr);
    assert_eq!(files_below(out.path()).len(), 0);
}

#[tokio::test]
async fn no_credential_of_the_sandbox_is_in_any_file() {
    let out = tempfile::tempdir().unwrap();
    recorded(out.path(), &[]).await.expect_code(0);
    let text = everything_in(out.path());
    for secret in [
        accounts::smarttask::ACCESS_TOKEN,
        accounts::emnify::APPLICATION_TOKEN,
        accounts::cloverhound::API_KEY_ID,
        accounts::cloverhound::API_KEY_SECRET,
        accounts::onecloud::EMAIL,
        accounts::onecloud::PASSWORD,
        "sandbox-",
        "127.0.0.1",
    ] {
        assert!(!text.contains(secret), "{secret}");
    }
}

#[tokio::test]
async fn personal_and_secret_values_of_an_answer_are_replaced() {
    let out = tempfile::tempdir().unwrap();
    let values = [
        "Grace Boss",
        "boss@engines.test",
        "+49 171 5555555",
        "4917155555555",
        "d46a122c-0bb3-4a7a-8c27-2138d3d3ab06",
        "tok_live_1234567890",
        accounts::smarttask::ACCESS_TOKEN,
        "eyJhbGciOiJIUzI1NiJ9",
        "https://engines.test/boss?key=1",
        "1985-12-09T23:00:00Z",
    ];
    let vendor = Vendor::answering(|body| {
        body["other"] = json!(values);
        body["by_address"] = json!({"boss@engines.test": 1});
        body["url_details"]["graceboss"] = json!(1);
        body["number"] = json!(4_917_155_555_555_u64);
    })
    .await;
    recorded_of(&vendor, out.path()).await.expect_code(0);
    assert!(!everything_in(out.path()).contains("the sandbox"), "a server that is given is not the sandbox");
    let text = everything_in(out.path());
    for value in values.into_iter().chain(["graceboss"]) {
        assert!(!text.contains(value), "{value}");
    }
    assert!(text.contains("by_address"), "the name of a member is kept: {text}");
    assert!(text.contains("mira.beispiel@example.com"), "the contact's own values are kept: {text}");
}

#[tokio::test]
async fn a_fixture_with_a_suspicious_value_is_not_written_and_its_place_is_reported() {
    let out = tempfile::tempdir().unwrap();
    let address = "boss@engines.zz";
    let vendor = Vendor::answering(|_| {}).await;
    vendor.folder.change("contacts/full.json", |contact| contact["emails"][0]["address"] = json!(address));
    let ended = recorded_of(&vendor, out.path()).await.expect_code(1);
    let report = ended.json();
    let reason = report["not_run"][0]["reason"].as_str().unwrap();
    assert!(reason.contains("request.body.emails[1].email: an e-mail address"), "{reason}");
    assert!(!ended.stdout.contains(address) && !ended.stderr.contains(address));
    assert_eq!(report["recorded"], json!([]));
    assert!(report["created"][0]["id"].is_string(), "{report}");
}

#[tokio::test]
async fn an_existing_fixture_is_not_overwritten_and_nothing_is_sent() {
    let out = tempfile::tempdir().unwrap();
    let vendor = Vendor::answering(|_| {}).await;
    recorded_of(&vendor, out.path()).await.expect_code(0);
    let file = out.path().join("smarttask/create_full.json");
    fs::write(&file, "mine").unwrap();
    let ended = recorded_of(&vendor, out.path()).await.expect_usage_error();
    assert!(ended.stderr.contains("exists already, and nothing was sent"), "{}", ended.stderr);
    assert_eq!(fs::read_to_string(&file).unwrap(), "mine");
    assert_eq!(vendor.server.received().len(), 1);
    let out_path = out.path().to_str().unwrap();
    vendor.program(&["record", "--force", "--out", out_path]).run().await.expect_code(0);
    assert_ne!(fs::read_to_string(&file).unwrap(), "mine");
}

#[tokio::test]
async fn a_different_contact_or_provider_document_is_found_before_anything_is_sent() {
    for file in ["contacts/full.json", "providers/smarttask.json"] {
        let out = tempfile::tempdir().unwrap();
        let vendor = Vendor::answering(|_| {}).await;
        recorded_of(&vendor, out.path()).await.expect_code(0);
        fs::remove_file(out.path().join("smarttask/create_full.json")).unwrap();
        fs::write(out.path().join(file), "{}").unwrap();
        let ended = recorded_of(&vendor, out.path()).await.expect_usage_error();
        assert!(ended.stderr.contains(&format!("{file} exists already, and nothing was sent")), "{ended:?}");
        assert_eq!(vendor.server.received().len(), 1);
    }
}

#[tokio::test]
async fn an_unwritable_folder_is_found_before_anything_is_sent() {
    let out = tempfile::tempdir().unwrap();
    fs::write(out.path().join("smarttask"), "a file").unwrap();
    let vendor = Vendor::answering(|_| {}).await;
    let ended = recorded_of(&vendor, out.path()).await.expect_usage_error();
    assert!(ended.stderr.contains("cannot be written to, and nothing was sent"), "{ended:?}");
    assert_eq!(vendor.server.received().len(), 0);
}

#[tokio::test]
async fn the_account_is_replaced_by_that_of_the_fixtures() {
    let out = tempfile::tempdir().unwrap();
    let vendor = Vendor::answering(|body| body["organization_id"] = json!(771_234)).await;
    let configuration = format!(
        "[providers.smarttask.crm]\nbase_url = \"{}\"\norganization_id = 771234\naccess_token = \"fake-access\"\n",
        vendor.server.url()
    );
    let whom = ["--to", "crm", "--fixtures", vendor.folder.path(), "--out", out.path().to_str().unwrap()];
    let arguments = [&["contract", "record"], &whom[..]].concat();
    Program::new(&arguments).configured(&configuration).run().await.expect_code(0);
    assert_eq!(vendor.server.received()[0].path(), "/v1.0/contact/create/771234");
    let fixture = fs::read_to_string(out.path().join("smarttask/create_full.json")).unwrap();
    let fixture: Value = serde_json::from_str(&fixture).unwrap();
    assert_eq!(fixture["request"]["path"], "/v1.0/contact/create/38");
    assert_eq!(fixture["answer"]["body"]["organization_id"], 38);
    assert!(!everything_in(out.path()).contains("771234"));
}

#[tokio::test]
async fn a_recording_of_nothing_leaves_no_folders() {
    let vendor = Vendor::behaving(|_| Behaviour::Answer(answer(401, &json!({})))).await;
    let folder = tempfile::tempdir().unwrap();
    recorded_of(&vendor, &folder.path().join("a/b")).await.expect_code(1);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}
