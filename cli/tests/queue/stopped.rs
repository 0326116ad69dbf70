//! Workers that are suspended beyond their lease (SIGSTOP) and resumed.

use std::time::Duration;

use unicontact::Outcome;
use unicontact::journal::{Journal, RecordState};
use unicontact::providers::DeliveryKey;
use unicontact_sandbox::{
    Latency, LetterCase, Normalization, On, PhoneFormat, RetryAfter, Rule, Vendor, What, When,
};

use crate::metrics::scrape::get;
use crate::queue::accounts::Reconciliation;
use crate::queue::cluster::Cluster;
use crate::queue::doubts::OfficeJournal;
use crate::queue::partition::Proxies;
use crate::queue::ports::free_port;
use crate::queue::vendors::{Office, VENDORS};
use crate::queue::waiting::until;
use crate::queue::worker::Worker;

/// A provider without search and dedupe.
const PROVIDER: &str = "voice";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_attempt_that_outlasts_the_lease_is_logged_counted_and_recorded_after_another_worker_settled_it() {
    let late = Rule::new(What::Latency(Latency::Fixed(Duration::from_millis(300)))).on(On::Any);
    let cluster = Cluster::start(1).await;
    let office = Office::new(&cluster.url(), [late]).await.setting("timeout = \"600ms\"");
    let journal = OfficeJournal::open(&cluster.url()).await.0;
    let import = ["import", &office.people(1), "--queue", "--to", PROVIDER];
    office.program(&import).run().await.expect_code(0);
    let port = free_port().to_string();
    let address = format!("127.0.0.1:{port}");
    let first = Worker::start(&office, "first", &["--to", PROVIDER, "--metrics", &address]);
    // The vendor has the contact, and its answer is on the way.
    office.wait_for_contacts(1).await;
    first.pause();

    let second = Worker::start(&office, "second", &["--to", PROVIDER]);
    let key = DeliveryKey::from_contact_key(PROVIDER, "1".to_owned());
    let record = async || journal.look(&key).await.unwrap().unwrap();
    until("the other worker settles the delivery", async || {
        (record().await.state == RecordState::Settled(Outcome::InDoubt)).then_some(())
    })
    .await;
    assert_eq!(record().await.overruns, 0);
    first.resume();
    until("the attempt is counted", async || (record().await.overruns == 1).then_some(())).await;
    assert_eq!(record().await.outcome(), Outcome::InDoubt);

    let show = ["deliveries", "show", "voice/1", "--queue", "--format", "json"];
    let shown = office.program(&show).run().await.expect_code(0).json();
    assert_eq!(shown["overruns"], 1, "{shown}");
    let shown = office.program(&show[..4]).run().await.expect_code(0).stdout;
    assert!(shown.contains("after it had lost its claim"), "{shown}");
    let counted = format!("unicontact_overruns_total{{provider=\"{PROVIDER}\"}} 1");
    until("the metrics count it", async || {
        get(&address, "/metrics").await.text.lines().any(|line| line == counted).then_some(())
    })
    .await;
    office.wait_until_empty().await;
    for worker in [first, second] {
        worker.terminate();
        let is_first = worker.name == "first";
        let worked = worker.end().await.expect_code(0);
        assert_eq!(worked.log().contains("Another process holds a delivery that was settled here"), is_first);
    }
    assert_eq!(office.sandbox.tally(Vendor::Cloverhound).held, 1);
}

const LEASE: Duration = Duration::from_secs(2);

/// Returns rules by which each vendor throttles a quarter of the requests.
fn limits() -> Vec<Rule> {
    let limited = When { probability: 0.25, ..When::default() };
    let wait = RetryAfter::Seconds(Duration::from_secs(1));
    vec![slow(), Rule::new(What::RateLimit { retry_after: wait }).when(limited)]
}

/// Returns rules by which vendors commit late, list late, store another form, and lose answers.
fn doubts() -> Vec<Rule> {
    let some = |every, times| When { every, times: Some(times), ..When::default() };
    let delay = Duration::from_millis(1500);
    let late = What::LateCommit { delay, gateway_timeout: Some(Duration::from_millis(100)) };
    let form = Normalization {
        case: Some(LetterCase::Title),
        phones: Some(PhoneFormat::Spaced),
        ..Normalization::default()
    };
    vec![
        slow(),
        Rule::new(What::Normalizes(form)),
        Rule::new(What::StaleList { lag: Duration::from_millis(700) }),
        Rule::new(late).when(some(13, 3)),
        Rule::new(What::LateDedupe { delay, gateway_timeout: None }).when(some(17, 2)),
        Rule::new(What::ResetAfterCommit).when(some(9, 3)),
    ]
}

fn slow() -> Rule {
    Rule::new(What::Latency(Latency::Fixed(Duration::from_millis(40)))).on(On::Any)
}

/// Suspends two of three workers for 1.3 leases in turn, on a slow network, until most contacts are created. Fails if a vendor has a
/// contact twice or lacks one without a report, or if the journal and the queue disagree.
async fn deliver_by_suspended_workers(people: usize, rules: Vec<Rule>) {
    let cluster = Cluster::start(1).await;
    let proxies = Proxies::start(&cluster).await;
    proxies.slow(Duration::from_millis(60));
    let office = Office::new(&cluster.url(), rules)
        .await
        .queue("lease = \"2s\"")
        .setting("timeout = \"330ms\"")
        .setting("concurrency = 4");
    office.import(&office.people(people)).await.expect_code(0);
    let url = proxies.url();
    let workers = ["one", "two", "three"].map(|name| Worker::start(&office, name, &["--queue", &url]));
    let suspensions = async {
        loop {
            for worker in &workers[..2] {
                tokio::time::sleep(Duration::from_millis(400)).await;
                worker.pause();
                tokio::time::sleep(LEASE * 13 / 10).await;
                worker.resume();
            }
        }
    };
    tokio::select! {
        () = suspensions => {}
        () = office.wait_for_contacts(people * VENDORS.len() * 7 / 10) => {}
    }
    workers.iter().for_each(Worker::resume);
    office.wait_until_empty().await;
    for worker in workers {
        worker.terminate();
        worker.end().await.expect_code(0);
    }
    // Late commits have happened by then.
    tokio::time::sleep(Duration::from_secs(2)).await;
    Reconciliation::new(&cluster, &office, people, LEASE).await.assert_complete();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn suspended_workers_leave_nothing_unfinished_at_vendors_that_throttle() {
    deliver_by_suspended_workers(18, limits()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn suspended_workers_create_nobody_twice_at_vendors_that_lose_answers() {
    deliver_by_suspended_workers(60, doubts()).await;
}
