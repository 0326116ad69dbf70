//! Help, schemas and completions: they name exactly the commands and keys that exist.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::program::Program;

const COMMANDS: [&str; 11] = [
    "demo",
    "create",
    "deliveries",
    "verify",
    "plan",
    "providers",
    "check",
    "sandbox",
    "contract",
    "schema",
    "completions",
];
/// Commands whose help has examples.
const WITH_EXAMPLES: [&str; 9] =
    ["demo", "create", "deliveries", "verify", "plan", "check", "sandbox", "contract", "completions"];

#[tokio::test]
async fn the_help_lists_every_command_and_the_exit_codes() {
    let help = Program::new(&["--help"]).run().await.expect_code(0).stdout;
    for command in COMMANDS {
        assert!(help.contains(&format!("\n  {command}")), "{command}: {help}");
    }
    for meaning in ["0 every delivery", "1 some", "2 the command line", "3 something is in doubt"] {
        assert!(help.replace('\n', " ").contains(meaning), "{meaning}: {help}");
    }
    assert!(help.contains("unicontact demo"), "{help}");
}

#[tokio::test]
async fn the_help_of_every_command_has_a_summary_and_examples() {
    for command in COMMANDS {
        let help = Program::new(&[command, "--help"]).run().await.expect_code(0).stdout;
        assert!(help.contains("Usage: unicontact"), "{command}: {help}");
        assert!(help.contains("--format"), "{command}: {help}");
        let example = format!("unicontact {command}");
        let shows_one = help.split_once("Example").is_some_and(|(_, rest)| rest.contains(&example));
        assert_eq!(shows_one, WITH_EXAMPLES.contains(&command), "{command}: {help}");
    }
}

#[tokio::test]
async fn without_a_command_the_help_is_shown_as_an_error() {
    let ended = Program::new(&[]).run().await.expect_usage_error();
    assert!(ended.stderr.contains("Usage: unicontact"), "{}", ended.stderr);
}

#[tokio::test]
async fn a_misspelt_command_is_an_error_that_suggests_the_nearest() {
    let ended = Program::new(&["craete"]).run().await.expect_usage_error();
    assert!(ended.stderr.contains("'create'"), "{}", ended.stderr);
}

/// Returns the names of all properties at any depth.
fn properties(schema: &Value) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    collect(schema, &mut names);
    names
}

fn collect(schema: &Value, names: &mut BTreeSet<String>) {
    match schema {
        Value::Object(map) => {
            if let Some(Value::Object(properties)) = map.get("properties") {
                names.extend(properties.keys().cloned());
            }
            map.values().for_each(|inner| collect(inner, names));
        }
        Value::Array(entries) => entries.iter().for_each(|entry| collect(entry, names)),
        _ => {}
    }
}

/// Fails if a reference has no target.
fn expect_whole(schema: &Value, root: &Value) {
    match schema {
        Value::Object(map) => {
            if let Some(Value::String(reference)) = map.get("$ref") {
                let place = reference.strip_prefix('#').expect("it refers to itself only");
                assert!(root.pointer(place).is_some(), "{reference} leads nowhere");
            }
            map.values().for_each(|inner| expect_whole(inner, root));
        }
        Value::Array(entries) => entries.iter().for_each(|entry| expect_whole(entry, root)),
        _ => {}
    }
}

async fn schema_of(what: &str) -> Value {
    let schema = Program::new(&["schema", what]).run().await.expect_code(0).json();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    assert_eq!(schema["type"], "object");
    assert_eq!(schema["additionalProperties"], false, "unknown keys are errors");
    expect_whole(&schema, &schema);
    schema
}

#[tokio::test]
async fn the_contact_schema_has_every_key() {
    let names = properties(&schema_of("contact").await);
    let agreed = "external_id kind name emails phones addresses organization title links birthday photo_url notes \
        tags owner_id custom vendor full prefix given middle family suffix address label primary number extension \
        street street2 city region postal_code country department url";
    for key in agreed.split_whitespace() {
        assert!(names.contains(key), "{key}");
    }
}

#[tokio::test]
async fn the_fixture_schema_has_every_key() {
    let names = properties(&schema_of("fixture").await);
    let agreed = "provenance kind source date note contact provider credentials default_region now before request \
        method path headers body form answer status text encoding delay_ms fault expect created existing found \
        checked effect transient code message retry_after_seconds retry_at fields field existing_id fates";
    for key in agreed.split_whitespace() {
        assert!(names.contains(key), "{key}");
    }
}

#[tokio::test]
async fn the_configuration_schema_has_every_key() {
    let names = properties(&schema_of("config").await);
    let agreed = "journal defaults providers timeout deadline max_attempts concurrency requests_per_second on_loss \
        default_region settle_delay smarttask emnify cloverhound onecloud base_url organization_id access_token \
        access_token_file use_created refresh_token client_id client_secret token_url organisation_id \
        application_token application_token_file auth_token contact_type api_key_id api_key_secret \
        api_key_secret_file email password password_file site_id token time_zone queue url name replicas storage \
        most_messages most_bytes duplicate_window lease retention credentials_file token_file nkey_seed nkey_seed_file \
        user tls_ca_file tls_certificate_file tls_key_file";
    for key in agreed.split_whitespace() {
        assert!(names.contains(key), "{key}");
    }
}

#[tokio::test]
async fn bash_completions_have_every_command() {
    let script = Program::new(&["completions", "bash"]).run().await.expect_code(0).stdout;
    assert!(script.contains("complete -F _unicontact"), "{script}");
    for command in COMMANDS {
        assert!(script.contains(&format!("unicontact,{command})")), "{command}: {script}");
    }
}
