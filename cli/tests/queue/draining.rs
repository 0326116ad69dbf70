//! A worker that drains after SIGTERM.

use std::time::{Duration, Instant};

use unicontact_sandbox::{Latency, On, Rule, What};

use crate::queue::cluster::Cluster;
use crate::queue::vendors::{Office, VENDORS, number};
use crate::queue::worker::Worker;

const PEOPLE: usize = 24;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_draining_worker_finishes_deliveries_in_flight_and_returns_the_others_at_once() {
    let cluster = Cluster::start(1).await;
    let slow = Rule::new(What::Latency(Latency::Fixed(Duration::from_millis(400)))).on(On::Any);
    let office = Office::new(&cluster.url(), [slow])
        .await
        .setting("timeout = \"10s\"")
        .setting("concurrency = 6")
        .queue("lease = \"1m\"");
    office.import(&office.people(PEOPLE)).await.expect_code(0);
    let first = Worker::start(&office, "first", &["--concurrency", "6"]);
    office.wait_for_contacts(30).await;
    first.terminate();
    let first = first.end().await.expect_code(0).json();
    let begun = Instant::now();
    let second = Worker::start(&office, "second", &["--until-empty"]).end().await.expect_code(0).json();
    // Sooner than the servers redeliver unacknowledged messages.
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    for (_, provider) in VENDORS {
        let created = [&first, &second].map(|worked| number(worked, provider, "created"));
        assert!(created[0] > 0, "{first}");
        assert_eq!(created[0] + created[1], PEOPLE as u64, "{first} {second}");
    }
    office.assert_everybody_once(PEOPLE);
    let listed = office.listed().await;
    assert!(listed.iter().all(|line| line["outcome"] == "created"), "{listed:?}");
}
