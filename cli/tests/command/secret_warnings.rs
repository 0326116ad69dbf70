//! Warnings about secrets that other users of the machine can read. They name keys and files, never a value.

use std::os::unix::fs::PermissionsExt;

use crate::program::Program;

const SECRET: &str = "TOPSECRET";

/// A provider at the vendor, with a secret in the file, and one in a file of its own.
fn configuration() -> String {
    format!(
        "[providers.smarttask.acme]\norganization_id = 38\naccess_token = \"{SECRET}\"\n\
         [providers.emnify.iot]\norganisation_id = 42\ncontact_type = \"commercial\"\napplication_token_file = \"token.txt\"\n"
    )
}

fn check(arguments: &[&str], mode: u32) -> Program {
    let program = Program::new(&[&["check"], arguments].concat()).columns(80);
    let program = program.configured(&configuration()).file("token.txt", SECRET);
    for name in ["unicontact.toml", "token.txt"] {
        std::fs::set_permissions(program.folder().join(name), PermissionsExt::from_mode(mode)).unwrap();
    }
    program
}

#[tokio::test]
async fn files_with_secrets_that_others_can_read_are_warned_of() {
    for mode in [0o644, 0o640, 0o604] {
        let ended = check(&[], mode).run().await.expect_code(0);
        let warnings: Vec<&str> = ended.stderr.lines().take(5).collect();
        insta::allow_duplicates! {
            insta::assert_snapshot!(warnings.join("\n"), @"
            warning: token.txt: other users of this machine can read the secrets in it; run:
              chmod 600 token.txt
            warning: unicontact.toml: other users of this machine can read the secrets in
              it; run:
              chmod 600 unicontact.toml
            ");
        }
        assert!(!ended.stderr.contains(SECRET), "{ended:?}");
    }
    for (arguments, mode, is_warned) in [(&[] as &[&str], 0o600, false), (&["--quiet"], 0o644, true)] {
        let ended = check(arguments, mode).run().await.expect_code(0);
        assert_eq!(ended.stderr.contains("warning"), is_warned, "{ended:?}");
    }
}

#[tokio::test]
async fn a_secret_on_the_command_line_is_warned_of() {
    let set = format!("providers.smarttask.acme.access_token={SECRET}2");
    let ended = check(&["--set", &set], 0o600).run().await.expect_code(0);
    let warning: Vec<&str> = ended.stderr.lines().take(4).collect();
    insta::assert_snapshot!(warning.join("\n"), @"
    warning: --set providers.smarttask.acme.access_token: other users of this
      machine can see the secret; write it into a file and set access_token_file, or
      set the variable
      UNICONTACT_PROVIDERS__SMARTTASK__ACME__ACCESS_TOKEN
    ");
    assert!(!ended.stderr.contains(SECRET), "{ended:?}");
    let ended = check(&["--set", "defaults.timeout=5s"], 0o600).run().await.expect_code(0);
    assert!(!ended.stderr.contains("warning"), "{ended:?}");
}

#[tokio::test]
async fn placeholders_and_secrets_of_this_machine_are_not_warned_of() {
    let local = "access_token = \"t\"\nbase_url = \"http://127.0.0.1:9\"\n";
    for credential in [local, "access_token = \"replace-me\"\n"] {
        let text = format!("[providers.smarttask.acme]\norganization_id = 38\n{credential}");
        let ended = Program::new(&["check"]).configured(&text).run().await.expect_code(0);
        assert!(!ended.stderr.contains("other users"), "{ended:?}");
    }
}
