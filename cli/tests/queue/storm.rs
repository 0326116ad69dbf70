//! A storm of failures: workers and servers are killed and the network is partitioned while contacts are delivered. No vendor has a
//! contact twice, or lacks one that is neither in doubt nor failed.

use std::time::Duration;

use serde_json::Value;
use unicontact_sandbox::{Latency, On, RetryAfter, Rule, What, When};

use crate::queue::accounts::Reconciliation;
use crate::queue::cluster::Cluster;
use crate::queue::partition::Proxies;
use crate::queue::people::Dice;
use crate::queue::vendors::{DELIVERIES, Office, VENDORS, number};
use crate::queue::worker::Worker;

/// The size of a storm.
struct Storm {
    people: usize,
    workers: usize,
    /// The number of workers behind the proxies.
    partitioned: usize,
    kills: usize,
    /// The concurrency of each provider.
    concurrency: usize,
    latency: Duration,
    /// The lease of the queue.
    lease: Duration,
    /// The timeout of an attempt, at most a third of half the lease.
    timeout: &'static str,
}

/// A failure, which happens when the vendors have a certain number of contacts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    WorkerDies,
    LeaderDies,
    LeaderReturns,
    Partition,
}

/// The number of answers that each vendor loses.
const LOST_ANSWERS: usize = 5;

impl Storm {
    /// Returns rules by which answers are late, some are lost, and some requests are throttled for a moment.
    fn faults(&self) -> [Rule; 3] {
        let latency = Rule::new(What::Latency(Latency::Fixed(self.latency))).on(On::Any);
        let some = |every, times| When { every, times: Some(times), ..When::default() };
        let reset =
            Rule::new(What::ResetAfterCommit).when(some(self.people / LOST_ANSWERS - 1, LOST_ANSWERS));
        let limit = What::RateLimit { retry_after: RetryAfter::Seconds(Duration::from_secs(1)) };
        [latency, reset, Rule::new(limit).when(some(self.people / 2 - 1, 2))]
    }

    /// Returns the failures, by the number of contacts at which they happen.
    fn events(&self, dice: &mut Dice) -> Vec<(usize, Event)> {
        let all = self.people * VENDORS.len();
        let part = |percent| all * percent / 100;
        let mut events = vec![
            (part(25), Event::LeaderDies),
            (part(40), Event::LeaderReturns),
            (part(55), Event::Partition),
        ];
        let kills = dice.sorted(self.kills, 1, part(85));
        events.extend(kills.into_iter().map(|contacts| (contacts, Event::WorkerDies)));
        events.sort_unstable();
        events
    }

    async fn pass(&self) {
        let mut dice = Dice(5);
        let mut cluster = Cluster::start(3).await;
        let proxies = Proxies::start(&cluster).await;
        let office = Office::new(&cluster.url(), self.faults())
            .await
            .queue("replicas = 3")
            .queue(&format!("lease = \"{}s\"", self.lease.as_secs()))
            .setting(&format!("timeout = \"{}\"", self.timeout))
            .setting(&format!("concurrency = {}", self.concurrency));
        let imported = office.import(&office.people(self.people)).await.expect_code(0).json();
        for (_, provider) in VENDORS {
            assert_eq!(number(&imported, provider, "queued"), self.people as u64, "{imported}");
        }
        let mut workers = Crew::new(self, &office, &proxies);
        let mut leader = None;
        for (contacts, event) in self.events(&mut dice) {
            office.wait_for_contacts(contacts).await;
            match event {
                Event::WorkerDies => workers.replace(dice.below(self.workers)).await,
                Event::LeaderDies => {
                    let name = cluster.leader(DELIVERIES).await;
                    cluster.kill(&name);
                    leader = Some(name);
                }
                Event::LeaderReturns => cluster.restart(&leader.take().unwrap()).await,
                Event::Partition => {
                    proxies.silence();
                    workers.wait_until_partitioned_are_gone().await;
                    proxies.heal();
                }
            }
        }
        office.wait_until_empty().await;
        workers.stop().await;
        let reconciliation = Reconciliation::new(&cluster, &office, self.people, self.lease).await;
        reconciliation.assert_complete();
        reconciliation.assert_in_doubt_at_most(self.max_in_doubt());
    }

    /// Returns the largest number of doubts: deliveries in flight or claimed at a failure, and lost answers.
    fn max_in_doubt(&self) -> usize {
        let in_flight = self.concurrency + self.concurrency.div_ceil(4);
        self.failures() * in_flight + LOST_ANSWERS
    }

    /// Returns the number of workers that were killed or partitioned, and the killed leader.
    fn failures(&self) -> usize {
        self.kills + self.partitioned + 1
    }
}

/// The workers of a storm.
struct Crew<'storm> {
    office: &'storm Office,
    proxies: &'storm Proxies,
    /// The number of workers behind the proxies, which are the first ones.
    partitioned: usize,
    workers: Vec<Worker>,
    started: usize,
}

impl<'storm> Crew<'storm> {
    fn new(storm: &Storm, office: &'storm Office, proxies: &'storm Proxies) -> Self {
        let mut all =
            Self { office, proxies, partitioned: storm.partitioned, workers: Vec::new(), started: 0 };
        for index in 0..storm.workers {
            let worker = all.start(index);
            all.workers.push(worker);
        }
        all
    }

    fn start(&mut self, index: usize) -> Worker {
        self.started += 1;
        let name = format!("worker_{}", self.started);
        let url = self.proxies.url();
        let more: &[&str] = if index < self.partitioned { &["--queue", &url] } else { &[] };
        Worker::start(self.office, &name, more)
    }

    /// Kills a worker and starts another.
    async fn replace(&mut self, index: usize) {
        let worker = self.start(index);
        std::mem::replace(&mut self.workers[index], worker).kill().await;
    }

    /// Waits until the leases of the partitioned workers are over.
    async fn wait_until_partitioned_are_gone(&self) {
        let partitioned: Vec<&str> =
            self.workers[..self.partitioned].iter().map(|worker| &*worker.name).collect();
        let are_gone = |status: &Value| {
            let workers = status["workers"].as_array().unwrap();
            !workers.iter().any(|worker| partitioned.contains(&worker["name"].as_str().unwrap()))
        };
        self.office.wait_for_status("the partitioned workers are gone", are_gone).await;
    }

    async fn stop(self) {
        self.workers.iter().for_each(Worker::terminate);
        for worker in self.workers {
            worker.end().await.expect_code(0);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_storm_of_failures_creates_nobody_twice_and_loses_nobody() {
    let storm = Storm {
        people: 200,
        workers: 3,
        partitioned: 1,
        kills: 2,
        concurrency: 4,
        latency: Duration::from_millis(150),
        lease: Duration::from_secs(4),
        timeout: "650ms",
    };
    storm.pass().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "the long form: it takes minutes"]
async fn a_storm_of_failures_creates_nobody_of_five_thousand_twice_and_loses_nobody() {
    let storm = Storm {
        people: 5000,
        workers: 4,
        partitioned: 2,
        kills: 10,
        concurrency: 8,
        latency: Duration::from_millis(5),
        // The stand-in needs time to look up one of so many contacts.
        lease: Duration::from_secs(10),
        timeout: "1600ms",
    };
    storm.pass().await;
}
