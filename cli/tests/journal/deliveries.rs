//! `unicontact deliveries list`, `show`, `retry` and `resolve` on a journal with one delivery of each kind.

use serde_json::Value;

use crate::hostile::{Answer, NO_KEYS, Reply, Script, StandIn, Vendor};
use crate::journal::{Office, outcomes};

/// A journal with one delivery that was created, one that failed and one in doubt.
struct Mixed {
    office: Office,
    cloverhound: StandIn,
    onecloud: StandIn,
}

async fn mixed() -> Mixed {
    let smarttask = StandIn::start(Vendor::SmartTask, Script::always(Reply::Good)).await;
    let forbidden = Reply::Answer(Answer::empty(403));
    let cloverhound = StandIn::start(Vendor::Cloverhound, Script::once(forbidden)).await;
    let onecloud = StandIn::start(Vendor::OneCloud, Script::once(Reply::Close)).await;
    let office = Office::new()
        .with(Vendor::SmartTask, &smarttask, NO_KEYS)
        .with(Vendor::Cloverhound, &cloverhound, NO_KEYS)
        .with(Vendor::OneCloud, &onecloud, NO_KEYS);
    let ended = office.create(&[]).await.expect_code(3);
    assert_eq!(outcomes(&ended), ["created", "failed", "in_doubt"]);
    Mixed { office, cloverhound, onecloud }
}

fn line<'a>(lines: &'a [Value], provider: &str) -> &'a Value {
    lines.iter().find(|line| line["provider"] == provider).unwrap()
}

#[tokio::test]
async fn a_json_list_has_one_delivery_per_line() {
    let Mixed { office, .. } = mixed().await;
    let lines = office.deliveries(&["list", "--format", "json"]).await.expect_code(0).json_lines();
    assert_eq!(lines.len(), 3);
    for line in &lines {
        assert_eq!(line["contact"], "42");
        assert!(line["vendor"].is_string() && line["outcome"].is_string(), "{line}");
        assert!(line["id"].is_string() != line["error"].is_object(), "{line}");
        assert!(line.get("content").is_none(), "{line}");
        let is_kept = line["outcome"] != "created";
        assert_eq!(line.get("name").is_some(), is_kept, "{line}");
    }
    assert_eq!(line(&lines, "smarttask")["id"], Vendor::SmartTask.id());
    assert_eq!(line(&lines, "cloverhound")["error"]["kind"], "permission_denied");
    assert_eq!(line(&lines, "onecloud")["error"]["effect"], "unknown");
}

#[tokio::test]
async fn a_list_shows_the_keys_that_the_other_commands_accept() {
    let Mixed { office, .. } = mixed().await;
    let list = office.deliveries(&["list"]).await.expect_code(0).stdout;
    for words in ["smarttask/42", "cloverhound/42", "onecloud/42", "permission_denied", "in_doubt"] {
        assert!(list.contains(words), "{words}: {list}");
    }
}

#[tokio::test]
async fn a_list_can_be_filtered() {
    let Mixed { office, .. } = mixed().await;
    for (arguments, expected) in [
        (&["--outcome", "in_doubt"] as &[&str], &["onecloud"] as &[&str]),
        (&["--outcome", "created", "--outcome", "failed"], &["cloverhound", "smarttask"]),
        (&["--outcome", "created,failed"], &["cloverhound", "smarttask"]),
        (&["--to", "onecloud,smarttask"], &["onecloud", "smarttask"]),
        (&["--error", "permission_denied"], &["cloverhound"]),
        (&["--older-than", "1d"], &[]),
        (&["--older-than", "0s"], &["cloverhound", "onecloud", "smarttask"]),
    ] {
        let list = [&["list", "--format", "json"], arguments].concat();
        let lines = office.deliveries(&list).await.expect_code(0).json_lines();
        let mut providers: Vec<&str> = lines.iter().map(|it| it["provider"].as_str().unwrap()).collect();
        providers.sort_unstable();
        assert_eq!(providers, expected, "{arguments:?}");
    }
    office.deliveries(&["list", "--older-than", "soon"]).await.expect_usage_error();
    office.deliveries(&["list", "--outcome", "lost"]).await.expect_usage_error();
    for command in ["list", "retry"] {
        let ended = office.deliveries(&[command, "--error", "bogus"]).await.expect_usage_error();
        assert!(ended.stderr.contains("permission_denied, not_found"), "{}", ended.stderr);
    }
}

#[tokio::test]
async fn show_prints_the_contact_while_its_delivery_is_unfinished() {
    let Mixed { office, .. } = mixed().await;
    let show = async |key: &str| office.deliveries(&["show", key, "--format", "json"]).await;
    let failed = show("cloverhound/42").await.expect_code(0).json();
    assert_eq!(failed["content"]["name"]["full"], "Ada King");
    let created = show("smarttask/42").await.expect_code(0).json();
    assert!(created.get("content").is_none(), "{created}");
    let human = office.deliveries(&["show", "cloverhound/42"]).await.expect_code(0).stdout;
    assert!(human.contains("Ada King") && human.contains("permission_denied"), "{human}");
    let unknown = show("cloverhound/43").await.expect_usage_error();
    assert!(unknown.stderr.contains("no such delivery"), "{}", unknown.stderr);
    show("cloverhound").await.expect_usage_error();
}

