//! A worker process of the built command. Its output goes to files, which a failed test prints. Dropping it kills the process.

use std::fs::File;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use tokio::process::{Child, Command};
use tokio::time::timeout;

use crate::queue::vendors::{LOG, Office};

const END_TIMEOUT: Duration = Duration::from_mins(1);

/// A running worker.
pub(crate) struct Worker {
    pub(crate) name: String,
    child: Child,
    folder: PathBuf,
}

/// The exit code and the output of a worker.
#[derive(Debug)]
pub(crate) struct WorkerOutput {
    pub(crate) code: Option<i32>,
    stdout: String,
    log: String,
}

impl Worker {
    pub(crate) fn start(office: &Office, name: &str, more: &[&str]) -> Self {
        let folder = office.path(name);
        std::fs::create_dir(&folder).unwrap();
        std::fs::write(folder.join("unicontact.toml"), office.configuration()).unwrap();
        let file = |name| Stdio::from(File::create(folder.join(name)).unwrap());
        let child = Command::new(env!("CARGO_BIN_EXE_unicontact"))
            .args(["worker", "--format", "json", "--name", name])
            .args(more)
            .env_clear()
            .env("RUST_LOG", "warn")
            .current_dir(&folder)
            .kill_on_drop(true)
            .stdin(Stdio::null())
            .stdout(file("stdout"))
            .stderr(file(LOG))
            .spawn()
            .unwrap();
        Self { name: name.to_owned(), child, folder }
    }

    /// Sends SIGKILL and waits for the end.
    pub(crate) async fn kill(mut self) {
        let ended = self.child.try_wait().unwrap();
        assert!(ended.is_none(), "{} ended by itself: {ended:?}\n{}", self.name, self.text(LOG));
        self.child.kill().await.unwrap();
    }

    /// Sends SIGTERM.
    pub(crate) fn terminate(&self) {
        self.signal("TERM");
    }

    /// Sends SIGSTOP.
    pub(crate) fn pause(&self) {
        self.signal("STOP");
    }

    /// Sends SIGCONT.
    pub(crate) fn resume(&self) {
        self.signal("CONT");
    }

    fn signal(&self, name: &str) {
        let id = self.child.id().expect("the process runs").to_string();
        let sent = std::process::Command::new("kill").args(["-s", name, &id]).status().unwrap();
        assert!(sent.success());
    }

    /// Waits for the end.
    pub(crate) async fn end(mut self) -> WorkerOutput {
        let Ok(status) = timeout(END_TIMEOUT, self.child.wait()).await else {
            panic!("{} does not end:\n{}", self.name, self.text(LOG));
        };
        let worked =
            WorkerOutput { code: status.unwrap().code(), stdout: self.text("stdout"), log: self.text(LOG) };
        assert!(!worked.log.contains("panicked at"), "{}", worked.log);
        worked
    }

    fn text(&self, name: &str) -> String {
        std::fs::read_to_string(self.folder.join(name)).unwrap()
    }
}

impl WorkerOutput {
    /// Fails unless the exit code is `code`.
    #[track_caller]
    pub(crate) fn expect_code(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self:#?}");
        self
    }

    /// Returns what the worker wrote to stderr.
    pub(crate) fn log(&self) -> &str {
        &self.log
    }

    /// Returns the summary that the worker printed.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:#?}"))
    }
}
