//! Runs with a contact that an earlier run delivered. The sandbox counts the contacts.

use unicontact_sandbox::{Options, Sandbox, Vendor};

use crate::hostile::{self, NO_KEYS, Reply, Script, StandIn};
use crate::journal::{Office, delivery, outcomes};
use crate::program::{Ended, Program};

async fn create(sandbox: &Sandbox, office: &Office, arguments: &[&str]) -> Ended {
    let journal = format!("journal = \"{}\"", office.journal().display());
    let configuration = sandbox.configuration().replace("journal = \"off\"", &journal);
    let create = ["create", "--format", "json"];
    Program::new(&[&create, arguments].concat()).configured(&configuration).run().await
}

fn held(sandbox: &Sandbox) -> [usize; 4] {
    Vendor::BUILT_IN.map(|vendor| sandbox.contacts(vendor).len())
}

const ADA: &[&str] = &["--name", "Ada King", "--email", "ada@example.com"];
const NUMBERED: &[&str] = &["--name", "Ada King", "--external-id", "42"];

#[tokio::test]
async fn the_second_create_of_a_contact_is_skipped_with_the_ids_of_the_first() {
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    let office = Office::new();
    let first = create(&sandbox, &office, ADA).await.expect_code(0);
    assert_eq!(outcomes(&first), ["created"; 4]);
    let second = create(&sandbox, &office, ADA).await.expect_code(0);
    assert_eq!(outcomes(&second), ["skipped"; 4]);
    assert_eq!(held(&sandbox), [1; 4]);
    let ids = |ended: &Ended| {
        let report = ended.json();
        let deliveries = report["deliveries"].as_array().unwrap().clone();
        deliveries.into_iter().map(|delivery| delivery["id"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(ids(&first), ids(&second));
    assert!(ids(&first).iter().all(serde_json::Value::is_string));
}

#[tokio::test]
async fn a_changed_contact_is_skipped_with_a_note() {
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    let office = Office::new();
    create(&sandbox, &office, NUMBERED).await.expect_code(0);
    let changed = ["--name", "Ada Lovelace", "--external-id", "42"];
    let second = create(&sandbox, &office, &changed).await.expect_code(0);
    assert_eq!(outcomes(&second), ["skipped"; 4]);
    let note = delivery(&second)["note"].as_str().unwrap().to_owned();
    assert!(note.contains("has changed since"), "{note}");
    assert_eq!(held(&sandbox), [1; 4]);
}

#[tokio::test]
async fn again_makes_a_second_contact() {
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    let office = Office::new();
    create(&sandbox, &office, NUMBERED).await.expect_code(0);
    let again = create(&sandbox, &office, &[NUMBERED, &["--again", "--to", "voice"]].concat()).await;
    assert_eq!(outcomes(&again.expect_code(0)), ["created"]);
    assert_eq!(sandbox.contacts(Vendor::Cloverhound).len(), 2);
}

#[tokio::test]
async fn again_resends_delivered_contacts_and_again_doubts_those_in_doubt() {
    let vendor = hostile::Vendor::Cloverhound;
    let stand_in = StandIn::start(vendor, Script::once(Reply::Close)).await;
    let office = Office::new().with(vendor, &stand_in, NO_KEYS);
    office.create(&[]).await.expect_code(3);
    let again = office.create(&["--again"]).await.expect_code(3);
    assert_eq!((outcomes(&again), stand_in.creates()), (vec!["in_doubt".to_owned()], 1));
    let doubts = office.create(&["--again-doubts"]).await.expect_code(0);
    assert_eq!((outcomes(&doubts), stand_in.creates()), (vec!["created".to_owned()], 2));
    let doubts = office.create(&["--again-doubts"]).await.expect_code(0);
    assert_eq!((outcomes(&doubts), stand_in.creates()), (vec!["skipped".to_owned()], 2));
    let again = office.create(&["--again"]).await.expect_code(0);
    assert_eq!((outcomes(&again), stand_in.creates()), (vec!["created".to_owned()], 3));
}

#[tokio::test]
async fn retry_with_again_doubts_resends_doubts() {
    let vendor = hostile::Vendor::Cloverhound;
    let stand_in = StandIn::start(vendor, Script::once(Reply::Close)).await;
    let office = Office::new().with(vendor, &stand_in, NO_KEYS);
    office.create(&[]).await.expect_code(3);
    let retry = ["retry", "cloverhound/42", "--again-doubts", "--format", "json"];
    assert_eq!(outcomes(&office.deliveries(&retry).await.expect_code(0)), ["created"]);
    assert_eq!(stand_in.creates(), 2);
}

#[tokio::test]
async fn without_a_journal_the_second_create_makes_a_second_contact() {
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    for _ in 0..2 {
        let create = Program::new(&["create", "--name", "Ada King", "--to", "voice"]);
        let ended = create.configured(&sandbox.configuration()).run().await.expect_code(0);
        assert_eq!(ended.files, ["unicontact.toml"]);
    }
    assert_eq!(sandbox.contacts(Vendor::Cloverhound).len(), 2);
}

#[tokio::test]
async fn without_the_key_the_journal_is_beside_the_configuration() {
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    let configuration = sandbox.configuration().replace("journal = \"off\"", "");
    let create = Program::new(&["create", "--name", "Ada King"]).configured(&configuration);
    let ended = create.run().await.expect_code(0);
    assert_eq!(ended.files, ["unicontact.db", "unicontact.db-lock", "unicontact.toml"]);
}

#[tokio::test]
async fn plan_check_and_providers_create_no_journal() {
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    let configuration = sandbox.configuration().replace("journal = \"off\"", "");
    for arguments in [&["plan", "--name", "Ada King"] as &[&str], &["check"], &["providers"]] {
        let ended = Program::new(arguments).configured(&configuration).run().await.expect_code(0);
        assert_eq!(ended.files, ["unicontact.toml"]);
    }
}

#[tokio::test]
async fn two_concurrent_commands_send_a_contact_once() {
    let vendor = hostile::Vendor::Cloverhound;
    let stand_in = StandIn::start(vendor, Script::always(Reply::Held)).await;
    let office = Office::new().with(vendor, &stand_in, NO_KEYS);
    let first = office.start_create().await;
    stand_in.wait_for_create().await;
    let second = office.create(&[]).await.expect_code(1);
    assert_eq!(delivery(&second)["outcome"], "pending");
    assert_eq!(delivery(&second)["note"], "another run is sending it");
    stand_in.release();
    assert_eq!(outcomes(&first.end().await.expect_code(0)), ["created"]);
    assert_eq!(outcomes(&office.create(&[]).await.expect_code(0)), ["skipped"]);
    assert_eq!(stand_in.creates(), 1);
}

#[tokio::test]
async fn an_import_reports_that_another_run_is_sending_the_contact() {
    let held = StandIn::start(hostile::Vendor::Cloverhound, Script::always(Reply::Held)).await;
    let office = Office::new().with(hostile::Vendor::Cloverhound, &held, NO_KEYS);
    let running = office.start_create().await;
    while held.creates() == 0 {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    let file = office.folder.path().join("people.csv");
    std::fs::write(&file, "External ID,Name\n42,Ada King\n").unwrap();
    let ended = office.program(&["import", &file.display().to_string()]).run().await.expect_code(1);
    assert!(
        ended.stdout.contains("cloverhound: 1 pending: line 2 Ada King\n  another run is sending it"),
        "{}",
        ended.stdout
    );
    assert!(ended.stdout.contains("run the same command again"), "{}", ended.stdout);
    held.release();
    running.end().await.expect_code(0);
    assert_eq!(held.creates(), 1);
}
