//! Vendors that files describe, and bundled ones: `providers`, `plan`, `check` and `init` name them, and mistakes in a description
//! are mistakes of the configuration.

use serde_json::{Value, json};
use unicontact::providers::Description;

use crate::command::idle_server::IdleServer;
use crate::program::{Ended, Program};

const DESCRIPTION: &str = include_str!("../../../fixtures/config/acmecrm.toml");
const ACMECRM: &str = "journal = \"off\"\n[vendors]\nacmecrm = \"acmecrm.toml\"\n[providers.acmecrm.main]\n\
    api_key = \"xksecret-key\"\nworkspace = 7\nbase_url = \"BASE_URL\"\n";

/// Returns a run with a provider of a vendor that a file describes.
fn with_acmecrm(arguments: &[&str], server: &IdleServer) -> Program {
    let configuration = ACMECRM.replace("BASE_URL", &server.url());
    Program::new(arguments).configured(&configuration).file("acmecrm.toml", DESCRIPTION)
}

async fn json_of(arguments: &[&str], server: &IdleServer) -> Value {
    let arguments = [arguments, &["--format", "json"]].concat();
    with_acmecrm(&arguments, server).run().await.expect_code(0).json()
}

#[tokio::test]
async fn providers_shows_the_vendors_of_the_configured_providers_with_their_files() {
    let server = IdleServer::new();
    let ended = with_acmecrm(&["providers"], &server).columns(80).run().await.expect_code(0);
    let titles = ended.stdout.lines().next().unwrap();
    let titles: Vec<&str> = titles.split("  ").map(str::trim).filter(|title| !title.is_empty()).collect();
    assert_eq!(titles, ["holds", "acmecrm (acmecrm.toml)"]);
    let (_, configured) = ended.stdout.rsplit_once("\n\n").unwrap();
    let row = configured.lines().find(|line| line.trim_start().starts_with("main")).unwrap();
    assert!(row.trim_start().starts_with("main      acmecrm (acmecrm.toml)  "), "{configured}");
    assert_eq!(ended.stderr, "To list all vendors: unicontact vendors\n");
    let shown = json_of(&["providers"], &server).await;
    let vendors = shown["vendors"].as_array().unwrap();
    let names: Vec<&Value> = vendors.iter().map(|vendor| &vendor["vendor"]).collect();
    assert_eq!(names, ["smarttask", "emnify", "cloverhound", "onecloud", "acmecrm"]);
    let sources: Vec<&Value> = vendors.iter().map(|vendor| &vendor["source"]).collect();
    assert_eq!(sources, ["adapter", "adapter", "adapter", "adapter", "file"]);
    assert_eq!(
        (&vendors[0]["description"], &vendors[4]["description"]),
        (&Value::Null, &json!("acmecrm.toml"))
    );
    assert_eq!(
        (&vendors[4]["title"], &shown["providers"][0]["vendor"]),
        (&json!("Acme CRM"), &json!("acmecrm"))
    );
    assert_eq!(shown["providers"][0]["description"], "acmecrm.toml");
    server.expect_no_connection();
}

