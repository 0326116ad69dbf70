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
    let human = Program::new(&["providers"]).columns(80).run().await.expect_code(0);
    insta::assert_snapshot!(human.stdout, @r"
    holds            SmartTask        emnify         Cloverhound  OneCloud
    name             required, ≤ 100  yes            required     required
    organization     own contact      department     no           no
    e-mails          all, ≤ 320       one            one          one
    phones           all, ≤ 30        one, mobile    all          one, mobile, fax
    addresses        one, ≤ 4000      one, in parts  no           no
    title            ≤ 50             yes            no           no
    links            6 kinds          no             no           twitter, facebook
    notes            no               no             yes          no
    a second create  see use_created  makes two      makes two    makes two
    can be searched  no               yes            no           no
    can be checked   yes              yes            no           yes
    ");
}

#[tokio::test]
async fn a_vendor_refuses_a_contact_without_what_it_requires_and_no_other() {
    let idle_server = IdleServer::new();
    let json = |arguments: &[&str]| {
        let arguments = [arguments, &["--format", "json"]].concat();
        Program::new(&arguments).configured(&idle_server.configuration())
    };
    let vendors = json(&["providers"]).run().await.expect_code(0).json()["vendors"].take();
    let requires_a_name = |vendor: &Value| {
        let fields = vendor["fields"].as_array().unwrap().iter();
        let required: Vec<&Value> =
            fields.filter(|row| row["required"] == true).map(|row| &row["field"]).collect();
        assert!(required.is_empty() || required == ["name"], "{vendor:#}");
        !required.is_empty()
    };
    let required: Vec<bool> = vendors.as_array().unwrap().iter().map(requires_a_name).collect();
    let whole = json!({"name": "Ada King", "emails": ["ada@example.com"]});
    let nameless = json!({"emails": ["ada@example.com"], "phones": ["+442079460123"], "title": "Countess",
        "addresses": [{"city": "London", "country": "GB"}], "notes": "Of use."});
    for (contact, refused) in [(whole, vec![false; 4]), (nameless, required)] {
        let plan = json(&["plan", "-"]).input(contact.to_string()).run().await.json();
        let drafts = plan["drafts"].as_array().unwrap().iter();
        let found: Vec<bool> = drafts.map(|draft| draft["error"]["kind"] == "unmappable").collect();
        assert_eq!(found, refused, "{plan:#}");
    }
}

#[tokio::test]
async fn with_a_configuration_it_lists_the_providers_too() {
    let idle_server = IdleServer::new();
    let shown = Program::new(&["providers", "--format", "json"]).configured(&idle_server.configuration());
    let shown = shown.run().await.expect_code(0).json();
    assert_eq!(names(&shown["providers"], "provider"), ["acme", "iot", "voice", "jakarta"]);
    let human =
        Program::new(&["providers"]).configured(&idle_server.configuration()).run().await.expect_code(0);
    let (_, configured) = human.stdout.rsplit_once("\n\n").unwrap();
    insta::assert_snapshot!(configured, @r"
    provider  vendor       a second create  can be searched  can be checked
    acme      SmartTask    makes two        no               yes
    iot       emnify       makes two        yes              yes
    voice     Cloverhound  makes two        no               no
    jakarta   OneCloud     makes two        no               yes
    ");
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
