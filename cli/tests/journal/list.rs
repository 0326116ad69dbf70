//! `unicontact deliveries list`, `export` and `forget`: pages, filters, exports, erasure and retention.

use std::os::unix::fs::PermissionsExt;

use serde_json::Value;
use unicontact_sandbox::{Options, Sandbox, Vendor as AtVendor};

use crate::hostile::{Answer, NO_KEYS, Reply, Script, StandIn, Vendor};
use crate::journal::Office;
use crate::program::Ended;

fn keys(ended: &Ended) -> Vec<String> {
    let key = |line: &Value| {
        format!("{}/{}", line["provider"].as_str().unwrap(), line["contact"].as_str().unwrap())
    };
    ended.json_lines().iter().map(key).collect()
}

/// Returns a journal in which one provider has created every person, and the other has failed for each.
async fn office(people: usize) -> (Office, StandIn, StandIn) {
    let created = StandIn::start(Vendor::OneCloud, Script::always(Reply::Good)).await;
    let failed = StandIn::start(Vendor::Cloverhound, Script::always(Reply::Answer(Answer::empty(403)))).await;
    let office =
        Office::new().with(Vendor::OneCloud, &created, NO_KEYS).with(Vendor::Cloverhound, &failed, NO_KEYS);
    for number in 1..=people {
        let (id, name, email) =
            (number.to_string(), format!("Zoë Nr{number}"), format!("zoe{number}@example.com"));
        let create = ["create", "--external-id", &id, "--name", &name, "--email", &email, "--format", "json"];
        office.program(&create).run().await.expect_code(1);
    }
    (office, created, failed)
}

