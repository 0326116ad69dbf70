//! A worker with a clock that is hours off, in this process, beside workers with a right clock.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use futures_util::StreamExt;
use jiff::{SignedDuration, Timestamp};
use unicontact::config::{Configuration, Sources};
use unicontact::journal::async_nats::{self, ServerAddr};
use unicontact::providers::clock::{Clock, SharedClock, SystemClock};
use unicontact::providers::http::Http;
use unicontact::queue::{Queue, QueueOptions, Worker as LibraryWorker, WorkerEvent};
use unicontact::{FanOut, Outcome, Pipeline, Policy};
use unicontact_sandbox::{RetryAfter, Rule, Vendor, What, When};

use crate::queue::cluster::Cluster;
use crate::queue::doubts::{OfficeJournal, PROVIDER, RecordState, options};
use crate::queue::vendors::{Office, left};
use crate::queue::worker::Worker;

/// The clock of the machine, shifted by some seconds, which a test changes while it runs.
#[derive(Debug)]
struct WrongClock(Arc<AtomicI64>);

#[async_trait::async_trait]
impl Clock for WrongClock {
    fn now(&self) -> Timestamp {
        Timestamp::now() + SignedDuration::from_secs(self.0.load(Ordering::Relaxed))
    }

    fn uptime(&self) -> Duration {
        SystemClock.uptime()
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}

async fn worker(url: &str, office: &Office, ahead: SignedDuration) -> LibraryWorker {
    worker_with_clock(url, office, Arc::new(AtomicI64::new(ahead.as_secs()))).await
}

/// Returns a worker in this process whose clock is so many seconds ahead.
async fn worker_with_clock(url: &str, office: &Office, ahead: Arc<AtomicI64>) -> LibraryWorker {
    worker_with_options(url, office, ahead, options()).await
}

async fn worker_with_options(
    url: &str,
    office: &Office,
    ahead: Arc<AtomicI64>,
    options: QueueOptions,
) -> LibraryWorker {
    let sources =
        Sources { text: Some(office.configuration()), search: office.path(""), ..Sources::default() };
    let configuration = Configuration::load(&sources).unwrap().select(&[PROVIDER.to_owned()]).unwrap();
    let clock: SharedClock = Arc::new(WrongClock(ahead));
    let addresses: Vec<ServerAddr> = url.split(',').map(|url| url.parse().unwrap()).collect();
    let http = Http::new(Arc::clone(&clock)).unwrap();
    let configured = &configuration.providers[0];
    let provider = configured.connect(&http).unwrap();
    let target = Pipeline::new(provider, configured.settings.clone(), clock, 1);
    let queue = Queue::open(async_nats::connect(addresses).await.unwrap(), options).await.unwrap();
    LibraryWorker::new(queue, FanOut::new(vec![target], Policy::All))
}

/// A worker whose clock jumps between a day behind and an hour ahead, until [`Self::stop`].
pub(crate) struct JumpingWorker {
    worker: LibraryWorker,
    working: tokio::task::JoinHandle<()>,
    jumping: tokio::task::JoinHandle<()>,
}

impl JumpingWorker {
    pub(crate) async fn start(url: &str, office: &Office, options: QueueOptions) -> Self {
        let ahead = Arc::new(AtomicI64::new(0));
        let worker = worker_with_options(url, office, Arc::clone(&ahead), options).await;
        let jumping = tokio::spawn(async move {
            for seconds in [-86_400, 3_600].into_iter().cycle() {
                ahead.store(seconds, Ordering::Relaxed);
                tokio::time::sleep(Duration::from_millis(700)).await;
            }
        });
        let events = worker.run().await.unwrap();
        let working = tokio::spawn(events.for_each(async |_| ()));
        Self { worker, working, jumping }
    }

