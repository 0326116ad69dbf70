//! `unicontact deliveries list`: pages, filters, searches, and the commands for the next steps.

use serde_json::Value;

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
pub(super) async fn office(people: usize) -> (Office, StandIn, StandIn) {
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

/// Returns the sorted keys of the deliveries that a search finds.
async fn found(office: &Office, text: &str) -> Vec<String> {
    let found = office.deliveries(&["list", "--format", "json", "--search", text]).await.expect_code(0);
    let mut found = keys(&found);
    found.sort();
    found
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
async fn a_delivered_contact_is_found_by_its_address_in_any_case() {
    let (office, ..) = office(2).await;
    assert_eq!(found(&office, "ZOE2@Example.com").await, ["cloverhound/2", "onecloud/2"]);
}

#[tokio::test]
async fn a_whole_address_finds_no_other_address() {
    let (office, ..) = office(12).await;
    assert_eq!(found(&office, "zoe1@example.com").await, ["cloverhound/1", "onecloud/1"]);
    assert_eq!(found(&office, "e@example.com").await, [""; 0]);
    assert_eq!(found(&office, "c@example.com").await, [""; 0]);
    assert_eq!(found(&office, "zoe1@").await, ["cloverhound/1"]);
    assert_eq!(found(&office, "nr1 zoe1@example.com").await, ["cloverhound/1"]);
    assert_eq!(found(&office, "zoe1").await.len(), 4);
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
