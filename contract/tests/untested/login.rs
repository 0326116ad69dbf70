//! A create after a login carries the token that the login returned, and every line of the login is tested.

use std::fs;
use std::sync::Arc;

use serde_json::{Value, json};
use tempfile::TempDir;
use unicontact_contract::{Described, Fixtures, replay, untested_lines};
use unicontact_providers::Description;

const ACME: &str = r#"format = 1
vendor = "acmecrm"
title = "Acme CRM"
source = "page"
[sources]
page = { kind = "documented", at = "https://docs.acme.example/contacts", date = "2026-11-01" }
[account.user]
secret = true
[account.password]
secret = true
[address]
base = "https://api.acme.example/v1"
[[auth]]
headers = { X-Session = "Session {token}", X-App = "{user}" }
token = { grant = "login", url = "/login", body = { user = "{user}", password = "{password}" }, path = "session.key" }
[create]
path = "/people"
[name]
whole = "name"
[success]
id = "id"
"#;

/// Returns a folder with a create after a login that is answered by `session`.
#[expect(clippy::needless_pass_by_value, reason = "values are written where it is called")]
fn folder(session: Value) -> (TempDir, Fixtures) {
    let folder = tempfile::tempdir().unwrap();
    let fixture = json!({
        "provenance": {"kind": "inferred", "source": "made up", "date": "2026-11", "note": "made up"},
        "contact": "ada",
        "before": [{
            "request": {
                "method": "POST", "path": "/v1/login",
                "headers": {"accept": "application/json", "content-type": "application/json"},
                "body": {"user": "[secret]", "password": "[secret]"},
            },
            "answer": {"status": 200, "body": {"session": session}},
        }],
        "request": {
            "method": "POST", "path": "/v1/people",
            "headers": {
                "accept": "application/json", "content-type": "application/json", "x-app": "[secret]",
                "x-session": "[secret]",
            },
            "body": {"name": "Ada King"},
        },
        "answer": {"status": 201, "body": {"id": 17}},
        "expect": {"created": "17"},
    });
    let ada = json!({"name": {"full": "Ada King"}});
    for (path, document) in [
        ("contacts/ada.json", ada),
        ("providers/acmecrm.json", json!({})),
        ("acmecrm/create_after_login.json", fixture),
    ] {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, document.to_string()).unwrap();
    }
    let loaded = Fixtures::load(folder.path()).unwrap();
    (folder, loaded)
}

async fn replayed(fixtures: &Fixtures) -> String {
    let described = Described::new([Arc::new(Description::parse(ACME).unwrap())]);
    replay(&fixtures.all()[0], fixtures, &described).await.unwrap().to_string()
}

#[tokio::test]
async fn a_create_with_another_credential_than_the_token_of_its_login_is_a_difference() {
    let (_folder, fixtures) = folder(json!({"key": "[secret]", "name": "of the robot"}));
    insta::assert_snapshot!(replayed(&fixtures).await, @"acmecrm/create_after_login (inferred)");
    let (_folder, fixtures) = folder(json!({"key": "of the robot", "token": "[secret]"}));
    insta::assert_snapshot!(replayed(&fixtures).await, @r#"
    acmecrm/create_after_login (inferred)
      request 2 credential
        - the token of the login
        + another one
    "#);
}

#[tokio::test]
async fn each_line_of_a_login_is_tested_by_a_create_after_it() {
    let (_folder, fixtures) = folder(json!({"key": "[secret]"}));
    let untested = untested_lines(ACME, Some(&fixtures)).await.unwrap();
    let lines: Vec<(&str, &str)> = untested.iter().map(|it| (&*it.key, &*it.change)).collect();
    // With a body of its own, the other grant sends the same request.
    assert_eq!(lines, [("auth.token.grant", "changed to \"client_credentials\"")]);
}
