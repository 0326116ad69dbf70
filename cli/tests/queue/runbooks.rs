//! Every step of `docs/runbooks.md`, in the situation that its section describes.

use std::time::Duration;

use serde_json::Value;
use unicontact_sandbox::{ErrorBody, Latency, On, Rule, Vendor, What, When};

use crate::program::Ended;
use crate::queue::cluster::Cluster;
use crate::queue::vendors::{Office, QUEUE, VENDORS, left_at};
use crate::queue::waiting::until;
use crate::queue::worker::Worker;

const PEOPLE: usize = 24;
const PROVIDER: &str = "voice";

/// The commands of a section that are still to be run.
struct Runbook {
    title: &'static str,
    commands: std::collections::VecDeque<String>,
}

impl Runbook {
    fn of(title: &'static str) -> Self {
        let page =
            std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/runbooks.md")).unwrap();
        let section = page.split("\n## ").find(|section| section.starts_with(title)).unwrap();
        let commands = section.lines().map(str::trim).filter(|line| line.starts_with("unicontact "));
        Self { title, commands: commands.map(str::to_owned).collect() }
    }

    /// Runs the next command.
    async fn run(&mut self, office: &Office) -> Ended {
        let command = self.commands.pop_front().unwrap_or_else(|| panic!("{}: no more steps", self.title));
        let words = shell_words(&command);
        let words: Vec<&str> = words.iter().skip(1).map(String::as_str).collect();
        office.program(&words).run().await.expect_code(0)
    }

    /// Starts the worker of the next command.
    fn start_worker(&mut self, office: &Office, name: &str) -> Worker {
        let command = self.commands.pop_front().unwrap();
        let words = shell_words(&command);
        assert_eq!(words[1], "worker", "{}: {command}", self.title);
        let more: Vec<&str> = words[2..].iter().map(String::as_str).collect();
        Worker::start(office, name, &more)
    }

    #[track_caller]
    fn assert_done(self) {
        assert!(self.commands.is_empty(), "{}: not tried: {:?}", self.title, self.commands);
    }
}

