//! How the command prints: no escape codes without a terminal, no panic when the reader is gone, and an error when the
//! disk is full.

use std::fs::File;

use serde_json::{Value, json};
use unicontact_sandbox::{Options, Sandbox, Vendor};

use crate::command::idle_server::IdleServer;
use crate::command::shape;
use crate::program::Program;

const COMMANDS: [&[&str]; 7] = [
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
    for arguments in COMMANDS {
        for (variable, value) in [("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1"), ("TERM", "xterm-256color")] {
            let configuration = IdleServer::new().configuration();
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
    for arguments in COMMANDS {
        let configuration = IdleServer::new().configuration();
        let arguments = [arguments, &["--quiet"]].concat();
        let mut running = Program::new(&arguments).configured(&configuration).start().await;
        running.close_stdout();
        let ended = running.end().await.expect_code(0);
        assert_eq!(ended.stderr, "", "{arguments:?}");
    }
}

#[tokio::test]
async fn a_closed_stdout_does_not_change_the_exit_code() {
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    let created = Program::new(&["create", "--email", "ada@example.com"]);
    let mut running = created.configured(&sandbox.configuration()).start().await;
    running.close_stdout();
    running.end().await.expect_code(1);
    assert_eq!(sandbox.contacts(Vendor::Emnify).len(), 1);
}

#[tokio::test]
async fn a_full_disk_after_a_create_is_not_a_usage_error() {
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
async fn a_report_that_a_full_disk_rejects_is_printed_to_stderr() {
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
    let lines: Vec<Value> = machine.stderr.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let [report, error] = &*lines else { panic!("{machine:?}") };
    assert_eq!(error["error"]["code"], "output");
    shape::is_report(report);
    assert_eq!(report["deliveries"][0]["id"], "2");
}

#[tokio::test]
async fn a_summary_that_a_full_disk_rejects_is_printed_to_stderr_before_the_error() {
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    let import = ["import", "people.csv", "--to", "iot", "--format", "json"];
    let program = Program::new(&import).configured(&sandbox.configuration()).stdout(full_disk());
    let ended = program.file("people.csv", "Name\nAda King\n").run().await.expect_code(1);
    assert!(ended.stderr.lines().any(|line| line.starts_with("{\"read\":1,")), "{ended:#?}");
    let error: Value = serde_json::from_str(ended.stderr.lines().last().unwrap()).unwrap();
    assert_eq!(error["error"]["code"], "output", "{ended:#?}");
}

#[tokio::test]
async fn a_full_disk_hides_no_failure() {
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    let wrong = sandbox.configuration().replace("sandbox-", "wrong-");
    let created = Program::new(&["create", "--name", "Ada King"]).configured(&wrong).stdout(full_disk());
    let ended = created.run().await.expect_code(1);
    assert!(ended.stderr.contains("\nacme: failed\n"), "{}", ended.stderr);
}

#[tokio::test]
async fn the_demo_prints_to_stderr_what_a_full_disk_rejects() {
    for arguments in [&["demo"] as &[&str], &["demo", "--format", "json"]] {
        let ended = Program::new(arguments).stdout(full_disk()).run().await.expect_code(1);
        assert!(ended.stderr.contains("No space left"), "{ended:#?}");
        assert!(ended.stderr.contains("5a4db0c5-0000-4000-8000-000000000001"), "{ended:#?}");
    }
}

/// Control characters that clear the screen, in both encodings, and ring the bell.
const CONTROL_CHARACTERS: &str = "\u{1b}[2J\u{9b}2J\u{7}\r\u{7f}";

fn expect_no_control_characters(text: &str) {
    let found: Vec<char> = text.chars().filter(|c| c.is_control() && *c != '\n').collect();
    assert!(found.is_empty(), "{found:?}: {text:?}");
}

#[tokio::test]
async fn control_characters_in_keys_of_a_contact_are_escaped() {
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    let contact = json!({"name": "Ada King", "custom": {CONTROL_CHARACTERS: 1}, "vendor": {"smarttask": {CONTROL_CHARACTERS: CONTROL_CHARACTERS}}});
    for arguments in [["create", "-"], ["plan", "-"]] {
        let program = Program::new(&arguments).configured(&sandbox.configuration());
        let ended = program.input(contact.to_string()).variable("RUST_LOG", "info").run().await;
        assert!(ended.stdout.contains(r"custom.\u{1b}[2J\u{9b}2J\u{7}\r\u{7f}"), "{ended:#?}");
        expect_no_control_characters(&ended.stdout);
        expect_no_control_characters(&ended.stderr);
    }
}

#[tokio::test]
async fn json_output_escapes_control_characters_and_keeps_every_key() {
    let contact = json!({"name": "Ada King", "custom": {CONTROL_CHARACTERS: 1}});
    let planned =
        Program::new(&["plan", "-", "--format", "json"]).configured(&IdleServer::new().configuration());
    let ended = planned.input(contact.to_string()).run().await.expect_code(0);
    expect_no_control_characters(&ended.stdout);
    let fields = ended.json()["drafts"][0]["fields"].take();
    let field = format!("custom.{CONTROL_CHARACTERS}");
    assert!(fields.as_array().unwrap().iter().any(|fate| fate["field"] == field), "{fields:#}");
}

#[tokio::test]
async fn control_characters_in_unknown_keys_are_escaped() {
    let idle_server = IdleServer::new();
    let twice = format!("{{\"{0}\": 1, \"{0}\": 2}}", r"\u001b[2J");
    for contact in [json!({CONTROL_CHARACTERS: 1}).to_string(), twice] {
        let planned = Program::new(&["plan", "-"]).configured(&idle_server.configuration()).input(contact);
        let ended = planned.run().await.expect_usage_error();
        assert!(ended.stderr.contains(r"\u{1b}[2J"), "{}", ended.stderr);
        expect_no_control_characters(&ended.stderr);
    }
    let checked = Program::new(&["check"]).configured("\"\\u001b[2J\" = 1\n\"\\u0007\" = 1");
    expect_no_control_characters(&checked.run().await.expect_usage_error().stderr);
}