#[tokio::test]
async fn retry_sends_the_failed_delivery_and_not_the_one_in_doubt() {
    let Mixed { office, cloverhound, onecloud } = mixed().await;
    let ended = office.deliveries(&["retry", "--format", "json"]).await.expect_code(3);
    assert_eq!(outcomes(&ended), ["created", "in_doubt"]);
    assert_eq!((cloverhound.creates(), onecloud.creates()), (2, 1));
    let ended = office.deliveries(&["retry"]).await.expect_code(3);
    assert!(ended.stdout.contains("onecloud"), "{}", ended.stdout);
    assert_eq!((cloverhound.creates(), onecloud.creates()), (2, 1));
}

#[tokio::test]
async fn retry_can_be_filtered() {
    let Mixed { office, cloverhound, onecloud } = mixed().await;
    let nothing = office.deliveries(&["retry", "--error", "unreachable"]).await.expect_code(0);
    assert!(nothing.stderr.contains("nothing to retry"), "{}", nothing.stderr);
    let retry = ["retry", "cloverhound/42", "--format", "json"];
    assert_eq!(outcomes(&office.deliveries(&retry).await.expect_code(0)), ["created"]);
    assert_eq!((cloverhound.creates(), onecloud.creates()), (2, 1));
}

#[tokio::test]
async fn retry_of_an_unknown_delivery_names_it_and_sends_nothing() {
    let Mixed { office, cloverhound, .. } = mixed().await;
    let ended = office.deliveries(&["retry", "cloverhound/42", "cloverhound/43"]).await.expect_usage_error();
    assert!(ended.stderr.contains("cloverhound/43: the journal has no such delivery"), "{}", ended.stderr);
    assert_eq!(cloverhound.creates(), 1);
    let twice = ["retry", "cloverhound/42", "cloverhound/42", "smarttask/42", "--format", "json"];
    assert_eq!(outcomes(&office.deliveries(&twice).await.expect_code(0)), ["created"]);
    assert_eq!(cloverhound.creates(), 2);
}

#[tokio::test]
async fn a_list_distinguishes_deliveries_being_sent_from_those_in_doubt() {
    let held = StandIn::start(Vendor::Cloverhound, Script::always(Reply::Held)).await;
    let office = Office::new().with(Vendor::Cloverhound, &held, NO_KEYS);
    let running = office.start_create().await;
    while held.creates() == 0 {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    let list = ["list", "--outcome", "in_doubt"];
    let human = office.deliveries(&list).await.expect_code(0).stdout;
    assert!(human.contains("being sent"), "{human}");
    let json = office.deliveries(&[&list[..], &["--format", "json"]].concat()).await.expect_code(0).json();
    assert_eq!(json["outcome"], "in_doubt");
    assert!(json["note"].as_str().unwrap().contains("being sent"), "{json}");
    held.release();
    running.end().await.expect_code(0);
}

#[tokio::test]
async fn resolve_as_created_records_the_id() {
    let Mixed { office, onecloud, .. } = mixed().await;
    office.deliveries(&["resolve", "onecloud/42", "--created", "9001"]).await.expect_code(0);
    let shown = office.deliveries(&["show", "onecloud/42", "--format", "json"]).await.json();
    assert_eq!((&shown["outcome"], &shown["id"]), (&"created".into(), &"9001".into()));
    assert_eq!(shown["note"], "a person said so");
    let third = office.create(&["--to", "onecloud"]).await.expect_code(0);
    assert_eq!(outcomes(&third), ["skipped"]);
    assert_eq!(onecloud.creates(), 1);
    let refused = office.deliveries(&["resolve", "onecloud/42", "--not-created"]).await.expect_usage_error();
    assert!(refused.stderr.contains("nothing to resolve"), "{}", refused.stderr);
}

#[tokio::test]
async fn resolve_as_not_created_lets_the_next_run_send_the_contact() {
    let Mixed { office, onecloud, .. } = mixed().await;
    office.deliveries(&["resolve", "onecloud/42", "--not-created", "--yes"]).await.expect_code(0);
    let retried = office.deliveries(&["retry", "onecloud/42", "--format", "json"]).await.expect_code(0);
    assert_eq!(outcomes(&retried), ["created"]);
    assert_eq!(onecloud.creates(), 2);
}

#[tokio::test]
async fn resolve_requires_exactly_one_resolution() {
    let Mixed { office, .. } = mixed().await;
    office.deliveries(&["resolve", "onecloud/42"]).await.expect_usage_error();
    let both = ["resolve", "onecloud/42", "--created", "1", "--not-created"];
    office.deliveries(&both).await.expect_usage_error();
    office.deliveries(&["resolve", "onecloud/42", "--created", " "]).await.expect_usage_error();
    office.deliveries(&["resolve", "onecloud/42", "--created", "1", "--yes"]).await.expect_usage_error();
}
