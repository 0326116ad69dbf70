//! Runs `benches/undici/import.mjs`, the yardstick in another language. Node is the `node` on the path, or the one that `NODE` names.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Returns what is missing to run the client, if anything.
pub(super) fn missing() -> Option<&'static str> {
    let check = Command::new(node()).arg("--eval").arg("require('undici')").current_dir(folder()).output();
    match check {
        Err(_) => Some("undici was not measured, because there is no node: install it, or set NODE"),
        Ok(output) if !output.status.success() => {
            Some("undici was not measured, because it is not installed: npm install --prefix benches/undici")
        }
        Ok(_) => None,
    }
}

/// Returns the command that imports with these arguments: the port, the CSV, the file of the results, and the concurrency.
pub(super) fn command(arguments: &[String]) -> Command {
    let mut command = Command::new(node());
    command.arg(folder().join("import.mjs")).args(arguments);
    command
}

fn node() -> OsString {
    std::env::var_os("NODE").unwrap_or_else(|| "node".into())
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("undici")
}
