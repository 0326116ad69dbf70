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
