//! Tests of `unicontact contract test --bless`: what it shows, writes and refuses.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::contract::folder::Folder;
use crate::program::{Ended, Program};

const FIXTURE: &str = "onecloud/quota_exhausted.json";
const ACMECRM: &str = include_str!("../../../fixtures/config/acmecrm.toml");

async fn blessed(folder: &Folder, options: &[&str]) -> Ended {
    let arguments = ["contract", "test", "--bless", "--fixtures", folder.path()];
    Program::new(&[&arguments, options].concat()).run().await
}

/// Returns a folder with a fixture that expects another request and another result.
fn outdated() -> Folder {
    let folder = Folder::with("onecloud", "quota_exhausted");
    let text = folder.text(FIXTURE);
    let text = text.replacen("+442079460123", "+442079460199", 1);
    folder.write(FIXTURE, &text.replace("\"quota_exhausted\"", "\"unauthenticated\""));
    folder
}

#[tokio::test]
async fn changes_are_shown_and_not_written_without_consent() {
    let folder = outdated();
    let before = folder.text(FIXTURE);
    let ended = blessed(&folder, &[]).await.expect_code(1);
    insta::assert_snapshot!(ended.stdout.replace(folder.path(), "DIR"), @r#"
    DIR/onecloud/quota_exhausted.json
      @@ -18,7 +18,7 @@
            "body": {
              "Name": "Mira Beispiel",
              "Email": "mira.beispiel@example.com",
      -       "Phone": "+442079460199"
      +       "Phone": "+442079460123"
            }
          },
          "answer": {
      @@ -41,7 +41,7 @@
            }
          },
          "expect": {
      -     "kind": "unauthenticated",
      +     "kind": "quota_exhausted",
            "effect": "refused",
            "transient": false,
            "status": 401,
    "#);
    insta::assert_snapshot!(ended.stderr, @"
    0 fixtures pass, 1 not written
    To write the changes, add --yes
    ");
    assert_eq!(folder.text(FIXTURE), before);
}

#[tokio::test]
async fn a_written_change_restores_the_text_and_passes() {
    let folder = outdated();
    let ended = blessed(&folder, &["--yes"]).await.expect_code(0);
    insta::assert_snapshot!(ended.stderr, @"0 fixtures pass, 1 written");
    assert_eq!(folder.text(FIXTURE), Folder::with("onecloud", "quota_exhausted").text(FIXTURE));
    let again = blessed(&folder, &["--yes"]).await.expect_code(0);
    assert_eq!(again.stdout, "");
    insta::assert_snapshot!(again.stderr, @"1 fixture passes");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3, "a temporary file is left");
}

#[tokio::test]
async fn json_has_the_changed_members_and_what_was_written() {
    let folder = outdated();
    let report = blessed(&folder, &["--format", "json"]).await.expect_code(1).json();
    let fixture = &report["fixtures"][0];
    assert_eq!(fixture["file"], format!("{}/{FIXTURE}", folder.path()));
    assert_eq!((&fixture["written"], &fixture["refused"]), (&json!(false), &json!([])));
    let places = fixture["changes"].as_array().unwrap().iter().map(|change| &change["place"]);
    assert_eq!(places.collect::<Vec<_>>(), ["request.body.Phone", "expect.kind"]);
    let report = blessed(&folder, &["--format", "json", "--yes"]).await.expect_code(0).json();
    assert_eq!((&report["replayed"], &report["written"]), (&json!(1), &json!(1)), "{report}");
}

#[cfg(unix)]
#[test]
fn a_terminal_is_asked_after_the_changes() {
    use crate::program::Session;

    let folder = outdated();
    let before = folder.text(FIXTURE);
    let arguments = ["contract", "test", "--bless", "--fixtures", folder.path()];
    let mut session = Session::start(&arguments);
    session.answer("Write 1 file? [y/N] ", "\n");
    let (code, screen, _) = session.end();
    assert_eq!(code, 1);
    assert!(
        screen.contains("  -     \"kind\": \"unauthenticated\"") && screen.ends_with("1 not written\n"),
        "{screen}"
    );
    assert_eq!(folder.text(FIXTURE), before);
    let mut session = Session::start(&arguments);
    session.answer("Write 1 file? [y/N] ", "y\n");
    let (code, screen, _) = session.end();
    assert_eq!((code, screen.ends_with("1 written\n")), (0, true), "{screen}");
    assert_ne!(folder.text(FIXTURE), before);
}

