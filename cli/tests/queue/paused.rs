//! Circuit breakers that all workers share. The vendors show that no worker sends a request while one is open.

use std::time::Duration;

use serde_json::Value;
use unicontact_sandbox::{Latency, On, RequestRecord, RetryAfter, Rule, Vendor, What, When};

use crate::queue::cluster::Cluster;
use crate::queue::vendors::{Office, VENDORS, left, left_at};
use crate::queue::worker::Worker;

const PEOPLE: usize = 60;
const CONCURRENCY: usize = 4;
/// The requests in flight when the breaker opens, and those that the other worker sends before it learns of it.
const IN_FLIGHT: usize = 2 * CONCURRENCY;

async fn paused_office(cluster: &Cluster, rule: Rule) -> Office {
    let slow = Rule::new(What::Latency(Latency::Fixed(Duration::from_millis(20)))).on(On::Any);
    let office = Office::new(&cluster.url(), [slow, rule]).await;
    office.setting(&format!("concurrency = {CONCURRENCY}"))
}

fn two_workers(office: &Office) -> [Worker; 2] {
    ["one", "two"].map(|name| Worker::start(office, name, &[]))
}

/// Waits until one provider is paused and the others have every contact.
async fn wait_until_paused_alone(office: &Office, paused: &str) -> Value {
    let is_so = |status: &Value| {
        let is_paused = status["providers"][paused]["paused"].is_object();
        is_paused && left(status) == left_at(status, paused)
    };
    let status = office.wait_for_status("one is paused and the others are done", is_so).await;
    for (vendor, provider) in VENDORS.into_iter().filter(|(_, provider)| *provider != paused) {
        assert_eq!(office.sandbox.tally(vendor).held, PEOPLE, "{provider}");
        assert!(status["providers"][provider]["paused"].is_null(), "{status}");
    }
    status["providers"][paused].clone()
}

async fn stop(workers: [Worker; 2]) {
    workers.iter().for_each(Worker::terminate);
    for worker in workers {
        worker.end().await.expect_code(0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn too_many_requests_pause_a_provider_for_both_workers_until_the_vendors_retry_time() {
    let wait = Duration::from_secs(10);
    let limit = What::RateLimit { retry_after: RetryAfter::Seconds(wait) };
    let once = When { after: 10, times: Some(1), lasting: Some(wait), ..When::default() };
    let cluster = Cluster::start(1).await;
    let office = paused_office(&cluster, Rule::new(limit).at(Vendor::Cloverhound).when(once)).await;
    office.import(&office.people(PEOPLE)).await.expect_code(0);
    let workers = two_workers(&office);
    let paused = wait_until_paused_alone(&office, "voice").await;
    assert_eq!(paused["paused"]["kind"], "rate_limited", "{paused}");
    assert!(paused["paused"]["resumes"].is_string(), "{paused}");
    office.wait_until_empty().await;
    stop(workers).await;
    office.assert_everybody_once(PEOPLE);
    let creates = office.creates(Vendor::Cloverhound);
    let refused = |request: &&RequestRecord| request.status == 429;
    let count = creates.iter().filter(refused).count();
    assert!((1..=IN_FLIGHT).contains(&count), "{count} were refused");
    let last_refused = creates.iter().rfind(refused).unwrap();
    let next = creates.iter().find(|request| request.number > last_refused.number).unwrap();
    let first_refused = creates.iter().find(refused).unwrap();
    let silence = next.at.duration_since(first_refused.at);
    assert!(silence.as_secs_f64() >= wait.as_secs_f64() - 0.1, "the next request came after {silence:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_used_up_quota_pauses_a_provider_for_both_workers_and_loses_nothing() {
    let quota = What::Quota { creates: 25, time_zone: "Asia/Jakarta".to_owned() };
    let cluster = Cluster::start(1).await;
    let office = paused_office(&cluster, Rule::new(quota).at(Vendor::OneCloud)).await;
    office.import(&office.people(PEOPLE)).await.expect_code(0);
    let workers = two_workers(&office);
    let paused = wait_until_paused_alone(&office, "jakarta").await;
    assert_eq!(paused["paused"]["kind"], "quota_exhausted", "{paused}");
    stop(workers).await;
    assert_eq!(office.sandbox.tally(Vendor::OneCloud).held, 25);
    assert!(office.creates(Vendor::OneCloud).len() <= 25 + IN_FLIGHT);
    assert_eq!(left(&office.status().await), PEOPLE as u64 - 25);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refused_credentials_pause_a_provider_for_both_workers_and_lose_nothing() {
    let cluster = Cluster::start(1).await;
    let office = Office::new(&cluster.url(), []).await.setting(&format!("concurrency = {CONCURRENCY}"));
    let token = unicontact_sandbox::accounts::smarttask::ACCESS_TOKEN;
    let office = office.replacing(token, "replace-me");
    office.import(&office.people(PEOPLE)).await.expect_code(0);
    let workers = two_workers(&office);
    let paused = wait_until_paused_alone(&office, "acme").await;
    assert_eq!(paused["paused"]["kind"], "unauthenticated", "{paused}");
    stop(workers).await;
    // A worker that starts sends a request, since it may have other credentials.
    assert!(office.sandbox.requests(Vendor::SmartTask).len() <= IN_FLIGHT + CONCURRENCY);
    assert_eq!(left(&office.status().await), PEOPLE as u64);
}
