//! `unicontact deliveries forget`, and the retention of finished deliveries.

use unicontact_sandbox::{Options, Sandbox, Vendor as AtVendor};

use crate::hostile::{NO_KEYS, Reply, Script, StandIn, Vendor};
use crate::journal::Office;
use crate::journal::list::office;

#[tokio::test]
async fn a_forgotten_person_leaves_no_content_and_is_not_created_again() {
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    let office = Office::new();
    let program = |arguments: &[&str]| {
        let journal = format!("journal = \"{}\"", office.journal().display());
        let configuration = sandbox.configuration().replace("journal = \"off\"", &journal);
        crate::program::Program::new(arguments).configured(&configuration)
    };
    let create = ["create", "--name", "Ada King", "--email", "ada@example.com", "--format", "json"];
    program(&create).run().await.expect_code(0);
    let unconfirmed = program(&["deliveries", "forget", "ADA@example.com"]).run().await.expect_usage_error();
    assert!(
        unconfirmed.stderr.contains("1 contact (4 deliveries) would be erased for good. Nothing was erased.")
            && unconfirmed.stderr.contains("add --yes"),
        "{unconfirmed:?}"
    );
    let forgotten = program(&["deliveries", "forget", "ADA@example.com", "--yes"]).run().await.expect_code(0);
    assert!(forgotten.stderr.contains("Erased the content of 1 contact (4 deliveries)"), "{forgotten:?}");
    let again = program(&create).run().await.expect_code(0).json();
    for delivery in again["deliveries"].as_array().unwrap() {
        assert_eq!(delivery["outcome"], "skipped", "{delivery}");
        assert!(delivery["id"].is_string() && !delivery.to_string().contains("changed since"), "{delivery}");
    }
    let edited = [
        "create",
        "--name",
        "Ada King",
        "--email",
        "ada@example.com",
        "--title",
        "Countess",
        "--format",
        "json",
    ];
    program(&edited).run().await.expect_code(0);
    assert_eq!(AtVendor::BUILT_IN.map(|vendor| sandbox.contacts(vendor).len()), [1; 4]);
    let nobody =
        program(&["deliveries", "forget", "bo@example.com", "--yes"]).run().await.expect_usage_error();
    assert!(nobody.stderr.contains("no delivery of this person"), "{nobody:?}");
    assert!(!nobody.stderr.contains("bo@example.com"), "{nobody:?}");
}

#[tokio::test]
async fn forgetting_an_unfinished_person_by_id_erases_the_vendors_message() {
    let (office, ..) = office(1).await;
    office.deliveries(&["forget", "1", "--yes"]).await.expect_code(0);
    let list = office.deliveries(&["list", "--format", "json"]).await.expect_code(0).json_lines();
    assert_eq!(list.len(), 2);
    for line in list {
        assert!(line.get("name").is_none() && line["error"].get("message").is_none(), "{line}");
        assert_eq!(line["outcome"] == "failed", line["error"]["kind"] == "permission_denied", "{line}");
    }
    let bytes = std::fs::read(office.journal()).unwrap().to_ascii_lowercase();
    assert!(!bytes.windows(3).any(|it| it == b"nr1"), "the name is in the file");
}

#[tokio::test]
async fn forget_refuses_while_a_delivery_is_being_sent() {
    let held = StandIn::start(Vendor::Cloverhound, Script::always(Reply::Held)).await;
    let office = Office::new().with(Vendor::Cloverhound, &held, NO_KEYS);
    let running = office.start_create().await;
    while held.creates() == 0 {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    let refused = office.deliveries(&["forget", "42", "--yes"]).await.expect_usage_error();
    assert!(refused.stderr.contains("is being sent; nothing was erased"), "{refused:?}");
    held.release();
    running.end().await.expect_code(0);
}

#[tokio::test]
async fn deliveries_older_than_the_retention_are_deleted_by_the_next_run_and_created_again() {
    let created = StandIn::start(Vendor::Cloverhound, Script::always(Reply::Good)).await;
    let doubtful = StandIn::start(Vendor::OneCloud, Script::once(Reply::Close)).await;
    let office =
        Office::new().with(Vendor::Cloverhound, &created, NO_KEYS).with(Vendor::OneCloud, &doubtful, NO_KEYS);
    office.create(&[]).await.expect_code(3);
    let with_retention = |age: &str| {
        let journal = format!("{}\"\nretention = \"{age}", office.journal().display());
        [journal, age.to_owned()]
    };
    let create = ["create", "--external-id", "42", "--name", "Ada King", "--format", "json"];
    office.advance_one_hour();
    office.program_with(&with_retention("2h")[0], &create).run().await.expect_code(3);
    assert_eq!(created.creates(), 1);
    office.program_with(&with_retention("30m")[0], &create).run().await.expect_code(3);
    assert_eq!((created.creates(), doubtful.creates()), (2, 1));
}

#[tokio::test]
async fn a_delivery_older_than_the_retention_is_deleted_with_its_story() {
    let doubtful = StandIn::start(Vendor::OneCloud, Script::once(Reply::Close)).await;
    let office = Office::new().with(Vendor::OneCloud, &doubtful, NO_KEYS);
    office.create(&[]).await.expect_code(3);
    office
        .deliveries(&["resolve", "onecloud/42", "--created", "9", "--note", "seen there"])
        .await
        .expect_code(0);
    office.advance_one_hour();
    let retention = format!("{}\"\nretention = \"30m", office.journal().display());
    let create = ["create", "--external-id", "42", "--name", "Ada King", "--format", "json"];
    let again = office.program_with(&retention, &create).run().await.expect_code(0);
    assert_eq!(again.json()["deliveries"][0]["outcome"], "created", "{again:?}");
    let shown = office.deliveries(&["show", "onecloud/42", "--format", "json"]).await.expect_code(0);
    assert!(!shown.stdout.contains("seen there"), "{shown:?}");
}
