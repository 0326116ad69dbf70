//! The limits that two workers share, measured at the vendors.

use std::time::Duration;

use unicontact_sandbox::{Latency, On, RequestRecord, Rule, What};

use crate::queue::cluster::Cluster;
use crate::queue::vendors::{Office, VENDORS, number};
use crate::queue::worker::Worker;

/// Delivers everything by two workers, and fails unless both created contacts at each vendor.
async fn deliver_by_two(office: &Office, people: usize) {
    office.import(&office.people(people)).await.expect_code(0);
    let workers = ["one", "two"].map(|name| Worker::start(office, name, &["--until-empty"]));
    for worker in workers {
        let worked = worker.end().await.expect_code(0).json();
        let created = VENDORS.map(|(_, provider)| number(&worked, provider, "created"));
        assert!(created.iter().all(|created| *created > 0), "{worked}");
    }
    office.assert_everybody_once(people);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_workers_together_keep_the_shared_concurrency() {
    let cluster = Cluster::start(1).await;
    let slow = Rule::new(What::Latency(Latency::Fixed(Duration::from_millis(60)))).on(On::Any);
    let office = Office::new(&cluster.url(), [slow]).await.setting("concurrency = 5");
    deliver_by_two(&office, 120).await;
    for (vendor, provider) in VENDORS {
        let most = office.creates(vendor).iter().map(|request| request.under_way).max();
        assert!(most.is_some_and(|most| (4..=5).contains(&most)), "{provider}: {most:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_workers_together_keep_the_shared_rate() {
    const RATE: usize = 20;
    let cluster = Cluster::start(1).await;
    let rate = format!("requests_per_second = {RATE}");
    let office = Office::new(&cluster.url(), []).await.setting(&rate).setting("concurrency = 16");
    deliver_by_two(&office, 4 * RATE).await;
    for (vendor, provider) in VENDORS {
        let creates = office.creates(vendor);
        let most = max_within(&creates, Duration::from_millis(900));
        assert!(most <= RATE, "{provider}: {most} within a second");
        let whole = creates.last().unwrap().at.duration_since(creates[0].at);
        assert!(whole.as_secs_f64() < 8.0, "{provider}: {whole:?}");
    }
}

/// Returns the largest number of requests within a span. It is less than a second, since requests may arrive late by a tenth of it on a busy machine.
fn max_within(requests: &[RequestRecord], span: Duration) -> usize {
    let span = span.as_nanos();
    let times: Vec<u128> =
        requests.iter().map(|request| u128::try_from(request.at.as_nanosecond()).unwrap()).collect();
    let within = |(index, start): (usize, &u128)| {
        times[index..].iter().take_while(|time| time.saturating_sub(*start) < span).count()
    };
    times.iter().enumerate().map(within).max().unwrap()
}
