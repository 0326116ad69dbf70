//! What an operator does to a running queue: pauses, purges, dead letters, repairs. The vendors show what was sent.

use std::time::{Duration, Instant};

use serde_json::Value;
use unicontact::Outcome;
use unicontact_sandbox::{Latency, On, RetryAfter, Rule, Vendor, What, When};

use crate::program::Ended;
use crate::queue::cluster::Cluster;
use crate::queue::doubts::{OfficeJournal, RecordState};
use crate::queue::vendors::{DELIVERIES, Office, QUEUE, left, left_at};
use crate::queue::worker::Worker;

const PEOPLE: usize = 30;
/// A provider without search and dedupe.
const PROVIDER: &str = "voice";

async fn control(office: &Office, arguments: &[&str]) -> Ended {
    let all: Vec<&str> = ["queue"].into_iter().chain(arguments.iter().copied()).collect();
    office.program(&all).run().await
}

async fn pause(office: &Office) {
    let arguments = ["pause", PROVIDER, "--reason", "wrong file", "--by", "Grace"];
    control(office, &arguments).await.expect_code(0);
}

async fn resume(office: &Office) {
    control(office, &["resume", PROVIDER, "--by", "Grace"]).await.expect_code(0);
}

fn slow() -> Rule {
    Rule::new(What::Latency(Latency::Fixed(Duration::from_millis(40)))).on(On::Any)
}

