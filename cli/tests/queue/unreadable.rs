//! One bad record or message costs only itself: damaged values, and values and messages of a made-up newer format.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::Value;
use unicontact::Outcome;
use unicontact::journal::async_nats::jetstream::Context;
use unicontact::journal::async_nats::jetstream::kv::Store;
use unicontact::providers::{DeliveryKey, json_fingerprint};
use unicontact_sandbox::Vendor;

use crate::program::Ended;
use crate::queue::cluster::Cluster;
use crate::queue::doubts::{OfficeJournal, PROVIDER, RecordState, key};
use crate::queue::vendors::{DEAD_LETTERS, DELIVERIES, Office, QUEUE, left_at, number};
use crate::queue::waiting::until;
use crate::queue::worker::{Worker, WorkerOutput};

const ONLY: [&str; 2] = ["--to", PROVIDER];
/// The beginning of a record that still names its contact.
const DAMAGED: &str = r#"{"format":2,"number":0,"provider":"iot","contact":"2","vendor":"emnify","finger"#;
const NEWER: &str =
    r#"{"format":99,"number":0,"provider":"iot","contact":"3","standing":"pending","seal":"x"}"#;
const DELIVERY_SUBJECT: &str = "office.deliveries";

/// Returns the key of a record in the bucket.
fn record_key(key: &DeliveryKey) -> String {
    format!("{}.{}", key.provider(), json_fingerprint(key.contact()))
}

async fn records(context: &Context) -> Store {
    context.get_key_value(QUEUE).await.unwrap()
}

async fn put(context: &Context, number: usize, value: &str) -> u64 {
    records(context).await.put(record_key(&key(number)), value.to_owned().into()).await.unwrap()
}

async fn import(office: &Office, people: usize) -> Ended {
    let import = ["import", &office.people(people), "--queue", "--to", PROVIDER, "--format", "json"];
    office.program(&import).run().await
}

async fn wait_for_contacts(office: &Office, contacts: usize) {
    let is_so = async || (office.sandbox.tally(Vendor::Emnify).held == contacts).then_some(());
    until("the vendor has so many contacts", is_so).await;
}

/// Fails unless the damaged and the newer record are named once each, with the reason.
#[track_caller]
fn assert_named(stderr: &str) {
    for (delivery, reason) in [("iot/2", "it is not JSON, at line 1"), ("iot/3", "its format is 99")] {
        let mut lines = stderr.lines().filter(|line| line.starts_with(&format!("{delivery}: ")));
        let line = lines.next().unwrap_or_else(|| panic!("{delivery} is not named: {stderr}"));
        assert!(line.contains(reason) && line.contains(", revision "), "{line}");
        assert_eq!(lines.next(), None, "{stderr}");
    }
    assert!(!stderr.contains("example.com") && !stderr.contains("Person"), "{stderr}");
}

#[track_caller]
fn assert_newer_is_said_once(output: &WorkerOutput) {
    const SAID: &str = "newer version wrote a message or its record";
    let lines: Vec<&str> = output.log().lines().filter(|line| line.contains(SAID)).collect();
    let logged = lines.iter().filter(|line| line.contains("WARN")).count();
    assert_eq!((lines.len(), logged), (2, 1), "a message and a line of the log: {}", output.log());
}

