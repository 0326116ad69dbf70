//! Runs the built command.
//!
//! Its rule: every run has an empty environment, an empty folder of its own and no terminal; a panic of the command, or
//! a run that does not end, is always a failure.

#![allow(dead_code, reason = "each test binary uses a part of it")]

mod running;

use std::ffi::OsStr;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

pub(crate) use self::running::Running;

/// The file that the command finds by itself.
pub(crate) const CONFIGURATION: &str = "unicontact.toml";
const LONGEST_RUN: Duration = Duration::from_mins(1);

/// One run, not yet begun.
pub(crate) struct Program {
    command: Command,
    folder: TempDir,
    input: Option<Vec<u8>>,
}

/// What a run left.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    /// The names of the files in its folder.
    pub(crate) files: Vec<String>,
}

impl Program {
    pub(crate) fn new(arguments: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_unicontact"));
        command.args(arguments).env_clear().current_dir(folder.path()).kill_on_drop(true);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        Self { command, folder, input: None }
    }

    /// Writes a file into its folder.
    pub(crate) fn file(self, name: &str, content: impl AsRef<[u8]>) -> Self {
        std::fs::write(self.folder.path().join(name), content).unwrap();
        self
    }

    /// Writes the configuration that it finds by itself.
    pub(crate) fn configured(self, text: &str) -> Self {
        self.file(CONFIGURATION, text)
    }

    pub(crate) fn variable(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    pub(crate) fn input(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.command.stdin(Stdio::piped());
        self.input = Some(bytes.into());
        self
    }

    /// Reads its stdin from elsewhere.
    pub(crate) fn stdin(mut self, stdin: impl Into<Stdio>) -> Self {
        self.command.stdin(stdin);
        self
    }

    /// Lets no file grow beyond so many KiB. Writing more fails, as on a full disk.
    pub(crate) fn limited_to(mut self, kibibytes: &str) -> Self {
        let program = self.command.as_std().get_program().to_owned();
        let script = "trap '' XFSZ; ulimit -f \"$1\"; shift; exec \"$@\"";
        let mut limited = Command::new("/bin/bash");
        limited.args(["-c", script, "bash", kibibytes]).arg(program).args(self.command.as_std().get_args());
        limited.env_clear().current_dir(self.folder.path()).kill_on_drop(true);
        limited.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        self.command = limited;
        self
    }

    /// Sends its stdout elsewhere.
    pub(crate) fn stdout(mut self, stdout: impl Into<Stdio>) -> Self {
        self.command.stdout(stdout);
        self
    }

    pub(crate) async fn run(self) -> Ended {
        self.start().await.end().await
    }

    pub(crate) async fn start(mut self) -> Running {
        let mut child = self.command.spawn().unwrap();
        if let Some(bytes) = self.input {
            let mut stdin = child.stdin.take().unwrap();
            // It may have ended without reading all of it.
            let _ = stdin.write_all(&bytes).await;
        }
        Running::new(child, self.folder)
    }
}

impl Ended {
    /// Its stdout, which is one JSON document.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Its stdout, of which every line is a JSON document.
    pub(crate) fn json_lines(&self) -> Vec<Value> {
        self.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// Fails unless it ended with `code`.
    #[track_caller]
    pub(crate) fn expect_code(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{self:#?}");
        self
    }

    /// Fails unless it refused to begin, with nothing but messages.
    #[track_caller]
    pub(crate) fn expect_usage_error(self) -> Self {
        let ended = self.expect_code(2);
        assert_eq!(ended.stdout, "", "data beside the refusal: {ended:#?}");
        ended
    }
}

fn names_in(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}
