//! Runs the built command at a terminal, and answers its questions.

use std::fs::File;
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::process::{Child, Command};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use tempfile::TempDir;

/// A run of the command at a terminal.
pub(crate) struct Session {
    pub(crate) terminal: File,
    pub(crate) child: Child,
    pub(crate) folder: TempDir,
    screen: String,
    /// The length of the screen at the last answer.
    answered: usize,
}

impl Session {
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let terminal = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&terminal).unwrap();
        unlockpt(&terminal).unwrap();
        let name = ptsname(&terminal, Vec::new()).unwrap();
        let no_controlling_terminal = i32::try_from(OpenptFlags::NOCTTY.bits()).unwrap();
        let mut options = File::options();
        options.read(true).write(true).custom_flags(no_controlling_terminal);
        let side = options.open(name.to_str().unwrap()).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_unicontact"));
        command.args(arguments).env_clear().env("NO_COLOR", "1").env("COLUMNS", "80");
        command.current_dir(folder.path());
        command.stdin(side.try_clone().unwrap()).stdout(side.try_clone().unwrap()).stderr(side);
        let child = command.spawn().unwrap();
        Self { terminal: terminal.into(), child, folder, screen: String::new(), answered: 0 }
    }

    /// Waits for a question after the last answer, and types an answer.
    pub(crate) fn answer(&mut self, question: &str, answer: &str) {
        let mut bytes = [0; 1024];
        while !self.screen[self.answered..].ends_with(question) {
            let length =
                self.terminal.read(&mut bytes).unwrap_or_else(|error| panic!("{error}: {}", self.screen));
            self.screen.push_str(&String::from_utf8_lossy(&bytes[..length]));
        }
        self.answered = self.screen.len();
        self.terminal.write_all(answer.as_bytes()).unwrap();
    }

    /// Waits for the end, and returns the exit code and the screen.
    pub(crate) fn end(mut self) -> (i32, String, TempDir) {
        let mut bytes = [0; 1024];
        // Reading fails when the other side is closed.
        while let Ok(length) = self.terminal.read(&mut bytes)
            && length > 0
        {
            self.screen.push_str(&String::from_utf8_lossy(&bytes[..length]));
        }
        let code = self.child.wait().unwrap().code().unwrap();
        (code, self.screen.replace('\r', ""), self.folder)
    }
}
