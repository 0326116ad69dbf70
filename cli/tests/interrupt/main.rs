//! Signals during a create. They are sent only once the vendor has the request, so no test depends on speed.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "tests")]

#[path = "../hostile/mod.rs"]
mod hostile;
#[path = "../program/mod.rs"]
mod program;

use std::time::{Duration, Instant};

use hostile::{Answer, NO_KEYS, Reply, Script, StandIn, USE_CREATED, Vendor};
use program::{Program, Running};
use serde_json::Value;

/// The message at the first Ctrl-C.
const STOPPING: &str = "Ctrl-C again stops at once";
/// A duration far below the timeout and the waits of these tests.
const AT_ONCE: Duration = Duration::from_secs(20);

/// Starts a create and waits until the vendor has received it.
async fn creating(script: Script, settings: &str, keys: &str) -> (StandIn, Running) {
    let stand_in = StandIn::start(Vendor::SmartTask, script).await;
    let provider = Vendor::SmartTask.configuration(&stand_in.url(), keys);
    let configuration = format!("journal = \"off\"\n[defaults]\n{settings}\n{provider}");
    let running = Program::new(&["create", "--name", "Ada King", "--format", "json"])
        .configured(&configuration)
        .start()
        .await;
    stand_in.has_received_a_create().await;
    (stand_in, running)
}

const PATIENT: &str = "timeout = \"50s\"\ndeadline = \"59s\"";

fn delivery(report: &Value) -> &Value {
    &report["deliveries"][0]
}

#[tokio::test]
async fn the_first_ctrl_c_waits_for_the_request_in_flight() {
    let (stand_in, mut running) = creating(Script::always(Reply::Held), PATIENT, NO_KEYS).await;
    running.interrupt();
    running.says(STOPPING).await;
    stand_in.release();
    let ended = running.end().await.expect_code(0);
    let report = ended.json();
    assert_eq!(delivery(&report)["outcome"], "created", "{report}");
    assert_eq!(delivery(&report)["id"], Vendor::SmartTask.id(), "{report}");
    assert_eq!(stand_in.creates(), 1);
}

#[tokio::test]
async fn the_first_ctrl_c_waits_for_the_timeout_of_a_vendor_that_hangs() {
    let settings = "timeout = \"1s\"\ndeadline = \"50s\"";
    let (stand_in, mut running) = creating(Script::always(Reply::Hang), settings, NO_KEYS).await;
    running.interrupt();
    running.says(STOPPING).await;
    let ended = running.end().await.expect_code(3);
    let report = ended.json();
    assert_eq!(delivery(&report)["outcome"], "in_doubt", "{report}");
    assert_eq!(delivery(&report)["error"]["kind"], "interrupted", "{report}");
    assert_eq!(delivery(&report)["error"]["effect"], "unknown", "{report}");
    assert_eq!(stand_in.creates(), 1);
}

#[tokio::test]
async fn after_the_first_ctrl_c_nothing_is_retried() {
    let settings = "timeout = \"1s\"\ndeadline = \"50s\"";
    let (stand_in, mut running) = creating(Script::once(Reply::Hang), settings, USE_CREATED).await;
    running.interrupt();
    running.says(STOPPING).await;
    let ended = running.end().await.expect_code(3);
    assert_eq!(delivery(&ended.json())["outcome"], "in_doubt");
    assert_eq!(stand_in.creates(), 1);
}

#[tokio::test]
async fn the_first_ctrl_c_ends_the_backoff() {
    let later = Reply::Answer(Answer::empty(429).header("retry-after", "45"));
    let started = Instant::now();
    let (stand_in, mut running) = creating(Script::once(later), PATIENT, NO_KEYS).await;
    running.interrupt();
    running.says(STOPPING).await;
    let ended = running.end().await.expect_code(1);
    let report = ended.json();
    assert_eq!(delivery(&report)["outcome"], "failed", "{report}");
    assert_eq!(delivery(&report)["error"]["kind"], "rate_limited", "{report}");
    assert_eq!(stand_in.creates(), 1);
    assert!(started.elapsed() < AT_ONCE, "{:?}", started.elapsed());
}