#[tokio::test]
async fn a_request_without_an_answer_is_refused() {
    let folder = Folder::with("smarttask", "create_minimal");
    folder.change("smarttask/create_minimal.json", |fixture| {
        let members = fixture.as_object_mut().unwrap();
        members.remove("request");
        members.remove("answer");
    });
    let before = folder.text("smarttask/create_minimal.json");
    let ended = blessed(&folder, &["--yes"]).await.expect_code(1);
    insta::assert_snapshot!(ended.stdout.replace(folder.path(), "DIR"), @"
    DIR/smarttask/create_minimal.json is refused
      exchange
        - a request and its answer
        + not recorded yet: run `contract record`, or add `answer` and run `contract test --bless`
    ");
    insta::assert_snapshot!(ended.stderr, @"0 fixtures pass, 1 refused");
    assert_eq!(folder.text("smarttask/create_minimal.json"), before);
}

/// Writes the first fixtures of a vendor that is described in a file.
fn first_fixtures() -> Folder {
    let folder = Folder::empty();
    let first = |answer: Value| {
        let provenance = json!({"kind": "documented", "source": "page", "date": "2026-11", "note": "mine"});
        json!({"provenance": provenance, "contact": "ada", "answer": answer})
    };
    let created = json!({"status": 201, "headers": {"content-type": "application/json"}, "body": {"contact": {"id": 42}}});
    folder.write(
        "contacts/ada.json",
        r#"{"name": "Ada King", "emails": ["ada@example.com"], "notes": "sings"}"#,
    );
    folder.write("providers/acmecrm.json", "{}");
    folder.write("acmecrm/create.json", &format!("{:#}\n", first(created)));
    folder.write("acmecrm/reset.json", &format!("{:#}\n", first(json!({"fault": "reset"}))));
    folder.write("acmecrm.toml", ACMECRM);
    folder
}

#[tokio::test]
async fn a_first_fixture_of_a_described_vendor_is_blessed_and_passes() {
    let folder = first_fixtures();
    let description = format!("vendors.acmecrm={}", Path::new(folder.path()).join("acmecrm.toml").display());
    let test = ["contract", "test", "--fixtures", folder.path(), "--set", &description];
    let ended = Program::new(&test).run().await.expect_usage_error();
    insta::assert_snapshot!(ended.stderr.replace(folder.path(), "DIR"), @"
    error: 2 mistakes in the fixtures
    DIR/acmecrm/create.json: the requests and the result of this first fixture are not written yet; `contract test --bless` writes them
    DIR/acmecrm/reset.json: the requests and the result of this first fixture are not written yet; `contract test --bless` writes them
    ");
    blessed(&folder, &["--yes", "--set", &description]).await.expect_code(0);
    insta::assert_snapshot!(folder.text("acmecrm/create.json"), @r#"
    {
      "request": {
        "method": "POST",
        "path": "/v1/contacts",
        "headers": {
          "accept": "application/json",
          "content-type": "application/json",
          "x-api-key": "[secret]",
          "x-workspace": "[secret]"
        },
        "body": {
          "contact": {
            "email": "ada@example.com",
            "first_name": "Ada",
            "last_name": "King"
          }
        }
      },
      "answer": {
        "body": {
          "contact": {
            "id": 42
          }
        },
        "headers": {
          "content-type": "application/json"
        },
        "status": 201
      },
      "contact": "ada",
      "provenance": {
        "date": "2026-11",
        "kind": "documented",
        "note": "mine",
        "source": "page"
      },
      "expect": {
        "created": "42",
        "fates": {
          "emails[0].address": "sent",
          "name.full": "reformatted",
          "notes": "dropped"
        }
      }
    }
    "#);
    assert_eq!(folder.document("acmecrm/reset.json")["expect"]["effect"], "unknown");
    Program::new(&test).run().await.expect_code(0);
}

#[tokio::test]
async fn the_fixtures_of_the_command_cannot_be_blessed() {
    let ended = Program::new(&["contract", "test", "--bless"]).run().await.expect_usage_error();
    insta::assert_snapshot!(ended.stderr, @"error: the fixtures of this version of unicontact cannot be changed; write them as files with `unicontact contract fixtures --out DIR`, and bless those with --fixtures DIR");
    Program::new(&["contract", "test", "--yes"]).run().await.expect_usage_error();
}

#[tokio::test]
async fn only_the_named_scenarios_are_replayed() {
    let folder = outdated();
    let arguments = ["contract", "test", "--fixtures", folder.path(), "--scenario", "create*"];
    let ended = Program::new(&arguments).run().await.expect_usage_error();
    assert!(ended.stderr.contains("onecloud has no scenario create*"), "{}", ended.stderr);
}
