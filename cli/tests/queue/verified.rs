//! `unicontact verify --queue`: compares the vendor's list with the journal of the queue.

use serde_json::{Value, json};
use unicontact_sandbox::Vendor;

use crate::program::Ended;
use crate::queue::cluster::Cluster;
use crate::queue::people::people;
use crate::queue::vendors::Office;
use crate::queue::worker::Worker;

const TO: [&str; 2] = ["--to", "iot"];

async fn verify(office: &Office, more: &[&str]) -> Ended {
    let verify = ["verify", "--queue", "--to", "iot", "--format", "json"];
    office.program(&[&verify, more].concat()).run().await
}

/// Imports a file into the queue, and delivers it by a worker with this name.
async fn deliver(office: &Office, file: &str, name: &str) {
    office.program(&["import", file, "--queue", "--to", "iot"]).run().await.expect_code(0);
    let worker = [TO.as_slice(), &["--until-empty"]].concat();
    Worker::start(office, name, &worker).end().await.expect_code(0);
}

fn counts(ended: &Ended) -> Value {
    ended.json()["providers"][0]["counts"].clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn adopted_contacts_are_not_created_by_a_worker() {
    let cluster = Cluster::start(1).await;
    let office = Office::new(&cluster.url(), []).await;
    let first = office.people(2);
    deliver(&office, &first, "first").await;
    assert_eq!(counts(&verify(&office, &[]).await.expect_code(0))["recorded"], json!(2));

    let others: Vec<String> = people(5)
        .lines()
        .enumerate()
        .filter(|(row, _)| ![1, 2].contains(row))
        .map(|(_, row)| row.to_owned())
        .collect();
    let path = office.file("others.csv", &(others.join("\n") + "\n"));
    let elsewhere = ["import", &path, "--to", "iot"];
    office.program(&elsewhere).run().await.expect_code(0);
    let ended = verify(&office, &[]).await.expect_code(1);
    assert_eq!((&counts(&ended)["listed"], &counts(&ended)["unknown"]), (&json!(5), &json!(3)));
    assert_eq!(
        counts(&verify(&office, &[]).await.expect_code(1))["unknown"],
        json!(3),
        "it changed the journal"
    );

    let adopted = verify(&office, &["--adopt", "--yes"]).await.expect_code(0);
    assert_eq!(adopted.json()["providers"][0]["adopted"]["recorded"], json!(3));
    let all = office.people(5);
    deliver(&office, &all, "second").await;
    let mut there = office.numbers(Vendor::Emnify);
    there.sort();
    assert_eq!(there, ["1", "2", "3", "4", "5"]);
    verify(&office, &[]).await.expect_code(0);
}
