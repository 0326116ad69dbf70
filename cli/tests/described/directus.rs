//! Directus: collections that people make themselves, where the client may choose the id of a contact. It is large, so these tests run
//! with `UNICONTACT_DIRECTUS=1 ./test.sh` only.

use serde_json::json;

use super::killed::{PEOPLE, killed_repeatedly};
use super::lost::{lost_answer, many_cuts};
use super::office::{Described, Office, delivery, people};
use super::recorded::{Recording, names_in};
use crate::program::Program;

static DIRECTUS: Described = Described {
    vendor: "directus",
    account: "static_token = \"KEY\"",
    database: "data.db",
    names: "SELECT first_name || ' ' || last_name FROM contacts",
    ids: "SELECT id FROM contacts",
    is_create: |request| request.method() == "POST" && request.path().starts_with("/items/"),
};
const ADA: &str = r#"{"name": "Ada King", "emails": ["ada@example.com"], "tags": ["vip"]}"#;
/// A contact with an organization, which is made along with it and is unique by its name.
const EMPLOYEE: &str = r#"{"name": "Ada King", "emails": ["ada@example.com"], "organization": "Analytical Engines", "tags": ["vip"]}"#;

#[tokio::test]
#[ignore = "needs Directus: UNICONTACT_DIRECTUS=1 ./test.sh"]
async fn a_contact_is_created_under_an_id_of_ours_and_refused_the_second_time() {
    let office = Office::start(&DIRECTUS);
    let first = office.create(ADA).await.expect_code(0);
    assert_eq!(delivery(&first)["outcome"], "created");
    assert_eq!(delivery(&first)["id"], office.ids()[0].as_str());
    office.lose_journal();
    let second = office.create(ADA).await.expect_code(0);
    assert_eq!(delivery(&second)["outcome"], "existing", "{second:?}");
    assert_eq!(delivery(&second)["id"], delivery(&first)["id"]);
    assert_eq!(office.names(), ["Ada King"]);
}

#[tokio::test]
#[ignore = "needs Directus: UNICONTACT_DIRECTUS=1 ./test.sh"]
async fn the_duplicate_of_an_organization_is_not_a_duplicate_of_the_contact() {
    let office = Office::start(&DIRECTUS);
    office.create(EMPLOYEE).await.expect_code(0);
    let other = EMPLOYEE.replace("Ada King", "Bo Two").replace("ada@", "bo@");
    let refused = delivery(&office.create(&other).await);
    assert_eq!((&refused["outcome"], &refused["error"]["kind"]), (&json!("rejected"), &json!("invalid")));
    assert_eq!(office.names(), ["Ada King"]);
}

#[tokio::test]
#[ignore = "needs Directus: UNICONTACT_DIRECTUS=1 ./test.sh"]
async fn a_login_works_as_well_as_a_token_and_a_wrong_one_is_unauthenticated() {
    let office = Office::start(&DIRECTUS);
    let token = format!("static_token = \"{}\"", office.server.key);
    let login = |password| format!("email = \"admin@example.com\"\npassword = \"{password}\"");
    for (credential, code) in [
        (token.clone(), 0),
        (login("password-of-the-tests"), 0),
        ("static_token = \"wrong\"".to_owned(), 1),
        (login("wrong"), 1),
    ] {
        let configuration = office.configuration().replace(&token, &credential);
        let check = Program::new(&["check", "--online", "--format", "json"]).configured(&configuration);
        let checked = check.run().await.expect_code(code).json();
        if code == 1 {
            assert_eq!(checked["providers"][0]["error"]["kind"], "unauthenticated", "{checked:#}");
        }
    }
    assert!(office.names().is_empty());
}

#[tokio::test]
#[ignore = "needs Directus: UNICONTACT_DIRECTUS=1 ./test.sh"]
async fn a_contact_whose_answer_is_lost_is_there_once() {
    lost_answer(&DIRECTUS, ADA).await;
}

/// The second create is refused for its organization, and not for its id.
#[tokio::test]
#[ignore = "needs Directus: UNICONTACT_DIRECTUS=1 ./test.sh"]
async fn a_contact_with_an_organization_whose_answer_is_lost_is_there_once() {
    lost_answer(&DIRECTUS, EMPLOYEE).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs Directus: UNICONTACT_DIRECTUS=1 ./test.sh"]
async fn an_import_through_many_cuts_creates_everybody_once() {
    many_cuts(&DIRECTUS).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs Directus: UNICONTACT_DIRECTUS=1 ./test.sh"]
async fn an_import_that_is_killed_repeatedly_is_finished() {
    killed_repeatedly(&DIRECTUS, &people(PEOPLE)).await;
}

#[tokio::test]
#[ignore = "needs Directus: UNICONTACT_DIRECTUS=1 ./test.sh"]
async fn a_recording_keeps_the_names_of_members_and_nothing_of_others() {
    let recording = Recording::new(&DIRECTUS).await;
    recording.expect_no_foreign_data(&["token-of-the-tests"]);
    let created = recording.fixture("create_full");
    assert_eq!(names_in(&created["answer"]["body"]["data"]), ["email", "id"]);
    assert_eq!(created["answer"]["body"]["data"]["id"], created["request"]["body"]["id"]);
    recording.expect_replay().await;
    recording.expect_no_finding().await;
}
