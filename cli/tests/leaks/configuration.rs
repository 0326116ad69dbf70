//! Credentials in wrong places of the configuration: the error names the place and the key, never the value.

use crate::leaks::markers::secrets_in;
use crate::program::Program;

/// A credential that is a number, and so has no marker.
const NUMBER: &str = "99887766554";

async fn expect_refusal_without_secrets(program: Program, what: &str) {
    let ended = program.variable("RUST_LOG", "trace").run().await.expect_usage_error();
    assert_eq!(secrets_in(&ended.stderr), [""; 0], "{what}\n{}", ended.stderr);
    assert!(!ended.stderr.contains(NUMBER), "{what}\n{}", ended.stderr);
    assert!(ended.stderr.contains("mistake"), "{what}\n{}", ended.stderr);
}

#[tokio::test]
async fn a_credential_in_a_wrong_place_of_the_file_is_not_shown() {
    let mistakes = [
        // Of the wrong type.
        "[providers.smarttask.acme]\norganization_id = \"xksecret\"\naccess_token = \"xksecret\"",
        "[providers.smarttask.acme]\norganization_id = 38\naccess_token = 99887766554",
        "[providers.smarttask.acme]\norganization_id = 38\naccess_token = [\"xksecret\"]",
        "[providers.smarttask.acme]\norganization_id = 38\naccess_token = {text = \"xksecret\"}",
        "[providers.smarttask.acme]\norganization_id = 38\naccess_token = \"xksecret\"\nuse_created = \"xksecret\"",
        "[providers.emnify.iot]\norganisation_id = 42\napplication_token = \"xksecret\"\ncontact_type = \"xksecret\"",
        "[providers.onecloud.jakarta]\ntoken = \"xksecret\"\ntime_zone = \"xksecret\"",
        "[providers.onecloud.jakarta]\nemail = \"xksecret\"\npassword = \"xksecret\"\nsite_id = \"xksecret\"",
        "[providers]\nsmarttask = \"xksecret\"",
        "[providers.smarttask]\nacme = \"xksecret\"",
        "providers = \"xksecret\"",
        "defaults = \"xksecret\"",
        "journal = [\"xksecret\"]",
        "[defaults]\ntimeout = \"xksecret\"\ndeadline = \"xksecret\"\non_loss = \"xksecret\"",
        "[defaults]\ndefault_region = \"xksecret\"\nmax_attempts = \"xksecret\"",
        // Under an unknown key.
        "[providers.smarttask.acme]\norganization_id = 38\nacces_token = \"xksecret\"",
        "[providers.smarttask.acme]\norganization_id = 38\nquite_another = \"xksecret\"",
        "[providers.cloverhound.voice]\norganization_id = 7\napi_key_id = \"xksecret\"\napi_secret = \"xksecret\"",
        "access_token = \"xksecret\"",
        // Under a misspelt vendor.
        "[providers.smartask.acme]\norganization_id = 38\naccess_token = \"xksecret\"",
        "[provider.smarttask.acme]\naccess_token = \"xksecret\"",
        // In a URL, or as the path of a file.
        "[providers.smarttask.acme]\norganization_id = 38\naccess_token = \"xksecret\"\nbase_url = \"https://xksecret:xksecret@example.com\"",
        "[providers.smarttask.acme]\norganization_id = 38\naccess_token = \"xksecret\"\nbase_url = \"http://xksecret.example.com\"",
        "[providers.smarttask.acme]\norganization_id = 38\naccess_token = \"xksecret\"\nbase_url = \"https://example.com/?token=xksecret\"",
        "[providers.smarttask.acme]\norganization_id = 38\naccess_token_file = \"xksecret\"",
        "[providers.smarttask.acme]\norganization_id = 38\naccess_token = \"xksecret\"\naccess_token_file = \"xksecret\"",
        // In invalid TOML.
        "[providers.smarttask.acme]\naccess_token = xksecret",
        "[providers.smarttask.acme]\naccess_token = \"xksecret",
        "[providers.smarttask.acme]\naccess_token = \"xksecret\\q\"",
        "[providers.smarttask.acme]\naccess_token \"xksecret\"",
        "[providers.smarttask.acme]\naccess_token = \"xksecret\"\naccess_token = \"xksecret\"",
        "[providers.smarttask.acme]\naccess_token = 'xksecret' xksecret",
        "[providers.smarttask.acme]\naccess_token = xksecret-99887766554",
    ];
    for mistake in mistakes {
        expect_refusal_without_secrets(Program::new(&["check"]).configured(mistake), mistake).await;
    }
}

#[tokio::test]
async fn a_credential_in_a_wrong_variable_is_not_shown() {
    let variables = [
        "UNICONTACT_TOKEN",
        "UNICONTACT_DEFAULTS__TIMEOUT",
        "UNICONTACT_DEFAULTS__TOKEN",
        "UNICONTACT_PROVIDERS__SMARTTASK__ACME__ACCES_TOKEN",
        "UNICONTACT_PROVIDERS__SMARTTASK__ACME__ORGANIZATION_ID",
        "UNICONTACT_PROVIDERS__SMARTASK__ACME__ACCESS_TOKEN",
        "UNICONTACT_PROVIDERS__SMARTTASK__ACCESS_TOKEN",
        "UNICONTACT_PROVIDERS__SMARTTASK__ACME__BASE_URL",
    ];
    for variable in variables {
        let program = Program::new(&["check"]).variable(variable, "xksecret");
        expect_refusal_without_secrets(program, variable).await;
    }
}

#[tokio::test]
async fn an_unreadable_secret_file_is_reported_without_its_content() {
    let configuration = "[providers.smarttask.acme]\norganization_id = 38\naccess_token_file = \"token\"";
    for content in [b"xksecret\xff\xfe".as_slice(), b""] {
        let program = Program::new(&["check"]).configured(configuration).file("token", content);
        expect_refusal_without_secrets(program, "a file").await;
    }
}

#[tokio::test]
async fn a_credential_that_is_no_valid_header_is_not_shown() {
    let configuration = "[providers.smarttask.acme]\norganization_id = 38\naccess_token_file = \"token\"\nbase_url = \"http://127.0.0.1:9\"";
    let ended = Program::new(&["create", "--name", "Ada King", "--format", "json"])
        .configured(configuration)
        .file("token", "xksecret\nxksecret")
        .variable("RUST_LOG", "trace")
        .run()
        .await;
    assert_eq!(secrets_in(&ended.stdout), [""; 0], "{ended:#?}");
    assert_eq!(secrets_in(&ended.stderr), [""; 0], "{ended:#?}");
    assert_ne!(ended.code, 0);
}
