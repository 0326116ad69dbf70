//! `unicontact plan`: shows what would be sent. It sends nothing, with `--online` it only reads, and its output
//! contains no credential.

use serde_json::{Value, json};
use unicontact_sandbox::{Options, Sandbox, Vendor};

use crate::command::idle_server::IdleServer;
use crate::command::shape;
use crate::program::{Ended, Program};

const CONTACT: &str = r#"{"external_id": "42", "name": "Ada King", "emails": ["ada@example.com"],
    "phones": ["+44 20 7946 0123"], "addresses": [{"city": "London", "country": "GB"}], "tags": ["vip"]}"#;

async fn plan_offline(format: &str, contact: &str) -> Ended {
    let idle_server = IdleServer::new();
    let planned = Program::new(&["plan", "contact.json", "--format", format]);
    let ended = planned.configured(&idle_server.configuration()).file("contact.json", contact).run().await;
    idle_server.expect_no_connection();
    for text in [&ended.stdout, &ended.stderr] {
        assert!(!text.contains("xksecret"), "{ended:#?}");
    }
    ended
}

#[tokio::test]
async fn a_plan_sends_nothing_and_has_the_documented_shape() {
    let plan = plan_offline("json", CONTACT).await.expect_code(0).json();
    shape::is_plan(&plan);
    assert_eq!(plan["contact"], "42");
    let drafts = plan["drafts"].as_array().unwrap();
    let names: Vec<&Value> = drafts.iter().map(|draft| &draft["provider"]).collect();
    assert_eq!(names, ["acme", "iot", "voice", "jakarta"]);
    for (draft, scheme) in drafts.iter().zip(["Bearer", "Bearer", "Basic", "Bearer"]) {
        assert_eq!(draft["headers"]["authorization"], format!("{scheme} [secret]"), "{draft:#}");
        assert_eq!(draft["headers"]["content-type"], "application/json", "{draft:#}");
    }
    let body = json!({"Name": "Ada King", "Email": "ada@example.com", "Phone": "+442079460123"});
    assert_eq!(drafts[3]["body"], body);
    assert!(drafts[3]["url"].as_str().unwrap().ends_with("/api/contactrz"));
}

#[tokio::test]
async fn verbose_output_shows_headers_the_body_and_the_fate_of_every_field() {
    let idle_server = IdleServer::new();
    let planned = Program::new(&["plan", "contact.json", "--to", "voice", "--verbose"]).columns(80);
    let planned = planned.configured(&idle_server.configuration()).file("contact.json", CONTACT);
    let ended = planned.run().await.expect_code(0);
    let (_, request) = ended.stdout.split_once("\n\nvoice").unwrap();
    insta::with_settings!({filters => [(r"127\.0\.0\.1:\d+", "[vendor]")]}, {
        insta::assert_snapshot!(request, @r#"
         (Cloverhound): POST http://[vendor]/7/contacts
        accept: application/json
        authorization: Basic [secret]
        content-type: application/json
        {
          "contact_phones_attributes": [
            {
              "number": "+442079460123"
            }
          ],
          "email": "ada@example.com",
          "full_name": "Ada King"
        }

         kept     external_id: it identifies the delivery and is not sent
         sent     name.full → full_name
         sent     emails[0].address → email
         sent     phones[0].number → contact_phones_attributes[0].number
         dropped  addresses[0].city: Cloverhound has no postal addresses
         dropped  addresses[0].country: Cloverhound has no postal addresses
         dropped  tags[0]: Cloverhound has no tags
        "#);
    });
}

#[tokio::test]
async fn a_draft_that_would_not_be_sent_shows_its_error() {
    let nameless = r#"{"emails": ["ada@example.com"]}"#;
    let plan = plan_offline("json", nameless).await.expect_code(1).json();
    shape::is_plan(&plan);
    let drafts = plan["drafts"].as_array().unwrap();
    let kinds: Vec<&Value> = drafts.iter().map(|draft| &draft["error"]["kind"]).collect();
    assert_eq!(kinds, [&json!("unmappable"), &Value::Null, &json!("unmappable"), &json!("unmappable")]);
    let human = plan_offline("human", nameless).await.expect_code(1);
    assert_eq!(human.stdout.matches("would not be sent").count(), 3, "{}", human.stdout);
}

#[tokio::test]
async fn plans_of_the_same_contact_are_identical() {
    let idle_server = IdleServer::new();
    let mut plans = Vec::new();
    for _ in 0..3 {
        let planned =
            Program::new(&["plan", "-", "--format", "json"]).configured(&idle_server.configuration());
        plans.push(planned.input(CONTACT).run().await.expect_code(0).stdout);
    }
    plans.dedup();
    assert_eq!(plans.len(), 1);
}

#[tokio::test]
async fn an_online_plan_only_reads_and_shows_the_vendors_id_of_the_country() {
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    let planned = Program::new(&["plan", "contact.json", "--online", "--format", "json"]);
    let planned = planned.configured(&sandbox.configuration()).file("contact.json", CONTACT);
    let plan = planned.run().await.expect_code(0).json();
    shape::is_plan(&plan);
    assert_eq!(plan["drafts"][1]["body"]["country"], json!({"id": 205}));
    assert!(plan["drafts"][1]["lookups"].is_null(), "{plan:#}");
    for vendor in Vendor::BUILT_IN {
        assert!(sandbox.contacts(vendor).is_empty(), "{vendor:?}");
    }
    let requests: Vec<String> =
        sandbox.requests(Vendor::Emnify).iter().map(|request| format!("{request:?}")).collect();
    assert_eq!(requests, ["POST /api/v1/authenticate -> 200", "GET /api/v1/country -> 200"]);
}

#[tokio::test]
async fn an_offline_plan_lists_the_country_as_a_look_up() {
    let plan = plan_offline("json", CONTACT).await.expect_code(0).json();
    let lookups = json!([{"pointer": "/country/id", "name": "country", "key": "GB"}]);
    assert_eq!(plan["drafts"][1]["lookups"], lookups);
}
