//! A run of Pact's verifier.

use std::path::Path;
use std::process::Output;

use super::program::{MISSING, pact};

/// The end of a run.
pub(crate) struct Verification {
    pub(crate) has_passed: bool,
    pub(crate) output: String,
}

/// Verifies a provider on this machine against the interactions of a file whose description matches a pattern.
pub(crate) async fn verify(file: &Path, port: &str, states: &str, descriptions: &str) -> Verification {
    let verifier = pact("verifier")
        .arg("--file")
        .arg(file)
        .args(["--hostname", "127.0.0.1", "--port", port])
        .arg("--provider-name")
        .arg(file.file_stem().unwrap())
        .args(["--state-change-url", states])
        .args(["--filter-description", descriptions, "--no-colour"])
        .output();
    let ended = verifier.await.expect(MISSING);
    Verification { has_passed: ended.status.success(), output: text(&ended) }
}

fn text(ended: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&ended.stdout), String::from_utf8_lossy(&ended.stderr))
}
