//! The questions of `unicontact init` at a terminal. Secrets that are typed are not shown.

use std::fs::File;
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::os::unix::fs::PermissionsExt;
use std::process::{Child, Command};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use tempfile::TempDir;

/// `unicontact init` at a terminal.
struct Session {
    terminal: File,
    child: Child,
    folder: TempDir,
    screen: String,
}

impl Session {
    fn start() -> Self {
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
        command.arg("init").env_clear().env("NO_COLOR", "1").env("COLUMNS", "80").current_dir(folder.path());
        command.stdin(side.try_clone().unwrap()).stdout(side.try_clone().unwrap()).stderr(side);
        let child = command.spawn().unwrap();
        Self { terminal: terminal.into(), child, folder, screen: String::new() }
    }

    /// Waits for a question at the end of the screen, and types an answer.
    fn answer(&mut self, question: &str, answer: &str) {
        let mut bytes = [0; 1024];
        while !self.screen.ends_with(question) {
            let length = self.terminal.read(&mut bytes).unwrap_or_else(|error| panic!("{error}: {}", self.screen));
            self.screen.push_str(&String::from_utf8_lossy(&bytes[..length]));
        }
        self.terminal.write_all(answer.as_bytes()).unwrap();
    }

    /// Waits for the end, and returns the exit code and the screen.
    fn end(mut self) -> (i32, String, TempDir) {
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

#[test]
fn answers_become_a_configuration() {
    let mut session = Session::start();
    session.answer("Vendor (name or number): ", "nobody\n");
    session.answer("Vendor (name or number): ", "smarttask\n");
    session.answer("[smarttask]: ", "acme\n");
    session.answer("organization_id (a whole number): ", "many\n");
    session.answer("organization_id (a whole number): ", "38\n");
    session.answer("access_token (text, not shown): ", "TOPSECREX\u{7f}T\n");
    session.answer("Another provider? [y/N] ", "\n");
    let (code, screen, folder) = session.end();
    insta::assert_snapshot!(screen, @"");
    assert_eq!(code, 0);
    let path = folder.path().join("unicontact.toml");
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    insta::assert_snapshot!(std::fs::read_to_string(path).unwrap(), @"");
}

#[test]
fn ctrl_c_at_a_secret_writes_nothing() {
    let mut session = Session::start();
    session.answer("Vendor (name or number): ", "smarttask\n");
    session.answer("[smarttask]: ", "\n");
    session.answer("organization_id (a whole number): ", "38\n");
    session.answer("access_token (text, not shown): ", "TOPSECRET\u{3}");
    let (code, screen, folder) = session.end();
    assert_eq!(code, 2);
    assert!(screen.ends_with("error: nothing was written\n") && !screen.contains("TOPSECRET"), "{screen}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}
