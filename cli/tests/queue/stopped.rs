//! Workers that stand still beyond their lease (SIGSTOP), and go on.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use unicontact::Outcome;
use unicontact::journal::{Journal, RecordState};
use unicontact::providers::DeliveryKey;
use unicontact_sandbox::{
    Latency, LetterCase, Normalization, On, PhoneFormat, RetryAfter, Rule, Vendor, What, When,
};

use crate::accounts::Accounts;
use crate::cluster::Cluster;
use crate::doubts::OfficeJournal;
use crate::partition::Lines;
use crate::ports::free_port;
use crate::vendors::{Office, VENDORS};
use crate::waiting::until;
use crate::worker::Worker;

/// A vendor that can neither be asked nor dedupes.
const PROVIDER: &str = "voice";

async fn metrics(port: u16) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    stream.write_all(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_attempt_beyond_the_lease_reaches_log_metric_and_journal_although_another_worker_settled_it() {
    let late = Rule::new(What::Latency(Latency::Fixed(Duration::from_millis(300)))).on(On::Any);
    let cluster = Cluster::start(1).await;
    let office = Office::at(&cluster.url(), [late]).await.setting("timeout = \"600ms\"");
    let journal = OfficeJournal::open(&cluster.url()).await.0;
    let import = ["import", &office.people(1), "--queue", "--to", PROVIDER];
    office.program(&import).run().await.expect_code(0);
    let port = free_port().to_string();
    let address = format!("127.0.0.1:{port}");
    let first = Worker::start(&office, "first", &["--to", PROVIDER, "--metrics", &address]);
    // The vendor has it, and its answer is on its way.
    office.holds(1).await;
    first.stand_still();

    let second = Worker::start(&office, "second", &["--to", PROVIDER]);
    let key = DeliveryKey::from_contact_key(PROVIDER, "1".to_owned());
    let record = async || journal.look(&key).await.unwrap().unwrap();
    until("the other worker settles it", async || {
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
    until("it is in the metrics", async || {
        metrics(port.parse().unwrap()).await.lines().any(|line| line == counted).then_some(())
    })
    .await;
    office.is_done().await;
    for worker in [first, second] {
        worker.terminate();
        let is_first = worker.name == "first";
        let worked = worker.end().await.expect_code(0);
        assert_eq!(worked.log().contains("A delivery was settled that another process has"), is_first);
    }
    assert_eq!(office.sandbox.tally(Vendor::Cloverhound).held, 1);
}

const LEASE: Duration = Duration::from_secs(2);

/// Of the requests to each vendor, a quarter is too many.
fn limits() -> Vec<Rule> {
    let limited = When { probability: 0.25, ..When::default() };
    let wait = RetryAfter::Seconds(Duration::from_secs(1));
    vec![slow(), Rule::new(What::RateLimit { retry_after: wait }).when(limited)]
}

/// Vendors that commit late, list late, store another form, and lose answers.
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

/// Lets two of three workers stand still for 1.3 leases in turn, on a slow line, until most is done. Fails unless nobody is twice
/// or missing untold, and journal and queue agree.
async fn worked_off_by_workers_that_stand_still(people: usize, rules: Vec<Rule>) {
    let cluster = Cluster::start(1).await;
    let lines = Lines::to(&cluster).await;
    lines.slow(Duration::from_millis(60));
    let office = Office::at(&cluster.url(), rules)
        .await
        .queue("lease = \"2s\"")
        .setting("timeout = \"330ms\"")
        .setting("concurrency = 4");
    office.import(&office.people(people)).await.expect_code(0);
    let url = lines.url();
    let workers = ["one", "two", "three"].map(|name| Worker::start(&office, name, &["--queue", &url]));
    let stops = async {
        loop {
            for worker in &workers[..2] {
                tokio::time::sleep(Duration::from_millis(400)).await;
                worker.stand_still();
                tokio::time::sleep(LEASE * 13 / 10).await;
                worker.resume();
            }
        }
    };
    tokio::select! {
        () = stops => {}
        () = office.holds(people * VENDORS.len() * 7 / 10) => {}
    }
    workers.iter().for_each(Worker::resume);
    office.is_done().await;
    for worker in workers {
        worker.terminate();
        worker.end().await.expect_code(0);
    }
    // What was on its way to a commit is there by then.
    tokio::time::sleep(Duration::from_secs(2)).await;
    Accounts::of(&cluster, &office, people, LEASE).await.everybody_is_accounted_for();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn workers_that_stand_still_in_turn_leave_nothing_unfinished_where_vendors_limit_them() {
    worked_off_by_workers_that_stand_still(18, limits()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn workers_that_stand_still_in_turn_create_nobody_twice_at_vendors_that_bring_doubts() {
    worked_off_by_workers_that_stand_still(60, doubts()).await;
}
