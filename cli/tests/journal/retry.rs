//! `unicontact deliveries retry` with many deliveries. The stand-in holds requests to count the concurrent ones; no test depends on
//! timing.

use std::collections::BTreeSet;

use serde_json::json;

use crate::hostile::{Answer, NO_KEYS, Reply, Script, StandIn, Vendor, refusal};
use crate::journal::{Office, outcomes};
use crate::program::{Ended, Running};

/// The default concurrency of a provider.
const IN_FLIGHT: usize = 8;
/// The number of deliveries that are claimed ahead and not sent.
const AHEAD: usize = 2;
const PACE: &str = "requests_per_second = 1000\n";
const RETRY: &[&str] = &["retry", "--format", "json"];

/// Returns stand-ins that have rejected `people` contacts and send the given replies from now on, with the journal of
/// the rejections.
async fn rejected<const N: usize>(
    people: usize,
    replies_of: [(Vendor, Vec<Reply>); N],
) -> (Office, [StandIn; N]) {
    let mut office = Office::new();
    let mut stand_ins = Vec::new();
    for (vendor, replies) in replies_of {
        let rejection = Reply::Answer(refusal(vendor, 422));
        let script = Script::new([vec![rejection; people], replies].concat());
        let stand_in = StandIn::start(vendor, script).await;
        office = office.with(vendor, &stand_in, PACE);
        stand_ins.push(stand_in);
    }
    let file = office.folder.path().join("people.csv");
    let row = |number| format!("{number},Person {number}\n");
    let rows: String =
        std::iter::once("External ID,Name\n".to_owned()).chain((1..=people).map(row)).collect();
    std::fs::write(&file, rows).unwrap();
    office.program(&["import", &file.display().to_string()]).run().await.expect_code(1);
    assert!(stand_ins.iter().all(|stand_in| stand_in.creates() == people));
    (office, stand_ins.try_into().ok().unwrap())
}

/// Returns how often a provider has an outcome in the reports.
fn count(ended: &Ended, provider: &str, outcome: &str) -> usize {
    let reports = ended.json_lines();
    let deliveries = reports.iter().flat_map(|report| report["deliveries"].as_array().unwrap());
    deliveries.filter(|it| it["provider"] == provider && it["outcome"] == outcome).count()
}

fn contacts(ended: &Ended) -> Vec<String> {
    let reports = ended.json_lines();
    reports.iter().map(|report| report["contact"].as_str().unwrap().to_owned()).collect()
}

