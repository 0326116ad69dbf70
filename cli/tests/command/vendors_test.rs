//! `unicontact vendors test`.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::program::{Ended, Program};

const DESCRIPTION: &str = include_str!("../../../fixtures/config/acmecrm.toml");

async fn test(arguments: &[&str]) -> Ended {
    let arguments = [&["vendors", "test", "./acmecrm.toml"], arguments].concat();
    Program::new(&arguments).file("acmecrm.toml", DESCRIPTION).run().await
}

/// Writes a folder with one fixture of the vendor, whose answer has the id 17.
fn fixtures(folder: &Path, expected_id: &str) {
    let write = |path: &str, document: Value| {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, document.to_string()).unwrap();
    };
    write("contacts/nell.json", json!({"name": {"full": "Nell Nobody"}}));
    write("providers/acmecrm.json", json!({"keys": {"workspace": 7}}));
    let provenance = json!({"kind": "inferred", "source": "made up", "date": "2026-11", "note": "made up"});
    let answer = json!({"status": 500, "body": {"message": "down"}});
    let mut expect = json!({"kind": "unavailable", "effect": "unknown", "transient": true, "status": 500});
    if expected_id != "none" {
        expect = json!({"created": expected_id});
    }
    let fixture = json!({
        "provenance": provenance, "contact": "nell", "answer": answer, "expect": expect,
        "request": {"method": "POST", "path": "/nowhere", "headers": {}},
    });
    write("acmecrm/server_error.json", fixture);
}

#[tokio::test]
async fn a_description_is_tested_with_contacts_the_suite_and_its_own_lines() {
    let tested = test(&["--format", "json"]).await.expect_code(0).json();
    assert_eq!(
        (&tested["vendor"], &tested["suite"], &tested["fixtures"]),
        (&json!("acmecrm"), &json!([]), &Value::Null)
    );
    let contacts = tested["contacts"].as_array().unwrap();
    assert_eq!(contacts.len(), 5);
    assert!(contacts[0]["drafts"][0]["request"].is_object() || contacts[0]["drafts"][0].is_object());
    let untested = tested["untested"].as_array().unwrap();
    let id = untested.iter().find(|line| line["key"] == "success.id").unwrap();
    let line = usize::try_from(id["line"].as_u64().unwrap()).unwrap();
    assert!(DESCRIPTION.lines().nth(line - 1).unwrap().starts_with("id = "), "{id}");
}

#[tokio::test]
async fn the_page_names_each_part_and_what_is_missing() {
    let page = test(&[]).await.expect_code(0).stdout;
    for part in [
        "Nothing was sent.",
        "The contract suite, against a stand-in on this machine\nEvery rule is kept.",
        "Fixtures\nThere are none: nothing shows what the vendor really answers.",
        "Lines that no contact and no fixture tests",
        "success.id",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(!page.contains("fake-api-key"), "{page}");
}

#[tokio::test]
async fn a_fixture_that_fails_ends_with_1() {
    let folder = tempfile::tempdir().unwrap();
    fixtures(folder.path(), "17");
    let ended = test(&["--fixtures", folder.path().to_str().unwrap()]).await.expect_code(1);
    assert!(ended.stdout.contains("acmecrm/server_error"), "{}", ended.stdout);
}

#[tokio::test]
async fn mistakes_a_missing_folder_and_a_rust_adapter_end_with_2() {
    let mistakes =
        Program::new(&["vendors", "test", "./acme.toml"]).file("acme.toml", "format = 1\n").run().await;
    assert!(mistakes.expect_code(2).stderr.contains("line 1: vendor: is missing"));
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("contacts")).unwrap();
    fs::create_dir_all(folder.path().join("providers")).unwrap();
    let missing = test(&["--fixtures", folder.path().to_str().unwrap()]).await.expect_code(2);
    assert!(missing.stderr.contains("has no fixtures of acmecrm"), "{}", missing.stderr);
    let adapter = Program::new(&["vendors", "test", "emnify"]).run().await.expect_code(2);
    assert!(adapter.stderr.contains("unicontact contract test --vendor emnify"), "{}", adapter.stderr);
}