/// Runs the commands that read all records. `listed` of them can be read.
async fn assert_commands_continue(office: &Office, listed: usize) {
    let run = async |command: &[&str], code| {
        let ended = office.program(&[command, &["--queue"]].concat()).run().await.expect_code(code);
        assert_named(&ended.stderr);
        ended
    };
    let lines = run(&["deliveries", "list", "--format", "json"], 1).await.json_lines();
    assert_eq!(lines.len(), listed, "{lines:?}");
    let table = run(&["deliveries", "list"], 1).await;
    assert!(table.stdout.contains(&format!("{listed} deliveries")), "{}", table.stdout);
    let exported = run(&["deliveries", "export", "--as", "ndjson"], 1).await;
    assert_eq!(exported.json_lines().len(), listed);
    run(&["deliveries", "export"], 1).await;
    let status = run(&["status", "--format", "json"], 0).await.json();
    assert_eq!(status["unreadable"], 2, "{status}");
    let page = run(&["status"], 0).await;
    assert!(page.stdout.contains("2 records of the journal cannot be read"), "{}", page.stdout);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_damaged_record_and_a_newer_one_cost_only_their_own_deliveries() {
    const PEOPLE: usize = 5;
    let cluster = Cluster::start(1).await;
    let context = cluster.jetstream().await;
    let office = Office::new(&cluster.url(), []).await;
    import(&office, PEOPLE).await.expect_code(0);
    put(&context, 2, DAMAGED).await;
    let revision = put(&context, 3, NEWER).await;

    let worker = Worker::start(&office, "worker", &ONLY);
    office
        .wait_for_status("the others are delivered", |status| {
            left_at(status, PROVIDER) == 1 && status["dead_letters"] == 1
        })
        .await;
    worker.terminate();
    let output = worker.end().await.expect_code(0);
    assert_newer_is_said_once(&output);
    let sums = output.json();
    assert_eq!((number(&sums, PROVIDER, "created"), &sums["dead_letters"]), (3, &1.into()), "{sums}");
    let created: BTreeSet<String> = office.numbers(Vendor::Emnify).into_iter().collect();
    assert_eq!(created, ["1", "4", "5"].map(str::to_owned).into());
    assert_eq!(office.creates(Vendor::Emnify).len(), created.len());
    let newer = records(&context).await.entry(record_key(&key(3))).await.unwrap().unwrap();
    assert_eq!((&*newer.value, newer.revision), (NEWER.as_bytes(), revision));
    let reason = reason_of_dead_letter(&context).await;
    assert!(
        reason.contains(&record_key(&key(2))) && reason.contains("it is not JSON, at line 1"),
        "{reason}"
    );

    assert_commands_continue(&office, created.len()).await;
    let journal = OfficeJournal::open(&cluster.url()).await;
    let failed = RecordState { outcome: Outcome::Failed, attempted_ago: Duration::ZERO, look_again_at: None };
    journal.write(9, &failed).await;
    let retried = office.program(&["deliveries", "retry", "--queue", "--format", "json"]).run().await;
    let retried = retried.expect_code(1);
    assert_named(&retried.stderr);
    assert_eq!(number(&retried.json(), PROVIDER, "queued"), 1);
    for (delivery, reason) in [("iot/2", "it is not JSON, at line 1"), ("iot/3", "newer version")] {
        for command in ["show", "retry"] {
            let refused = office.program(&["deliveries", command, delivery, "--queue"]).run().await;
            let refused = refused.expect_code(2).stderr;
            assert!(refused.contains(delivery) && refused.contains(reason), "{refused}");
        }
    }
    let forget = ["deliveries", "forget", "5", "--yes", "--queue"];
    assert_named(&office.program(&forget).run().await.expect_code(1).stderr);
    assert_restored_by_a_deletion(&context, &office, PEOPLE).await;
}

async fn reason_of_dead_letter(context: &Context) -> String {
    let letters = context.get_stream(DEAD_LETTERS).await.unwrap();
    let letter = letters.get_raw_message(letters.cached_info().state.last_sequence).await.unwrap();
    letter.headers.get("Unicontact-Reason").unwrap().as_str().to_owned()
}

/// Imports the people again, and once more after the damaged record was deleted as the hint says.
async fn assert_restored_by_a_deletion(context: &Context, office: &Office, people: usize) {
    let imported = import(office, people).await.expect_code(1).json();
    let counts = ["unsent", "queued"].map(|count| number(&imported, PROVIDER, count));
    assert_eq!(counts, [2, 0], "{imported}");
    let listed = office.program(&["deliveries", "list", "--queue"]).run().await;
    let hint = format!("nats kv del {QUEUE} {}", record_key(&key(2)));
    assert!(listed.stderr.contains(&hint), "{}", listed.stderr);
    records(context).await.delete(record_key(&key(2))).await.unwrap();
    let imported = import(office, people).await.expect_code(1).json();
    let counts = ["unsent", "queued"].map(|count| number(&imported, PROVIDER, count));
    assert_eq!(counts, [1, 1], "{imported}");
    let _worker = Worker::start(office, "another worker", &ONLY);
    // All but the one with the newer record, and the one that `retry` queued.
    wait_for_contacts(office, people).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_of_a_newer_format_stays_in_the_queue_and_others_are_delivered() {
    const MESSAGE: &str = r#"{"format":99,"envelope":{"sealed":"x"}}"#;
    let cluster = Cluster::start(1).await;
    let context = cluster.jetstream().await;
    let office = Office::new(&cluster.url(), []).await;
    import(&office, 1).await.expect_code(0);
    let sent = context.publish(format!("{DELIVERY_SUBJECT}.{PROVIDER}"), MESSAGE.into()).await.unwrap();
    let sequence = sent.await.unwrap().sequence;
    import(&office, 4).await.expect_code(0);
    let worker = Worker::start(&office, "worker", &ONLY);
    wait_for_contacts(&office, 4).await;
    let put_back = |status: &Value| left_at(status, PROVIDER) == 1;
    office.wait_for_status("only the newer message is left", put_back).await;
    // Several deliveries of the message: it returns after half a second.
    tokio::time::sleep(Duration::from_secs(2)).await;
    worker.terminate();
    let output = worker.end().await.expect_code(0);
    assert_newer_is_said_once(&output);
    let sums = output.json();
    assert!(sums["put_back"][PROVIDER].as_u64().unwrap() > 1, "{sums}");
    assert_eq!((number(&sums, PROVIDER, "created"), &sums["dead_letters"]), (4, &0.into()), "{sums}");
    let stream = context.get_stream(DELIVERIES).await.unwrap();
    let message = stream.get_raw_message(sequence).await.unwrap();
    assert_eq!((&*message.payload, stream.cached_info().state.messages), (MESSAGE.as_bytes(), 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_sweeper_continues_after_records_that_it_cannot_read() {
    /// Its state can be read, and the rest cannot.
    const WITHOUT_CONTACT: &str = r#"{"format":2,"standing":"pending"}"#;
    let cluster = Cluster::start(1).await;
    let context = cluster.jetstream().await;
    let office = Office::new(&cluster.url(), []).await;
    let journal = OfficeJournal::open(&cluster.url()).await;
    let pending =
        RecordState { outcome: Outcome::Pending, attempted_ago: Duration::ZERO, look_again_at: None };
    put(&context, 1, WITHOUT_CONTACT).await;
    put(&context, 2, DAMAGED).await;
    journal.write(11, &pending).await;
    put(&context, 3, NEWER).await;
    journal.write(12, &pending).await;
    let worker = Worker::start(&office, "worker", &ONLY);
    wait_for_contacts(&office, 2).await;
    office.wait_until_empty().await;
    worker.terminate();
    let sums = worker.end().await.expect_code(0).json();
    assert_eq!((&sums["requeued"]["lost"], &sums["dead_letters"]), (&2.into(), &0.into()), "{sums}");
    let newer = records(&context).await.get(record_key(&key(3))).await.unwrap().unwrap();
    assert_eq!(&*newer, NEWER.as_bytes());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_repair_replaces_a_damaged_record_by_a_doubt_that_a_person_resolves() {
    const PEOPLE: usize = 5;
    let cluster = Cluster::start(1).await;
    let context = cluster.jetstream().await;
    let office = Office::new(&cluster.url(), []).await;
    import(&office, PEOPLE).await.expect_code(0);
    put(&context, 2, DAMAGED).await;
    let run = async |command: &[&str], code| office.program(command).run().await.expect_code(code);

    let found = run(&["queue", "repair", "--dry-run", "--format", "json"], 1).await.json_lines();
    assert_eq!((found.len(), &found[0]["kind"]), (1, &"damaged_record".into()), "{found:?}");
    assert_eq!(found[0]["contact"], "2", "{found:?}");
    assert_eq!(office.status().await["dead_letters"], 0, "a dry run changes nothing");
    run(&["queue", "repair"], 0).await;
    assert_eq!(run(&["queue", "letters", "show", "1"], 0).await.stdout.trim_end(), DAMAGED);
    let shown = run(&["deliveries", "show", "iot/2", "--queue", "--format", "json"], 0).await.json();
    assert_eq!(shown["outcome"], "in_doubt", "{shown}");
    run(&["deliveries", "resolve", "iot/2", "--created", "9001", "--queue"], 0).await;

    Worker::start(&office, "worker", &["--until-empty", "--to", PROVIDER]).end().await.expect_code(0);
    assert_eq!(office.sandbox.tally(Vendor::Emnify).held, PEOPLE - 1);
    run(&["queue", "repair"], 0).await;
}
