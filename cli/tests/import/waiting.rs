//! Doubts during `unicontact import`: `--wait` waits for them, and without it the summary says when to run again.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;
use unicontact_sandbox::{Rule, Vendor, What, When};

use crate::import::{Office, count, people};

const PEOPLE: usize = 30;
const GATEWAY: Option<Duration> = Some(Duration::from_millis(100));

/// Returns vendors of which `SmartTask` commits some creates late behind a gateway, and dedupes only on a create.
async fn office_with_late_commits(delay: Duration, probability: f64) -> Office {
    let what = What::LateDedupe { delay, gateway_timeout: GATEWAY };
    let when = When { probability, ..When::default() };
    Office::with_faults([Rule::new(what).at(Vendor::SmartTask).when(when)]).await
}

fn create_requests(office: &Office) -> usize {
    office
        .sandbox
        .requests(Vendor::SmartTask)
        .iter()
        .filter(|it| it.path.contains("/contact/create/"))
        .count()
}

#[tokio::test]
async fn doubts_are_waited_for_and_each_contact_is_reported_once() {
    let office = office_with_late_commits(Duration::from_secs(1), 0.4).await;
    let office = office.setting("timeout = \"1s\"").setting("presume_lost_after = \"3s\"");
    let file = office.file("people.csv", people(PEOPLE));
    let report = office.path("report.ndjson").display().to_string();
    let ended = office.import(&file, &["--to", "acme", "--wait", "--report", &report]).await.expect_code(0);
    assert_eq!(count(&ended.json(), "acme", "in_doubt"), 0);
    let lines = std::fs::read_to_string(&report).unwrap();
    let mut by_contact: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for line in lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()) {
        let contact = line["contact"].as_str().unwrap().to_owned();
        by_contact.entry(contact).or_default().extend(line["deliveries"].as_array().unwrap().clone());
    }
    assert_eq!(by_contact.len(), PEOPLE);
    assert!(by_contact.values().all(|deliveries| deliveries.len() == 1), "{lines}");
    let attempts: u64 = by_contact.values().map(|it| it[0]["attempts"].as_u64().unwrap()).sum();
    assert_eq!(attempts, create_requests(&office) as u64);
    assert!(create_requests(&office) > PEOPLE, "nothing was in doubt");
    assert_eq!(office.sandbox.contacts(Vendor::SmartTask).len(), PEOPLE);
}

#[tokio::test]
async fn without_wait_the_summary_counts_doubts_and_says_when_to_run_again() {
    let office = office_with_late_commits(Duration::from_mins(5), 1.0).await;
    let file = office.file("people.csv", people(PEOPLE));
    let ended = office.import(&file, &["--to", "acme"]).await.expect_code(3);
    let in_doubt = count(&ended.json(), "acme", "in_doubt");
    let message = format!("acme: {in_doubt} in doubt. Run `unicontact deliveries retry` after ");
    assert!(ended.stderr.contains(&message), "{}", ended.stderr);
    assert!(!ended.stderr.contains("Check at the vendor whether"), "{}", ended.stderr);
    let requests_before = create_requests(&office);
    office.program(&["deliveries", "retry", "--outcome", "in_doubt"]).run().await.expect_code(3);
    assert_eq!(create_requests(&office), requests_before);
    office.advance_one_hour();
    office.program(&["deliveries", "retry"]).run().await;
    assert_eq!(office.sandbox.tally(Vendor::SmartTask).duplicates, 0);
}

#[tokio::test]
async fn the_first_ctrl_c_ends_the_wait_and_reports_doubts() {
    let office = office_with_late_commits(Duration::from_mins(5), 1.0).await;
    let file = office.file("people.csv", people(8));
    let report = office.path("report.ndjson").display().to_string();
    let arguments = ["import", &file, "--to", "acme", "--wait", "--report", &report, "--format", "json"];
    let mut running = office.program(&arguments).start().await;
    running.wait_for_message("8 in doubt until ").await;
    running.interrupt();
    let ended = running.end().await.expect_code(3);
    assert_eq!(count(&ended.json(), "acme", "in_doubt"), 8);
    let lines = std::fs::read_to_string(&report).unwrap();
    for line in lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()) {
        let delivery = &line["deliveries"][0];
        assert_eq!(delivery["error"]["status"], 504, "{delivery}");
        assert!(delivery["look_again_at"].is_string(), "{delivery}");
        assert_eq!(delivery["attempts"], 1, "{delivery}");
    }
    assert_eq!((lines.lines().count(), create_requests(&office)), (8, 8));
}
