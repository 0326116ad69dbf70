//! `unicontact create` against the sandbox: tests compare the report with the contacts at the vendors.

use serde_json::json;
use unicontact_sandbox::{Options, Sandbox, Vendor};

use crate::command::shape;
use crate::program::Program;

const CONTACT: &str = r#"{"external_id": "42", "name": "Ada King", "emails": ["ada@example.com"],
    "phones": ["+44 20 7946 0123"], "organization": {"department": "Research"},
    "addresses": [{"city": "London", "country": "GB"}]}"#;

async fn sandbox() -> Sandbox {
    Sandbox::start(Options::default()).await.unwrap()
}

fn names(sandbox: &Sandbox, vendor: Vendor, key: &str) -> Vec<String> {
    let contacts = sandbox.contacts(vendor);
    contacts.iter().map(|contact| contact.body[key].as_str().unwrap().to_owned()).collect()
}

fn expect_at_every_vendor(sandbox: &Sandbox, name: &str) {
    let keys = ["name", "name", "full_name", "Name"];
    for (vendor, key) in Vendor::BUILT_IN.into_iter().zip(keys) {
        assert_eq!(names(sandbox, vendor, key), [name], "{vendor:?}");
    }
}

#[tokio::test]
async fn control_and_invisible_characters_of_flags_and_files_are_not_sent() {
    let flags: &[&str] =
        &["create", "--name", "\u{feff}Ada\u{200b} Ki\u{7}ng\u{202e}", "--email", "ada@example.com"];
    for arguments in [flags, &["create", "contact.json"]] {
        let sandbox = sandbox().await;
        let file = r#"{"name": "\ufeffAda\u200b Ki\u0007ng\u202e", "emails": ["ada@example.com"]}"#;
        let program = Program::new(arguments).configured(&sandbox.configuration());
        program.file("contact.json", file).run().await.expect_code(0);
        expect_at_every_vendor(&sandbox, "Ada King");
    }
}

#[tokio::test]
async fn a_contact_from_a_file_is_created_at_every_vendor_and_reported_in_the_documented_form() {
    let sandbox = sandbox().await;
    let ended = Program::new(&["create", "contact.json", "--format", "json"])
        .configured(&sandbox.configuration())
        .file("contact.json", CONTACT)
        .run()
        .await
        .expect_code(0);
    let report = ended.json();
    shape::is_report(&report);
    assert_eq!(report["contact"], "42");
    let deliveries = report["deliveries"].as_array().unwrap();
    let found: Vec<(&str, &str, &str)> = deliveries
        .iter()
        .map(|it| {
            let text = |key: &str| it[key].as_str().unwrap();
            (text("provider"), text("vendor"), text("outcome"))
        })
        .collect();
    let expected = [
        ("acme", "smarttask", "created"),
        ("iot", "emnify", "created"),
        ("voice", "cloverhound", "created"),
        ("jakarta", "onecloud", "created"),
    ];
    assert_eq!(found, expected);
    for (vendor, delivery) in Vendor::BUILT_IN.into_iter().zip(deliveries) {
        assert_eq!(delivery["id"], json!(sandbox.contacts(vendor)[0].id), "{vendor:?}");
        assert_eq!(delivery["attempts"], 1, "{delivery}");
    }
    let dropped = json!({"field": "organization.department", "fate": "dropped", "detail": "SmartTask has no department"});
    assert!(deliveries[0]["fields"].as_array().unwrap().contains(&dropped), "{report:#}");
    assert_eq!(sandbox.contacts(Vendor::Emnify)[0].body["country"], json!({"id": 205}));
    expect_at_every_vendor(&sandbox, "Ada King");
}

#[tokio::test]
async fn a_contact_from_standard_input_is_created_at_every_vendor() {
    let sandbox = sandbox().await;
    let created = Program::new(&["create", "-"]).configured(&sandbox.configuration()).input(CONTACT);
    created.run().await.expect_code(0);
    expect_at_every_vendor(&sandbox, "Ada King");
}

#[tokio::test]
async fn a_contact_from_flags_is_created_at_every_vendor() {
    let sandbox = sandbox().await;
    let arguments =
        ["create", "--name", "Ada King", "--email", "ada@example.com", "--phone", "+442079460123"];
    Program::new(&arguments).configured(&sandbox.configuration()).run().await.expect_code(0);
    expect_at_every_vendor(&sandbox, "Ada King");
    assert_eq!(sandbox.contacts(Vendor::OneCloud)[0].body["Phone"], "+442079460123");
    assert_eq!(sandbox.contacts(Vendor::Cloverhound)[0].body["email"], "ada@example.com");
}

#[tokio::test]
async fn a_mistake_in_a_flag_names_the_flag() {
    let sandbox = sandbox().await;
    let create = ["create", "--name", "Ada", "--email", "ada", "--email", "king@", "--kind", "robot"];
    let ended = Program::new(&create).configured(&sandbox.configuration()).run().await.expect_usage_error();
    for flag in ["--email: ", "--email (number 2): ", "--kind: "] {
        assert!(ended.stderr.contains(flag), "{ended:?}");
    }
    assert!(!ended.stderr.contains("emails[") && !ended.stderr.contains("the flags"), "{ended:?}");
}

