//! Tryton: an ERP without dedupe but for the party's code, which can be searched.

use serde_json::json;

use super::killed::{PEOPLE, killed_repeatedly};
use super::lost::{lost_answer, many_cuts};
use super::office::{Described, Office, delivery, people_with_ids};
use super::recorded::{Recording, names_in};
use crate::program::Program;

static TRYTON: Described = Described {
    vendor: "tryton",
    account: "database = \"crm\"\nkey = \"KEY\"",
    database: "database/crm.sqlite",
    names: "SELECT name FROM party_party",
    ids: "SELECT CAST(id AS TEXT) FROM party_party",
    is_create: |request| request.method() == "POST" && request.path().ends_with("/party.party"),
};
const ADA: &str = r#"{"external_id": "A-7", "name": "Ada King", "emails": ["ada@example.com"], "phones": ["+442079460123"]}"#;

#[tokio::test]
async fn a_contact_is_created_and_found_again_without_a_journal() {
    let office = Office::start(&TRYTON);
    let first = office.create(ADA).await.expect_code(0);
    assert_eq!(delivery(&first)["outcome"], "created");
    assert_eq!(delivery(&first)["id"], office.ids()[0].as_str());
    // The code is unique: the second create is refused, and the search says that it is the same party.
    office.lose_journal();
    let second = office.create(ADA).await.expect_code(0);
    assert_eq!(delivery(&second)["outcome"], "existing", "{second:?}");
    assert_eq!(delivery(&second)["id"], delivery(&first)["id"]);
    assert_eq!(office.names(), ["Ada King"]);
}

#[tokio::test]
async fn the_code_of_another_party_is_no_match() {
    let office = Office::start(&TRYTON);
    office.create(ADA).await.expect_code(0);
    office.lose_journal();
    let ended = office.create(&ADA.replace("Ada King", "Bo Two")).await;
    let delivery = delivery(&ended);
    assert_eq!(
        (&delivery["outcome"], &delivery["error"]["kind"]),
        (&json!("rejected"), &json!("already_exists"))
    );
    assert_eq!(office.names(), ["Ada King"]);
}

#[tokio::test]
async fn a_wrong_key_is_unauthenticated() {
    let office = Office::start(&TRYTON);
    office.program(&["check", "--online"]).run().await.expect_code(0);
    let wrong = office.configuration().replace(&office.server.key, "wrong-key");
    let checked = Program::new(&["check", "--online", "--format", "json"]).configured(&wrong);
    let checked = checked.run().await.expect_code(1).json();
    assert_eq!(checked["providers"][0]["error"]["kind"], "unauthenticated", "{checked:#}");
    assert!(office.names().is_empty());
}

#[tokio::test]
async fn a_contact_whose_answer_is_lost_is_found_by_its_code() {
    lost_answer(&TRYTON, ADA).await;
}

#[tokio::test]
async fn a_contact_whose_answer_is_lost_is_found_by_its_address() {
    lost_answer(&TRYTON, r#"{"name": "Ada King", "emails": ["ada@example.com"]}"#).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_through_many_cuts_creates_everybody_once() {
    many_cuts(&TRYTON).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_that_is_killed_repeatedly_is_finished() {
    killed_repeatedly(&TRYTON, &people_with_ids(PEOPLE)).await;
}

#[tokio::test]
async fn a_recording_keeps_the_names_of_members_and_nothing_of_others() {
    let recording = Recording::new(&TRYTON).await;
    recording.expect_no_foreign_data(&["/crm/"]);
    let created = recording.fixture("create_full");
    assert_eq!(created["request"]["path"], "/fake-database/rest/model/party.party");
    assert_eq!(created["request"]["headers"]["authorization"], "Bearer [secret]");
    assert_eq!(names_in(&created["answer"]["body"]), ["__name__", "id", "rec_name"]);
    let found = recording.fixture("find_found_by_address");
    assert_eq!(names_in(&found["answer"]["body"][0]), ["contact_mechanisms.", "id", "name"]);
    recording.expect_replay().await;
    recording.expect_no_finding().await;
}