/// Splits a command at its spaces, except within single quotes.
fn shell_words(command: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (index, part) in command.split('\'').enumerate() {
        if index % 2 == 1 {
            words.push(part.to_owned());
        } else {
            words.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    words
}

fn slow() -> Rule {
    Rule::new(What::Latency(Latency::Fixed(Duration::from_millis(30)))).on(On::Any)
}

fn is_paused(status: &Value) -> bool {
    status["providers"][PROVIDER]["paused"].is_object()
}

async fn drain(worker: Worker) {
    worker.terminate();
    worker.end().await.expect_code(0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_vendor_is_down() {
    const PEOPLE: usize = 60;
    let down = What::Status { status: 503, retry_after: None, body: ErrorBody::Vendor, after_commit: false };
    let outage = When { after: 5, times: Some(24), ..When::default() };
    let cluster = Cluster::start(1).await;
    let outage = Rule::new(down).at(Vendor::Cloverhound).when(outage);
    let office = Office::new(&cluster.url(), [slow(), outage]).await;
    office.import(&office.people(PEOPLE)).await.expect_code(0);
    let worker = Worker::start(&office, "worker", &[]);
    let mut runbook = Runbook::of("A vendor is down");
    office.wait_for_status("the workers pause it", is_paused).await;
    let shown = runbook.run(&office).await;
    assert!(shown.stdout.contains("voice is paused"), "{}", shown.stdout);
    runbook.run(&office).await;
    runbook.run(&office).await;
    office.wait_until_empty().await;
    runbook.run(&office).await;
    let in_doubt = runbook.run(&office).await;
    runbook.assert_done();
    drain(worker).await;
    let in_doubt = in_doubt.stdout.matches("voice").count();
    let held = office.sandbox.tally(Vendor::Cloverhound).held;
    assert!(held < PEOPLE && held + in_doubt >= PEOPLE, "{held} created, {in_doubt} listed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn credentials_expired() {
    let cluster = Cluster::start(1).await;
    let office = Office::new(&cluster.url(), []).await;
    let token = unicontact_sandbox::accounts::smarttask::ACCESS_TOKEN;
    let expired = office.with_other(token, "expired-token");
    office.import(&office.people(PEOPLE)).await.expect_code(0);
    let worker = Worker::start(&expired, "expired", &[]);
    let is_refused = |status: &Value| status["providers"]["acme"]["paused"]["kind"] == "unauthenticated";
    office.wait_for_status("it is paused", is_refused).await;
    let mut runbook = Runbook::of("Credentials expired");
    let shown = runbook.run(&office).await;
    assert!(shown.stdout.contains("acme is paused"), "{}", shown.stdout);
    drain(worker).await;
    let renewed = runbook.start_worker(&office, "renewed");
    runbook.assert_done();
    office.wait_until_empty().await;
    drain(renewed).await;
    office.assert_everybody_once(PEOPLE);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_is_stuck() {
    let cluster = Cluster::start(1).await;
    let office = Office::new(&cluster.url(), [slow()]).await.setting("concurrency = 2");
    office.import(&office.people(PEOPLE)).await.expect_code(0);
    let stuck = Worker::start(&office, "stuck", &[]);
    office.wait_for_contacts(8).await;
    stuck.pause();
    let mut runbook = Runbook::of("A worker is stuck");
    runbook.run(&office).await;
    stuck.kill().await;
    let next = runbook.start_worker(&office, "next");
    office.wait_until_empty().await;
    let in_doubt = runbook.run(&office).await;
    runbook.assert_done();
    drain(next).await;
    let listed = in_doubt.stdout;
    for (vendor, provider) in VENDORS {
        let numbers = office.numbers(vendor);
        let people: std::collections::BTreeSet<&String> = numbers.iter().collect();
        assert_eq!(numbers.len(), people.len(), "{provider}");
        assert!(numbers.len() == PEOPLE || listed.contains(provider), "{provider}: {listed}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_is_lost() {
    let mut cluster = Cluster::start(3).await;
    let office = Office::new(&cluster.url(), [slow()]).await.queue("replicas = 3");
    office.import(&office.people(PEOPLE)).await.expect_code(0);
    let worker = Worker::start(&office, "worker", &[]);
    office.wait_for_contacts(8).await;
    let lost = cluster.leader(crate::queue::vendors::DELIVERIES).await;
    cluster.kill(&lost);
    office.wait_until_empty().await;
    cluster.restart(&lost).await;
    drain(worker).await;
    let mut runbook = Runbook::of("A server is lost");
    let agree = runbook.run(&office).await;
    assert!(agree.stdout.contains("The journal and the queue agree."), "{}", agree.stdout);
    runbook.assert_done();
    office.assert_everybody_once(PEOPLE);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn upgrade() {
    let cluster = Cluster::start(1).await;
    let office = Office::new(&cluster.url(), [slow()]).await.setting("concurrency = 2");
    office.import(&office.people(PEOPLE)).await.expect_code(0);
    let [first, second] = ["first", "second"].map(|name| Worker::start(&office, name, &[]));
    office.wait_for_contacts(8).await;
    drain(first).await;
    let mut runbook = Runbook::of("Upgrade");
    let upgraded = runbook.start_worker(&office, "upgraded");
    let has_it = |status: &Value| status["workers"].to_string().contains("upgraded");
    office.wait_for_status("it is listed", has_it).await;
    runbook.run(&office).await;
    runbook.assert_done();
    office.wait_until_empty().await;
    drain(upgraded).await;
    drain(second).await;
    office.assert_everybody_once(PEOPLE);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn move_a_provider_to_another_account() {
    let cluster = Cluster::start(1).await;
    let office = Office::new(&cluster.url(), [slow()]).await.setting("concurrency = 2");
    let id = format!("organization_id = {}", unicontact_sandbox::accounts::cloverhound::ORGANIZATION_ID);
    let moved = office.with_other(&id, "organization_id = 4711");
    office.import(&office.people(PEOPLE)).await.expect_code(0);
    let worker = Worker::start(&office, "worker", &[]);
    office.wait_for_contacts(8).await;
    let mut runbook = Runbook::of("Move a provider to another account");
    runbook.run(&office).await;
    runbook.run(&office).await;
    office
        .wait_for_status("the others are done", |status| {
            VENDORS.iter().all(|(_, name)| *name == PROVIDER || left_at(status, name) == 0)
        })
        .await;
    drain(worker).await;
    let sent_before = office.creates(Vendor::Cloverhound).len();
    let adopting = runbook.start_worker(&moved, "adopting");
    runbook.run(&moved).await;
    runbook.assert_done();
    let to_new = async || {
        let creates = office.creates(Vendor::Cloverhound);
        let new = creates.iter().skip(sent_before).filter(|request| request.path.contains("4711"));
        (new.count() > 0).then_some(())
    };
    until("what waited goes to the new account", to_new).await;
    adopting.terminate();
    adopting.end().await.expect_code(0);
    let to_old = office.creates(Vendor::Cloverhound).into_iter().skip(sent_before);
    assert_eq!(to_old.filter(|request| !request.path.contains("4711")).count(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn take_a_wrong_import_back() {
    let cluster = Cluster::start(1).await;
    let office = Office::new(&cluster.url(), []).await;
    office.import(&office.people(PEOPLE)).await.expect_code(0);
    let mut runbook = Runbook::of("Take a wrong import back");
    for _ in 0..3 {
        runbook.run(&office).await;
    }
    Worker::start(&office, "worker", &["--until-empty"]).end().await.expect_code(0);
    assert_eq!(office.sandbox.tally(Vendor::Cloverhound).held, 0);
    runbook.run(&office).await;
    runbook.assert_done();
    Worker::start(&office, "later", &["--until-empty"]).end().await.expect_code(0);
    office.assert_everybody_once(PEOPLE);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_is_with_the_dead_letters() {
    let cluster = Cluster::start(1).await;
    let context = cluster.jetstream().await;
    let office = Office::new(&cluster.url(), []).await;
    office.import(&office.people(1)).await.expect_code(0);
    let good = r#"{"format":2,"key":"77","contact":{"external_id":"77","name":"Person 77"}}"#;
    for payload in [good, "rubbish"] {
        let letter = context.publish(format!("{QUEUE}.dead_letters.{PROVIDER}"), payload.into()).await;
        letter.unwrap().await.unwrap();
    }
    let mut runbook = Runbook::of("A message is with the dead letters");
    for _ in 0..4 {
        runbook.run(&office).await;
    }
    runbook.assert_done();
    Worker::start(&office, "worker", &["--until-empty"]).end().await.expect_code(0);
    assert_eq!(
        (office.sandbox.tally(Vendor::Cloverhound).held, &office.status().await["dead_letters"]),
        (2, &0.into())
    );
}
