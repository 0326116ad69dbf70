//! Runs the built command.
//!
//! Every run has an empty environment but for a time zone in which it is about noon, so that no day ends during a test, its own
//! folder and no terminal. A panic, or a run of more than a minute, fails
//! the test.

mod running;
#[cfg(unix)]
mod session;

use std::ffi::OsStr;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, SystemTime};

use serde_json::Value;
use tempfile::TempDir;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

pub(crate) use self::running::Running;
#[cfg(unix)]
pub(crate) use self::session::Session;

/// The name of the default configuration file.
pub(crate) const CONFIGURATION: &str = "unicontact.toml";
const RUN_TIMEOUT: Duration = Duration::from_mins(1);

/// A run of the command that has not started.
pub(crate) struct Program {
    command: Command,
    folder: TempDir,
    input: Option<Vec<u8>>,
}

/// The exit code, output and files of a finished run.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    /// The names of the files in the run's folder.
    pub(crate) files: Vec<String>,
}

impl Program {
    pub(crate) fn new(arguments: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_unicontact"));
        command
            .args(arguments)
            .env_clear()
            .env("TZ", zone_at_noon())
            .current_dir(folder.path())
            .kill_on_drop(true);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        Self { command, folder, input: None }
    }

    /// Writes a file into the run's folder.
    pub(crate) fn file(self, name: &str, content: impl AsRef<[u8]>) -> Self {
        std::fs::write(self.folder.path().join(name), content).unwrap();
        self
    }

    /// Writes a file into a folder of the run's folder.
    pub(crate) fn folder_with_file(self, folder: &str, name: &str, content: &str) -> Self {
        std::fs::create_dir(self.folder.path().join(folder)).unwrap();
        self.file(&format!("{folder}/{name}"), content)
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Writes the default configuration file, which only its owner can read.
    pub(crate) fn configured(self, text: &str) -> Self {
        let program = self.file(CONFIGURATION, text);
        #[cfg(unix)]
        {
            let mode = std::os::unix::fs::PermissionsExt::from_mode(0o600);
            std::fs::set_permissions(program.folder().join(CONFIGURATION), mode).unwrap();
        }
        program
    }

    pub(crate) fn variable(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Sets the width of the page.
    pub(crate) fn columns(self, columns: u16) -> Self {
        self.variable("COLUMNS", columns.to_string())
    }

    pub(crate) fn input(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.command.stdin(Stdio::piped());
        self.input = Some(bytes.into());
        self
    }

    /// Replaces stdin.
    pub(crate) fn stdin(mut self, stdin: impl Into<Stdio>) -> Self {
        self.command.stdin(stdin);
        self
    }

    /// Limits the size of every file, in KiB. Larger writes fail, as on a full disk.
    pub(crate) fn with_file_size_limit(mut self, kibibytes: &str) -> Self {
        let program = self.command.as_std().get_program().to_owned();
        let script = "trap '' XFSZ; ulimit -f \"$1\"; shift; exec \"$@\"";
        let mut limited = Command::new("/bin/bash");
        limited.args(["-c", script, "bash", kibibytes]).arg(program).args(self.command.as_std().get_args());
        limited.env_clear().env("TZ", zone_at_noon()).current_dir(self.folder.path()).kill_on_drop(true);
        limited.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        self.command = limited;
        self
    }

    /// Runs the command on a terminal of this width, whose output is stdout.
    #[cfg(target_os = "linux")]
    pub(crate) fn on_terminal(self, width: &str) -> Self {
        self.on_terminal_with(width, "")
    }

    /// Runs the command on a terminal of this width, with its messages in a file.
    #[cfg(target_os = "linux")]
    pub(crate) fn on_terminal_except_messages(self, width: &str, messages: &Path) -> Self {
        self.on_terminal_with(width, &format!(" 2>'{}'", messages.display()))
    }

    #[cfg(target_os = "linux")]
    fn on_terminal_with(mut self, width: &str, redirection: &str) -> Self {
        let command = self.command.as_std();
        let words = std::iter::once(command.get_program()).chain(command.get_args());
        let quoted = words.map(|word| format!("'{}'", word.to_str().unwrap().replace('\'', r"'\''")));
        let line = format!("exec {}{redirection}", quoted.collect::<Vec<_>>().join(" "));
        let mut terminal = Command::new("script");
        terminal.args(["--quiet", "--return", "--command", &line, "/dev/null"]);
        terminal.env_clear().env("PATH", std::env::var_os("PATH").unwrap()).env("SHELL", "/bin/sh");
        terminal
            .env("COLUMNS", width)
            .env("TZ", zone_at_noon())
            .current_dir(self.folder.path())
            .kill_on_drop(true);
        terminal.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        self.command = terminal;
        self
    }

    /// Replaces stdout.
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
            // The command may end before it has read all input.
            let _ = stdin.write_all(&bytes).await;
        }
        Running::new(child, self.folder)
    }
}

impl Ended {
    /// Parses stdout as one JSON document.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Parses every line of stdout as a JSON document.
    pub(crate) fn json_lines(&self) -> Vec<Value> {
        self.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// Fails unless the exit code is `code`.
    #[track_caller]
    pub(crate) fn expect_code(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{self:#?}");
        self
    }

    /// Fails unless the exit code is 2 and stdout is empty.
    #[track_caller]
    pub(crate) fn expect_usage_error(self) -> Self {
        let ended = self.expect_code(2);
        assert_eq!(ended.stdout, "", "data beside the refusal: {ended:#?}");
        ended
    }
}

/// Returns a time zone in which the local time is between 12:00 and 13:00. Screens omit the date of a time of today.
pub(crate) fn zone_at_noon() -> String {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    let hour = i64::try_from(now.as_secs() / 3_600 % 24).unwrap();
    // POSIX counts the hours to the west.
    format!("NOON{}", hour - 12)
}

/// Replaces the durations in a text.
pub(crate) fn without_durations(text: &str) -> String {
    let is_number = |word: &str| !word.is_empty() && word.chars().all(|it| it.is_ascii_digit() || it == '.');
    let line = |line: &str| {
        let mut words: Vec<&str> = line.split(' ').collect();
        for unit in (1..words.len()).rev() {
            if ["ms", "s", "min"].contains(&words[unit]) && is_number(words[unit - 1]) {
                words.splice(unit - 1..=unit, ["[time]"]);
            }
        }
        words.join(" ")
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn durations_are_replaced_in_every_unit() {
    let text = "created  acme  27 ms\ncreated  iot   1.0 s\nfailed  voice  2 attempts, 40 s";
    assert_eq!(
        without_durations(text),
        "created  acme  [time]\ncreated  iot   [time]\nfailed  voice  2 attempts, [time]"
    );
}

fn names_in(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}
