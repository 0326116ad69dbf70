//! Servers that hang (SIGSTOP): connections stay open, and nothing is answered.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use unicontact_sandbox::{Latency, On, Rule, What};

use crate::metrics::scrape::get;
use crate::queue::cluster::Cluster;
use crate::queue::ports::free_port;
use crate::queue::vendors::{Office, VENDORS};
use crate::queue::waiting::until;
use crate::queue::worker::Worker;

const PEOPLE: usize = 40;
/// An attempt takes at most three requests.
const LONGEST_ATTEMPT: Duration = Duration::from_millis(3 * 500);
const LIMIT: Duration = Duration::from_secs(10);

async fn health(address: &str, path: &str) -> (u16, String) {
    let answer = get(address, path).await;
    (answer.status, answer.text)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_whose_servers_hang_is_not_ready_and_ends_within_ten_seconds_of_the_longest_attempt() {
    let mut cluster = Cluster::start(1).await;
    let slow = Rule::new(What::Latency(Latency::Fixed(Duration::from_millis(200)))).on(On::Any);
    let office = Office::new(&cluster.url(), [slow]).await.setting("concurrency = 4");
    // The time for which settlements are retried.
    let office = office.queue("lease = \"16s\"");
    office.import(&office.people(PEOPLE)).await.expect_code(0);
    let address = format!("127.0.0.1:{}", free_port());
    let worker = Worker::start(&office, "first", &["--metrics", &address]);
    office.wait_for_contacts(10).await;
    assert_eq!(health(&address, "/readyz").await, (200, "ready\n".to_owned()));

    cluster.pause("server_0");
    let reason = until("it is not ready", async || {
        let (status, reason) = health(&address, "/readyz").await;
        (status == 503).then_some(reason)
    })
    .await;
    assert!(reason.starts_with("the servers of the queue have not answered for "), "{reason}");
    assert_eq!(health(&address, "/livez").await, (200, "alive\n".to_owned()));
    worker.terminate();
    let stopped_at = Instant::now();
    until("it is draining", async || {
        let (status, reason) = health(&address, "/readyz").await;
        (status == 503 && reason == "the worker is draining\n").then_some(())
    })
    .await;
    let ended = worker.end().await.expect_code(0);
    assert!(stopped_at.elapsed() < LONGEST_ATTEMPT + LIMIT, "{:?}", stopped_at.elapsed());
    assert!(ended.log().contains("its lease expires by itself"), "{}", ended.log());

    cluster.resume("server_0");
    let second = Worker::start(&office, "second", &[]);
    office.wait_until_empty().await;
    second.terminate();
    second.end().await.expect_code(0);
    let listed = office.listed().await;
    for (vendor, provider) in VENDORS {
        let numbers = office.numbers(vendor);
        let different: BTreeSet<String> = numbers.iter().cloned().collect();
        assert_eq!(numbers.len(), different.len(), "{provider} has somebody twice");
        // A claim whose attempt had not begun is in doubt at a vendor without search.
        let in_doubt = Office::with_outcome(&listed, provider, "in_doubt");
        let known = different.union(&in_doubt).count();
        assert_eq!(known, PEOPLE, "{provider}: {different:?}, in doubt {in_doubt:?}");
    }
}
