//! How things are printed.
//!
//! Its rule: no escape codes without a terminal, no panic without a reader, and no lie when the disk is full.

use std::fs::File;

use unicontact_sandbox::{Options, Sandbox, Vendor};

use crate::program::Program;
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
async fn a_reader_who_goes_away_is_no_error() {
    for arguments in EVERYTHING {
        let configuration = Silence::new().configuration();
        let mut running = Program::new(arguments).configured(&configuration).start().await;
        running.close_stdout();
        let ended = running.end().await.expect_code(0);
        assert_eq!(ended.stderr, "", "{arguments:?}");
    }
}

#[tokio::test]
async fn a_reader_who_goes_away_changes_nothing_about_the_outcome() {
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    let created = Program::new(&["create", "--email", "ada@example.com"]);
    let mut running = created.configured(&sandbox.configuration()).start().await;
    running.close_stdout();
    running.end().await.expect_code(1);
    assert_eq!(sandbox.contacts(Vendor::Emnify).len(), 1);
}

#[tokio::test]
async fn a_full_disk_is_not_told_as_a_usage_error_after_something_was_created() {
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    let full = File::options().write(true).open("/dev/full").unwrap();
    let created = Program::new(&["create", "--name", "Ada King", "--format", "json"]).stdout(full);
    let ended = created.configured(&sandbox.configuration()).run().await;
    assert_eq!(sandbox.contacts(Vendor::Cloverhound).len(), 1);
    assert_ne!(ended.code, 2, "2 means that nothing was sent: {ended:#?}");
    assert!(ended.stderr.contains("No space left"), "{ended:#?}");
}