#[tokio::test]
async fn the_reasons_of_few_losses_are_printed_and_many_have_a_command_that_shows_them() {
    let sandbox = sandbox().await;
    let few = ["create", "--name", "Ada King", "--email", "a@example.com", "--email", "b@example.com"];
    let few = Program::new(&few).configured(&sandbox.configuration()).run().await.expect_code(0).stdout;
    assert!(few.contains("iot: dropped emails[1].address: emnify holds one e-mail address"), "{few}");
    assert!(!few.contains("To see the reasons"), "{few}");
    let many = ["create", "--name", "Bo O'Brien", "--email", "a@example.com", "--email", "b@example.com"];
    let many =
        [&many[..], &["--title", "Countess", "--notes", "x y", "--set", "defaults.timeout=9s"]].concat();
    let many = [&many[..], &["--organization", "Acme", "--to", "acme,iot,voice,jakarta"]].concat();
    let many = Program::new(&many).configured(&sandbox.configuration()).run().await.expect_code(0).stdout;
    let command = many.lines().find_map(|line| line.strip_prefix(" To see the reasons: unicontact "));
    assert_eq!(
        command,
        Some(
            "plan --name 'Bo O'\\''Brien' --email a@example.com --email b@example.com --organization Acme --title Countess \
             --notes 'x y' --to acme,iot,voice,jakarta --verbose"
        ),
        "{many}"
    );
}

#[tokio::test]
async fn a_file_may_begin_with_a_byte_order_mark() {
    let sandbox = sandbox().await;
    let created = Program::new(&["create", "contact.json"]).configured(&sandbox.configuration());
    created.file("contact.json", format!("\u{FEFF}{CONTACT}\r\n")).run().await.expect_code(0);
    expect_at_every_vendor(&sandbox, "Ada King");
}

#[tokio::test]
async fn allowed_losses_are_reported_in_json_only() {
    let sandbox = sandbox().await;
    let run = async |arguments: &[&str]| {
        let allowing = ["create", "contact.json", "--set", "defaults.on_loss=allow"];
        let created = Program::new(&[&allowing as &[&str], arguments].concat());
        let created = created.configured(&sandbox.configuration()).file("contact.json", CONTACT);
        created.run().await.expect_code(0)
    };
    let human = run(&[]).await;
    assert!(!human.stdout.contains("dropped"), "{}", human.stdout);
    let machine = run(&["--format", "json"]).await;
    assert_eq!(machine.json()["deliveries"][0]["fields"][0]["fate"], "dropped", "{}", machine.stdout);
}

#[tokio::test]
async fn a_phone_number_that_is_sent_as_written_is_reported() {
    let sandbox = sandbox().await;
    let arguments = ["create", "--name", "Ada King", "--phone", "0123", "--to", "jakarta"];
    let created = Program::new(&arguments).configured(&sandbox.configuration());
    let ended = created.run().await.expect_code(0);
    assert!(ended.stdout.contains("\njakarta: phones[0].number: sent as written: "), "{}", ended.stdout);
}

#[tokio::test]
async fn only_the_named_providers_get_the_contact() {
    for named in [&["--to", "acme,iot"] as &[&str], &["--to", "iot", "--to", "acme"]] {
        let sandbox = sandbox().await;
        let arguments = [&["create", "--name", "Ada King", "--format", "json"], named].concat();
        let created = Program::new(&arguments).configured(&sandbox.configuration());
        let report = created.run().await.expect_code(0).json();
        shape::is_report(&report);
        let counts = Vendor::BUILT_IN.map(|vendor| sandbox.contacts(vendor).len());
        assert_eq!(counts, [1, 1, 0, 0]);
        assert_eq!(report["deliveries"].as_array().unwrap().len(), 2);
    }
}

#[tokio::test]
async fn smarttask_holds_one_of_two_equal_contacts() {
    let sandbox = sandbox().await;
    for _ in 0..2 {
        let created = Program::new(&["create", "contact.json", "--to", "acme"]);
        created.configured(&sandbox.configuration()).file("contact.json", CONTACT).run().await.expect_code(0);
    }
    assert_eq!(sandbox.contacts(Vendor::SmartTask).len(), 1);
}

#[tokio::test]
async fn a_contact_that_would_lose_a_field_is_rejected_with_on_loss_reject() {
    let sandbox = sandbox().await;
    let configuration = format!("{}on_loss = \"reject\"\n", sandbox.configuration());
    let ended = Program::new(&["create", "contact.json", "--to", "jakarta", "--format", "json"])
        .configured(&configuration)
        .file("contact.json", CONTACT)
        .run()
        .await
        .expect_code(1);
    let report = ended.json();
    shape::is_report(&report);
    let delivery = &report["deliveries"][0];
    assert_eq!(delivery["outcome"], "rejected");
    assert_eq!(delivery["error"]["kind"], "unmappable");
    assert_eq!(delivery["error"]["effect"], "not_sent");
    assert_eq!(delivery["attempts"], 0);
    assert!(sandbox.requests(Vendor::OneCloud).is_empty());
}
