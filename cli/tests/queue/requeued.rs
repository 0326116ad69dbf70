//! Unfinished deliveries that no message holds are queued again: parked doubts when they are due, and lost deliveries.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;
use unicontact::Outcome;
use unicontact::journal::async_nats::jetstream::Context;
use unicontact_sandbox::Vendor;

use crate::queue::cluster::Cluster;
use crate::queue::doubts::{OfficeJournal, PROVIDER, RecordState, person};
use crate::queue::vendors::{DELIVERIES, Office, left};
use crate::queue::waiting::until;
use crate::queue::worker::Worker;

const ONLY: [&str; 2] = ["--to", PROVIDER];
/// Longer than the quiet time.
const LONG_AGO: Duration = Duration::from_mins(20);

fn parked_until(look_again_at: Timestamp, attempted_ago: Duration) -> RecordState {
    RecordState { outcome: Outcome::InDoubt, attempted_ago, look_again_at: Some(look_again_at) }
}

/// Creates a person at the vendor without the queue.
async fn create_without_queue(office: &Office, number: usize) {
    let create = ["create", "person.json", "--to", PROVIDER];
    let contact = serde_json::to_string(&person(number)).unwrap();
    office.program(&create).file("person.json", contact).run().await.expect_code(0);
}

fn outcome(record: &unicontact::journal::Record) -> Outcome {
    record.outcome()
}

async fn messages(context: &Context) -> u64 {
    context.get_stream(DELIVERIES).await.unwrap().cached_info().state.messages
}

