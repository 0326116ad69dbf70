//! A run under way: it can be listened to, interrupted, and waited for.
//!
//! Its rule: what it wrote is read from the start to the end, however the test listened in between.

use std::path::Path;

use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::{Child, ChildStderr, ChildStdout};
use tokio::time::timeout;

use super::{Ended, LONGEST_RUN, names_in};

pub(crate) struct Running {
    child: Child,
    folder: TempDir,
    stdout: Option<BufReader<ChildStdout>>,
    stderr: BufReader<ChildStderr>,
    stdout_so_far: String,
    stderr_so_far: String,
}

impl Running {
    pub(super) fn new(mut child: Child, folder: TempDir) -> Self {
        Self {
            stdout: child.stdout.take().map(BufReader::new),
            stderr: BufReader::new(child.stderr.take().unwrap()),
            child,
            folder,
            stdout_so_far: String::new(),
            stderr_so_far: String::new(),
        }
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// What Ctrl-C does.
    pub(crate) fn interrupt(&self) {
        self.signal("INT");
    }

    pub(crate) fn signal(&self, name: &str) {
        let id = self.child.id().expect("it has not ended").to_string();
        let sent = std::process::Command::new("kill").args(["-s", name, &id]).status().unwrap();
        assert!(sent.success());
    }

    /// Ends it as a power cut does, and waits until it is gone.
    pub(crate) async fn kill(mut self) {
        self.child.kill().await.unwrap();
    }

    /// Goes away as its reader.
    pub(crate) fn close_stdout(&mut self) {
        self.stdout = None;
    }

    /// Waits for a line on stderr that contains `words`.
    pub(crate) async fn says(&mut self, words: &str) {
        let reading = async {
            let mut line = String::new();
            while !line.contains(words) {
                line.clear();
                let length = self.stderr.read_line(&mut line).await.unwrap();
                self.stderr_so_far.push_str(&line);
                assert_ne!(length, 0, "it never said {words:?}: {}", self.stderr_so_far);
            }
        };
        timeout(LONGEST_RUN, reading).await.expect("it says so in time");
    }

    /// What was heard on stderr so far.
    pub(crate) fn heard(&self) -> &str {
        &self.stderr_so_far
    }

    /// Waits for the end.
    pub(crate) async fn end(mut self) -> Ended {
        let stdout = async {
            if let Some(stdout) = &mut self.stdout {
                stdout.read_to_string(&mut self.stdout_so_far).await.unwrap();
            }
        };
        let stderr = self.stderr.read_to_string(&mut self.stderr_so_far);
        let all = async { tokio::join!(stdout, stderr, self.child.wait()) };
        let ((), _, status) = timeout(LONGEST_RUN, all).await.expect("it ends in time");
        let code = status.unwrap().code().expect("it is not ended by a signal");
        let (stdout, stderr) = (self.stdout_so_far, self.stderr_so_far);
        assert!(!stderr.contains("panicked at"), "{stderr}");
        Ended { code, stdout, stderr, files: names_in(self.folder.path()) }
    }
}
