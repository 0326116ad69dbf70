//! A worker of the built command.
//!
//! Its rule: what it says goes to files, so that it never waits for a reader and is told when the test fails; one that the test
//! has no more use for is killed.

use std::fs::File;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use tokio::process::{Child, Command};
use tokio::time::timeout;

use crate::vendors::{LOG, Office};

const LONGEST_END: Duration = Duration::from_mins(1);

/// A worker under way.
pub(crate) struct Worker {
    pub(crate) name: String,
    child: Child,
    folder: PathBuf,
}

/// What a worker left.
#[derive(Debug)]
pub(crate) struct Worked {
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

    /// SIGKILL. Returns when it is gone.
    pub(crate) async fn kill(mut self) {
        let ended = self.child.try_wait().unwrap();
        assert!(ended.is_none(), "{} ended by itself: {ended:?}\n{}", self.name, self.text(LOG));
        self.child.kill().await.unwrap();
    }

    /// SIGTERM.
    pub(crate) fn terminate(&self) {
        self.signal("TERM");
    }

    /// SIGSTOP: it stands still.
    pub(crate) fn stand_still(&self) {
        self.signal("STOP");
    }

    /// SIGCONT: it goes on.
    pub(crate) fn resume(&self) {
        self.signal("CONT");
    }

    fn signal(&self, name: &str) {
        let id = self.child.id().expect("it has not ended").to_string();
        let sent = std::process::Command::new("kill").args(["-s", name, &id]).status().unwrap();
        assert!(sent.success());
    }

    /// Waits for the end.
    pub(crate) async fn end(mut self) -> Worked {
        let Ok(status) = timeout(LONGEST_END, self.child.wait()).await else {
            panic!("{} does not end:\n{}", self.name, self.text(LOG));
        };
        let worked =
            Worked { code: status.unwrap().code(), stdout: self.text("stdout"), log: self.text(LOG) };
        assert!(!worked.log.contains("panicked at"), "{}", worked.log);
        worked
    }

    fn text(&self, name: &str) -> String {
        std::fs::read_to_string(self.folder.join(name)).unwrap()
    }
}

impl Worked {
    /// Fails unless it ended with `code`.
    #[track_caller]
    pub(crate) fn expect_code(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self:#?}");
        self
    }

    /// What it said.
    pub(crate) fn log(&self) -> &str {
        &self.log
    }

    /// The sum of its outcomes.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:#?}"))
    }
}