#[tokio::test]
async fn the_second_ctrl_c_ends_at_once_with_a_doubt_and_a_report() {
    let started = Instant::now();
    let (stand_in, mut running) = creating(Script::always(Reply::Hang), PATIENT, NO_KEYS).await;
    running.interrupt();
    running.says(STOPPING).await;
    running.interrupt();
    let ended = running.end().await.expect_code(3);
    let report = ended.json();
    assert_eq!(delivery(&report)["outcome"], "in_doubt", "{report}");
    assert_eq!(delivery(&report)["attempts"], 1, "{report}");
    assert_eq!(delivery(&report)["error"]["effect"], "unknown", "{report}");
    assert_eq!(stand_in.creates(), 1);
    assert!(started.elapsed() < AT_ONCE, "{:?}", started.elapsed());
}

#[tokio::test]
async fn sigterm_and_sighup_wait_for_the_request_in_flight() {
    for signal in ["TERM", "HUP"] {
        let (stand_in, mut running) = creating(Script::always(Reply::Held), PATIENT, NO_KEYS).await;
        running.signal(signal);
        running.says(STOPPING).await;
        stand_in.release();
        let report = running.end().await.expect_code(0).json();
        assert_eq!(delivery(&report)["outcome"], "created", "{signal}: {report}");
        assert_eq!(stand_in.creates(), 1, "{signal}");
    }
}

#[tokio::test]
async fn any_second_signal_ends_at_once_with_a_doubt_and_a_report() {
    for (first, second) in [("TERM", "TERM"), ("HUP", "HUP"), ("HUP", "TERM"), ("TERM", "INT")] {
        let (stand_in, mut running) = creating(Script::always(Reply::Hang), PATIENT, NO_KEYS).await;
        running.signal(first);
        running.says(STOPPING).await;
        running.signal(second);
        let report = running.end().await.expect_code(3).json();
        assert_eq!(delivery(&report)["outcome"], "in_doubt", "{first}, {second}: {report}");
        assert_eq!(stand_in.creates(), 1, "{first}, {second}");
    }
}

#[tokio::test]
async fn the_second_ctrl_c_keeps_finished_outcomes() {
    let hanging = StandIn::start(Vendor::Cloverhound, Script::always(Reply::Hang)).await;
    let good = StandIn::start(Vendor::OneCloud, Script::always(Reply::Good)).await;
    let configuration = format!(
        "journal = \"off\"\n[defaults]\n{PATIENT}\n{}{}",
        Vendor::Cloverhound.configuration(&hanging.url(), NO_KEYS),
        Vendor::OneCloud.configuration(&good.url(), NO_KEYS),
    );
    let mut running = Program::new(&["create", "--name", "Ada King", "--format", "json"])
        .configured(&configuration)
        .variable("RUST_LOG", "info")
        .start()
        .await;
    hanging.has_received_a_create().await;
    running.says("The delivery ended").await;
    running.interrupt();
    running.says(STOPPING).await;
    running.interrupt();
    let report = running.end().await.expect_code(3).json();
    assert_eq!(report["deliveries"][0]["outcome"], "in_doubt", "{report}");
    assert_eq!(report["deliveries"][1]["outcome"], "created", "{report}");
}

#[tokio::test]
async fn aborting_a_hanging_login_leaves_no_doubt() {
    let script = Script::always(Reply::Good).others(Reply::Hang);
    let stand_in = StandIn::start(Vendor::OneCloud, script).await;
    let provider = Vendor::OneCloud.configuration(&stand_in.url(), NO_KEYS);
    let configuration = format!("journal = \"off\"\n[defaults]\n{PATIENT}\n{provider}");
    let mut running = Program::new(&["create", "--name", "Ada King", "--format", "json"])
        .configured(&configuration)
        .start()
        .await;
    stand_in.has_received_a_request().await;
    running.interrupt();
    running.says(STOPPING).await;
    running.interrupt();
    let ended = running.end().await.expect_code(1);
    let report = ended.json();
    assert_ne!(delivery(&report)["outcome"], "in_doubt", "{report}");
    assert_eq!(stand_in.creates(), 0);
}
