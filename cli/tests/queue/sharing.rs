//! Two workers, and what they may do together.
//!
//! Its rule: how many requests are under way at once, and how many come within a second, is counted at the vendors.

use std::time::Duration;

use unicontact_sandbox::{Latency, On, Rule, SeenRequest, What};

use crate::cluster::Cluster;
use crate::vendors::{Office, VENDORS, number};
use crate::worker::Worker;

/// Lets two workers deliver everything, and fails unless both had a part in it.
async fn delivered_by_two(office: &Office, people: usize) {
    office.import(&office.people(people)).await.expect_code(0);
    let workers = ["one", "two"].map(|name| Worker::start(office, name, &["--until-empty"]));
    for worker in workers {
        let worked = worker.end().await.expect_code(0).json();
        let created = VENDORS.map(|(_, provider)| number(&worked, provider, "created"));
        assert!(created.iter().all(|created| *created > 0), "{worked}");
    }
    office.has_everybody_once(people);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_workers_together_keep_the_shared_concurrency() {
    let cluster = Cluster::start(1).await;
    let slow = Rule::new(What::Latency(Latency::Fixed(Duration::from_millis(60)))).on(On::Any);
    let office = Office::at(&cluster.url(), [slow]).await.setting("concurrency = 5");
    delivered_by_two(&office, 120).await;
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
    let office = Office::at(&cluster.url(), []).await.setting(&rate).setting("concurrency = 16");
    delivered_by_two(&office, 4 * RATE).await;
    for (vendor, provider) in VENDORS {
        let creates = office.creates(vendor);
        let most = most_within(&creates, Duration::from_millis(950));
        assert!(most <= RATE, "{provider}: {most} within a second");
        let whole = creates.last().unwrap().at.duration_since(creates[0].at);
        assert!(whole.as_secs_f64() < 8.0, "{provider}: {whole:?}");
    }
}

/// The most that came within such a span, which is a little less than a second: a request that went out in time may come late.
fn most_within(requests: &[SeenRequest], span: Duration) -> usize {
    let span = span.as_nanos();
    let moments: Vec<u128> =
        requests.iter().map(|request| u128::try_from(request.at.as_nanosecond()).unwrap()).collect();
    let within = |(place, start): (usize, &u128)| {
        moments[place..].iter().take_while(|moment| moment.saturating_sub(*start) < span).count()
    };
    moments.iter().enumerate().map(within).max().unwrap()
}
