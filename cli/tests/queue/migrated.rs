//! The migration of a queue of version 0.1.0, as docs/many-machines.md describes it: stop all processes, migrate, start them.

use serde_json::{Value, json};
use unicontact::providers::UnifiedContact;
use unicontact_sandbox::Vendor;

use crate::queue::cluster::Cluster;
use crate::queue::earlier::{Earlier, differences};
use crate::queue::vendors::{Office, VENDORS, left, number};
use crate::queue::waiting::until;
use crate::queue::worker::Worker;

const UPGRADE: &str = include_str!("../../../docs/many-machines.md");
/// The differences that version 0.1.0 finds in a queue that it can open.
const NO_DIFFERENCES: [Vec<&str>; 2] = [Vec::new(), Vec::new()];
const ACME: &[&str] = &["--until-empty", "--to", "acme"];

fn contact(number: u32, more: &Value) -> UnifiedContact {
    let mut contact = json!({
        "name": format!("Person {number}"), "emails": [{"address": format!("{number}@example.com")}],
    });
    for (key, value) in more.as_object().into_iter().flatten() {
        contact[key] = value.clone();
    }
    serde_json::from_value(contact).unwrap()
}

fn plain(number: u32) -> UnifiedContact {
    contact(number, &Value::Null)
}

/// Writes records and messages of version 0.1.0: 1 is delivered, 2 and 3 are queued, 4 failed and is queued again, 5 is delivered and
/// still queued, 6 was sent by a killed worker, 7 is delivered under a placeholder that 0.1.0 took for an id.
async fn write_people(earlier: &Earlier) {
    let created = |id: &str| json!({"standing": "created", "id": id});
    earlier.record("acme", &plain(1), created("1001")).await;
    earlier.record("acme", &contact(7, &json!({"external_id": "NULL"})), created("1007")).await;
    earlier.queue("acme", &plain(2)).await;
    earlier.queue("acme", &contact(3, &json!({"external_id": "id-3"}))).await;
    let content = serde_json::to_string(&plain(4)).unwrap();
    let error = json!({"kind": "unavailable", "message": "away"});
    earlier
        .record("acme", &plain(4), json!({"standing": "failed", "error": error, "content": content}))
        .await;
    earlier.queue("acme", &plain(4)).await;
    earlier.record("acme", &plain(5), created("1005")).await;
    earlier.queue("acme", &plain(5)).await;
    let content = serde_json::to_string(&plain(6)).unwrap();
    let claimed = json!({"standing": "claimed", "ticket": 7, "holder": "0dead", "content": content});
    earlier.record("acme", &plain(6), claimed).await;
    earlier.queue("acme", &plain(6)).await;
}

async fn office(cluster: &Cluster) -> Office {
    Office::new(&cluster.url(), []).await.queue("lease = \"4s\"")
}

async fn migrate(office: &Office) -> Value {
    office.program(&["migrate", "--queue", "--format", "json"]).run().await.expect_code(0).json()
}

/// Writes a file of the same people without the first, with another order of columns, notes, capitals and an id.
fn edited(office: &Office) -> String {
    let row = |number| format!("{number}@EXAMPLE.com,met in May,PERSON  {number},");
    let header = "e-mail,notes,name,external_id".to_owned();
    let with_id = "3@example.com,met in May,Person 3,id-3\n".to_owned();
    let file = [header, row(2), row(4), row(6), with_id].join("\n");
    office.file("edited.csv", &file)
}

fn same(office: &Office) -> String {
    let rows = "external_id,name,email\n,Person 1,1@example.com\nNULL,Person 5,5@example.com\nNULL,Person 7,7@example.com\n";
    office.file("same.csv", rows)
}

