//! The built command with real servers of the queue: connections, logins and the journal. No secret is shown or logged.

#![cfg(feature = "jetstream")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "tests")]

mod addresses;
mod authorities;
mod deliveries;
mod identities;
mod login;
#[path = "../../../tests/support/nats_server.rs"]
mod nats_server;
#[path = "../program/mod.rs"]
mod program;
mod tls;

use program::{Ended, Program};

/// Returns a configuration with one unused provider and the table of the queue.
pub(crate) fn configuration(queue: &str) -> String {
    format!(
        "[providers.cloverhound.voice]\norganization_id = 7\napi_key_id = \"i\"\napi_key_secret = \"s\"\n[queue]\n{queue}\n"
    )
}

/// Returns a command that lists the journal of these servers, with everything logged.
pub(crate) fn look(url: &str, queue: &str) -> Program {
    Program::new(&["deliveries", "list", "--queue", url])
        .configured(&configuration(queue))
        .variable("RUST_LOG", "trace")
}

/// Fails unless the servers answered that there is no journal.
#[track_caller]
pub(crate) fn expect_reached(ended: Ended) -> Ended {
    let ended = ended.expect_usage_error();
    assert!(
        ended.stderr.contains("there is no journal of this name on these servers yet"),
        "{}",
        ended.stderr
    );
    no_secret_in(ended)
}

/// Fails unless the command failed with these words.
#[track_caller]
pub(crate) fn expect_told(ended: Ended, words: &str) -> Ended {
    let ended = ended.expect_usage_error();
    let told = ended.stderr.lines().find(|line| line.starts_with("error: ")).unwrap_or_default();
    assert!(told.contains(words), "{}", ended.stderr);
    no_secret_in(ended)
}

/// The beginnings of all secrets: those of these tests, seeds of NKEYs, tokens in JSON, and keys of certificates.
const BEGINNINGS: [&str; 4] = ["xksecret", "SUA", "eyJ", "MIGHAgEA"];

#[track_caller]
fn no_secret_in(ended: Ended) -> Ended {
    let text = format!("{}{}", ended.stdout, ended.stderr);
    for word in text.split(|character: char| !character.is_ascii_alphanumeric()) {
        assert!(!BEGINNINGS.iter().any(|beginning| word.starts_with(beginning)), "{word}: {text}");
    }
    ended
}