async fn deliver(office: &Office, worker: &str) -> Value {
    Worker::start(office, worker, &["--until-empty"]).end().await.expect_code(0).json()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_provider_that_a_person_paused_gets_no_request_from_any_worker_until_it_is_resumed() {
    let cluster = Cluster::start(1).await;
    let office = Office::new(&cluster.url(), [slow()]).await.setting("concurrency = 2");
    office.import(&office.people(PEOPLE)).await.expect_code(0);
    let first = Worker::start(&office, "first", &[]);
    office.wait_for_contacts(8).await;
    pause(&office).await;
    let paused_at = Instant::now();
    let second = Worker::start(&office, "second", &[]);
    let status = office
        .wait_for_status("the others are done", |status| left(status) == left_at(status, PROVIDER))
        .await;
    let told = &status["providers"][PROVIDER]["paused"];
    assert_eq!((&told["kind"], &told["resumes"]), (&"by_person".into(), &Value::Null), "{status}");
    let reason = told["reason"].as_str().unwrap();
    assert!(reason.starts_with("wrong file (paused by Grace at "), "{reason}");
    let late = office.creates(Vendor::Cloverhound);
    let late = late.iter().filter(|request| {
        let now = jiff::Timestamp::now().duration_since(request.at);
        paused_at.elapsed().as_secs_f64() - now.as_secs_f64() > 1.0
    });
    assert_eq!(late.count(), 0, "requests a second after the pause");
    let held = office.sandbox.tally(Vendor::Cloverhound).held;
    assert!(held < PEOPLE, "it was paused before its end");

    resume(&office).await;
    office.wait_until_empty().await;
    for worker in [first, second] {
        worker.terminate();
        let log = worker.end().await.expect_code(0).log().to_owned();
        assert!(log.contains("voice is paused: wrong file (paused by Grace at "), "{log}");
    }
    office.assert_everybody_once(PEOPLE);
    let history = control(&office, &["history", "--format", "json"]).await.expect_code(0).json_lines();
    let acts: Vec<(&str, &str)> =
        history.iter().map(|act| (act["act"].as_str().unwrap(), act["by"].as_str().unwrap())).collect();
    assert_eq!(acts, [("paused", "Grace"), ("resumed", "Grace")], "{history:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_ends_a_long_pause_of_a_vendor_and_no_delivery_waits_for_its_time() {
    let hour = RetryAfter::Seconds(Duration::from_hours(1));
    let times = When { after: 5, times: Some(1), ..When::default() };
    let limit = Rule::new(What::RateLimit { retry_after: hour }).at(Vendor::Cloverhound).when(times);
    let cluster = Cluster::start(1).await;
    let office = Office::new(&cluster.url(), [slow(), limit]).await.setting("concurrency = 2");
    office.import(&office.people(PEOPLE)).await.expect_code(0);
    let workers = ["one", "two"].map(|name| Worker::start(&office, name, &[]));
    let waits = |status: &Value| {
        let provider = &status["providers"][PROVIDER];
        let waiting = provider["waiting"].as_u64().unwrap();
        provider["paused"].is_object() && waiting > 0 && provider["in_flight"] == 0
    };
    office.wait_for_status("it is paused and all others wait", waits).await;
    resume(&office).await;
    office.wait_until_empty().await;
    for worker in workers {
        worker.terminate();
        worker.end().await.expect_code(0);
    }
    office.assert_everybody_once(PEOPLE);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn purged_deliveries_are_named_stay_pending_and_are_sent_only_when_a_person_queues_them_again() {
    let cluster = Cluster::start(1).await;
    let office = Office::new(&cluster.url(), []).await.queue("lease = \"4s\"");
    office.import(&office.people(PEOPLE)).await.expect_code(0);
    let refused =
        control(&office, &["purge", PROVIDER, "--reason", "wrong file", "--yes"]).await.expect_code(2);
    assert!(refused.stderr.contains("unicontact queue pause voice --reason"), "{}", refused.stderr);
    pause(&office).await;
    let purge = ["purge", PROVIDER, "--reason", "wrong file", "--by", "Grace", "--format", "json"];
    control(&office, &purge).await.expect_code(2);
    let purge: Vec<&str> = purge.into_iter().chain(["--yes"]).collect();
    let purged = control(&office, &purge).await.expect_code(0).json_lines();
    assert_eq!(purged.last().unwrap()["purged"], PEOPLE, "{purged:?}");
    let named = purged.iter().filter(|line| line["purged"]["provider"] == PROVIDER).count();
    assert_eq!(named, PEOPLE);
    resume(&office).await;

    let worked = deliver(&office, "worker").await;
    assert_eq!(worked["requeued"]["lost"], 0, "{worked}");
    assert_eq!(office.sandbox.tally(Vendor::Cloverhound).held, 0);
    let pending = Office::with_outcome(&office.listed().await, PROVIDER, "pending");
    assert_eq!(pending.len(), PEOPLE);
    let first = format!("{PROVIDER}/{}", pending.first().unwrap());
    let shown =
        office.program(&["deliveries", "show", &first, "--queue", "--format", "json"]).run().await.json();
    assert_eq!(shown["error"]["kind"], "purged", "{shown}");
    assert_eq!(shown["story"][0]["by"], "Grace", "{shown}");

    let retry = ["deliveries", "retry", "--queue", "--outcome", "pending", "--to", PROVIDER];
    office.program(&retry).run().await.expect_code(0);
    deliver(&office, "later").await;
    office.assert_everybody_once(PEOPLE);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dead_letters_are_listed_shown_replayed_and_deleted() {
    let cluster = Cluster::start(1).await;
    let context = cluster.jetstream().await;
    let office = Office::new(&cluster.url(), []).await;
    office.import(&office.people(1)).await.expect_code(0);
    deliver(&office, "worker").await;
    let good = r#"{"format":2,"key":"77","contact":{"external_id":"77","name":"Person 77"}}"#;
    for payload in ["rubbish", good] {
        let letter = context.publish(format!("{QUEUE}.dead_letters.{PROVIDER}"), payload.into()).await;
        letter.unwrap().await.unwrap();
    }
    let listed = control(&office, &["letters", "list", "--format", "json"]).await.expect_code(0).json_lines();
    office.program(&["status", "--check"]).run().await.expect_code(1);
    assert_eq!(listed.iter().map(|letter| letter["number"].as_u64().unwrap()).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(control(&office, &["letters", "show", "2"]).await.expect_code(0).stdout.trim_end(), good);
    control(&office, &["letters", "show", "9"]).await.expect_code(2);

    let replayed = control(&office, &["letters", "replay", "--all", "--by", "Grace"]).await.expect_code(1);
    assert!(replayed.stdout.contains("1 dead letter is queued again."), "{}", replayed.stdout);
    assert!(replayed.stderr.contains("dead letter 1: it cannot be read: not JSON"), "{}", replayed.stderr);
    deliver(&office, "later").await;
    assert_eq!(office.sandbox.tally(Vendor::Cloverhound).held, 2);

    control(&office, &["letters", "purge", "1"]).await.expect_code(2);
    control(&office, &["letters", "purge", "1", "--yes"]).await.expect_code(0);
    assert_eq!(office.status().await["dead_letters"], 0);
    office.program(&["status", "--check"]).run().await.expect_code(0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_repair_finds_and_mends_what_the_journal_and_the_queue_tell_differently() {
    let cluster = Cluster::start(1).await;
    let context = cluster.jetstream().await;
    let office = Office::new(&cluster.url(), []).await;
    let deliveries = async || context.get_stream(DELIVERIES).await.unwrap();
    let publish = async |payload: &str| {
        let sent = context.publish(format!("{QUEUE}.deliveries.{PROVIDER}"), payload.to_owned().into()).await;
        sent.unwrap().await.unwrap();
    };
    let contact = |id: &str| {
        format!(r#"{{"format":2,"key":"{id}","contact":{{"external_id":"{id}","name":"Person {id}"}}}}"#)
    };
    office.import(&office.people(1)).await.expect_code(0);
    // One is finished, three are pending without a message.
    publish(&contact("1")).await;
    deliver(&office, "worker").await;
    let journal = OfficeJournal::open(&cluster.url()).await;
    let state = RecordState { outcome: Outcome::Pending, attempted_ago: Duration::ZERO, look_again_at: None };
    for number in 2..=4 {
        journal.write(number, &state).await;
    }
    for payload in [&*contact("1"), &contact("5"), &contact("5"), "rubbish"] {
        publish(payload).await;
    }
    let repair = ["repair", "--format", "json"];
    let dry_run: Vec<&str> = repair.into_iter().chain(["--dry-run"]).collect();
    let kinds = |ended: &Ended| {
        let lines = ended.json_lines();
        let mut kinds: Vec<(String, bool)> = lines
            .iter()
            .map(|line| (line["kind"].as_str().unwrap().to_owned(), line["mended"].as_bool().unwrap()))
            .collect();
        kinds.sort();
        kinds
    };
    let expected = [
        "finished_message",
        "not_queued",
        "not_queued",
        "not_queued",
        "repeated_message",
        "unreadable_message",
    ];
    let found = control(&office, &dry_run).await.expect_code(1);
    assert_eq!(kinds(&found), expected.map(|kind| (kind.to_owned(), false)));
    assert_eq!(deliveries().await.cached_info().state.messages, 4, "a dry run changes nothing");
    let mended = control(&office, &repair).await.expect_code(0);
    assert_eq!(kinds(&mended), expected.map(|kind| (kind.to_owned(), true)));
    let state = deliveries().await.cached_info().state.messages;
    assert_eq!((state, &office.status().await["dead_letters"]), (4, &1.into()));
    let agree = control(&office, &["repair"]).await.expect_code(0);
    assert_eq!(agree.stdout.trim_end(), "The journal and the queue agree.");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_that_was_suspended_during_a_purge_sends_nothing_of_it() {
    let cluster = Cluster::start(1).await;
    let office = Office::new(&cluster.url(), []).await.setting("requests_per_second = 2");
    let import = ["import", &office.people(PEOPLE), "--queue", "--to", PROVIDER];
    office.program(&import).run().await.expect_code(0);
    let worker = Worker::start(&office, "worker", &["--to", PROVIDER]);
    office.wait_for_contacts(2).await;
    // It has messages that wait for their slots.
    worker.pause();
    pause(&office).await;
    let purge = ["purge", PROVIDER, "--reason", "wrong file", "--yes", "--format", "json"];
    let purged = control(&office, &purge).await.json_lines();
    let names: Vec<&str> = purged.iter().filter_map(|line| line["purged"]["contact"].as_str()).collect();
    assert!(names.len() > PEOPLE / 2, "{purged:?}");
    resume(&office).await;
    worker.resume();
    office.wait_until_empty().await;
    worker.terminate();
    worker.end().await.expect_code(0);
    let sent = office.numbers(Vendor::Cloverhound);
    assert!(sent.iter().all(|number| !names.contains(&number.as_str())), "{sent:?} of {names:?}");
    let pending = Office::with_outcome(&office.listed().await, PROVIDER, "pending");
    assert!(names.iter().all(|name| pending.contains(*name)), "{pending:?}");
}
