//! Tests of the command against real NATS servers on loopback: addresses, logins, TLS, and the journal on the servers.
//!
//! Every run logs everything, and no output may contain a secret.

#![cfg(feature = "jetstream")]
mod addresses;
mod certificates;
mod deliveries;
mod identities;
mod login;
use crate::program;
mod tls;

use program::{Ended, Program};

/// Returns a configuration with one provider and these keys in `[queue]`.
pub(crate) fn configuration(queue: &str) -> String {
    format!(
        "[providers.cloverhound.voice]\norganization_id = 7\napi_key_id = \"i\"\napi_key_secret = \"s\"\n[queue]\n{queue}\n"
    )
}

/// Lists the deliveries in the journal on these servers, with everything logged.
pub(crate) fn list_deliveries(url: &str, queue: &str) -> Program {
    Program::new(&["deliveries", "list", "--queue", url])
        .configured(&configuration(queue))
        .variable("RUST_LOG", "trace")
}

/// Fails unless the servers answered that they have no journal.
#[track_caller]
pub(crate) fn expect_reached(ended: Ended) -> Ended {
    let ended = ended.expect_usage_error();
    assert!(
        ended.stderr.contains("there is no journal of this name on these servers yet"),
        "{}",
        ended.stderr
    );
    expect_no_secret(ended)
}

/// Fails unless the run ended with an error that contains these words.
#[track_caller]
pub(crate) fn expect_error(ended: Ended, words: &str) -> Ended {
    let ended = ended.expect_usage_error();
    let error = ended.stderr.lines().find(|line| line.starts_with("error: ")).unwrap_or_default();
    assert!(error.contains(words), "{}", ended.stderr);
    expect_no_secret(ended)
}

/// The prefixes of the secrets in these tests: literals, seeds of users' NKEYs, JSON tokens, keys of certificates.
const SECRET_PREFIXES: [&str; 4] = ["xksecret", "SUA", "eyJ", "MIGHAgEA"];

#[track_caller]
fn expect_no_secret(ended: Ended) -> Ended {
    let text = format!("{}{}", ended.stdout, ended.stderr);
    for word in text.split(|character: char| !character.is_ascii_alphanumeric()) {
        assert!(!SECRET_PREFIXES.iter().any(|prefix| word.starts_with(prefix)), "{word}: {text}");
    }
    ended
}
