//! Configurations that are missing or wrong: exit code 2, one line for each mistake with its location, no value, and nothing sent.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

use crate::command::idle_server::IdleServer;
use crate::program::Program;

#[tokio::test]
async fn every_mistake_is_reported_with_its_line_and_without_its_value() {
    let mistakes = include_str!("../../../fixtures/config/many-mistakes.toml");
    let ended = Program::new(&["create", "--name", "Ada King"]).configured(mistakes).run().await;
    let ended = ended.expect_usage_error();
    for value in ["TOPSECRET", "99887766", "no-such-file"] {
        assert!(!ended.stderr.contains(value), "{}", ended.stderr);
    }
    insta::assert_snapshot!(ended.stderr, @r#"
    error: 24 mistakes in the configuration
    unicontact.toml:1: jurnal: unknown key, did you mean `journal`?
    unicontact.toml:4: defaults.timeout: the duration has no unit: add ms, s, m, h or d, as in 500ms or 20s
    unicontact.toml:5: defaults.deadline: the duration is zero: set a longer one, such as 20s
    unicontact.toml:6: defaults.max_attempts: expected a whole number from 1 to 4294967295
    unicontact.toml:7: defaults.on_loss: expected allow, warn or reject
    unicontact.toml:8: defaults.concurency: unknown key, did you mean `concurrency`?
    unicontact.toml:11: providers.smarttask.acme.organization_id: expected a whole number
    unicontact.toml:12: providers.smarttask.acme.acess_token: unknown key, did you mean `access_token`?
    unicontact.toml:13: providers.smarttask.acme.access_token: expected text
    unicontact.toml:14: providers.smarttask.acme.base_url: plain http is refused except to this machine (127.0.0.1, [::1], localhost): use https
    unicontact.toml:15: providers.smarttask.acme.requests_per_second: expected a whole number from 1 to 4294967295
    unicontact.toml:17: providers.emnify.acme: the name is taken by [providers.smarttask.acme]: choose another, since names are unique across vendors
    unicontact.toml:17: providers.emnify.acme.application_token: is missing: set application_token, or an auth_token
    unicontact.toml:19: providers.emnify.acme.contact_type: expected commercial, technical, finance, shipping_address, company_address, invoice_address, or their number 1 to 6
    unicontact.toml:21: providers.cloverhound.Voice: the name has other characters than a-z, 0-9 and _: rename the provider
    unicontact.toml:21: providers.cloverhound.Voice.api_key_secret: is missing: set it
    unicontact.toml:23: providers.cloverhound.Voice.api_key_id: is empty, expected text
    unicontact.toml:26: providers.onecloud.token: expected a table for each provider, with a name of your choice: [providers.onecloud.<name>]
    unicontact.toml:28: providers.onecloud.jakarta.site_id: is missing: set email, password and site_id, or a token alone
    unicontact.toml:30: providers.onecloud.jakarta.password_file: the file does not exist: check its path
    unicontact.toml:31: providers.onecloud.jakarta.time_zone: not a time zone (expected an IANA name such as Asia/Jakarta)
    unicontact.toml:32: providers.onecloud.jakarta.on_loss: expected allow, warn or reject
    unicontact.toml:33: providers.onecloud.jakarta.default_region: not a country (expected an ISO 3166-1 code such as GB)
    unicontact.toml:35: providers.smartask: unknown vendor, did you mean `smarttask`? Or describe it in a file: vendors.smartask = "FILE"
    "#);
}

#[tokio::test]
async fn the_nearest_name_is_suggested_for_an_unknown_provider() {
    let idle_server = IdleServer::new();
    for (names, nearest) in [("acmee", "acme"), ("acme,jakata", "jakarta"), ("Voice", "voice")] {
        let created = Program::new(&["create", "--name", "Ada King", "--to", names]);
        let ended = created.configured(&idle_server.configuration()).run().await.expect_usage_error();
        let advice = format!("did you mean `{nearest}`?");
        assert!(ended.stderr.contains(&advice), "{}", ended.stderr);
    }
    idle_server.expect_no_connection();
}

#[tokio::test]
async fn all_names_are_listed_when_none_is_near() {
    let created = Program::new(&["create", "--name", "Ada King", "--to", "elsewhere"]);
    let ended = created.configured(&IdleServer::new().configuration()).run().await.expect_usage_error();
    insta::assert_snapshot!(ended.stderr, @r#"
    error: --to: no provider is named `elsewhere`: choose from acme, iot, voice, jakarta
    "#);
}

#[tokio::test]
async fn a_named_file_must_exist() {
    let ended = Program::new(&["check", "--config", "other.toml"]).run().await.expect_usage_error();
    insta::assert_snapshot!(ended.stderr, @r#"
    error: 1 mistake in the configuration
    other.toml: the file does not exist: check its path
    "#);
}

#[tokio::test]
async fn a_named_file_is_read_instead_of_the_default_file() {
    let text = IdleServer::new().configuration();
    for program in [
        Program::new(&["check", "--config", "other.toml"]),
        Program::new(&["check"]).variable("UNICONTACT_CONFIG", "other.toml"),
    ] {
        program.configured("not = [toml").file("other.toml", &text).run().await.expect_code(0);
    }
}

#[tokio::test]
async fn the_environment_overrides_the_file() {
    let idle_server = IdleServer::new();
    let checked = Program::new(&["check"]).configured(&idle_server.configuration());
    let variable = "UNICONTACT_PROVIDERS__SMARTTASK__ACME__ORGANIZATION_ID";
    let ended = checked.variable(variable, "many").run().await.expect_usage_error();
    insta::assert_snapshot!(ended.stderr, @r#"
    error: 1 mistake in the configuration
    UNICONTACT_PROVIDERS__SMARTTASK__ACME__ORGANIZATION_ID: expected a whole number
    "#);
}

#[tokio::test]
async fn plain_http_to_another_machine_is_refused() {
    let text = IdleServer::new().configuration().replace("127.0.0.1", "api.example.com");
    let ended = Program::new(&["check"]).configured(&text).run().await.expect_usage_error();
    assert_eq!(ended.stderr.matches("plain http is refused").count(), 4, "{}", ended.stderr);
}

#[tokio::test]
async fn a_missing_file_is_reported_with_the_keys_that_the_environment_lacks() {
    let checked =
        Program::new(&["check"]).variable("UNICONTACT_PROVIDERS__CLOVERHOUND__VOICE__API_KEY_ID", "x");
    let ended = checked.run().await.expect_usage_error();
    insta::assert_snapshot!(ended.stderr, @r#"
    error: 2 mistakes in the configuration
    UNICONTACT_PROVIDERS__CLOVERHOUND__VOICE__API_KEY_SECRET: is missing: set it
    UNICONTACT_PROVIDERS__CLOVERHOUND__VOICE__ORGANIZATION_ID: is missing: set it
    unicontact.toml does not exist, so only the environment and flags were read: write it or name another file
    "#);
}

#[tokio::test]
async fn a_variable_that_is_not_utf_8_is_reported_by_its_name() {
    let broken = OsStr::from_bytes(b"xksecret\xff");
    let name = "UNICONTACT_PROVIDERS__SMARTTASK__ACME__ACCESS_TOKEN";
    let checked = Program::new(&["check"]).configured(&IdleServer::new().configuration());
    let ended = checked.variable(name, broken).variable("OTHER", broken).run().await.expect_usage_error();
    insta::assert_snapshot!(ended.stderr, @r#"
    error: 1 mistake in the configuration
    UNICONTACT_PROVIDERS__SMARTTASK__ACME__ACCESS_TOKEN: is not UTF-8 text: set it as UTF-8
    "#);
}

#[tokio::test]
async fn a_flag_overrides_the_environment_and_the_file() {
    let set = "providers.smarttask.acme.organization_id";
    let configuration = IdleServer::new().configuration();
    let planned =
        Program::new(&["plan", "--name", "Ada King", "--format", "json", "--set", &format!("{set}=77")])
            .configured(&configuration)
            .variable("UNICONTACT_PROVIDERS__SMARTTASK__ACME__ORGANIZATION_ID", "66");
    let plan = planned.run().await.expect_code(0).json();
    assert!(plan["drafts"][0]["url"].as_str().unwrap().ends_with("/77"), "{plan:#}");
}

#[tokio::test]
async fn a_mistake_in_a_flag_is_reported_without_its_value() {
    let checked =
        Program::new(&["check", "--set", "defaults.timeout=xksecret", "--set", "defalts.timeout=5s"]);
    let ended = checked.configured(&IdleServer::new().configuration()).run().await.expect_usage_error();
    insta::assert_snapshot!(ended.stderr, @r#"
    error: 2 mistakes in the configuration
    --set defalts: unknown key, did you mean `defaults`?
    --set defaults.timeout: expected a duration such as 500ms, 20s, 2m, 1h or 90d
    "#);
    for malformed in ["xksecret", "=xksecret", "defaults.=xksecret", ".=xksecret"] {
        let checked =
            Program::new(&["--set", malformed, "check"]).configured(&IdleServer::new().configuration());
        let ended = checked.run().await.expect_usage_error();
        assert_eq!(ended.stderr, "error: --set: expected KEY=VALUE, such as defaults.timeout=5s\n");
    }
}

#[tokio::test]
async fn a_quiet_time_shorter_than_the_timeout_is_rejected_and_nothing_is_sent() {
    let idle_server = IdleServer::new();
    let wrong = ["--set", "defaults.presume_lost_after=5s"];
    let create = Program::new(&[&["create", "--name", "Ada King"][..], &wrong].concat());
    let ended = create.configured(&idle_server.configuration()).run().await.expect_usage_error();
    assert!(ended.stderr.contains("shorter than the timeout of one attempt"), "{}", ended.stderr);
    idle_server.expect_no_connection();
}
