//! The questions of `unicontact init` at a terminal. Secrets that are typed are not shown.

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use rustix::termios::LocalModes;
use unicontact::providers::Description;

use crate::program::Session;

/// Answers the questions before that for the first secret of a provider.
fn answer_until_secret(session: &mut Session) {
    session.answer("Vendor (name or number): ", "smarttask\n");
    session.answer("[smarttask]: ", "\n");
    session.answer("organization_id (a whole number): ", "38\n");
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
    let mut session = Session::start(&["init"]);
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
    let mut session = Session::start(&["init"]);
    answer_until_secret(&mut session);
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
    let mut session = Session::start(&["init"]);
    let shows = |session: &Session| {
        rustix::termios::tcgetattr(&session.terminal).unwrap().local_modes.contains(LocalModes::ECHO)
    };
    answer_until_secret(&mut session);
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
    let mut session = Session::start(&["init"]);
    answer_until_secret(&mut session);
    session.answer("access_token (text, not shown): ", "TOPSECRET\u{3}");
    let (code, screen, folder) = session.end();
    assert_eq!(code, 2);
    assert!(screen.ends_with("error: nothing was written\n") && !screen.contains("TOPSECRET"), "{screen}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}