fn at_acme(office: &Office) -> Vec<String> {
    let mut numbers: Vec<String> = office
        .sandbox
        .contacts(Vendor::SmartTask)
        .iter()
        .map(|contact| {
            let name = ["name", "full_name", "Name"].iter().find_map(|key| contact.body[key].as_str());
            name.unwrap().to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
        })
        .collect();
    numbers.sort_unstable();
    numbers
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_queue_of_0_1_0_is_migrated_and_nobody_is_created_twice() {
    let cluster = Cluster::start(1).await;
    let context = cluster.jetstream().await;
    let office = office(&cluster).await;
    let earlier = Earlier::create(context.clone()).await;
    write_people(&earlier).await;
    assert_eq!(differences(&context).await, NO_DIFFERENCES, "0.1.0 opens its own queue");

    // The queue is refused before the migration, and the migration while a process of 0.1.0 runs.
    for command in [&["worker", "--until-empty"][..], &["import", &same(&office), "--queue"], &["status"]] {
        let refused = office.program(command).run().await.expect_code(2);
        assert!(refused.stderr.contains("unicontact migrate --queue"), "{}", refused.stderr);
    }
    let listing = office.program(&["deliveries", "list", "--queue"]).run().await.expect_code(2);
    assert!(listing.stderr.contains("unicontact migrate --queue"), "{}", listing.stderr);
    earlier.holds("old worker").await;
    let refused = office.program(&["migrate", "--queue"]).run().await.expect_code(2);
    assert!(refused.stderr.contains("old worker"), "{}", refused.stderr);
    assert_eq!(differences(&context).await, NO_DIFFERENCES, "the queue is unchanged");
    earlier.leaves().await;

    assert!(UPGRADE.contains("   unicontact migrate --queue\n"), "the documentation shows this command");
    let migrated = migrate(&office).await;
    assert_eq!(migrated, json!({"queue": "office", "was_needed": true, "recognized": 2}));
    assert_eq!(differences(&context).await, [vec!["subjects"], vec!["history (must be 1)"]]);
    let again = migrate(&office).await;
    assert_eq!(again, json!({"queue": "office", "was_needed": false, "recognized": 0}));

    let import = async |file: &str| {
        let arguments = ["import", file, "--queue", "--to", "acme", "--format", "json"];
        office.program(&arguments).run().await.expect_code(0).json()
    };
    // Before a worker has handled the messages without keys, and after.
    import(&edited(&office)).await;
    let known = import(&same(&office)).await;
    assert_eq!(number(&known, "acme", "skipped"), 3, "{known}");
    let worked = Worker::start(&office, "worker", ACME).end().await.expect_code(3).json();
    assert_eq!(worked["dead_letters"], 0, "{worked}");
    // 6 may be at the vendor, and is parked.
    assert_eq!(number(&worked, "acme", "in_doubt"), 1, "{worked}");
    let created = ["person 2", "person 3", "person 4"];
    assert_eq!(at_acme(&office), created);
    let arguments = ["import", &edited(&office), "--queue", "--to", "acme", "--format", "json"];
    let known = office.program(&arguments).run().await.expect_code(3).json();
    assert_eq!((number(&known, "acme", "skipped"), number(&known, "acme", "in_doubt")), (3, 1), "{known}");
    Worker::start(&office, "another worker", ACME).end().await;
    assert_eq!(at_acme(&office), created);
    assert_eq!(left(&office.status().await), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_migration_can_be_run_again() {
    let cluster = Cluster::start(1).await;
    let context = cluster.jetstream().await;
    let office = office(&cluster).await;
    let earlier = Earlier::create(context.clone()).await;
    write_people(&earlier).await;
    let marked = async || (!differences(&context).await[1].is_empty()).then_some(());
    let running = office.program(&["migrate", "--queue"]).start().await;
    until("the journal is marked", marked).await;
    running.kill().await;
    let refused = office.program(&["status"]).run().await.expect_code(2);
    assert!(refused.stderr.contains("unicontact migrate --queue"), "{}", refused.stderr);
    assert_eq!(migrate(&office).await["recognized"], 2);
    office.program(&["status"]).run().await.expect_code(0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_queue_of_this_version_cannot_be_opened_by_0_1_0() {
    let cluster = Cluster::start(1).await;
    let context = cluster.jetstream().await;
    let office = office(&cluster).await;
    office.import(&office.people(1)).await.expect_code(0);
    assert_eq!(differences(&context).await, [vec!["subjects"], vec!["history (must be 1)"]]);
    let migrated = migrate(&office).await;
    assert_eq!(migrated["was_needed"], false);
    Worker::start(&office, "worker", &["--until-empty"]).end().await.expect_code(0);
    office.assert_everybody_once(1);
    assert_eq!(VENDORS.len(), office.held().iter().sum::<usize>());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_queue_that_lost_its_bucket_of_people_is_refused_until_it_is_migrated() {
    let cluster = Cluster::start(1).await;
    let context = cluster.jetstream().await;
    let office = office(&cluster).await;
    office.import(&office.people(1)).await.expect_code(0);
    Worker::start(&office, "worker", &["--until-empty"]).end().await.expect_code(0);
    context.delete_key_value("office_people").await.unwrap();
    let refused = office.import(&office.people(1)).await.expect_code(2);
    assert!(refused.stderr.contains("unicontact migrate --queue"), "{}", refused.stderr);
    assert_eq!(migrate(&office).await["was_needed"], true);
    office.import(&office.people(1)).await.expect_code(0);
    Worker::start(&office, "another worker", &["--until-empty"]).end().await.expect_code(0);
    office.assert_everybody_once(1);
}
