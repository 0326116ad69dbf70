//! People without ids in the queue: imported in two forms, by two producers at once, and by a producer that is killed.

use serde_json::json;

use crate::queue::cluster::Cluster;
use crate::queue::vendors::{Office, VENDORS, number, queued};
use crate::queue::waiting::until;
use crate::queue::worker::Worker;

/// Writes a file of people with two addresses each, without ids.
fn people(office: &Office, name: &str, count: usize) -> String {
    file(office, name, (1..=count).map(|it| {
        let emails = [format!("p{it}@example.com"), format!("q{it}@example.com")];
        json!({"name": format!("Person {it}"), "emails": emails.map(|address| json!({"address": address}))})
    }))
}

/// Writes a file of the same people with swapped addresses in capitals and a note.
fn swapped(office: &Office, name: &str, count: usize) -> String {
    file(
        office,
        name,
        (1..=count).rev().map(|it| {
            let emails = [format!("Q{it}@Example.com"), format!("p{it}@example.com")];
            let emails = emails.map(|address| json!({"address": address}));
            json!({"name": format!("Person {it}"), "emails": emails, "notes": "met in May"})
        }),
    )
}

fn file(office: &Office, name: &str, lines: impl Iterator<Item = serde_json::Value>) -> String {
    let lines: Vec<String> = lines.map(|line| format!("{line}\n")).collect();
    office.file(name, &lines.concat())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_producers_at_once_with_swapped_addresses_deliver_everybody_once() {
    const PEOPLE: usize = 60;
    let cluster = Cluster::start(1).await;
    let office = Office::new(&cluster.url(), []).await;
    let (one, other) = (people(&office, "one.ndjson", PEOPLE), swapped(&office, "other.ndjson", PEOPLE));
    let (first, second) = tokio::join!(office.import(&one), office.import(&other));
    first.expect_code(0);
    second.expect_code(0);
    Worker::start(&office, "worker", &["--until-empty"]).end().await.expect_code(0);
    office.assert_everybody_once(PEOPLE);
    for file in [one, other] {
        let again = office.import(&file).await.expect_code(0).json();
        for (_, provider) in VENDORS {
            assert_eq!(number(&again, provider, "skipped"), PEOPLE as u64, "{again}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_of_the_same_people_in_another_form_finishes_a_killed_one() {
    const PEOPLE: usize = 400;
    let cluster = Cluster::start(1).await;
    let context = cluster.jetstream().await;
    let office = Office::new(&cluster.url(), []).await;
    let (one, other) = (people(&office, "one.ndjson", PEOPLE), swapped(&office, "other.ndjson", PEOPLE));
    for part in 1..=3 {
        let running = office.program(&["import", &one, "--queue"]).start().await;
        until("some are queued", async || (queued(&context).await > part * 100).then_some(())).await;
        running.kill().await;
    }
    office.import(&other).await.expect_code(0);
    Worker::start(&office, "worker", &["--until-empty"]).end().await.expect_code(0);
    office.assert_everybody_once(PEOPLE);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_row_with_the_id_of_another_person_is_rejected_and_not_queued() {
    let cluster = Cluster::start(1).await;
    let context = cluster.jetstream().await;
    let office = Office::new(&cluster.url(), []).await;
    office.import(&office.people(2)).await.expect_code(0);
    Worker::start(&office, "worker", &["--until-empty"]).end().await.expect_code(0);
    let clashing = "External ID,Name,E-mail\n1,Person 1,p1@example.com\n2,Bob Stone,bob@example.com\n";
    let path = office.file("clashing.csv", clashing);
    let rejects = office.path("clashing.rejects.csv").display().to_string();
    let import = ["import", &path, "--queue", "--rejects", &rejects, "--format", "json"];
    let ended = office.program(&import).run().await.expect_code(1);
    let summary = ended.json();
    assert_eq!((&summary["read"], &summary["rejects"]), (&json!(2), &json!(1)), "{summary}");
    assert_eq!(number(&summary, "acme", "skipped"), 1, "{summary}");
    let rejected = std::fs::read_to_string(rejects).unwrap();
    assert!(
        rejected.contains("Bob Stone") && rejected.contains("delivered earlier for another person"),
        "{rejected}"
    );
    assert!(!rejected.contains("Person 1"), "{rejected}");
    assert_eq!(queued(&context).await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn same_identity_send_queues_both_people_with_one_identity() {
    let cluster = Cluster::start(1).await;
    let office = Office::new(&cluster.url(), []).await;
    let smiths = [("+442079460001", "Person 1"), ("+442079460002", "Person 1")];
    let path = file(&office, "smiths.ndjson", smiths.into_iter().map(|(phone, name)| {
        json!({"name": name, "emails": [{"address": "info@example.com"}], "phones": [{"number": phone}]})
    }));
    let rejects = office.path("smiths.rejects.ndjson").display().to_string();
    let import = ["import", &path, "--queue", "--rejects", &rejects, "--format", "json"];
    let refused = office.program(&import).run().await.expect_code(1).json();
    assert_eq!((number(&refused, "acme", "queued"), &refused["rejects"]), (1, &json!(1)), "{refused}");
    let both = [&import[..], &["--same-identity", "send"]].concat();
    office.program(&both).run().await.expect_code(0);
    Worker::start(&office, "worker", &["--until-empty"]).end().await.expect_code(0);
    assert_eq!(office.held()[1..], [2; 3], "SmartTask takes an address once");
    office.program(&both).run().await.expect_code(0);
    Worker::start(&office, "another worker", &["--until-empty"]).end().await.expect_code(0);
    assert_eq!(office.held()[1..], [2; 3], "SmartTask takes an address once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_identify_by_than_the_queues_is_refused_with_the_number_of_people() {
    let cluster = Cluster::start(1).await;
    let context = cluster.jetstream().await;
    let office = Office::new(&cluster.url(), []).await;
    let (one, other) = (people(&office, "one.ndjson", 3), swapped(&office, "other.ndjson", 3));
    office.import(&one).await.expect_code(0);
    Worker::start(&office, "worker", &["--until-empty"]).end().await.expect_code(0);
    let by_content = ["import", &other, "--queue", "--identify-by", "content"];
    let refused = office.program(&by_content).run().await.expect_code(2);
    let expected = "the journal recognizes people by \"identity\"; 3 of these rows would be sent again";
    assert!(refused.stderr.contains(expected), "{}", refused.stderr);
    assert_eq!(queued(&context).await, 0);
    let asked_for = [&by_content[..], &["--yes"]].concat();
    office.program(&asked_for).run().await.expect_code(0);
    assert_eq!(queued(&context).await, 4 * 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn people_who_were_recognized_without_an_id_are_counted() {
    let cluster = Cluster::start(1).await;
    let office = Office::new(&cluster.url(), []).await;
    let without_ids = |name, numbers: std::ops::RangeInclusive<u32>| {
        file(
            &office,
            name,
            numbers
                .map(|it| json!({"name": format!("Person {it}"), "emails": [format!("p{it}@example.com")]})),
        )
    };
    let first = office.import(&without_ids("first.ndjson", 1..=3)).await.expect_code(0);
    assert!(!first.stderr.contains("were recognized by"), "{}", first.stderr);
    let with_ids = file(
        &office,
        "ids.ndjson",
        (1..=3).map(|it| {
            json!({"external_id": format!("id{it}"), "name": format!("Person {it}"), "emails": [format!("p{it}@example.com")]})
        }),
    );
    let took = office.import(&with_ids).await.expect_code(0);
    let line = "3 contacts were recognized by name and e-mail address or number; the journal records their ids from now on.";
    assert!(took.stderr.contains(line), "{}", took.stderr);
    for (numbers, line) in [
        (2..=2, "1 row without an id is a person whose id is in the journal."),
        (1..=3, "3 rows without ids are people whose ids are in the journal."),
    ] {
        let ended = office.import(&without_ids("again.ndjson", numbers)).await.expect_code(0);
        assert!(ended.stderr.contains(line), "{}", ended.stderr);
    }
}
