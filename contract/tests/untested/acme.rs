//! The untested lines of one description, with fixtures and without.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;
use unicontact_contract::{Fixtures, replay, untested_lines};

const ACME: &str = r#"format = 1
vendor = "acmecrm"
title = "Acme CRM"
source = "page"
[sources]
page = { kind = "documented", at = "https://docs.acme.example/contacts", date = "2026-11-01" }
[account.api_key]
secret = true
about = "The key of an administrator."
[address]
base = "https://api.acme.example/v1"
[[auth]]
headers = { X-Api-Key = "{api_key}" }
query = { app = "{api_key}" }
[create]
path = "/people"
headers = { X-Version = "2" }
[name]
whole = "name"
[[emails]]
to = "email"
[success]
id = "person.id"
[[error]]
when = { status = 422, path = "code", is = "duplicate" }
kind = "already_exists"
existing = "person.id"
[[error]]
when = { status = 422 }
kind = "permission_denied"
[[find]]
by = "email"
path = "/people"
query = { email = "{email}" }
results = "people[]"
id = "id"
same = "email"
agree = { name = "name" }
"#;

#[expect(clippy::needless_pass_by_value, reason = "values are written where it is called")]
fn fixture(contact: &str, mut request: Value, answer: Value, expect: Value) -> Value {
    let headers = json!({"accept": "application/json", "x-api-key": "[secret]"});
    let own = request["headers"].as_object().cloned().unwrap_or_default();
    request["headers"] = headers;
    request["headers"].as_object_mut().unwrap().extend(own);
    json!({
        "provenance": {"kind": "inferred", "source": "made up", "date": "2026-11", "note": "made up"},
        "contact": contact, "request": request, "answer": answer, "expect": expect,
    })
}

#[expect(clippy::needless_pass_by_value, reason = "values are written where it is called")]
fn create(status: u16, answer: Value, expect: Value) -> Value {
    let request = json!({
        "method": "POST",
        "path": "/v1/people?app=[secret]",
        "headers": {"content-type": "application/json", "x-version": "2"},
        "body": {"name": "Ada King", "email": "ada@example.com"},
    });
    fixture("ada", request, json!({"status": status, "body": answer}), expect)
}

#[expect(clippy::needless_pass_by_value, reason = "values are written where it is called")]
fn find(people: Value, expect: Value) -> Value {
    let request = json!({"method": "GET", "path": "/v1/people?email=ada@example.com&app=[secret]"});
    fixture("ada", request, json!({"status": 200, "body": {"people": people}}), expect)
}

/// Returns a folder with the fixtures of the vendor.
fn folder(fixtures: &[(&str, Value)]) -> (TempDir, Fixtures) {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, document: &Value| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap_or_else(|| Path::new("."))).unwrap();
        fs::write(path, document.to_string()).unwrap();
    };
    let ada = json!({"name": {"full": "Ada King"}, "emails": [{"address": "ada@example.com"}]});
    write("contacts/ada.json", &ada);
    write("providers/acmecrm.json", &json!({}));
    for (name, fixture) in fixtures {
        write(&format!("acmecrm/{name}.json"), fixture);
    }
    let loaded = Fixtures::load(folder.path()).unwrap();
    (folder, loaded)
}

fn all() -> Vec<(&'static str, Value)> {
    let refused = |kind: &str| json!({"kind": kind, "effect": "refused", "transient": false, "status": 422});
    let mut duplicate = refused("already_exists");
    duplicate["existing_id"] = json!("17");
    duplicate["code"] = json!("duplicate");
    // The same code under another status is no duplicate.
    let mut invalid = refused("invalid");
    invalid["status"] = json!(400);
    invalid["code"] = json!("duplicate");
    let mut barred = refused("permission_denied");
    barred["code"] = json!("barred");
    let ada = json!({"id": 17, "email": "ada@example.com", "name": "Ada King"});
    let other = json!({"id": 18, "email": "ada@example.com", "name": "Ada Stranger"});
    vec![
        ("create_full", create(201, json!({"id": 1, "person": {"id": 17}}), json!({"created": "17"}))),
        ("conflict", create(422, json!({"code": "duplicate", "person": {"id": 17}}), duplicate)),
        ("invalid", create(400, json!({"code": "duplicate", "person": {"id": 17}}), invalid)),
        ("permission_denied", create(422, json!({"code": "barred"}), barred)),
        ("find_found", find(json!([ada]), json!({"found": "17"}))),
        ("find_not_found", find(json!([]), json!({"found": null}))),
        ("find_unclear_namesake", find(json!([other]), json!({"unclear": ["18"]}))),
    ]
}

async fn untested(fixtures: Option<&Fixtures>) -> Vec<String> {
    let lines = untested_lines(ACME, fixtures).await.unwrap();
    lines.iter().map(|line| format!("{} {}: {}", line.line, line.key, line.change)).collect()
}

#[tokio::test]
async fn fixtures_of_a_described_vendor_pass_and_test_every_line() {
    let (_folder, fixtures) = folder(&all());
    let described = described();
    for fixture in fixtures.all() {
        let report = replay(fixture, &fixtures, &described).await.unwrap();
        assert!(report.passed(), "{report}");
    }
    assert_eq!(untested(Some(&fixtures)).await, Vec::<String>::new());
}

fn described() -> unicontact_contract::Described {
    let description = unicontact_providers::Description::parse(ACME).unwrap();
    unicontact_contract::Described::new([std::sync::Arc::new(description)])
}

#[tokio::test]
async fn a_line_whose_fixture_is_missing_is_listed() {
    let but = |name: &str| all().into_iter().filter(|(other, _)| *other != name).collect::<Vec<_>>();
    let (_folder, fixtures) = folder(&but("conflict"));
    insta::assert_snapshot!(untested(Some(&fixtures)).await.join("\n"), @"
    24 error[0]: removed
    24 error[0] before the next: exchanged with the next row
    ");
    let (_folder, fixtures) = folder(&but("find_found"));
    insta::assert_snapshot!(untested(Some(&fixtures)).await.join("\n"), @r#"
    37 find.same: changed to "emailx"
    38 find.agree.name: changed to "namex"
    "#);
}

#[tokio::test]
async fn without_fixtures_contacts_notice_what_is_sent() {
    insta::assert_snapshot!(untested(None).await.join("\n"), @r#"
    23 success.id: changed to "person.idx"
    24 error: removed
    33 find.path: changed to "/peoplex"
    34 find.query.email: changed to "{email}x"
    35 find.results: changed to "peoplex[]"
    36 find.id: changed to "idx"
    37 find.same: changed to "emailx"
    38 find.agree.name: changed to "namex"
    "#);
}

#[tokio::test]
async fn a_description_with_mistakes_is_an_error() {
    let error = untested_lines("format = 1\n", None).await.unwrap_err();
    assert!(error.to_string().contains("vendor"), "{error}");
}
