//! `unicontact providers`: lists vendors and configured providers, and shows no credential.

use serde_json::{Value, json};

use crate::command::idle_server::IdleServer;
use crate::program::Program;

fn names(list: &Value, key: &str) -> Vec<String> {
    let entries = list.as_array().unwrap().iter();
    entries.map(|entry| entry[key].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn without_a_configuration_it_lists_the_vendors() {
    let shown = Program::new(&["providers", "--format", "json"]).run().await.expect_code(0).json();
    assert_eq!(names(&shown["vendors"], "vendor"), ["smarttask", "emnify", "cloverhound", "onecloud"]);
    assert_eq!(shown["providers"], json!([]));
    let human = Program::new(&["providers"]).run().await.expect_code(0);
    insta::assert_snapshot!(human.stdout, @r#"
    vendor       dedupes      find  check  holds
    smarttask    use_created  no    yes    name, organization.name, kind, emails, phones, addresses, title, links (website), links (linkedin), links (twitter), links (facebook), links (github), links (instagram), photo_url
    emnify       no           yes   yes    name, organization.name, title, name.prefix, organization.department, emails, phones, phones (mobile), addresses.street, addresses.street2, addresses.postal_code, addresses.city, addresses.region, addresses.country, vendor.emnify.type, vendor.emnify.purchase_order_number
    cloverhound  no           no    no     name, organization.name, emails, phones, notes
    onecloud     no           no    yes    name, organization.name, emails, phones, phones (mobile), phones (fax), links (twitter), links (facebook)
    "#);
}

#[tokio::test]
async fn with_a_configuration_it_lists_the_providers_too() {
    let idle_server = IdleServer::new();
    let shown = Program::new(&["providers", "--format", "json"]).configured(&idle_server.configuration());
    let shown = shown.run().await.expect_code(0).json();
    assert_eq!(names(&shown["providers"], "provider"), ["acme", "iot", "voice", "jakarta"]);
    let human =
        Program::new(&["providers"]).configured(&idle_server.configuration()).run().await.expect_code(0);
    let (_, configured) = human.stdout.split_once("\n\n").unwrap();
    insta::assert_snapshot!(configured, @r#"
    provider  vendor       dedupes  find  check
    acme      smarttask    no       no    yes
    iot       emnify       no       yes   yes
    voice     cloverhound  no       no    no
    jakarta   onecloud     no       no    yes
    "#);
    idle_server.expect_no_connection();
}

#[tokio::test]
async fn providers_that_only_the_environment_configures_are_listed() {
    let variable = |key: &str| format!("UNICONTACT_PROVIDERS__CLOVERHOUND__VOICE__{key}");
    let shown = Program::new(&["providers", "--format", "json"])
        .variable(&variable("ORGANIZATION_ID"), "7")
        .variable(&variable("API_KEY_ID"), "xksecret-id")
        .variable(&variable("API_KEY_SECRET"), "xksecret-key")
        .run()
        .await
        .expect_code(0);
    assert_eq!(names(&shown.json()["providers"], "provider"), ["voice"]);
}

#[tokio::test]
async fn a_configuration_with_a_mistake_is_a_usage_error() {
    Program::new(&["providers"]).configured("jurnal = \"x\"").run().await.expect_usage_error();
}
