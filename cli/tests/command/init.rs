//! `unicontact init`: writes a configuration from options, and never overwrites a file.

use std::os::unix::fs::{MetadataExt, symlink};

use unicontact::providers::Vendor;

use crate::program::Program;

const SMARTTASK: [&str; 6] = ["init", "smarttask", "--name", "acme", "--set", "organization_id=38"];
const TOKEN_FILE: [&str; 2] = ["--set", "access_token_file=token.txt"];

/// Returns a complete `init` with more arguments, and the token's file.
fn complete(arguments: &[&str]) -> Program {
    Program::new(&[&SMARTTASK[..], &TOKEN_FILE, arguments].concat()).file("token.txt", "t")
}

#[tokio::test]
async fn a_configuration_is_written_from_options() {
    let program =
        Program::new(&[&SMARTTASK[..], &TOKEN_FILE, &["--set", "defaults.default_region=DE"]].concat());
    let running = program.file("token.txt", "TOPSECRET").columns(80).start().await;
    let ((text, mode), ended) = running
        .end_with(|folder| {
            let path = folder.join("unicontact.toml");
            (std::fs::read_to_string(&path).unwrap(), std::fs::metadata(&path).unwrap().mode())
        })
        .await;
    let ended = ended.expect_code(0);
    insta::assert_snapshot!(ended.stderr, @"
    Wrote unicontact.toml with 1 provider (acme); only you can read it.
    Check the credentials next: unicontact check --online
    ");
    insta::assert_snapshot!(text, @r#"
    # All keys: unicontact schema config
    # The deliveries so far: a second run skips what is delivered. Beside this file.
    journal = "unicontact.db"

    [defaults]
    default_region = "DE"

    [providers.smarttask.acme]
    organization_id = 38
    access_token_file = "token.txt"
    "#);
    assert_eq!((mode & 0o777, &*ended.stdout), (0o600, ""));
    assert_eq!(ended.files, ["token.txt", "unicontact.toml"]);
}

#[tokio::test]
async fn a_secret_may_come_from_a_variable() {
    let program = Program::new(&[&SMARTTASK[..], &["--config", "crm.toml"]].concat());
    let program = program.variable("UNICONTACT_PROVIDERS__SMARTTASK__ACME__ACCESS_TOKEN", "TOPSECRET");
    let running = program.start().await;
    let (text, ended) = running.end_with_file("crm.toml").await;
    let ended = ended.expect_code(0);
    assert!(ended.stderr.ends_with("unicontact check --online --config crm.toml\n"), "{ended:?}");
    assert!(!text.contains("TOPSECRET") && text.contains("[providers.smarttask.acme]"), "{text}");
}

#[tokio::test]
async fn several_providers_are_written_with_keys_from_the_top() {
    let arguments = ["init", "--set", "providers.emnify.iot.organisation_id=42"];
    let more = ["--set", "providers.emnify.iot.contact_type=commercial", "--set", "journal=off"];
    let secrets = [
        "--set",
        "providers.emnify.iot.application_token_file=token.txt",
        "--set",
        "providers.cloverhound.voice.api_key_id_file=token.txt",
        "--set",
        "providers.cloverhound.voice.api_key_secret_file=token.txt",
        "--set",
        "providers.cloverhound.voice.organization_id=7",
    ];
    let program = Program::new(&[&arguments[..], &more, &secrets].concat()).file("token.txt", "t");
    let ended = program.run().await.expect_code(0);
    assert!(ended.stderr.contains("2 providers (iot, voice)"), "{ended:?}");
}

#[tokio::test]
async fn without_a_terminal_the_missing_options_are_listed() {
    let ended = Program::new(&["init"]).run().await.expect_usage_error();
    let vendors: Vec<&str> = Vendor::names().collect();
    insta::assert_snapshot!(ended.stderr.replace(&vendors.join(", "), "[all vendors]"), @"
    error: there is no terminal to ask at, so these options are needed
      VENDOR           one of [all vendors]
      --name NAME      the name of the provider, of your choice
      --set KEY=VALUE  the keys of the provider; name the vendor first to see which
    ");
    let ended =
        Program::new(&["init", "--vendor", "emnify", "--name", "iot"]).run().await.expect_usage_error();
    insta::assert_snapshot!(ended.stderr, @"
    error: there is no terminal to ask at, so these options are needed
      --set organisation_id=VALUE: a whole number
      --set contact_type=VALUE: commercial, technical, finance, shipping_address, company_address, invoice_address or a whole number from 1 to 6
      --set application_token_file=PATH, or the variable UNICONTACT_PROVIDERS__EMNIFY__IOT__APPLICATION_TOKEN
      (a choice: set application_token, or an auth_token)
    ");
    assert_eq!(ended.files, [""; 0]);
}

#[tokio::test]
async fn no_file_is_overwritten() {
    let ended = complete(&[]).configured("mine\n").run().await.expect_usage_error();
    insta::assert_snapshot!(ended.stderr, @"
    error: unicontact.toml exists, and init changes no file; edit it, or name another file with --config PATH
    hint: unicontact vendors show smarttask lists the keys
    ");
    let program = complete(&[]);
    symlink("victim", program.folder().join("unicontact.toml")).unwrap();
    let ended = program.run().await.expect_usage_error();
    assert_eq!(ended.files, ["token.txt", "unicontact.toml"], "the target of the link was not created");
    let ended = Program::new(&[&SMARTTASK[..], &TOKEN_FILE, &["--config", "no/crm.toml"]].concat());
    let ended = ended.run().await.expect_usage_error();
    assert_eq!(ended.files, [""; 0]);
}

#[tokio::test]
async fn a_secret_is_no_option_and_a_mistake_writes_nothing() {
    let secret = Program::new(&[&SMARTTASK[..], &["--set", "access_token=TOPSECRET"]].concat());
    let ended = secret.run().await.expect_usage_error();
    assert!(ended.stderr.contains("--set access_token: other users of this machine"), "{ended:?}");
    assert!(!ended.stderr.contains("TOPSECRET"), "{ended:?}");
    for (setting, expected) in [
        ("organization_id=many", "organization_id: expected a whole number"),
        ("organisation_id=38", "organisation_id: unknown key, did you mean `organization_id`?"),
        ("access_token_file=missing.txt", "access_token_file: the file does not exist"),
        ("defaults.timout=5s", "defaults.timout: unknown key, did you mean `timeout`?"),
    ] {
        let ended = complete(&["--set", setting]).run().await.expect_usage_error();
        assert!(ended.stderr.contains(expected), "{ended:?}");
        assert_eq!(ended.files, ["token.txt"]);
    }
}

#[tokio::test]
async fn no_secret_of_any_table_is_an_option() {
    for key in ["queue.password", "queue.token", "queue.nkey_seed", "providers.emnify.iot.application_token"]
    {
        let setting = format!("{key}=TOPSECRET");
        let ended = complete(&["--set", &setting]).run().await.expect_usage_error();
        assert!(ended.stderr.starts_with(&format!("error: --set {key}: other users")), "{ended:?}");
        assert!(ended.stderr.contains(&format!("--set {key}_file=PATH")), "{ended:?}");
        assert_eq!(ended.files, ["token.txt"]);
    }
    for key in ["queue. password", "queue.\"password\"", "providers.emnify.iot"] {
        let setting = format!("{key}=TOPSECRET");
        let ended = complete(&["--set", &setting]).run().await.expect_usage_error();
        assert!(ended.stderr.contains(": expected ") && !ended.stderr.contains("TOPSECRET"), "{ended:?}");
        assert_eq!(ended.files, ["token.txt"]);
    }
}

#[tokio::test]
async fn keys_of_one_table_are_written_together() {
    let settings = ["defaults.timeout=5s", "queue.url=nats://127.0.0.1:4222", "defaults.concurrency=4"];
    let settings: Vec<&str> = settings.iter().flat_map(|setting| ["--set", setting]).collect();
    let running = complete(&settings).start().await;
    let (text, ended) = running.end_with_file("unicontact.toml").await;
    ended.expect_code(0);
    assert!(text.contains("[defaults]\ntimeout = \"5s\"\nconcurrency = 4\n\n[queue]\n"), "{text}");
}

#[tokio::test]
async fn a_wrong_name_of_a_provider_is_a_mistake_of_the_option() {
    let named = Program::new(&["init", "--vendor", "smarttask", "--name", "Ac me"]);
    let ended = named.run().await.expect_usage_error();
    insta::assert_snapshot!(ended.stderr, @"error: --name 'Ac me': the name of a provider has only the characters a-z, 0-9 and _");
    let set = Program::new(&["init", "--set", "providers.smarttask.Acme.organization_id=1"]);
    let ended = set.run().await.expect_usage_error();
    insta::assert_snapshot!(ended.stderr, @"error: --set providers.smarttask.Acme.organization_id: the name of a provider has only the characters a-z, 0-9 and _");
}