    pub(crate) async fn stop(self) {
        self.worker.stop();
        self.working.await.unwrap();
        self.jumping.abort();
    }
}

/// Works until the queue is empty, and returns how much the worker said that its clock is ahead.
async fn work_until_empty(worker: LibraryWorker) -> Option<SignedDuration> {
    let worker = worker.until_empty();
    let mut all = std::pin::pin!(worker.run().await.unwrap());
    let mut ahead = None;
    while let Some(event) = all.next().await {
        if let WorkerEvent::ClockDiffers { difference } = event {
            ahead = Some(difference);
        }
    }
    ahead
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_whose_clock_is_wrong_does_not_send_before_the_quiet_time_is_over() {
    for hours in [5, -5] {
        let cluster = Cluster::start(1).await;
        let office = Office::new(&cluster.url(), []).await;
        let journal = OfficeJournal::open(&cluster.url()).await;
        let two_minutes = Duration::from_mins(2);
        let in_doubt = RecordState {
            outcome: Outcome::InDoubt,
            attempted_ago: two_minutes,
            look_again_at: Some(Timestamp::now()),
        };
        journal.write(0, &in_doubt).await;
        let wrong = SignedDuration::from_hours(hours);
        let told = work_until_empty(worker(&cluster.url(), &office, wrong).await).await;
        let told = told.expect("the worker says that its clock is wrong");
        assert!((told - wrong).abs() < SignedDuration::from_secs(30), "{told:?}");
        let record = journal.read(0).await;
        assert_eq!(record.outcome(), Outcome::InDoubt, "{hours} h");
        assert_eq!(office.creates(Vendor::Emnify).len(), 0, "{hours} h");
        // Ten minutes after the attempt, by the servers' clock.
        let left = record.look_again_at.unwrap().duration_since(Timestamp::now());
        assert!((450..=481).contains(&left.as_secs()), "{hours} h: {left:?}");
        assert!(record.changed_at.duration_since(Timestamp::now()).abs() < SignedDuration::from_secs(30));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_breaker_that_a_worker_with_a_wrong_clock_opened_closes_in_time_for_the_others() {
    const PEOPLE: usize = 6;
    let limit = What::RateLimit { retry_after: RetryAfter::Seconds(Duration::from_secs(2)) };
    let twice = When { times: Some(2), ..When::default() };
    let cluster = Cluster::start(1).await;
    let office = Office::new(&cluster.url(), [Rule::new(limit).at(Vendor::Emnify).when(twice)]).await;
    let import = ["import", &office.people(PEOPLE), "--queue", "--to", PROVIDER];
    office.program(&import).run().await.expect_code(0);
    let ahead = worker(&cluster.url(), &office, SignedDuration::from_hours(5)).await.with_concurrency(1);
    {
        let mut all = std::pin::pin!(ahead.run().await.unwrap());
        all.next().await.unwrap();
        ahead.stop();
        while all.next().await.is_some() {}
    }
    let status = office.status().await;
    let resumes = status["providers"][PROVIDER]["paused"]["resumes"].as_str().map(str::to_owned);
    let resumes: Option<Timestamp> = resumes.map(|time| time.parse().unwrap());
    assert!(resumes.is_none_or(|time| time <= Timestamp::now() + Duration::from_secs(3)), "{status}");
    Worker::start(&office, "worker", &["--until-empty", "--to", PROVIDER]).end().await.expect_code(0);
    assert_eq!((left(&office.status().await), office.sandbox.tally(Vendor::Emnify).held), (0, PEOPLE));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pause_ends_in_time_although_the_clock_jumps_a_day_back_and_an_hour_ahead() {
    const PEOPLE: usize = 6;
    let limit = What::RateLimit { retry_after: RetryAfter::Seconds(Duration::from_secs(1)) };
    let some = When { after: 1, times: Some(6), ..When::default() };
    let cluster = Cluster::start(1).await;
    let office = Office::new(&cluster.url(), [Rule::new(limit).at(Vendor::Emnify).when(some)]).await;
    let import = ["import", &office.people(PEOPLE), "--queue", "--to", PROVIDER];
    office.program(&import).run().await.expect_code(0);
    let ahead = Arc::new(AtomicI64::new(0));
    let worker = worker_with_clock(&cluster.url(), &office, Arc::clone(&ahead)).await;
    let jumping = async {
        for seconds in [-86_400, 3_600].into_iter().cycle() {
            tokio::time::sleep(Duration::from_millis(300)).await;
            ahead.store(seconds, Ordering::Relaxed);
        }
    };
    let working = tokio::time::timeout(Duration::from_mins(1), work_until_empty(worker));
    tokio::select! {
        () = jumping => {}
        ended = working => drop(ended.expect("no pause lasts for an hour or a day")),
    }
    assert_eq!((left(&office.status().await), office.sandbox.tally(Vendor::Emnify).held), (0, PEOPLE));
    assert_eq!(office.creates(Vendor::Emnify).len(), PEOPLE + 6);
}
