//! All processes of a queue send to the same accounts. One with another configuration is refused, and told both places.

use serde_json::Value;
use unicontact_sandbox::Vendor;

use crate::queue::cluster::Cluster;
use crate::queue::vendors::Office;
use crate::queue::worker::Worker;

const PEOPLE: usize = 3;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_and_an_import_of_another_account_are_refused_until_one_adopts_it_for_all() {
    let cluster = Cluster::start(1).await;
    let url = cluster.url();
    let office = Office::new(&url, []).await;
    office.import(&office.people(PEOPLE)).await.expect_code(0);
    let other = office.with_other("organisation_id = 42", "organisation_id = 43");

    let refused = other.import(&other.people(PEOPLE)).await.expect_code(2);
    for place in ["organisation_id 42", "organisation_id 43", "--adopt"] {
        assert!(refused.stderr.contains(place), "{}", refused.stderr);
    }
    let refused = Worker::start(&other, "refused", &["--until-empty"]).end().await.expect_code(2);
    assert!(refused.log().contains("organisation_id 43"), "{}", refused.log());
    assert_eq!(office.sandbox.tally(Vendor::Emnify).held, 0);

    let running = Worker::start(&office, "running", &[]);
    office.wait_until_empty().await;
    let refused =
        Worker::start(&other, "too_early", &["--until-empty", "--adopt"]).end().await.expect_code(2);
    assert!(refused.log().contains("other workers still run: running"), "{}", refused.log());
    // One that is suspended for longer than its lease does not count, and ends when it continues.
    running.pause();
    let has_none = |status: &Value| status["workers"].as_array().is_some_and(Vec::is_empty);
    office.wait_for_status("its lease is over", has_none).await;
    let adopting =
        Worker::start(&other, "adopting", &["--until-empty", "--adopt"]).end().await.expect_code(0);
    assert!(adopting.log().contains("iot: the queue now sends to emnify at "), "{}", adopting.log());
    running.resume();
    let ended = running.end().await.expect_code(2);
    assert!(ended.log().contains("organisation_id 43"), "{}", ended.log());
    let history = other.program(&["queue", "history", "--format", "json"]).run().await.expect_code(0);
    assert_eq!(history.json_lines()[0]["act"], "adopted");
    office.import(&office.people(PEOPLE)).await.expect_code(2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_rate_is_told_and_does_not_stop_a_worker() {
    let cluster = Cluster::start(1).await;
    let office = Office::new(&cluster.url(), []).await;
    office.import(&office.people(1)).await.expect_code(0);
    Worker::start(&office, "before", &["--until-empty"]).end().await.expect_code(0);
    let other = office.with_other("requests_per_second = 1000", "requests_per_second = 900");
    let told = Worker::start(&other, "worker", &["--until-empty"]).end().await.expect_code(0);
    let expected = "iot: this worker begins at most 900 requests in a second, and the workers before it 1000";
    assert!(told.log().contains(expected), "{}", told.log());
    office.assert_everybody_once(1);
}
