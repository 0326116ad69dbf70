//! The help, the schemas and the completions of the command: each contains every command or key.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::program::Program;

const COMMANDS: [&str; 12] = [
    "demo",
    "init",
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
#[tokio::test]
async fn the_help_names_every_command_and_the_exit_codes() {
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
async fn the_help_of_every_command_shows_usage_and_examples() {
    for command in COMMANDS {
        let help = Program::new(&[command, "--help"]).run().await.expect_code(0).stdout;
        assert!(help.contains("Usage: unicontact"), "{command}: {help}");
        let example = format!("unicontact {command}");
        let shows_one = help.split_once("Example").is_some_and(|(_, rest)| rest.contains(&example));
        assert!(shows_one, "{command}: {help}");
    }
}

#[tokio::test]
async fn without_a_command_the_help_is_printed_as_a_usage_error() {
    let ended = Program::new(&[]).run().await.expect_usage_error();
    assert!(ended.stderr.contains("Usage: unicontact"), "{}", ended.stderr);
}

#[tokio::test]
async fn a_misspelt_command_is_an_error_that_suggests_the_nearest() {
    let ended = Program::new(&["craete"]).run().await.expect_usage_error();
    assert!(ended.stderr.contains("'create'"), "{}", ended.stderr);
}

/// Returns the names of all properties, at any depth.
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

/// Fails unless every reference in the schema resolves.
fn expect_resolved_references(schema: &Value, root: &Value) {
    match schema {
        Value::Object(map) => {
            if let Some(Value::String(reference)) = map.get("$ref") {
                let pointer = reference.strip_prefix('#').expect("it refers to itself only");
                assert!(root.pointer(pointer).is_some(), "{reference} leads nowhere");
            }
            map.values().for_each(|inner| expect_resolved_references(inner, root));
        }
        Value::Array(entries) => entries.iter().for_each(|entry| expect_resolved_references(entry, root)),
        _ => {}
    }
}

async fn load_schema(kind: &str) -> Value {
    let schema = Program::new(&["schema", kind]).run().await.expect_code(0).json();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    assert_eq!(schema["type"], "object");
    assert_eq!(schema["additionalProperties"], false, "unknown keys are errors");
    expect_resolved_references(&schema, &schema);
    schema
}

#[tokio::test]
async fn the_schema_of_a_contact_names_every_key() {
    let names = properties(&load_schema("contact").await);
    let expected = "external_id kind name emails phones addresses organization title links birthday photo_url notes \
        tags owner_id custom vendor full prefix given middle family suffix address label primary number extension \
        street street2 city region postal_code country department url";
    for key in expected.split_whitespace() {
        assert!(names.contains(key), "{key}");
    }
}

#[tokio::test]
async fn the_schema_of_a_fixture_names_every_key() {
    let names = properties(&load_schema("fixture").await);
    let expected = "provenance kind source date note account_kind stand_in contact provider credentials default_region now before request \
        method path headers body form answer status text encoding delay_ms fault expect created existing found \
        checked effect transient code message retry_after_seconds retry_at fields field existing_id fates";
    for key in expected.split_whitespace() {
        assert!(names.contains(key), "{key}");
    }
}

#[tokio::test]
async fn the_schema_of_the_configuration_names_every_key() {
    let names = properties(&load_schema("config").await);
    let expected = "journal defaults providers timeout deadline max_attempts concurrency requests_per_second on_loss \
        default_region settle_delay smarttask emnify cloverhound onecloud base_url organization_id access_token \
        access_token_file use_created refresh_token client_id client_secret token_url organisation_id \
        application_token application_token_file auth_token contact_type api_key_id api_key_secret \
        api_key_secret_file email password password_file site_id token time_zone queue url name replicas storage \
        most_messages most_bytes duplicate_window lease retention credentials_file token_file nkey_seed nkey_seed_file \
        user tls_ca_file tls_certificate_file tls_key_file";
    for key in expected.split_whitespace() {
        assert!(names.contains(key), "{key}");
    }
}

#[tokio::test]
async fn completions_for_bash_contain_every_command() {
    let script = Program::new(&["completions", "bash"]).run().await.expect_code(0).stdout;
    assert!(script.contains("complete -F _unicontact"), "{script}");
    for command in COMMANDS {
        assert!(script.contains(&format!("unicontact,{command})")), "{command}: {script}");
    }
}
