//! The questions of `unicontact init` at a terminal. Secrets that are typed are not shown.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::os::unix::fs::PermissionsExt;
use std::process::{Child, Command};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::LocalModes;
use tempfile::TempDir;
use unicontact::providers::Description;

/// `unicontact init` at a terminal.
struct Session {
    terminal: File,
    child: Child,
    folder: TempDir,
    screen: String,
    /// The length of the screen at the last answer.
    answered: usize,
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
        Self { terminal: terminal.into(), child, folder, screen: String::new(), answered: 0 }
    }

    /// Waits for a question after the last answer, and types an answer.
    fn answer(&mut self, question: &str, answer: &str) {
        let mut bytes = [0; 1024];
        while !self.screen[self.answered..].ends_with(question) {
            let length =
                self.terminal.read(&mut bytes).unwrap_or_else(|error| panic!("{error}: {}", self.screen));
            self.screen.push_str(&String::from_utf8_lossy(&bytes[..length]));
        }
        self.answered = self.screen.len();
        self.terminal.write_all(answer.as_bytes()).unwrap();
    }

    /// Answers the questions before that for the first secret of a provider.
    fn answer_until_secret(&mut self) {
        self.answer("Vendor (name or number): ", "smarttask\n");
        self.answer("[smarttask]: ", "\n");
        self.answer("organization_id (a whole number): ", "38\n");
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

/// Returns the screen without the bundled vendors in the list, after a check that they are there.
fn without_bundled_vendors(screen: &str) -> String {
    let bundled: BTreeSet<&str> = Description::bundled_names().collect();
    let mut listed = BTreeSet::new();
    let mut lines = Vec::new();
    for line in screen.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            [number, name, ..] if number.parse::<usize>().is_ok() && bundled.contains(name) => {
                listed.insert(*name);
            }
            [number, ..] if number.parse::<usize>().is_ok() => lines.push(format!("  {}", words.join("  "))),
            _ => lines.push(line.to_owned()),
        }
    }
    assert_eq!(listed, bundled);
    lines.join("\n")
}

#[test]
fn answers_become_a_configuration() {
    let mut session = Session::start();
    session.answer("Vendor (name or number): ", "nobody\n");
    session.answer("Vendor (name or number): ", "smarttask\n");
    session.answer("[smarttask]: ", "Acme\n");
    session.answer("[smarttask]: ", "acme\n");
    session.answer("organization_id (a whole number): ", "many\n");
    session.answer("organization_id (a whole number): ", "38\n");
    session.answer("access_token (text, not shown): ", "\n");
    session.answer("access_token (text, not shown): ", "TOPSECREX\u{7f}T\n");
    session.answer("Another provider? [y/N] ", "\n");
    let (code, screen, folder) = session.end();
    insta::assert_snapshot!(without_bundled_vendors(&screen), @"
    This writes unicontact.toml. Ctrl-C stops, and writes nothing.
    Vendors
      1  smarttask  SmartTask
      2  emnify  emnify
      3  cloverhound  Cloverhound
      4  onecloud  OneCloud
    Vendor (name or number): nobody
      choose a name or a number of the list
    Vendor (name or number): smarttask
    Name of the provider, of your choice [smarttask]: Acme
      only a-z, 0-9 and _ are allowed
    Name of the provider, of your choice [smarttask]: acme
      The organization that the contacts are created in.
    organization_id (a whole number): many
      organization_id: expected a whole number
      The organization that the contacts are created in.
    organization_id (a whole number): 38
      The bearer token.
    access_token (text, not shown): 
      access_token is missing: set access_token, or refresh_token, client_id and
      client_secret
      The bearer token.
    access_token (text, not shown): 
    Another provider? [y/N] 
    Wrote unicontact.toml with 1 provider (acme); only you can read it.
    Check the credentials next: unicontact check --online
    ");
    assert_eq!(code, 0);
    let path = folder.path().join("unicontact.toml");
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    insta::assert_snapshot!(std::fs::read_to_string(path).unwrap(), @r#"
    # All keys: unicontact schema config
    # The deliveries so far: a second run skips what is delivered. Beside this file.
    journal = "unicontact.db"

    [providers.smarttask.acme]
    organization_id = 38
    access_token = "TOPSECRET"
    "#);
}

#[test]
fn control_characters_are_no_part_of_a_secret() {
    let mut session = Session::start();
    session.answer_until_secret();
    session.answer("access_token (text, not shown): ", "TOP\u{1b}[DSECRET\n");
    session.answer("access_token (text, not shown): ", "WRONG\u{15}TOPSECRET\n");
    session.answer("access_token (text, not shown): ", "TOPSECRET\n");
    session.answer("Another provider? [y/N] ", "\n");
    let (code, screen, folder) = session.end();
    assert_eq!((code, screen.matches("the answer has control characters").count()), (0, 2), "{screen}");
    let written = std::fs::read_to_string(folder.path().join("unicontact.toml")).unwrap();
    assert!(written.contains("access_token = \"TOPSECRET\"\n"), "{written}");
}

#[test]
fn a_signal_at_a_secret_sets_the_terminal_back() {
    let mut session = Session::start();
    let shows = |session: &Session| {
        rustix::termios::tcgetattr(&session.terminal).unwrap().local_modes.contains(LocalModes::ECHO)
    };
    session.answer_until_secret();
    session.answer("access_token (text, not shown): ", "\n");
    session.answer("access_token (text, not shown): ", "TOPSE");
    assert!(!shows(&session));
    let process = session.child.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &process]).status().unwrap().success());
    assert_eq!(session.child.wait().unwrap().code(), Some(2));
    assert!(shows(&session));
    assert_eq!(std::fs::read_dir(session.folder.path()).unwrap().count(), 0);
}

#[test]
fn ctrl_c_at_a_secret_writes_nothing() {
    let mut session = Session::start();
    session.answer_until_secret();
    session.answer("access_token (text, not shown): ", "TOPSECRET\u{3}");
    let (code, screen, folder) = session.end();
    assert_eq!(code, 2);
    assert!(screen.ends_with("error: nothing was written\n") && !screen.contains("TOPSECRET"), "{screen}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}
