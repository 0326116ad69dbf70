//! Workers that are killed, servers that are killed, and lines that are cut, until everything is delivered all the same.
//!
//! At each vendor there is nobody twice, and nobody missing who is not told as in doubt or failed.

use std::time::Duration;

use serde_json::Value;
use unicontact_sandbox::{Latency, On, RetryAfter, Rule, What, When};

use crate::accounts::Accounts;
use crate::cluster::Cluster;
use crate::partition::Lines;
use crate::people::Dice;
use crate::vendors::{DELIVERIES, Office, VENDORS, number};
use crate::worker::Worker;

/// How much happens.
struct Storm {
    people: usize,
    workers: usize,
    /// Of the workers, those that a partition cuts off.
    apart: usize,
    kills: usize,
    /// Of each provider.
    concurrency: usize,
    latency: Duration,
    /// Of the queue.
    lease: Duration,
    /// Of an attempt, a third of half the lease at most.
    timeout: &'static str,
}

/// What happens when the vendors hold a certain number of contacts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    WorkerDies,
    LeaderDies,
    LeaderReturns,
    Partition,
}

/// So many answers of each vendor are lost.
const LOST: usize = 5;

impl Storm {
    /// Answers come late, some are lost, and some requests are refused for a moment.
    fn faults(&self) -> [Rule; 3] {
        let latency = Rule::new(What::Latency(Latency::Fixed(self.latency))).on(On::Any);
        let some = |every, times| When { every, times: Some(times), ..When::default() };
        let reset = Rule::new(What::ResetAfterCommit).when(some(self.people / LOST - 1, LOST));
        let limit = What::RateLimit { retry_after: RetryAfter::Seconds(Duration::from_secs(1)) };
        [latency, reset, Rule::new(limit).when(some(self.people / 2 - 1, 2))]
    }

    /// The moments, spread over most of what is to come.
    fn events(&self, dice: &mut Dice) -> Vec<(usize, Event)> {
        let all = self.people * VENDORS.len();
        let part = |percent| all * percent / 100;
        let mut events = vec![
            (part(25), Event::LeaderDies),
            (part(40), Event::LeaderReturns),
            (part(55), Event::Partition),
        ];
        let kills = dice.moments(self.kills, 1, part(85));
        events.extend(kills.into_iter().map(|moment| (moment, Event::WorkerDies)));
        events.sort_unstable();
        events
    }

    async fn pass(&self) {
        let mut dice = Dice(5);
        let mut cluster = Cluster::start(3).await;
        let lines = Lines::to(&cluster).await;
        let office = Office::at(&cluster.url(), self.faults())
            .await
            .queue("replicas = 3")
            .queue(&format!("lease = \"{}s\"", self.lease.as_secs()))
            .setting(&format!("timeout = \"{}\"", self.timeout))
            .setting(&format!("concurrency = {}", self.concurrency));
        let imported = office.import(&office.people(self.people)).await.expect_code(0).json();
        for (_, provider) in VENDORS {
            assert_eq!(number(&imported, provider, "queued"), self.people as u64, "{imported}");
        }
        let mut crew = Crew::of(self, &office, &lines);
        let mut leader = None;
        for (moment, event) in self.events(&mut dice) {
            office.holds(moment).await;
            match event {
                Event::WorkerDies => crew.replace(dice.below(self.workers)).await,
                Event::LeaderDies => {
                    let name = cluster.leader(DELIVERIES).await;
                    cluster.kill(&name);
                    leader = Some(name);
                }
                Event::LeaderReturns => cluster.restart(&leader.take().unwrap()).await,
                Event::Partition => {
                    lines.silence();
                    crew.those_apart_are_taken_for_gone().await;
                    lines.mend();
                }
            }
        }
        office.is_done().await;
        crew.leave().await;
        let accounts = Accounts::of(&cluster, &office, self.people, self.lease).await;
        accounts.everybody_is_accounted_for();
        accounts.at_most_in_doubt(self.most_in_doubt());
    }

    /// What those who died or were cut off had under way, and those that were claimed beside, and the answers that were lost.
    fn most_in_doubt(&self) -> usize {
        let under_way = self.concurrency + self.concurrency.div_ceil(4);
        self.accidents() * under_way + LOST
    }

    /// Workers that were killed or cut off, and the leader.
    fn accidents(&self) -> usize {
        self.kills + self.apart + 1
    }
}

/// The workers of a storm.
struct Crew<'storm> {
    office: &'storm Office,
    lines: &'storm Lines,
    apart: usize,
    workers: Vec<Worker>,
    hired: usize,
}

impl<'storm> Crew<'storm> {
    fn of(storm: &Storm, office: &'storm Office, lines: &'storm Lines) -> Self {
        let mut crew = Self { office, lines, apart: storm.apart, workers: Vec::new(), hired: 0 };
        for place in 0..storm.workers {
            let worker = crew.hire(place);
            crew.workers.push(worker);
        }
        crew
    }

    /// The first places are apart.
    fn hire(&mut self, place: usize) -> Worker {
        self.hired += 1;
        let name = format!("worker_{}", self.hired);
        let url = self.lines.url();
        let more: &[&str] = if place < self.apart { &["--queue", &url] } else { &[] };
        Worker::start(self.office, &name, more)
    }

    /// Kills one and starts another.
    async fn replace(&mut self, place: usize) {
        let worker = self.hire(place);
        std::mem::replace(&mut self.workers[place], worker).kill().await;
    }

    async fn those_apart_are_taken_for_gone(&self) {
        let apart: Vec<&str> = self.workers[..self.apart].iter().map(|worker| &*worker.name).collect();
        let are_gone = |status: &Value| {
            let workers = status["workers"].as_array().unwrap();
            !workers.iter().any(|worker| apart.contains(&worker["name"].as_str().unwrap()))
        };
        self.office.status_that("those apart are taken for gone", are_gone).await;
    }

    async fn leave(self) {
        self.workers.iter().for_each(Worker::terminate);
        for worker in self.workers {
            worker.end().await.expect_code(0);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_is_created_twice_and_nobody_is_missing_whoever_dies() {
    let storm = Storm {
        people: 200,
        workers: 3,
        apart: 1,
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
async fn nobody_of_five_thousand_is_created_twice_and_nobody_is_missing_whoever_dies() {
    let storm = Storm {
        people: 5000,
        workers: 4,
        apart: 2,
        kills: 10,
        concurrency: 8,
        latency: Duration::from_millis(5),
        // To look for somebody among so many takes the stand-in its time.
        lease: Duration::from_secs(10),
        timeout: "1600ms",
    };
    storm.pass().await;
}
