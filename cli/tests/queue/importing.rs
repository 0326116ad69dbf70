//! Imports into the queue: repeated ones, and over a connection that breaks. Messages are counted at the servers, contacts at the
//! vendors.

use crate::program::Ended;
use crate::queue::cluster::Cluster;
use crate::queue::partition::Proxies;
use crate::queue::vendors::{Office, VENDORS, number, queued};
use crate::queue::waiting::until;
use crate::queue::worker::Worker;

const PEOPLE: usize = 50;

fn each(ended: &Ended, key: &str) -> [u64; 4] {
    let summary = ended.json();
    VENDORS.map(|(_, provider)| number(&summary, provider, key))
}

async fn deliver(office: &Office, people: usize) {
    Worker::start(office, "worker", &["--until-empty"]).end().await.expect_code(0);
    office.assert_everybody_once(people);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_import_queues_nothing_twice_and_skips_delivered_contacts() {
    let cluster = Cluster::start(1).await;
    let context = cluster.jetstream().await;
    let office = Office::new(&cluster.url(), []).await;
    let file = office.people(PEOPLE);
    let all = [PEOPLE as u64; 4];
    assert_eq!(each(&office.import(&file).await.expect_code(0), "queued"), all);
    let second = office.import(&file).await.expect_code(0);
    assert_eq!((each(&second, "queued"), each(&second, "already_queued")), ([0; 4], all));
    assert_eq!(queued(&context).await, 4 * PEOPLE as u64);
    deliver(&office, PEOPLE).await;
    let third = office.import(&file).await.expect_code(0);
    assert_eq!((each(&third, "queued"), each(&third, "skipped")), ([0; 4], all));
    assert_eq!(queued(&context).await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn contacts_that_are_queued_twice_after_the_duplicate_window_are_created_once() {
    let cluster = Cluster::start(1).await;
    let context = cluster.jetstream().await;
    let office = Office::new(&cluster.url(), []).await.queue("duplicate_window = \"1s\"");
    let file = office.people(PEOPLE);
    until("everybody is queued twice", async || {
        office.import(&file).await.expect_code(0);
        (queued(&context).await >= 2 * 4 * PEOPLE as u64).then_some(())
    })
    .await;
    deliver(&office, PEOPLE).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_whose_connections_are_reset_queues_everybody_once() {
    const MANY: usize = 1000;
    let cluster = Cluster::start(1).await;
    let context = cluster.jetstream().await;
    let proxies = Proxies::start(&cluster).await;
    let office = Office::new(&proxies.url(), []).await;
    let file = office.people(MANY);
    let running = office.program(&["import", &file, "--queue", "--format", "json"]).start().await;
    for part in 1..=3 {
        until("some are queued", async || (queued(&context).await > part * 500).then_some(())).await;
        proxies.reset();
        proxies.heal();
    }
    let ended = running.end().await.expect_code(0);
    assert_eq!(each(&ended, "unsent"), [0; 4]);
    assert_eq!(queued(&context).await, 4 * MANY as u64);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_whose_server_is_killed_queues_everybody_once() {
    const MANY: usize = 1000;
    let mut cluster = Cluster::start(1).await;
    let context = cluster.jetstream().await;
    let office = Office::new(&cluster.url(), []).await;
    let file = office.people(MANY);
    let running = office.program(&["import", &file, "--queue", "--format", "json"]).start().await;
    until("some are queued", async || (queued(&context).await > 500).then_some(())).await;
    cluster.kill("server_0");
    cluster.restart("server_0").await;
    let ended = running.end().await.expect_code(0);
    assert_eq!(each(&ended, "unsent"), [0; 4]);
    let all = async || (queued(&context).await == 4 * MANY as u64).then_some(());
    until("everybody is queued", all).await;
}