async fn start_worker(office: &Office, name: &str) -> Worker {
    let worker = Worker::start(office, name, &ONLY);
    let is_listed =
        |status: &Value| status["workers"].as_array().unwrap().iter().any(|worker| worker["name"] == name);
    office.wait_for_status("the worker is listed", is_listed).await;
    worker
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_parked_doubt_is_queued_again_when_it_is_due_and_resolved() {
    let cluster = Cluster::start(1).await;
    let office = Office::new(&cluster.url(), []).await;
    let journal = OfficeJournal::open(&cluster.url()).await;
    create_without_queue(&office, 1).await;
    let due = Timestamp::now() + Duration::from_secs(5);
    journal.write(1, &parked_until(due, LONG_AGO)).await;

    // Before, neither a worker nor an import queues it.
    let early = Worker::start(&office, "early", &["--until-empty", "--to", PROVIDER]);
    let early = early.end().await.expect_code(0).json();
    assert_eq!(early["requeued"]["parked"], 0, "{early}");
    let imported =
        office.program(&["import", &office.people(1), "--queue", "--to", PROVIDER, "--format", "json"]);
    let imported = imported.run().await.expect_code(3).json();
    assert_eq!(imported["providers"][PROVIDER]["in_doubt"], 1, "{imported}");
    assert_eq!(imported["providers"][PROVIDER]["queued"], 0, "{imported}");
    let reported: Timestamp =
        imported["providers"][PROVIDER]["look_again_at"].as_str().unwrap().parse().unwrap();
    assert_eq!(reported, due);
    assert_eq!(messages(&cluster.jetstream().await).await, 0);

    let worker = start_worker(&office, "worker").await;
    until("it is found", async || (outcome(&journal.read(1).await) == Outcome::Created).then_some(())).await;
    assert!(Timestamp::now() >= due, "it was looked up before its time");
    office.wait_until_empty().await;
    worker.terminate();
    let sums = worker.end().await.expect_code(0).json();
    assert_eq!((&sums["requeued"]["parked"], &sums["requeued"]["lost"]), (&1.into(), &0.into()), "{sums}");
    assert_eq!(office.creates(Vendor::Emnify).len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn doubts_that_are_due_at_the_start_are_looked_up_and_missing_contacts_are_sent_once() {
    let cluster = Cluster::start(1).await;
    let office = Office::new(&cluster.url(), []).await;
    let journal = OfficeJournal::open(&cluster.url()).await;
    create_without_queue(&office, 0).await;
    for number in [0, 1] {
        journal.write(number, &parked_until(Timestamp::now(), LONG_AGO)).await;
    }
    let worked = Worker::start(&office, "worker", &["--until-empty", "--to", PROVIDER]);
    let worked = worked.end().await.expect_code(0).json();
    assert_eq!(worked["requeued"]["parked"], 2, "{worked}");
    for number in [0, 1] {
        assert_eq!(outcome(&journal.read(number).await), Outcome::Created);
    }
    assert_eq!(office.sandbox.tally(Vendor::Emnify).held, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_one_of_two_workers_sweeps() {
    const DOUBTS: usize = 30;
    let cluster = Cluster::start(1).await;
    let office = Office::new(&cluster.url(), []).await;
    let journal = OfficeJournal::open(&cluster.url()).await;
    let workers = [start_worker(&office, "one").await, start_worker(&office, "two").await];
    // No name is a prefix of another one, so that a look-up finds the right contact.
    for number in 10..10 + DOUBTS {
        journal.write(number, &parked_until(Timestamp::now(), LONG_AGO)).await;
    }
    until("everybody is created", async || {
        (office.sandbox.tally(Vendor::Emnify).held == DOUBTS).then_some(())
    })
    .await;
    office.wait_until_empty().await;
    let mut requeued = Vec::new();
    for worker in workers {
        worker.terminate();
        let sums = worker.end().await.expect_code(0).json();
        requeued.push(sums["requeued"]["parked"].as_u64().unwrap());
    }
    requeued.sort_unstable();
    assert_eq!(requeued, [0, DOUBTS as u64]);
    assert_eq!(office.creates(Vendor::Emnify).len(), DOUBTS);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_sweeper_lease_of_a_killed_worker_passes_to_another() {
    let cluster = Cluster::start(1).await;
    let office = Office::new(&cluster.url(), []).await.queue("lease = \"4s\"");
    let journal = OfficeJournal::open(&cluster.url()).await;
    let first = start_worker(&office, "first").await;
    let second = start_worker(&office, "second").await;
    first.kill().await;
    journal.write(0, &parked_until(Timestamp::now(), LONG_AGO)).await;
    until("it is created", async || (outcome(&journal.read(0).await) == Outcome::Created).then_some(()))
        .await;
    second.terminate();
    let worked = second.end().await.expect_code(0).json();
    assert_eq!(worked["requeued"]["parked"], 1, "{worked}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pending_deliveries_without_a_message_are_queued_again() {
    let cluster = Cluster::start(1).await;
    let office = Office::new(&cluster.url(), []).await;
    let journal = OfficeJournal::open(&cluster.url()).await;
    let pending = RecordState { outcome: Outcome::Pending, attempted_ago: LONG_AGO, look_again_at: None };
    for number in 0..3 {
        journal.write(number, &pending).await;
    }
    let worker = start_worker(&office, "worker").await;
    until("everybody is created", async || (office.sandbox.tally(Vendor::Emnify).held == 3).then_some(()))
        .await;
    office.wait_until_empty().await;
    worker.terminate();
    let sums = worker.end().await.expect_code(0).json();
    assert_eq!((&sums["requeued"]["parked"], &sums["requeued"]["lost"]), (&0.into(), &3.into()), "{sums}");
    assert_eq!(office.creates(Vendor::Emnify).len(), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn deliveries_whose_messages_were_purged_are_queued_by_the_next_import() {
    const PEOPLE: usize = 4;
    let cluster = Cluster::start(1).await;
    let context = cluster.jetstream().await;
    let office = Office::new(&cluster.url(), []).await;
    let file = office.people(PEOPLE);
    let import = async || {
        let imported = office.program(&["import", &file, "--queue", "--to", PROVIDER, "--format", "json"]);
        let imported = imported.run().await.expect_code(0).json();
        ["queued", "already_queued"].map(|key| imported["providers"][PROVIDER][key].as_u64().unwrap())
    };
    assert_eq!(import().await, [PEOPLE as u64, 0]);
    assert_eq!(import().await, [0, PEOPLE as u64]);
    context.get_stream(DELIVERIES).await.unwrap().purge().await.unwrap();
    assert_eq!(import().await, [PEOPLE as u64, 0]);
    assert_eq!(messages(&context).await, PEOPLE as u64);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_parked_doubt_leaves_the_queue_with_its_due_time_and_is_not_in_flight() {
    use unicontact_sandbox::{Rule, What};

    let late =
        What::LateCommit { delay: Duration::from_secs(4), gateway_timeout: Some(Duration::from_millis(100)) };
    let cluster = Cluster::start(1).await;
    let office = Office::new(&cluster.url(), [Rule::new(late).at(Vendor::Emnify)]).await;
    let journal = OfficeJournal::open(&cluster.url()).await;
    let import = ["import", &office.people(1), "--queue", "--to", PROVIDER];
    office.program(&import).run().await.expect_code(0);
    let worked = Worker::start(&office, "worker", &["--until-empty", "--to", PROVIDER]);
    let worked = worked.end().await.expect_code(3).json();
    assert_eq!(left(&office.status().await), 0);
    let record = journal.read(1).await;
    let look_again_at = record.look_again_at().expect("it is parked");
    // The quiet time is ten minutes.
    let wait = look_again_at.duration_since(Timestamp::now());
    assert!((500..=601).contains(&wait.as_secs()), "{wait:?}");
    assert_eq!(worked["look_again_at"], look_again_at.to_string(), "{worked}");
    let retried = office.program(&["deliveries", "retry", "--queue"]).run().await.expect_code(3);
    assert!(retried.stdout.contains("in doubt and not in the queue"), "{retried:?}");
    assert_eq!(left(&office.status().await), 0);
    assert_eq!(office.creates(Vendor::Emnify).len(), 1);
}