async fn wait_for_creates(stand_in: &StandIn, creates: usize) {
    while stand_in.creates() < creates {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
}

/// Starts a retry, and returns when the provider has as many requests as it may have at a time.
async fn start_retry(office: &Office, stand_in: &StandIn, rejected: usize) -> Running {
    let running = office.program(&[&["deliveries"], RETRY].concat()).start().await;
    wait_for_creates(stand_in, rejected + IN_FLIGHT).await;
    running
}

#[tokio::test]
async fn deliveries_are_retried_concurrently_up_to_the_limit_of_the_provider() {
    let replies_of = [(Vendor::Cloverhound, vec![Reply::Held]), (Vendor::SmartTask, vec![Reply::Good])];
    let (office, [held, quick]) = rejected(200, replies_of).await;
    let running = start_retry(&office, &held, 200).await;
    // The provider that answers continues while the other one is held.
    wait_for_creates(&quick, 200 + 4 * IN_FLIGHT).await;
    assert_eq!(held.creates(), 200 + IN_FLIGHT);
    held.release();
    let ended = running.end().await.expect_code(0);
    // A contact is reported in parts if one of its providers is slower.
    assert_eq!(contacts(&ended).into_iter().collect::<BTreeSet<_>>().len(), 200);
    for (provider, stand_in) in [("cloverhound", &held), ("smarttask", &quick)] {
        assert_eq!(count(&ended, provider, "created"), 200);
        assert_eq!(stand_in.creates(), 400);
    }
    let sum = "200 contacts retried; cloverhound: 200 created; smarttask: 200 created";
    assert!(ended.stderr.contains(sum), "{}", ended.stderr);
}

#[tokio::test]
async fn a_used_up_quota_pauses_its_provider_and_no_other() {
    let used_up = json!({"_meta": {"status": "ERROR", "count": 1}, "records": {"errorCode": 401,
        "userMessage": "time limit reached please try again tomorrow at 18:00 - 06:00"}});
    let mut replies = vec![Reply::Good; 20];
    replies.push(Reply::Answer(Answer::json(401, &used_up)));
    let replies_of = [(Vendor::OneCloud, replies), (Vendor::SmartTask, vec![Reply::Good])];
    let (office, [onecloud, smarttask]) = rejected(150, replies_of).await;
    let ended = office.deliveries(RETRY).await.expect_code(1);
    assert_eq!(count(&ended, "smarttask", "created"), 150);
    assert_eq!(count(&ended, "onecloud", "created"), 20);
    let failed = count(&ended, "onecloud", "failed");
    assert!((1..=IN_FLIGHT).contains(&failed), "{failed}");
    assert_eq!(onecloud.creates(), 150 + 20 + failed);
    assert_eq!(smarttask.creates(), 300);
    assert_eq!(contacts(&ended).into_iter().collect::<BTreeSet<_>>().len(), 150);
    assert!(ended.stderr.contains("onecloud is paused: "), "{}", ended.stderr);
    assert!(ended.stderr.contains("18:00 +07:00"), "{}", ended.stderr);
}

#[tokio::test]
async fn human_output_shows_attempts_and_counts_untried_deliveries() {
    let refused = Reply::Answer(Answer::empty(401));
    let (office, [voice]) = rejected(100, [(Vendor::Cloverhound, vec![refused])]).await;
    let ended = office.deliveries(&["retry"]).await.expect_code(1);
    let blocks = ended.stdout.matches(": 1 failed\n").count();
    assert!((1..=2 * IN_FLIGHT).contains(&blocks), "{blocks}: {}", voice.creates());
    assert!(!ended.stdout.contains("pending"), "{}", ended.stdout);
    assert!(ended.stderr.contains(" times: not sent: the provider is paused"), "{}", ended.stderr);
}

#[tokio::test]
async fn when_all_providers_are_paused_the_rest_is_not_tried() {
    let refused = Reply::Answer(Answer::empty(401));
    let (office, [voice]) = rejected(300, [(Vendor::Cloverhound, vec![refused])]).await;
    let ended = office.deliveries(RETRY).await.expect_code(1);
    assert!(voice.creates() <= 300 + 2 * IN_FLIGHT, "{}", voice.creates());
    assert!(contacts(&ended).len() < 300);
    assert!(ended.stderr.contains("The rest was not tried."), "{}", ended.stderr);
}

#[tokio::test]
async fn the_first_ctrl_c_starts_no_more_attempts_and_a_second_run_sends_the_rest() {
    let (office, [held]) = rejected(100, [(Vendor::Cloverhound, vec![Reply::Held])]).await;
    let mut running = start_retry(&office, &held, 100).await;
    running.interrupt();
    running.wait_for_message("Ctrl-C again stops at once").await;
    held.release();
    let ended = running.end().await.expect_code(1);
    assert_eq!(count(&ended, "cloverhound", "created"), IN_FLIGHT);
    assert_eq!(held.creates(), 100 + IN_FLIGHT);
    // Deliveries that were not tried stay rejected, except the few that were claimed and not sent.
    let rejected = office.list().await.into_iter().filter(|(_, outcome)| outcome == "rejected").count();
    assert!((100 - IN_FLIGHT - AHEAD..=100 - IN_FLIGHT).contains(&rejected), "{rejected}");
    let ended = office.deliveries(&[RETRY, &["--outcome", "rejected,pending"]].concat()).await.expect_code(0);
    assert_eq!(count(&ended, "cloverhound", "created"), 100 - IN_FLIGHT);
    assert_eq!(held.creates(), 200);
}

#[tokio::test]
async fn the_second_ctrl_c_stops_at_once_and_reports_doubts() {
    let (office, [hanging]) = rejected(100, [(Vendor::Cloverhound, vec![Reply::Hang])]).await;
    let mut running = start_retry(&office, &hanging, 100).await;
    running.interrupt();
    running.wait_for_message("Ctrl-C again stops at once").await;
    running.interrupt();
    let ended = running.end().await.expect_code(3);
    assert_eq!(count(&ended, "cloverhound", "in_doubt"), IN_FLIGHT);
    assert_eq!(hanging.creates(), 100 + IN_FLIGHT);
    let in_doubt = office.list().await.into_iter().filter(|(_, outcome)| outcome == "in_doubt").count();
    assert_eq!(in_doubt, IN_FLIGHT);
}

#[tokio::test]
async fn more_than_a_page_of_deliveries_is_retried_each_once_even_if_it_fails_again() {
    const PEOPLE: usize = 1050;
    let rejection = Reply::Answer(refusal(Vendor::Cloverhound, 422));
    let (office, [voice]) = rejected(PEOPLE, [(Vendor::Cloverhound, vec![rejection])]).await;
    let ended = office.deliveries(RETRY).await.expect_code(1);
    assert_eq!(count(&ended, "cloverhound", "rejected"), PEOPLE);
    assert_eq!(voice.creates(), 2 * PEOPLE);
    let list = office.deliveries(&["list", "--limit", "2000"]).await.expect_code(0).stdout;
    let pages: Vec<&str> = list.split("\n\n").collect();
    assert_eq!(pages.iter().map(|page| page.lines().count()).collect::<Vec<_>>(), [1 + 1000, 1 + 50, 1]);
    assert!(pages[..2].iter().all(|page| page.starts_with(" delivery ")), "{list}");
    assert_eq!(pages[2].trim_end(), "1050 deliveries: 1050 rejected.");
    assert_eq!(list.matches("cloverhound/").count(), PEOPLE);
}

#[tokio::test]
async fn a_provider_that_is_not_configured_any_more_is_named_and_the_others_are_sent() {
    let replies_of = [(Vendor::Cloverhound, vec![Reply::Good]), (Vendor::SmartTask, vec![Reply::Good])];
    let (mut office, [voice, acme]) = rejected(1, replies_of).await;
    office.providers.clear();
    let office = office.with(Vendor::SmartTask, &acme, NO_KEYS);
    let ended = office.deliveries(RETRY).await.expect_code(1);
    assert_eq!(outcomes(&ended), ["created"]);
    assert!(
        ended.stderr.contains("cloverhound/1: not retried: the provider is not configured any more"),
        "{}",
        ended.stderr
    );
    assert_eq!((voice.creates(), acme.creates()), (1, 2));
}
