//! What workers write to stderr.

use serde_json::Value;
use unicontact_sandbox::{RetryAfter, Rule, Vendor, What, When};

use crate::queue::cluster::Cluster;
use crate::queue::vendors::Office;
use crate::queue::worker::Worker;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_line_of_a_json_log_is_json_also_warnings_pauses_and_the_drain() {
    let limit = What::RateLimit { retry_after: RetryAfter::Seconds(std::time::Duration::from_secs(1)) };
    let some = When { after: 2, times: Some(3), ..When::default() };
    let cluster = Cluster::start(1).await;
    let office = Office::new(&cluster.url(), [Rule::new(limit).at(Vendor::Emnify).when(some)]).await;
    office.import(&office.people(6)).await.expect_code(0);
    let worker = Worker::start(&office, "worker", &["--log-format", "json"]);
    office.wait_until_empty().await;
    worker.terminate();
    let output = worker.end().await.expect_code(0);
    let lines: Vec<Value> = output
        .log()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect();
    let told = |level: &str, words: &str| {
        lines.iter().any(|line| {
            let message = line["fields"]["message"].as_str().unwrap();
            line["level"] == level && line["timestamp"].is_string() && message.contains(words)
        })
    };
    assert!(told("WARN", "the journal is kept on a single server"), "{lines:?}");
    assert!(told("WARN", "The provider is paused"), "{lines:?}");
    assert!(told("INFO", "iot is tried again"), "{lines:?}");
    assert!(told("INFO", "Stopping: no further requests begin"), "{lines:?}");
    assert_eq!(output.log().matches("single server").count(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_beyond_the_concurrency_of_a_provider_says_that_it_adds_nothing() {
    let cluster = Cluster::start(1).await;
    let office = Office::new(&cluster.url(), []).await.setting("concurrency = 1");
    office.import(&office.people(1)).await.expect_code(0);
    let first = Worker::start(&office, "first", &[]);
    let has_first = |status: &Value| status["workers"].as_array().is_some_and(|workers| workers.len() == 1);
    office.wait_for_status("the first runs", has_first).await;
    let second = Worker::start(&office, "second", &["--until-empty"]).end().await.expect_code(0);
    assert!(second.log().contains("2 workers run, and voice takes 1 deliveries at once"), "{}", second.log());
    first.terminate();
    assert!(!first.end().await.expect_code(0).log().contains("at once: more"));
}
