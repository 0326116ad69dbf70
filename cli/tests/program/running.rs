//! A running command. A test reads its stderr, sends it signals and waits for its end; the result has all output,
//! including lines that the test read before.

use std::path::Path;

use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::{Child, ChildStderr, ChildStdout};
use tokio::time::timeout;

use super::{Ended, RUN_TIMEOUT, names_in};

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

    /// Sends the signal of Ctrl-C.
    pub(crate) fn interrupt(&self) {
        self.signal("INT");
    }

    pub(crate) fn signal(&self, name: &str) {
        let id = self.child.id().expect("it has not ended").to_string();
        let sent = std::process::Command::new("kill").args(["-s", name, &id]).status().unwrap();
        assert!(sent.success());
    }

    /// Sends the signal of Ctrl-C to the command that runs on a terminal.
    #[cfg(target_os = "linux")]
    pub(crate) fn interrupt_on_terminal(&self) {
        let id = self.child.id().expect("it has not ended");
        let children = std::fs::read_to_string(format!("/proc/{id}/task/{id}/children")).unwrap();
        let sent = std::process::Command::new("kill").args(["-s", "INT", children.trim()]).status().unwrap();
        assert!(sent.success());
    }

    /// Kills the process, and waits for its end.
    pub(crate) async fn kill(mut self) {
        self.child.kill().await.unwrap();
    }

    /// Closes the reading end of stdout.
    pub(crate) fn close_stdout(&mut self) {
        self.stdout = None;
    }

    /// Waits for a line on stderr that contains `words`.
    pub(crate) async fn wait_for_message(&mut self, words: &str) {
        let reading = async {
            let mut line = String::new();
            while !line.contains(words) {
                line.clear();
                let length = self.stderr.read_line(&mut line).await.unwrap();
                self.stderr_so_far.push_str(&line);
                assert_ne!(length, 0, "it never said {words:?}: {}", self.stderr_so_far);
            }
        };
        timeout(RUN_TIMEOUT, reading).await.expect("it says so in time");
    }

    /// Reads the next line of stdout.
    pub(crate) async fn line(&mut self) -> String {
        let mut line = String::new();
        let stdout = self.stdout.as_mut().expect("it is open");
        timeout(RUN_TIMEOUT, stdout.read_line(&mut line)).await.expect("it prints in time").unwrap();
        assert_ne!(line, "", "it prints no further line: {}", self.stdout_so_far);
        self.stdout_so_far.push_str(&line);
        line
    }

    /// Returns the part of stderr that was read so far.
    pub(crate) fn stderr_so_far(&self) -> &str {
        &self.stderr_so_far
    }

    /// Waits for the process to end.
    pub(crate) async fn end(self) -> Ended {
        self.end_with(|_| ()).await.1
    }

    /// Waits for the process to end, and returns the text of one of its files, which is empty without such a file.
    pub(crate) async fn end_with_file(self, name: &str) -> (String, Ended) {
        self.end_with(|folder| std::fs::read_to_string(folder.join(name)).unwrap_or_default()).await
    }

    /// Waits for the process to end, and reads its folder.
    pub(crate) async fn end_with<T>(mut self, read: impl FnOnce(&Path) -> T) -> (T, Ended) {
        let stdout = async {
            if let Some(stdout) = &mut self.stdout {
                stdout.read_to_string(&mut self.stdout_so_far).await.unwrap();
            }
        };
        let stderr = self.stderr.read_to_string(&mut self.stderr_so_far);
        let all = async { tokio::join!(stdout, stderr, self.child.wait()) };
        let ((), _, status) = timeout(RUN_TIMEOUT, all).await.expect("it ends in time");
        let code = status.unwrap().code().expect("it is not ended by a signal");
        let (stdout, stderr) = (self.stdout_so_far, self.stderr_so_far);
        assert!(!stderr.contains("panicked at"), "{stderr}");
        let ended = Ended { code, stdout, stderr, files: names_in(self.folder.path()) };
        (read(self.folder.path()), ended)
    }
}