#[tokio::test]
async fn providers_shows_each_vendor_once_and_only_those_of_the_selection() {
    let server = IdleServer::new();
    let second =
        "[providers.cloverhound.other]\norganization_id = 7\napi_key_id = \"k\"\napi_key_secret = \"s\"\n";
    let configuration = format!("{}{second}", server.configuration());
    let titles = async |arguments: &[&str]| {
        let arguments = [&["providers"], arguments].concat();
        let ended = Program::new(&arguments).configured(&configuration).run().await.expect_code(0);
        ended.stdout.lines().next().unwrap().split_whitespace().skip(1).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(titles(&[]).await, ["SmartTask", "emnify", "Cloverhound", "OneCloud"]);
    assert_eq!(titles(&["--to", "voice,other"]).await, ["Cloverhound"]);
}

#[tokio::test]
async fn plan_and_check_name_the_file_of_a_description() {
    let server = IdleServer::new();
    let contact = ["plan", "--name", "Ada King", "--email", "ada@example.com"];
    let planned = with_acmecrm(&contact, &server).run().await.expect_code(0);
    assert!(
        planned.stdout.contains("\n\nmain, acmecrm (acmecrm.toml): POST http://127.0.0.1:"),
        "{planned:#?}"
    );
    let draft = json_of(&contact, &server).await["drafts"][0].take();
    assert_eq!((&draft["vendor"], &draft["description"]), (&json!("acmecrm"), &json!("acmecrm.toml")));
    let checked = with_acmecrm(&["check"], &server).run().await.expect_code(0);
    assert!(checked.stdout.contains("  acmecrm (acmecrm.toml)  "), "{checked:#?}");
    server.expect_no_connection();
    // The vendor of this description documents no request that proves the credentials.
    let online = with_acmecrm(&["check", "--online"], &server).run().await.expect_code(0);
    assert!(online.stdout.contains("  acmecrm (acmecrm.toml)\n"), "{online:#?}");
    let online = json_of(&["check", "--online"], &server).await["providers"][0].take();
    assert_eq!((&online["vendor"], &online["description"]), (&json!("acmecrm"), &json!("acmecrm.toml")));
    for ended in [&planned, &checked] {
        assert!(!ended.stdout.contains("xksecret") && !ended.stderr.contains("xksecret"), "{ended:#?}");
    }
}

#[tokio::test]
async fn a_replaced_description_is_named_and_the_bundled_one_is_not() {
    let name = "hubspot";
    let secret = "[providers.hubspot.main]\naccess_token = \"xksecret\"\n";
    let bundled = Program::new(&["check"]).configured(secret).run().await.expect_code(0);
    assert!(bundled.stdout.contains("  HubSpot  "), "{bundled:#?}");
    let json =
        Program::new(&["plan", "--name", "Ada King", "--format", "json"]).configured(secret).run().await;
    let draft = json.expect_code(0).json()["drafts"][0].take();
    assert_eq!((&draft["vendor"], &draft["description"]), (&json!(name), &Value::Null));
    let replaced = Program::new(&["check"])
        .configured(&format!("[vendors]\nhubspot = \"own/hubspot.toml\"\n{secret}"))
        .folder_with_file("own", "hubspot.toml", Description::bundled_text(name).unwrap());
    let replaced = replaced.run().await.expect_code(0);
    assert!(replaced.stdout.contains("  hubspot (own/hubspot.toml)  "), "{replaced:#?}");
}

#[tokio::test]
async fn mistakes_in_a_description_are_mistakes_of_the_configuration() {
    let server = IdleServer::new();
    for arguments in [&["check"] as &[&str], &["providers"], &["plan", "--name", "Ada King"]] {
        let broken = DESCRIPTION.replace("[success]", "[sucess]");
        let ended = with_acmecrm(arguments, &server).file("acmecrm.toml", broken).run().await;
        let ended = ended.expect_usage_error();
        assert!(ended.stderr.contains("mistake in the configuration\n") || ended.stderr.contains("mistakes"));
        assert!(ended.stderr.contains("\nacmecrm.toml:45: sucess: "), "{ended:#?}");
        assert!(!ended.stderr.contains("none is configured"), "{ended:#?}");
    }
    server.expect_no_connection();
}

async fn init(arguments: &[&str]) -> (String, Ended) {
    let arguments = [&["init"], arguments].concat();
    let running = Program::new(&arguments).file("token.txt", "TOPSECRET").start().await;
    running.end_with_file("unicontact.toml").await
}

#[tokio::test]
async fn init_writes_a_provider_of_a_bundled_vendor() {
    let (text, ended) = init(&["hubspot", "--set", "access_token_file=token.txt"]).await;
    ended.expect_code(0);
    assert!(text.ends_with("\n[providers.hubspot.hubspot]\naccess_token_file = \"token.txt\"\n"), "{text}");
    let (text, ended) =
        init(&["--vendor", "hubspot", "--name", "crm", "--set", "access_token_file=token.txt"]).await;
    ended.expect_code(0);
    assert!(text.contains("[providers.hubspot.crm]"), "{text}");
    let (_, missing) = init(&["hubspot"]).await;
    let variable = "UNICONTACT_PROVIDERS__HUBSPOT__HUBSPOT__ACCESS_TOKEN";
    let expected = format!("--set access_token_file=PATH, or the variable {variable}");
    assert!(missing.expect_usage_error().stderr.contains(&expected));
    let (_, secret) = init(&["hubspot", "--set", "access_token=TOPSECRET"]).await;
    let secret = secret.expect_usage_error();
    assert!(secret.stderr.contains("other users of this machine") && !secret.stderr.contains("TOPSECRET"));
}

#[tokio::test]
async fn init_takes_one_vendor() {
    let (_, twice) = init(&["hubspot", "--vendor", "emnify"]).await;
    assert!(twice.expect_usage_error().stderr.contains("cannot be used with"));
    let (_, unknown) = init(&["hubspott"]).await;
    assert!(unknown.expect_usage_error().stderr.contains("hubspot"));
    let (_, nameless) = init(&["--name", "acme"]).await;
    nameless.expect_usage_error();
}

/// A vendor whose only create replaces a contact with the same e-mail address.
const KIT: &str = include_str!("../../../examples/vendors/kit.toml");

fn with_kit(arguments: &[&str], accepts: &str) -> Program {
    let configuration = format!(
        "journal = \"off\"\n[vendors]\nkit = \"kit.toml\"\n[providers.kit.main]\napi_key = \"k\"\n{accepts}"
    );
    let contacts = "name,email\nAda King,ada@example.com\nGrace Hopper,grace@example.com\n";
    Program::new(arguments)
        .configured(&configuration)
        .file("kit.toml", KIT)
        .file("contacts.csv", contacts)
        .columns(100)
}

#[tokio::test]
async fn a_vendor_that_replaces_equal_contacts_is_told_before_anything_is_sent() {
    let accepts = "accept_overwrite = true\n";
    let contact = ["plan", "--name", "Ada King", "--email", "ada@example.com"];
    let planned = with_kit(&contact, accepts).run().await.expect_code(0);
    assert!(planned.stdout.contains("\nmain: replaces a contact that has the same email\n"), "{planned:#?}");
    let planned = with_kit(&[&contact[..], &["--format", "json"]].concat(), accepts).run().await;
    assert_eq!(planned.expect_code(0).json()["drafts"][0]["overwrites"], json!(["email"]));

    let dry = ["import", "contacts.csv", "--dry-run"];
    let run = with_kit(&dry, accepts).run().await.expect_code(0);
    assert!(run.stdout.contains("main: replaces a contact that has the same email\n"), "{run:#?}");
    let run = with_kit(&[&dry[..], &["--format", "json"]].concat(), accepts).run().await.expect_code(0);
    assert_eq!(run.json()["providers"]["main"]["overwrites"], json!(["email"]));

    let providers = with_kit(&["providers"], accepts).run().await.expect_code(0);
    assert_eq!(providers.stdout.matches("overwrites by email").count(), 2, "{providers:#?}");
    let providers = with_kit(&["providers", "--format", "json"], accepts).run().await.expect_code(0).json();
    let kit = providers["vendors"].as_array().unwrap().last().unwrap();
    assert_eq!((&kit["overwrites"], &kit["weakest_source"]), (&json!(["email"]), &json!("third_party")));

    let refused = with_kit(&contact, "").run().await.expect_code(2);
    assert!(refused.stderr.contains("providers.kit.main.accept_overwrite: is missing"), "{refused:#?}");
}
