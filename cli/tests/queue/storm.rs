//! A storm of failures while contacts are delivered: workers are killed and suspended, servers are killed, lines are slow, cut and
//! silent, a clock jumps, vendors commit late, lose answers and throttle, a record is damaged, and somebody comes with another
//! configuration. No vendor has a contact twice, or lacks one that is neither in doubt nor failed, and journal and queue agree.

use std::time::Duration;

use serde_json::Value;
use unicontact::journal::JetStreamOptions;
use unicontact::providers::json_fingerprint;
use unicontact::queue::QueueOptions;
use unicontact_sandbox::{Latency, On, RetryAfter, Rule, What, When};

use crate::queue::accounts::Reconciliation;
use crate::queue::cluster::Cluster;
use crate::queue::doubts::key;
use crate::queue::partition::Proxies;
use crate::queue::people::Dice;
use crate::queue::vendors::{DELIVERIES, Office, QUEUE, VENDORS, number};
use crate::queue::worker::Worker;
use crate::queue::wrong_clock::JumpingWorker;

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
    seed: u64,
}

/// A failure, which happens when the vendors have a certain number of contacts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    WorkerDies,
    /// It is stopped for longer than its lease, and continues.
    WorkerStalls,
    LeaderDies,
    LeaderReturns,
    /// No majority is left for a moment.
    TwoServersDie,
    Partition,
    LinesAreSlow,
    LinesAreCut,
    OtherConfiguration,
}

/// The number of answers that each vendor loses.
const LOST_ANSWERS: usize = 5;
/// The number of contacts that each vendor commits late.
const LATE_COMMITS: usize = 3;
const LATE: Duration = Duration::from_millis(1500);
/// A person whose record at one provider is damaged from the start.
const DAMAGED: usize = 7;
/// The beginning of that record, which still names the contact.
const DAMAGED_RECORD: &str = r#"{"format":2,"number":0,"provider":"iot","contact":"7","vendor":"emn"#;

impl Storm {
    /// Returns rules by which answers are late, some are lost, and some requests are throttled for a moment.
    fn faults(&self) -> [Rule; 4] {
        let latency = Rule::new(What::Latency(Latency::Fixed(self.latency))).on(On::Any);
        let some = |every, times| When { every, times: Some(times), ..When::default() };
        let late = What::LateCommit { delay: LATE, gateway_timeout: Some(self.latency) };
        let late = Rule::new(late).when(some(self.people / LATE_COMMITS - 2, LATE_COMMITS));
        let reset =
            Rule::new(What::ResetAfterCommit).when(some(self.people / LOST_ANSWERS - 1, LOST_ANSWERS));
        let limit = What::RateLimit { retry_after: RetryAfter::Seconds(Duration::from_secs(1)) };
        let limited = When { probability: 0.03, ..When::default() };
        [latency, late, reset, Rule::new(limit).when(limited)]
    }

    /// Returns the failures, by the number of contacts at which they happen.
    fn events(&self, dice: &mut Dice) -> Vec<(usize, Event)> {
        let all = self.people * VENDORS.len();
        let part = |percent| all * percent / 100;
        let mut events = vec![
            (part(10), Event::OtherConfiguration),
            (part(15), Event::WorkerStalls),
            (part(25), Event::LeaderDies),
            (part(40), Event::LeaderReturns),
            (part(45), Event::LinesAreSlow),
            (part(55), Event::Partition),
            (part(65), Event::TwoServersDie),
            (part(75), Event::LinesAreCut),
        ];
        let kills = dice.sorted(self.kills, 1, part(85));
        events.extend(kills.into_iter().map(|contacts| (contacts, Event::WorkerDies)));
        events.sort_unstable();
        events
    }

    async fn pass(&self) {
        let mut dice = Dice(self.seed);
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
        damage_a_record(&cluster).await;
        let other = office.with_other("organisation_id = 42", "organisation_id = 43");
        let options = QueueOptions { journal: self.journal_options(), ..QueueOptions::default() };
        let jumping = JumpingWorker::start(&cluster.url(), &office, options).await;
        let mut workers = Crew::new(self, &office, &proxies);
        let mut leader = None;
        for (contacts, event) in self.events(&mut dice) {
            office.wait_for_contacts(contacts).await;
            match event {
                Event::WorkerDies => workers.replace(dice.below(self.workers)).await,
                Event::WorkerStalls => workers.stall(dice.below(self.workers), self.lease * 13 / 10).await,
                Event::LinesAreSlow => proxies.slow(Duration::from_millis(60)),
                Event::LinesAreCut => {
                    proxies.reset();
                    tokio::time::sleep(Duration::from_millis(500)).await;
                    proxies.heal();
                }
                Event::TwoServersDie => {
                    for name in ["server_0", "server_1"] {
                        cluster.kill(name);
                    }
                    tokio::time::sleep(Duration::from_secs(1)).await;
                    for name in ["server_0", "server_1"] {
                        cluster.start_again(name);
                    }
                    cluster.wait_until_ready().await;
                }
                Event::OtherConfiguration => {
                    other.import(&other.people(1)).await.expect_code(2);
                }
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
        jumping.stop().await;
        // Late commits have happened by then.
        tokio::time::sleep(LATE).await;
        let repaired = office.program(&["queue", "repair", "--format", "json"]).run().await.expect_code(0);
        let kinds: Vec<Value> =
            repaired.json_lines().into_iter().map(|finding| finding["kind"].clone()).collect();
        assert_eq!(kinds, ["damaged_record"], "{}", repaired.stdout);
        let reconciliation = Reconciliation::new(&cluster, &office, self.people, self.lease).await;
        reconciliation.assert_complete();
        reconciliation.assert_in_doubt_at_most(self.max_in_doubt());
    }

    fn journal_options(&self) -> JetStreamOptions {
        JetStreamOptions::new(QUEUE).with_lease(self.lease).with_replicas(3)
    }

    /// Returns the largest number of doubts: deliveries in flight or claimed at a failure, and lost answers.
    fn max_in_doubt(&self) -> usize {
        let in_flight = self.concurrency + self.concurrency.div_ceil(4);
        self.failures() * in_flight + LOST_ANSWERS + LATE_COMMITS + 1
    }

    /// Returns the number of failures at which deliveries may be in flight: killed, stalled and partitioned workers, killed servers,
    /// cut lines.
    fn failures(&self) -> usize {
        self.kills + self.partitioned + 5
    }
}

/// Puts a damaged value in the place of a record.
async fn damage_a_record(cluster: &Cluster) {
    let key = key(DAMAGED);
    let in_bucket = format!("{}.{}", key.provider(), json_fingerprint(key.contact()));
    let records = cluster.jetstream().await.get_key_value(QUEUE).await.unwrap();
    records.put(in_bucket, DAMAGED_RECORD.into()).await.unwrap();
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

    /// Suspends a worker for so long.
    async fn stall(&self, index: usize, time: Duration) {
        self.workers[index].pause();
        tokio::time::sleep(time).await;
        self.workers[index].resume();
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
        seed: 5,
    };
    storm.pass().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "the long form: it takes minutes"]
async fn three_storms_of_failures_create_nobody_of_five_thousand_twice_and_lose_nobody() {
    for seed in [5, 6, 7] {
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
            seed,
        };
        storm.pass().await;
    }
}