#[tokio::test]
async fn the_description_that_vendors_new_writes_passes() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("acme2.toml");
    let file = file.to_str().unwrap();
    Program::new(&["vendors", "new", "acme2", "--output", file]).run().await.expect_code(0);
    Program::new(&["vendors", "test", file]).run().await.expect_code(0);
}

#[tokio::test]
async fn a_refresh_token_that_rotates_needs_no_file_of_the_user() {
    let credential = "headers = { X-Api-Key = \"{api_key}\", X-Workspace = \"{workspace}\" }";
    let rotating = "bearer = \"{token}\"\nheaders = { X-Workspace = \"{workspace}\" }\n\
                    token = { grant = \"refresh_token\", url = \"https://login.acme.example/token\", rotates = true }";
    let keys = "[account.client_id]\n[account.client_secret]\nsecret = true\n[account.refresh_token]\nsecret = true\n";
    let text = DESCRIPTION
        .replace(credential, rotating)
        .replace("[account.workspace]", &format!("{keys}\n[account.workspace]"));
    let text = text.replace("[account.api_key]\nsecret = true\n", "[account.api_key]\noptional = true\n");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("acmecrm.toml");
    fs::write(&file, text).unwrap();
    let tested = Program::new(&["vendors", "test", file.to_str().unwrap(), "--format", "json"]).run().await;
    let tested = tested.expect_code(0).json();
    assert!(
        tested["contacts"][0]["drafts"][0]["request"].is_object()
            || tested["contacts"][0]["drafts"][0].is_object()
    );
    let untested = tested["untested"].as_array().unwrap();
    assert!(!untested.iter().any(|line| line["key"] == "name.given"), "{untested:?}");
    let left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["acmecrm.toml"]);
}

#[tokio::test]
async fn a_credential_that_is_not_marked_is_named() {
    let text = DESCRIPTION.replace("[account.api_key]\nsecret = true\n", "[account.api_key]\n");
    let run = |arguments: &[&str]| {
        let arguments = [&["vendors", "test", "./acmecrm.toml"], arguments].concat();
        Program::new(&arguments).file("acmecrm.toml", &text).run()
    };
    let page = run(&[]).await.expect_code(0).stdout;
    let advice = "Credentials that the file does not mark\n[account.api_key] is handled as a secret, since [[auth]] sends it: write";
    assert!(page.contains(advice), "{page}");
    let json = run(&["--format", "json"]).await.expect_code(0).json();
    assert_eq!(json["unmarked_secrets"], json!(["api_key"]));
    assert_eq!(test(&["--format", "json"]).await.json()["unmarked_secrets"], json!([]));
}

#[cfg(unix)]
#[tokio::test]
async fn what_is_no_regular_file_is_refused_in_the_words_of_check() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("acmecrm.toml");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status().unwrap();
    assert!(made.success());
    let missing = folder.path().join("none.toml");
    for (file, reason) in [
        (pipe.as_path(), "this is a pipe or a device: name a regular file"),
        (Path::new("/dev/zero"), "this is a pipe or a device: name a regular file"),
        (missing.as_path(), "the file does not exist: check its path"),
    ] {
        let expected = format!("{}: {reason}", file.display());
        let tested = Program::new(&["vendors", "test", file.to_str().unwrap()]).run().await.expect_code(2);
        assert!(
            tested.stderr.replace('\n', " ").contains(&expected) || tested.stderr.contains(reason),
            "{}",
            tested.stderr
        );
        let configuration = format!("[vendors]\nacmecrm = \"{}\"\n", file.display());
        let checked = Program::new(&["check"]).configured(&configuration).run().await.expect_code(2);
        assert!(checked.stderr.contains(reason), "{}", checked.stderr);
    }
}
