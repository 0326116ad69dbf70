//! Output without a terminal, without a reader and on a full disk.

use std::fs::File;

use serde_json::{Value, json};
use unicontact_sandbox::{Options, Sandbox, Vendor};

use crate::program::Program;
use crate::shape;
use crate::silence::Silence;

const EVERYTHING: [&[&str]; 7] = [
    &["demo"],
    &["providers"],
    &["--help"],
    &["create", "--help"],
    &["schema", "config"],
    &["completions", "bash"],
    &["plan", "--name", "Ada King"],
];

#[tokio::test]
async fn without_a_terminal_there_are_no_escape_codes() {
    for arguments in EVERYTHING {
        for (variable, value) in [("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1"), ("TERM", "xterm-256color")] {
            let configuration = Silence::new().configuration();
            let program = Program::new(arguments).configured(&configuration).variable(variable, value);
            let ended = program.variable("RUST_LOG", "debug").run().await.expect_code(0);
            for text in [&ended.stdout, &ended.stderr] {
                assert!(!text.contains('\u{1b}'), "{arguments:?} with {variable}: {text:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_closed_stdout_is_no_error() {
    for arguments in EVERYTHING {
        let configuration = Silence::new().configuration();
        let mut running = Program::new(arguments).configured(&configuration).start().await;
        running.close_stdout();
        let ended = running.end().await.expect_code(0);
        assert_eq!(ended.stderr, "", "{arguments:?}");
    }
}

#[tokio::test]
async fn a_closed_stdout_does_not_change_the_outcome() {
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    let created = Program::new(&["create", "--email", "ada@example.com"]);
    let mut running = created.configured(&sandbox.configuration()).start().await;
    running.close_stdout();
    running.end().await.expect_code(1);
    assert_eq!(sandbox.contacts(Vendor::Emnify).len(), 1);
}

#[tokio::test]
async fn a_full_disk_after_a_create_is_no_usage_error() {
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    let created = Program::new(&["create", "--name", "Ada King", "--format", "json"]).stdout(full_disk());
    let ended = created.configured(&sandbox.configuration()).run().await;
    assert_eq!(sandbox.contacts(Vendor::Cloverhound).len(), 1);
    assert_ne!(ended.code, 2, "2 means that nothing was sent: {ended:#?}");
    assert!(ended.stderr.contains("No space left"), "{ended:#?}");
}

fn full_disk() -> File {
    File::options().write(true).open("/dev/full").unwrap()
}

#[tokio::test]
async fn outcomes_go_to_stderr_if_the_disk_is_full() {
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    let create = ["create", "--name", "Ada King", "--to", "iot,voice"];
    let human = Program::new(&create).configured(&sandbox.configuration()).stdout(full_disk()).run().await;
    insta::assert_snapshot!(human.expect_code(1).stderr, @r#"
    error: the report could not be written (No space left on device (os error 28)). The outcomes:
    iot: created 1
    voice: created 1
    "#);
    let create = [&create as &[&str], &["--format", "json"]].concat();
    let machine = Program::new(&create).configured(&sandbox.configuration()).stdout(full_disk()).run().await;
    let machine = machine.expect_code(1);
    let report: Value = serde_json::from_str(machine.stderr.lines().last().unwrap()).unwrap();
    shape::is_report(&report);
    assert_eq!(report["deliveries"][0]["id"], "2");
}

#[tokio::test]
async fn a_full_disk_keeps_the_exit_codes_of_doubts_and_failures() {
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    let wrong = sandbox.configuration().replace("sandbox-", "wrong-");
    let created = Program::new(&["create", "--name", "Ada King"]).configured(&wrong).stdout(full_disk());
    let ended = created.run().await.expect_code(1);
    assert!(ended.stderr.contains("\nacme: failed\n"), "{}", ended.stderr);
}

#[tokio::test]
async fn the_demo_reports_on_stderr_if_the_disk_is_full() {
    for arguments in [&["demo"] as &[&str], &["demo", "--format", "json"]] {
        let ended = Program::new(arguments).stdout(full_disk()).run().await.expect_code(1);
        assert!(ended.stderr.contains("No space left"), "{ended:#?}");
        assert!(ended.stderr.contains("5a4db0c5-0000-4000-8000-000000000001"), "{ended:#?}");
    }
}

/// A key with control sequences that clear the screen and ring the bell.
const COMMANDING: &str = "\u{1b}[2J\u{9b}2J\u{7}\r\u{7f}";

fn expect_harmless(text: &str) {
    let commands: Vec<char> = text.chars().filter(|c| c.is_control() && *c != '\n').collect();
    assert!(commands.is_empty(), "{commands:?}: {text:?}");
}

#[tokio::test]
async fn keys_of_a_contact_are_printed_without_control_characters() {
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    let contact = json!({"name": "Ada King", "custom": {COMMANDING: 1}, "vendor": {"smarttask": {COMMANDING: COMMANDING}}});
    for arguments in [["create", "-"], ["plan", "-"]] {
        let program = Program::new(&arguments).configured(&sandbox.configuration());
        let ended = program.input(contact.to_string()).variable("RUST_LOG", "info").run().await;
        assert!(ended.stdout.contains(r"custom.\u{1b}[2J\u{9b}2J\u{7}\r\u{7f}"), "{ended:#?}");
        expect_harmless(&ended.stdout);
        expect_harmless(&ended.stderr);
    }
}

#[tokio::test]
async fn json_escapes_control_characters_and_keeps_every_key() {
    let contact = json!({"name": "Ada King", "custom": {COMMANDING: 1}});
    let planned =
        Program::new(&["plan", "-", "--format", "json"]).configured(&Silence::new().configuration());
    let ended = planned.input(contact.to_string()).run().await.expect_code(0);
    expect_harmless(&ended.stdout);
    let fields = ended.json()["drafts"][0]["fields"].take();
    let field = format!("custom.{COMMANDING}");
    assert!(fields.as_array().unwrap().iter().any(|fate| fate["field"] == field), "{fields:#}");
}

#[tokio::test]
async fn unknown_keys_are_printed_without_control_characters() {
    let silence = Silence::new();
    let twice = format!("{{\"{0}\": 1, \"{0}\": 2}}", r"\u001b[2J");
    for contact in [json!({COMMANDING: 1}).to_string(), twice] {
        let planned = Program::new(&["plan", "-"]).configured(&silence.configuration()).input(contact);
        let ended = planned.run().await.expect_usage_error();
        assert!(ended.stderr.contains(r"\u{1b}[2J"), "{}", ended.stderr);
        expect_harmless(&ended.stderr);
    }
    let checked = Program::new(&["check"]).configured("\"\\u001b[2J\" = 1\n\"\\u0007\" = 1");
    expect_harmless(&checked.run().await.expect_usage_error().stderr);
}
