//! Pact's own command: its verifier and its stub server.

use tokio::process::Command;

/// Returns the `pact` on the path, or the one that `PACT` names, with one of its commands.
pub(crate) fn pact(command: &str) -> Command {
    let program = std::env::var("PACT").unwrap_or_else(|_| "pact".to_owned());
    let mut pact = Command::new(&program);
    pact.arg(command).env("PACT_DO_NOT_TRACK", "true").env("NO_COLOR", "1").kill_on_drop(true);
    // It reads all certificates of the machine for each request otherwise, and needs none here.
    pact.env("SSL_CERT_FILE", "/dev/null").env("SSL_CERT_DIR", "/dev/null");
    pact
}

/// The message if the program is missing.
pub(crate) const MISSING: &str =
    "pact did not start; ./test.sh installs it, or name it in PACT: PACT=$(tests/servers/pact.sh)";