/// Replaces times, and removes the blanks that align columns.
fn normalized(list: &str) -> String {
    let word = |word: &str| match word.len() {
        5 if word.contains(':') => "TIME".to_owned(),
        10 if word.parse::<jiff::civil::Date>().is_ok() => "DAY".to_owned(),
        _ => word.to_owned(),
    };
    let line = |line: &str| line.split_whitespace().map(word).collect::<Vec<_>>().join(" ");
    list.lines().map(line).collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn a_list_shows_kept_names_and_a_sum() {
    let (office, ..) = office(2).await;
    let list = office.deliveries(&["list"]).await.expect_code(0).stdout;
    insta::assert_snapshot!(normalized(&list), @r"
    delivery name e-mail outcome id or error changed
    onecloud/1 - - created 9001 DAY TIME
    cloverhound/1 Zoë Nr1 zoe1@example.com failed permission_denied DAY TIME
    onecloud/2 - - created 9001 DAY TIME
    cloverhound/2 Zoë Nr2 zoe2@example.com failed permission_denied DAY TIME

    4 deliveries: 2 created, 2 failed.
    ");
}

#[tokio::test]
async fn a_list_breaks_no_key_and_no_id_on_narrow_pages() {
    let smarttask = StandIn::start(Vendor::SmartTask, Script::always(Reply::Good)).await;
    let onecloud = StandIn::start(Vendor::OneCloud, Script::once(Reply::Close)).await;
    let emnify = StandIn::start(Vendor::Emnify, Script::once(Reply::Close)).await;
    let office = Office::new()
        .with(Vendor::SmartTask, &smarttask, NO_KEYS)
        .with(Vendor::OneCloud, &onecloud, NO_KEYS)
        .with(Vendor::Emnify, &emnify, NO_KEYS);
    let create = ["create", "--name", "Zoë Nr1", "--email", "zoe@example.com", "--format", "json"];
    office.program(&create).run().await.expect_code(3);
    let narrow = office.program(&["deliveries", "list"]).columns(80).run().await.expect_code(0);
    let delivered = ["deliveries", "list", "--outcome", "created"];
    let wide = office.program(&delivered).columns(120).run().await.expect_code(0);
    insta::with_settings!({filters => [(r"\d{4}-\d\d-\d\d \d\d:\d\d", "[date and time]"), (r"after \d\d:\d\d", "after [time]")]}, {
        insta::assert_snapshot!(narrow.stdout, @r"
         outcome   delivery                                           id or error
                   name, e-mail, changed
         created   smarttask/sha256:3c136e158ff88a6778f776fd9c12589e
                   d46a122c-0bb3-4a7a-8c27-2138d3d3ab06
                   [date and time]
         in_doubt  onecloud/sha256:3c136e158ff88a6778f776fd9c12589e   interrupted; needs
                   a person
                   Zoë Nr1  zoe@example.com  [date and time]
         in_doubt  emnify/sha256:3c136e158ff88a6778f776fd9c12589e     interrupted; look
                   again after [time]
                   Zoë Nr1  zoe@example.com  [date and time]

        3 deliveries: 1 created, 2 in_doubt.
        ");
        insta::assert_snapshot!(narrow.stderr, @r"
        Look for Zoë Nr1 at OneCloud now and some minutes later, then record:
        If the vendor has it: unicontact deliveries resolve onecloud/sha256:3c136e158ff88a6778f776fd9c12589e --created ID
        If not: unicontact deliveries resolve onecloud/sha256:3c136e158ff88a6778f776fd9c12589e --not-created
        ");
        insta::assert_snapshot!(wide.stdout, @r"
         delivery                                           outcome  id or error                           changed
         smarttask/sha256:3c136e158ff88a6778f776fd9c12589e  created  d46a122c-0bb3-4a7a-8c27-2138d3d3ab06  [date and time]

        1 delivery: 1 created.
        ");
    });
}

#[tokio::test]
async fn a_list_continues_after_the_last_listed_delivery() {
    let (office, ..) = office(3).await;
    let first = office.deliveries(&["list", "--limit", "4"]).await.expect_code(0).stdout;
    assert!(first.contains("4 of 6 deliveries: 3 created, 3 failed.\nMore follow: unicontact deliveries list --limit 4 --after 4"), "{first}");
    let rest = office.deliveries(&["list", "--limit", "4", "--after", "4"]).await.expect_code(0).stdout;
    assert!(!rest.contains("More follow") && rest.contains("2 of 6 deliveries"), "{rest}");
    let json = office.deliveries(&["list", "--limit", "4", "--format", "json"]).await.expect_code(0);
    assert_eq!(json.json_lines().len(), 4);
    assert!(
        json.stderr.contains("More follow: unicontact deliveries list --limit 4 --format json --after 4"),
        "{json:?}"
    );
    let all = office.deliveries(&["list", "--format", "json"]).await.expect_code(0);
    assert_eq!((all.json_lines().len(), &*all.stderr), (6, ""));
    office.deliveries(&["list", "--limit", "0"]).await.expect_usage_error();
    let beyond = office.deliveries(&["list", "--after", "6"]).await.expect_code(0);
    assert!(beyond.stderr.contains("no such delivery"), "{beyond:?}");
}

#[tokio::test]
async fn a_list_is_filtered_by_time_provider_and_text() {
    let (office, ..) = office(3).await;
    let list = async |arguments: &[&str]| {
        let list = [&["list", "--format", "json"], arguments].concat();
        keys(&office.deliveries(&list).await.expect_code(0))
    };
    assert_eq!(
        list(&["--provider", "cloverhound"]).await,
        ["cloverhound/1", "cloverhound/2", "cloverhound/3"]
    );
    assert_eq!(list(&["--provider", "onecloud", "--search", "2"]).await, ["onecloud/2"]);
    assert_eq!(list(&["--search", "ZOE nr2"]).await, ["cloverhound/2"]);
    assert_eq!(list(&["--search", "zoe2@example.com", "--outcome", "failed"]).await, ["cloverhound/2"]);
    assert_eq!(list(&["--search", Vendor::OneCloud.id()]).await.len(), 3);
    assert_eq!(list(&["--search", "nobody"]).await, [""; 0]);
    assert_eq!(list(&["--since", "1h"]).await.len(), 6);
    assert_eq!(list(&["--since", "2001-01-01"]).await.len(), 6);
    office.advance_one_hour();
    assert_eq!(list(&["--since", "30m"]).await, [""; 0]);
    assert_eq!(list(&["--since", "2099-11-29T10:00"]).await, [""; 0]);
    office.deliveries(&["list", "--since", "soon"]).await.expect_usage_error();
}

#[tokio::test]
async fn a_delivered_contact_is_found_by_its_address_whatever_its_case() {
    let (office, ..) = office(2).await;
    let found =
        office.deliveries(&["list", "--format", "json", "--search", "ZOE2@Example.com"]).await.expect_code(0);
    let mut found = keys(&found);
    found.sort();
    assert_eq!(found, ["cloverhound/2", "onecloud/2"]);
}

#[tokio::test]
async fn a_whole_address_finds_no_other_address() {
    let (office, ..) = office(12).await;
    let found = async |text: &str| {
        let found = office.deliveries(&["list", "--format", "json", "--search", text]).await.expect_code(0);
        let mut found = keys(&found);
        found.sort();
        found
    };
    assert_eq!(found("zoe1@example.com").await, ["cloverhound/1", "onecloud/1"]);
    assert_eq!(found("e@example.com").await, [""; 0]);
    assert_eq!(found("c@example.com").await, [""; 0]);
    assert_eq!(found("zoe1@").await, ["cloverhound/1"]);
    assert_eq!(found("nr1 zoe1@example.com").await, ["cloverhound/1"]);
    assert_eq!(found("zoe1").await.len(), 4);
}

#[tokio::test]
async fn a_search_without_a_result_says_how_delivered_contacts_are_found() {
    let (office, ..) = office(1).await;
    let search = ["deliveries", "list", "--to", "onecloud", "--search", "zoë nr1"];
    let nothing = office.program(&search).columns(80).run().await.expect_code(0);
    insta::assert_snapshot!(nothing.stderr, @r"
    The journal has no such delivery. No kept name or address matches; the journal
    finds delivered contacts by id or by a whole e-mail address.
    ");
}

#[tokio::test]
async fn a_list_ends_with_the_commands_for_further_doubts_and_failed_deliveries() {
    let onecloud = StandIn::start(Vendor::OneCloud, Script::always(Reply::Close)).await;
    let failed = StandIn::start(Vendor::Cloverhound, Script::always(Reply::Answer(Answer::empty(403)))).await;
    let office =
        Office::new().with(Vendor::OneCloud, &onecloud, NO_KEYS).with(Vendor::Cloverhound, &failed, NO_KEYS);
    for id in ["1", "2"] {
        let create = ["create", "--external-id", id, "--name", "Zoë", "--format", "json"];
        office.program(&create).run().await.expect_code(3);
    }
    let list = office.deliveries(&["list"]).await.expect_code(0).stderr;
    insta::assert_snapshot!(list, @r"
      Look for Zoë at OneCloud now and some minutes later, then record:
      If the vendor has it: unicontact deliveries resolve onecloud/1 --created ID
      If not: unicontact deliveries resolve onecloud/1 --not-created
    1 more needs a person: unicontact deliveries show onecloud/2
    To send failed deliveries again: unicontact deliveries retry --outcome failed
    ");
    let narrow = ["list", "--since", "1h", "--outcome", "failed"];
    let narrow = office.deliveries(&narrow).await.expect_code(0).stderr;
    insta::assert_snapshot!(narrow, @"To send failed deliveries again: unicontact deliveries retry cloverhound/1 cloverhound/2");
    let missing = office.deliveries(&["show", "onecloud/9"]).await.expect_usage_error();
    insta::assert_snapshot!(missing.stderr, @r"
    error: onecloud/9: the journal has no such delivery
    hint: list them: unicontact deliveries list
    ");
}

#[tokio::test]
async fn a_story_breaks_no_id_on_narrow_pages() {
    let smarttask = StandIn::start(Vendor::SmartTask, Script::always(Reply::Good)).await;
    let office = Office::new().with(Vendor::SmartTask, &smarttask, NO_KEYS);
    office.create(&[]).await.expect_code(0);
    let show = ["deliveries", "show", "smarttask/42"];
    let shown = office.program(&show).columns(80).run().await.expect_code(0).stdout;
    let id = office.show("smarttask/42").await["id"].as_str().unwrap().to_owned();
    assert!(shown.lines().filter(|line| line.contains(" created  ")).count() > 1, "{shown}");
    let times = |text: &str| text.matches(&id).count();
    let whole = office.program(&show).run().await.expect_code(0).stdout;
    assert!(times(&shown) == times(&whole) && times(&whole) > 1, "{shown}");
}

#[tokio::test]
async fn an_export_that_cannot_be_written_says_what_to_do() {
    let (office, ..) = office(1).await;
    let full = office.deliveries(&["export", "--output", "/dev/full"]).await.expect_usage_error();
    insta::assert_snapshot!(full.stderr, @"error: /dev/full: the disk is full; make room, or name a file on another disk");
}

#[tokio::test]
async fn a_list_shows_the_next_step_of_a_delivery_in_doubt() {
    let onecloud = StandIn::start(Vendor::OneCloud, Script::once(Reply::Close)).await;
    let emnify = StandIn::start(Vendor::Emnify, Script::once(Reply::Close)).await;
    let office =
        Office::new().with(Vendor::OneCloud, &onecloud, NO_KEYS).with(Vendor::Emnify, &emnify, NO_KEYS);
    office.create(&[]).await.expect_code(3);
    let list = office.deliveries(&["list"]).await.expect_code(0).stdout;
    let row = |provider: &str| {
        list.lines().find(|line| line.trim_start().starts_with(provider)).unwrap().to_owned()
    };
    assert!(row("onecloud").ends_with("needs a person"), "{list}");
    assert!(row("emnify").contains("look again after "), "{list}");
}

#[tokio::test]
async fn an_export_has_a_row_for_each_contact_and_a_column_for_each_provider() {
    let (office, ..) = office(2).await;
    let csv = office.deliveries(&["export"]).await.expect_code(0).stdout;
    let cell = |cell: &str| if cell.ends_with('Z') { "TIME".to_owned() } else { cell.to_owned() };
    let row = |line: &str| line.split(',').map(cell).collect::<Vec<_>>().join(",");
    insta::assert_snapshot!(csv.lines().map(row).collect::<Vec<_>>().join("\n"), @r"
    contact,external_id,name,email,onecloud_outcome,onecloud_id,onecloud_changed_at,onecloud_differs,onecloud_error,cloverhound_outcome,cloverhound_id,cloverhound_changed_at,cloverhound_differs,cloverhound_error
    1,1,Zoë Nr1,zoe1@example.com,created,9001,TIME,,,failed,,TIME,,permission_denied
    2,2,Zoë Nr2,zoe2@example.com,created,9001,TIME,,,failed,,TIME,,permission_denied
    ");
    let ndjson =
        office.deliveries(&["export", "--as", "ndjson", "--provider", "onecloud"]).await.expect_code(0);
    let lines = ndjson.json_lines();
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[0]["contact"], "1");
    assert_eq!(lines[0]["external_id"], "1");
    assert_eq!(lines[0]["deliveries"].as_array().unwrap().len(), 1);
    assert_eq!(lines[0]["deliveries"][0]["id"], Vendor::OneCloud.id());
    assert_eq!(lines[0]["deliveries"][0]["differs"], serde_json::json!([]));
    let path = office.journal().with_file_name("out.csv");
    let to_file = ["export", "--output", path.to_str().unwrap()];
    let ended = office.deliveries(&to_file).await.expect_code(0);
    assert!(ended.stderr.starts_with("2 contacts written to"), "{ended:?}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), csv);
    assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
}

#[tokio::test]
async fn an_export_names_fields_that_differ_between_providers_and_escapes_formulas() {
    let created = StandIn::start(Vendor::OneCloud, Script::always(Reply::Good)).await;
    let other = StandIn::start(Vendor::Cloverhound, Script::always(Reply::Answer(Answer::empty(403)))).await;
    let office =
        Office::new().with(Vendor::OneCloud, &created, NO_KEYS).with(Vendor::Cloverhound, &other, NO_KEYS);
    let create = |title: &'static str| {
        [
            "create",
            "--external-id",
            "=7",
            "--name",
            "@Ada",
            "--title",
            title,
            "--email",
            "a@example.com",
            "--format",
            "json",
        ]
    };
    office.program(&create("Countess")).run().await.expect_code(1);
    office.program(&create("Duchess")).run().await.expect_code(1);
    let ndjson = office.deliveries(&["export", "--as", "ndjson"]).await.expect_code(0).json();
    let differs = |provider: &str| {
        let deliveries = ndjson["deliveries"].as_array().unwrap();
        deliveries.iter().find(|it| it["provider"] == provider).unwrap()["differs"].clone()
    };
    assert_eq!(differs("onecloud"), serde_json::json!(["title"]));
    assert_eq!(differs("cloverhound"), serde_json::json!([]));
    let csv = office.deliveries(&["export"]).await.expect_code(0).stdout;
    assert!(csv.lines().nth(1).unwrap().starts_with("'=7,'=7,'@Ada,a@example.com,"), "{csv}");
}

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
    assert_eq!(AtVendor::ALL.map(|vendor| sandbox.contacts(vendor).len()), [1; 4]);
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
