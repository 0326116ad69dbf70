//! Secrets in the file, in files of their own, in the environment, and stored beside the configuration.

use super::*;

#[test]
fn a_secret_is_read_from_a_file_of_its_own() {
    let setup = Setup::file(&format!("{ACME}access_token_file = \"token.txt\"\n"))
        .with_file("token.txt", "00123\n\n");
    let configuration = setup.load().unwrap();
    let secret = smarttask(&configuration).access_token.clone().unwrap();
    assert_eq!(secret.expose(), "00123");

    let from_environment = Setup::file(ACME)
        .with_file("token.txt", "t")
        .with("PROVIDERS__SMARTTASK__ACME__ACCESS_TOKEN_FILE", "token.txt");
    assert!(from_environment.load().is_ok());
}

#[test]
fn a_secret_file_that_cannot_be_used_is_one_mistake() {
    let setup = Setup::file(
        "[providers.smarttask.acme]
organization_id = 38
access_token = \"inline\"
access_token_file = \"token.txt\"
[providers.cloverhound.voice]
organization_id = 7
api_key_id_file = \"empty.txt\"
api_key_secret_file = 5
[providers.emnify.iot]
organisation_id = 42
contact_type = 4
auth_token_file = \"missing.txt\"
",
    )
    .with_file("token.txt", "TOPSECRET")
    .with_file("empty.txt", " \n")
    .with("PROVIDERS__ONECLOUD__JAKARTA__TOKEN_FILE", "elsewhere/missing.txt");
    insta::assert_snapshot!(setup.mistakes(), @r"
    unicontact.toml:4: providers.smarttask.acme.access_token_file: `access_token` is set too: keep one of the two
    unicontact.toml:7: providers.cloverhound.voice.api_key_id_file: the file is empty: write the secret into it
    unicontact.toml:8: providers.cloverhound.voice.api_key_secret_file: expected the path of a file
    unicontact.toml:12: providers.emnify.iot.auth_token_file: the file does not exist: check its path
    UNICONTACT_PROVIDERS__ONECLOUD__JAKARTA__TOKEN_FILE: the file does not exist: check its path
    ");
}

#[test]
fn a_secret_and_its_file_override_each_other_by_layer() {
    let secret = |setup: &Setup| {
        let configuration = setup.load().unwrap();
        smarttask(&configuration).access_token.clone().unwrap().expose().to_owned()
    };
    let key = "PROVIDERS__SMARTTASK__ACME__ACCESS_TOKEN";
    let inline = || Setup::file(&format!("{ACME}access_token = \"inline\"\n")).with_file("token.txt", "file");
    let in_file = || {
        Setup::file(&format!("{ACME}access_token_file = \"missing.txt\"\n")).with_file("token.txt", "file")
    };
    assert_eq!(secret(&inline().with(&format!("{key}_FILE"), "token.txt")), "file");
    assert_eq!(secret(&in_file().with(key, "variable")), "variable");
    let flag = "providers.smarttask.acme.access_token_file";
    assert_eq!(secret(&inline().with(key, "variable").with_flag(flag, "token.txt")), "file");
    let both = inline().with(key, "variable").with(&format!("{key}_FILE"), "token.txt");
    insta::assert_snapshot!(both.mistakes(), @"UNICONTACT_PROVIDERS__SMARTTASK__ACME__ACCESS_TOKEN_FILE: `access_token` is set too: keep one of the two");
}

#[test]
fn a_secret_file_with_several_lines_or_too_many_bytes_is_rejected() {
    let setup = |content: &str| {
        Setup::file(&format!("{ACME}access_token_file = \"token.txt\"\n")).with_file("token.txt", content)
    };
    insta::assert_snapshot!(setup("TOPSECRET\nTOPSECRET\n").mistakes(), @"unicontact.toml:3: providers.smarttask.acme.access_token_file: the file has more than one line: keep only the secret in it");
    insta::assert_snapshot!(setup(&"x".repeat(64 * 1024 + 1)).mistakes(), @"unicontact.toml:3: providers.smarttask.acme.access_token_file: the file is larger than 64 KiB: check its path");
    assert!(setup(&"x".repeat(64 * 1024)).load().is_ok());
    assert!(setup("TOPSECRET\r\n\r\n").load().is_ok());
}

#[test]
fn placeholder_credentials_are_listed() {
    let placeholders = &example().providers[2].placeholders;
    assert_eq!(placeholders, &["api_key_id", "api_key_secret"]);
    let filled = Setup::file(&format!("{ACME}access_token = \"t\"\n")).load().unwrap();
    assert!(filled.providers[0].placeholders.is_empty());
}

#[test]
fn refresh_tokens_are_stored_beside_the_configuration() {
    let renewing = format!("{ACME}refresh_token = \"r\"\nclient_id = \"i\"\nclient_secret = \"s\"\n");
    let setup = Setup::file(&renewing);
    let configuration = setup.load().unwrap();
    let store = smarttask(&configuration).refresh_token_store.clone();
    assert_eq!(store, Some(setup.path(".unicontact-acme-refresh-token")));

    let setup = Setup::file(&format!("{renewing}refresh_token_store = \"kept/here\"\n"));
    let configuration = setup.load().unwrap();
    let store = smarttask(&configuration).refresh_token_store.clone();
    assert_eq!(store, Some(setup.path("kept/here")));

    let without = Setup::file(&format!("{ACME}access_token = \"t\"\n"));
    let configuration = without.load().unwrap();
    assert_eq!(smarttask(&configuration).refresh_token_store, None);
}
